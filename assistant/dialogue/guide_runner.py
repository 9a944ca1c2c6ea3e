"""Runs a guide: steps, parts, jumps and counted holds."""

from dataclasses import replace

from assistant.dialogue import notifications
from assistant.dialogue.acts import Count, Cue, Hold, Listen, Say
from assistant.dialogue.facts import (
    Bookkeeping,
    Fact,
    Facts,
    Medical,
    value_of,
    values_of,
    without,
)
from assistant.dialogue.notes import EpisodeEnded, EpisodeStarted
from assistant.dialogue.script.model import Guide, Part, Script, Step
from assistant.dialogue.state import ASIDE, AgendaItem, State, Task
from assistant.dialogue.turn import DialogueTurn

_OF_ONE_GUIDE = (Medical.EASED, Bookkeeping.GETTING_UP, Bookkeeping.HELD, Bookkeeping.LEAVING)
"""Facts that do not outlive a guide."""


def start(turn: DialogueTurn, guide: Guide, step: str = "", facts: tuple[Fact, ...] = ()) -> None:
    """Start ``guide`` at ``step`` (or its first one) and drop all other tasks."""
    while turn.top:
        pop(turn)
    facts_kept = without(turn.state.facts, *_OF_ONE_GUIDE)
    turn.state = replace(turn.state, facts=facts_kept, awake_until=State.awake_until)
    turn.learn(*facts)
    index = guide.index(step) if step else 0
    turn.push(Task("guide", guide.name, step=index, started=turn.state.now))
    turn.dirty = True
    if guide.episode:
        turn.note(EpisodeStarted(leg(turn), situations(turn)))


def pop(turn: DialogueTurn) -> None:
    """End the top task; the end of a cramp is reported to the diary."""
    note_end(turn)
    guide = turn.guide
    if guide and guide.episode:
        stay_awake(turn)
    turn.pop()
    if guide and turn.state.loud != 1.0:
        turn.state = replace(turn.state, loud=1.0)
        turn.adjust()


def stay_awake(turn: DialogueTurn) -> None:
    """A cramp ends: for some minutes it may come back with few words, to somebody known."""
    known = {
        (key, value)
        for key, value in turn.state.facts
        if key in (Medical.LEG, Medical.SITUATION) and value not in turn.script.passing
    }
    turn.state = replace(
        turn.state,
        awake_until=turn.state.now + turn.script.settings["wake_seconds"],
        recalled=frozenset(known),
    )


def note_end(turn: DialogueTurn) -> None:
    """Report to the diary, once, how the cramp of the top task went."""
    top, guide = turn.top, turn.guide
    if not top or not guide or not guide.episode or top.noted:
        return
    turn.set_top(replace(top, noted=True))
    over = top.eased or turn.state.now
    turn.note(
        EpisodeEnded(
            seconds=float(round(over - top.started)),
            leg=leg(turn),
            helped=top.helped,
            flags=values_of(turn.facts, Medical.FLAG),
            situations=situations(turn),
        )
    )


def leg(turn: DialogueTurn) -> str:
    """The leg that cramps; empty if it is not known."""
    return value_of(turn.facts, Medical.LEG)


def situations(turn: DialogueTurn) -> tuple[str, ...]:
    """The circumstances, as the intents name them."""
    return values_of(turn.facts, Medical.SITUATION)


def applicable(turn: DialogueTurn, step: Step, facts: Facts | None = None) -> bool:
    """True if ``step`` applies under ``facts`` (None: the present ones) and no flag forbids it."""
    known = turn.facts if facts is None else facts
    return step.condition.holds(known) and step.kind not in turn.forbidden


def advance(turn: DialogueTurn) -> None:
    """Queue the next part of the top task's guide; ends the task after its last step."""
    top, guide = turn.top, turn.guide
    if top is None or guide is None or top.step >= len(guide.steps):
        pop(turn)
        return
    if over_limit(turn, guide, top):
        return
    step = guide.steps[top.step]
    if top.part < 0:
        if not applicable(turn, step):
            turn.set_top(replace(top, step=top.step + 1))
            return
        visits = top.count(f"visit {step.id}") + 1
        turn.set_top(replace(top, part=0).counted(f"visit {step.id}", visits).counted("block", 1))
        return
    if top.part >= len(step.parts):
        turn.set_top(replace(top, step=top.step + 1, part=-1))
        return
    part = step.parts[top.part]
    turn.set_top(replace(top, part=top.part + 1))
    if part.condition.holds(turn.facts):
        _expand(turn, guide, step, part, top.part)


