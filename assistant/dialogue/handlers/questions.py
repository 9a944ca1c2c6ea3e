"""Questions that were asked, and what the answers lead to."""

from dataclasses import replace

from assistant.dialogue import guide_runner
from assistant.dialogue.script.model import Action, Question, Script
from assistant.dialogue.state import REMARK, AgendaItem, State
from assistant.dialogue.turn import DialogueTurn

SILENCE = "silence"


def find(script: Script, ref: str) -> Question | None:
    """The question that ``ref`` names, ``None`` if the script does not hold it (any more)."""
    place, _, rest = ref.partition("/")
    if place == "reply":
        return script.questions.get(rest)
    names = rest.split("/")
    if place != "guide" or len(names) != 3 or names[0] not in script.guides:
        return None
    one = script.guides[names[0]]
    index = one.index(names[1])
    if index >= len(one.steps) or not names[2].isdigit():
        return None
    parts = one.steps[index].parts
    return parts[int(names[2])].question if int(names[2]) < len(parts) else None


def pending(turn: DialogueTurn) -> tuple[Question, AgendaItem, int] | None:
    """The question that is being asked, its item and its place among the items.

    A reply before it does not hide it: the user knows what was asked. A warning does.
    """
    return _pending(turn.state, turn.script)


def answers(state: State, script: Script) -> frozenset[str]:
    """The intents that answer what is being asked; none if nothing is."""
    now = _pending(state, script)
    return now[0].intents - {SILENCE} if now else frozenset()


def _pending(state: State, script: Script) -> tuple[Question, AgendaItem, int] | None:
    for place, item in enumerate(state.tasks[-1].items if state.tasks else ()):
        question = find(script, item.question) if item.question else None
        if question:
            return question, item, place
        if item.tag != REMARK:
            return None
    return None


def asked(turn: DialogueTurn, name: str) -> bool:
    """Whether the replies' question ``name`` is being asked."""
    now = pending(turn)
    return now is not None and now[1].question == f"reply/{name}"


def answer(turn: DialogueTurn, intent: str) -> Action | None:
    """Let ``intent`` answer the question that is being asked; the action to be carried out.

    ``None`` if nothing is being asked or this is no answer to it. Carries out all of the
    action but its signs, denials and intent, which are not this module's to decide.
    """
    now = pending(turn)
    if now is None:
        return None
    question, _, place = now
    facts = turn.facts
    action = next((one for one in question.actions(intent) if one.condition.holds(facts)), None)
    if action is None:
        return None
    turn.drop(place + 1)
    apply(turn, action)
    return action


def accepts(turn: DialogueTurn, intent: str) -> bool:
    """Whether ``intent`` would answer what is being asked."""
    now = pending(turn)
    return now is not None and bool(now[0].actions(intent))


def signs_asked_about(turn: DialogueTurn, signs: tuple[str, ...]) -> bool:
    """Whether what is being asked is whether any of ``signs`` is there."""
    now = pending(turn)
    return now is not None and any(
        sign in action.deny for action in now[0].actions("no") for sign in signs
    )


def asks_about_danger(turn: DialogueTurn) -> bool:
    """Whether what is being asked is whether any warning sign is there."""
    now = pending(turn)
    return now is not None and any(action.deny for action in now[0].actions("no"))


def withdraw(turn: DialogueTurn) -> None:
    """What is being asked need not be asked any more."""
    now = pending(turn)
    if now:
        turn.drop(now[2] + 1)


def apply(turn: DialogueTurn, action: Action) -> None:
    """Carry out what an action says, learns and where it goes."""
    turn.learn(*action.set)
    if action.lines:
        turn.say_lines(action.lines)
    if action.go:
        guide_runner.go(turn, action.go)


def unanswered(turn: DialogueTurn, item: AgendaItem) -> Action | None:
    """The wait for an answer to ``item``, no longer due, is over: ask again, or go on."""
    question = find(turn.script, item.question)
    if question is None:
        return None
    if item.attempt < question.again:
        again = turn.asking(question, item.question, item.kind, item.attempt + 1)
        top = turn.top
        if top:
            turn.set_top(replace(top, items=(again, *top.items)))
        return None
    facts = turn.facts
    action = next((one for one in question.actions(SILENCE) if one.condition.holds(facts)), None)
    if action:
        apply(turn, action)
    return action
