"""Estimates the remaining time of a guide."""

from dataclasses import replace

from assistant.dialogue.acts import Ask, Hold, Lasting, Listen, Say
from assistant.dialogue.facts import Facts, Medical, with_fact
from assistant.dialogue.guide_runner import applicable
from assistant.dialogue.script.model import Part, Step
from assistant.dialogue.turn import DialogueTurn

ANSWER_SECONDS = 2.0
"""Average time until a question is answered."""


def seconds_undisturbed(act: Lasting, pace: float) -> float:
    """Estimated seconds until an act ends if nobody answers or interrupts it.

    ``pace``: characters spoken per second.
    """
    match act:
        case Say(text, pause):
            return len(text) / pace + pause
        case Ask(text, wait):
            return len(text) / pace + wait
        case Hold(seconds, _) | Listen(seconds):
            return seconds


def seconds_of(act: Lasting, turn: DialogueTurn) -> float:
    """Estimated duration of an act in seconds; a question is answered."""
    pace = turn.script.settings["characters_per_second"] * turn.state.rate
    answered = replace(act, wait=ANSWER_SECONDS) if isinstance(act, Ask) else act
    return seconds_undisturbed(answered, pace)


def seconds_left(turn: DialogueTurn) -> float:
    """Estimated seconds until the running guide ends, if every answer is a good one.

    0.0 if no guide is running.
    """
    task = turn.find("guide")
    guide = turn.script.guides.get(task.name) if task else None
    if task is None or guide is None:
        return 0.0
    total = sum(seconds_of(item.act, turn) for item in task.items)
    if task is turn.top and task.items:
        elapsed = turn.state.now - turn.state.since
        total -= min(elapsed, seconds_of(task.items[0].act, turn))
    hoped = with_fact(turn.facts, Medical.EASED, "yes") if guide.eased else turn.facts
    for index in range(task.step, len(guide.steps)):
        step = guide.steps[index]
        facts = turn.facts if index == task.step else hoped
        if index > task.step and not applicable(turn, step, facts):
            continue
        here = index == task.step
        seconds = [_of(part, turn, facts) for part in step.parts]
        first, block = (max(0, task.part), task.count("block")) if here else (0, 1)
        total += sum(seconds[first:])
        if repeats(step):
            again = next((i for i, part in enumerate(step.parts) if part.label == "again"), 0)
            total += max(0, step.blocks - max(1, block)) * sum(seconds[again:])
    return total


def repeats(step: Step) -> bool:
    """True if the step always goes through all of its blocks."""
    return any(part.kind == "go" and part.value == "again" for part in step.parts)


def _of(part: Part, turn: DialogueTurn, facts: Facts) -> float:
    if not part.condition.holds(facts):
        return 0.0
    if part.kind in ("hold", "listen"):
        return part.seconds
    if part.kind == "say":
        lines = [line for line in part.lines if line.condition.holds(facts)]
        return sum(seconds_of(Say(line.text, line.pause), turn) for line in lines)
    if part.kind == "ask" and part.question:
        return seconds_of(Ask(part.question.lines[0].text), turn)
    return 0.0