def over_limit(turn: DialogueTurn, guide: Guide, top: Task) -> bool:
    """Go to the limit's step, once, if the guide has taken too long. True if it jumped."""
    limit = guide.limit
    if limit is None or top.step >= guide.index(limit.go):
        return False
    if top.count("limit") or not limit.condition.holds(turn.facts):
        return False
    if turn.state.now - top.started - top.waited < limit.seconds:
        return False
    turn.set_top(top.counted("limit", 1))
    go(turn, limit.go)
    return True


def _expand(turn: DialogueTurn, guide: Guide, step: Step, part: Part, index: int) -> None:
    facts = turn.facts
    match part.kind:
        case "set":
            turn.learn(*part.set)
        case "go":
            go(turn, part.value)
        case "volume":
            turn.state = replace(turn.state, loud=part.seconds)
            turn.adjust()
        case "cue" if part.value == "diary":
            note_end(turn)
            _queue(turn, AgendaItem(Listen(0.1), kind=step.kind))  # the diary's advice comes first
        case "tell":
            notifications.notify(turn, part.value)
        case "cue":
            turn.acts.append(Cue(part.value))
        case "ask" if part.question:
            ref = f"guide/{guide.name}/{step.id}/{index}"
            _queue(turn, turn.asking(part.question, ref, step.kind))
        case "hold":
            counts = count_down(part.seconds, part.count, turn.script)
            fitting = (line.text for line in part.resume if line.condition.holds(facts))
            resume = turn.fill(next(fitting, ""))
            _queue(turn, AgendaItem(Hold(part.seconds, counts), kind=step.kind, resume=resume))
        case "listen":
            _queue(turn, AgendaItem(Listen(part.seconds), kind=step.kind))
        case _:
            lines = [line for line in part.lines if line.condition.holds(facts)]
            _queue(
                turn,
                *(
                    AgendaItem(Say(turn.fill(line.text), line.pause), kind=line.kind)
                    for line in lines
                ),
            )


def _queue(turn: DialogueTurn, *items: AgendaItem) -> None:
    if turn.top:
        turn.set_top(replace(turn.top, items=(*turn.top.items, *items)))


def go(turn: DialogueTurn, target: str) -> None:
    """Jump to ``next``, ``again``, ``end`` or the step with this id in the top task's guide."""
    top, guide, step = turn.top, turn.guide, turn.current_step
    if top is None or guide is None or target in ("", "next"):
        return
    if target == "end":
        enter(turn, len(guide.steps))
    elif target == "again" and step:
        blocks = top.count("block") + 1
        if step.blocks and blocks > step.blocks:
            if step.spent == "next":
                enter(turn, top.step + 1)
            else:
                go(turn, step.spent)
            return
        label = next((i for i, part in enumerate(step.parts) if part.label == "again"), 0)
        keep_remarks(turn)
        if turn.top:
            turn.set_top(replace(turn.top, part=label).counted("block", blocks))
    else:
        enter(turn, guide.index(target))


def enter(turn: DialogueTurn, index: int) -> None:
    """Make the step at ``index`` the next one; drops what is left of the current step."""
    keep_remarks(turn)
    top, guide = turn.top, turn.guide
    if top is None or guide is None:
        return
    while index < len(guide.steps) and not applicable(turn, guide.steps[index]):
        index += 1
    # "next" may be said after the last step, while a question is still open
    turn.set_top(replace(top, step=min(index, len(guide.steps)), part=-1))


def keep_remarks(turn: DialogueTurn) -> None:
    """Drop the queued items of the current step, but not the remarks and warnings among them."""
    top = turn.top
    if top:
        turn.park()
        turn.set_top(replace(top, items=tuple(i for i in top.items if i.tag in ASIDE)))
        turn.dirty = True


def count_down(seconds: float, every: float, script: Script) -> tuple[Count, ...]:
    """Counts of a hold: one each ``every`` seconds, "five left", then three, two, one."""
    if every <= 0:
        return ()
    counts: dict[float, str] = {}
    at = every
    while at < seconds - 3:
        left = seconds - at
        text = script.numbers[int(at)] if at < len(script.numbers) else ""
        if left == 5 and seconds > 10:
            text = script.words["few_left"]
        if text:
            counts[at] = text
        at += every
    for left in (3, 2, 1):
        if seconds - left > 0:
            counts[seconds - left] = script.numbers[left]
    return tuple(Count(at, text) for at, text in sorted(counts.items()))
