"""FAQ: answers to questions about cramps, in pieces."""

from dataclasses import replace

from assistant.dialogue.acts import Say
from assistant.dialogue.handlers import questions
from assistant.dialogue.script.model import Line, Script, Topic
from assistant.dialogue.state import MUST_HEAR, REMARK, AgendaItem, Task
from assistant.dialogue.turn import DialogueTurn

FIRST = ("reply/sign_or_not", "reply/too_long")
"""Questions about a sign: until one is answered, no advice is given about the leg."""


_TREATMENTS = frozenset({"massage", "heat"})
"""Kinds of advice that must wait for the answer, and are told to."""


def pieces(script: Script, topic: Topic) -> tuple[Line, ...]:
    """All pieces of a topic, including those of its parts."""
    return topic.pieces + tuple(
        piece for name in topic.parts for piece in pieces(script, script.topics[name])
    )


def start(turn: DialogueTurn, topic: Topic) -> None:
    """Start an answer; it replaces a running one."""
    top, now = turn.top, questions.pending(turn)
    if now and now[1].question in FIRST:
        if any(line.kind in _TREATMENTS for line in pieces(turn.script, topic)):
            turn.say("not_yet")
        turn.remark(AgendaItem(Say(now[0].offer), tag=REMARK))  # it decides what may be answered
        return
    if top and top.kind in ("answer", "talk"):
        turn.pop()
    turn.push(Task("answer", topic.name, part=0, started=turn.state.now))


def due(turn: DialogueTurn, task: Task) -> list[int]:
    """Indices of the remaining pieces that may be spoken."""
    topic = turn.script.topics.get(task.name)
    if topic is None:
        return []
    facts = turn.facts
    return [
        index
        for index, line in enumerate(pieces(turn.script, topic))
        if index >= task.part
        and line.condition.holds(facts)
        and turn.allows(AgendaItem(Say(line.text), kind=line.kind))
    ]


def advance(turn: DialogueTurn) -> None:
    """Queue the next piece and the question whether to go on; ends after the last piece."""
    top = turn.top
    if top is None:
        return
    left = due(turn, top)
    if not left:
        turn.pop()
        return
    line = pieces(turn.script, turn.script.topics[top.name])[left[0]]
    items = [AgendaItem(Say(turn.fill(line.text), line.pause), kind=line.kind)]
    if len(left) > 1:
        items.append(turn.asking(turn.script.questions["more"], "reply/more"))
    turn.set_top(replace(top, part=left[0] + 1, items=tuple(items)))


def skip(turn: DialogueTurn, back: bool = False) -> None:
    """Skip to the next piece, or back to the one before the current one."""
    top = turn.top
    if top is None:
        return
    turn.park()
    part = max(0, top.part - 2) if back else top.part
    warnings = tuple(item for item in (turn.top or top).items if item.tag == MUST_HEAR)
    turn.set_top(replace(top, part=part, items=warnings))
    turn.dirty = True


def end(turn: DialogueTurn) -> None:
    """End the answer."""
    turn.pop()
