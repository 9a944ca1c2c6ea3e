"""Pending questions and the actions of their answers."""

from dataclasses import replace

from assistant.dialogue import guide_runner
from assistant.dialogue.facts import Bookkeeping, value_of
from assistant.dialogue.script.model import Action, Question, Script
from assistant.dialogue.state import REMARK, AgendaItem, State
from assistant.dialogue.turn import DialogueTurn

SILENCE = "silence"
_UNLIKE = "swollen"
"""A sign of one leg."""

UNHEARD = "unheard"
"""What counts as an answer although it was not understood, where something said is one."""


def find(script: Script, ref: str) -> Question | None:
    """The question that ``ref`` names; None if the script does not have it (any more)."""
    place, _, rest = ref.partition("/")
    if place == "reply":
        return script.questions.get(rest)
    names = rest.split("/")
    if place != "guide" or len(names) != 3 or names[0] not in script.guides:
        return None
    one = script.guides[names[0]]
    index = one.index(names[1])
    if index >= len(one.steps) or not names[2].isdecimal():
        return None
    parts = one.steps[index].parts
    return parts[int(names[2])].question if int(names[2]) < len(parts) else None


def pending(turn: DialogueTurn) -> tuple[Question, AgendaItem, int] | None:
    """The pending question, its item and the item's index; None if nothing was asked.

    A reply queued before it does not hide it, since the user knows what was asked. A warning does.
    """
    return _pending(turn.state, turn.script)


def answers(state: State, script: Script) -> frozenset[str]:
    """The intents that answer the pending question; empty without one."""
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
    """True if the replies' question ``name`` is pending."""
    now = pending(turn)
    return now is not None and now[1].question == f"reply/{name}"


def answer(turn: DialogueTurn, intent: str) -> Action | None:
    """Let ``intent`` answer the pending question; returns the action to apply.

    None if no question is pending or ``intent`` is no answer to it. Applies the action except for
    its signs, denials and intent, which the caller handles.
    """
    now = pending(turn)
    if now is None:
        return None
    action = _action(turn, intent)
    if action is None:
        return None
    turn.drop(now[2] + 1)
    apply(turn, action)
    return action


def _action(turn: DialogueTurn, intent: str) -> Action | None:
    """What ``intent`` would do as an answer to the pending question, as things are."""
    now = pending(turn)
    actions = now[0].actions(intent) if now else ()
    return next((one for one in actions if one.condition.holds(turn.facts)), None)


def accepts(turn: DialogueTurn, intent: str) -> bool:
    """True if ``intent`` would answer the pending question."""
    now = pending(turn)
    return now is not None and bool(now[0].actions(intent))


def is_like_silence(turn: DialogueTurn, intent: str) -> bool:
    """True if ``intent`` would lead to what silence leads to."""
    return accepts(turn, intent) and _action(turn, intent) == _action(turn, SILENCE)


def answer_key(turn: DialogueTurn, intent: str) -> str:
    """Names the pending question, as it is asked this time, and ``intent``."""
    now = pending(turn)
    return f"{now[1].question} {turn.state.tasks[-1].started} {intent}" if now else ""


def signs_asked_about(turn: DialogueTurn, signs: tuple[str, ...]) -> bool:
    """True if the pending question is about any of ``signs``."""
    now = pending(turn)
    return now is not None and any(
        sign in action.deny for action in now[0].actions("no") for sign in signs
    )


def asks_about_danger(turn: DialogueTurn) -> bool:
    """True if the pending question is about any warning sign."""
    now = pending(turn)
    return now is not None and _is_about_danger(now[0])


def compares_legs(turn: DialogueTurn) -> bool:
    """True if the pending question is whether one leg is unlike the other."""
    return signs_asked_about(turn, (_UNLIKE,)) and not asked(turn, "sign_or_not")


def _is_about_danger(question: Question) -> bool:
    return any(action.deny for action in question.actions("no"))


def danger_asked(turn: DialogueTurn) -> str:
    """Which question about a warning sign is pending, and about which sign; empty if none is."""
    now = pending(turn)
    if now is None or not (asked(turn, "sign_or_not") or asks_about_danger(turn)):
        return ""
    return f"{now[1].question} {value_of(turn.state.facts, Bookkeeping.WONDERED)}"


def open_danger(state: State, script: Script) -> str:
    """Like ``danger_asked``, also of a question that waits below a warning or another task."""
    wondered = value_of(state.facts, Bookkeeping.WONDERED)
    for item in (item for task in reversed(state.tasks) for item in task.items if item.question):
        question = find(script, item.question)
        asks = question is not None and _is_about_danger(question)
        if asks or item.question == "reply/sign_or_not":
            return f"{item.question} {wondered}"
    return ""


def left_open(state: State, script: Script) -> str:
    """Which question must not be repeated for ever: of danger, or else a reply's; empty if none.

    A guide's own question may be: it is where the guide goes on after every answer.
    """
    danger = open_danger(state, script)
    now = None if danger else _pending(state, script)
    if now is None or not now[1].question.startswith("reply/"):
        return danger
    return f"{now[1].question} {state.tasks[-1].name} {state.tasks[-1].started}"


def withdraw(turn: DialogueTurn) -> None:
    """Drop the pending question."""
    now = pending(turn)
    if now:
        turn.drop(now[2] + 1)


def apply(turn: DialogueTurn, action: Action) -> None:
    """Apply the facts, the lines and the jump of an action."""
    turn.learn(*action.set)
    if action.lines:
        turn.say_lines(action.lines)
    if action.go:
        guide_runner.go(turn, action.go)


def unanswered(turn: DialogueTurn, item: AgendaItem) -> Action | None:
    """The wait for an answer to ``item`` is over: ask again, or return the action for silence."""
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
