"""What the user tells about themselves: a situation or a leg, and what must be asked about it."""

from dataclasses import replace

from assistant.dialogue import replanning
from assistant.dialogue.derived_facts import STAND, STANDING, forbidden_kinds
from assistant.dialogue.facts import Bookkeeping, Facts, Medical, value_of, values_of
from assistant.dialogue.handlers import profile
from assistant.dialogue.state import MUST_HEAR, REMARK
from assistant.dialogue.turn import DialogueTurn
from assistant.nlu.intent import Intent

LEGS = ("left", "right", "both")
OTHER_LEG = "other"
"""Slot value of "kaki satunya lagi": the leg that was not named before."""

_NEEDS_SOMEBODY = frozenset({"alone", "phone_far", "fear"})
"""Situations that matter once there is a sign of danger, whatever else is going on."""

_OPPOSITE = {"left": "right", "right": "left"}


def named(intent: Intent) -> tuple[str, ...]:
    """The situations that an intent names."""
    return tuple(intent.slots.get("situation", "").replace(",", " ").split())


def of_the_room(turn: DialogueTurn, intent: Intent) -> Intent:
    """Of "gelap" where the room is known to be dark: the room, not the skin."""
    unsure = intent.slots.get("negated") == "unsure" and "dark" in named(intent)
    if not unsure or (Medical.SITUATION, "dark") not in turn.facts:
        return intent
    return replace(intent, name="situation", slots={"situation": "dark"})


def leg_of(turn: DialogueTurn, intent: Intent) -> str:
    """The leg that an intent names; empty if none, or if it is the other one of an unknown leg."""
    leg = intent.slots.get("leg", "")
    if leg == OTHER_LEG:
        return _OPPOSITE.get(value_of(turn.before or turn.facts, Medical.LEG), "")
    return leg if leg in LEGS else ""


def situation(turn: DialogueTurn, intent: Intent) -> None:
    """Acknowledge a situation, which ``dispatch.learn_slots`` has stored, and adapt the step."""
    unsteady = concerns(turn, intent)
    if not turn.state.tasks and not unsteady:
        turn.say("nothing_running")
        return
    # What changes the advice is named, so that the user notices when it was misheard.
    said = named(intent) or (intent.name,)
    if STANDING in said and STAND in turn.forbidden:
        turn.say("stay_down")
        said = tuple(name for name in said if name != STANDING)
        if not said:
            replanning.adapt(turn)
            return
    replies = [f"noted_{name}" for name in said if f"noted_{name}" in turn.script.replies]
    for name in replies or ["noted_situation"]:
        turn.say_lines(turn.script.replies[name], tag=MUST_HEAR if unsteady else REMARK)
    replanning.adapt(turn)
    ask_about(turn, *said)


def played_down(turn: DialogueTurn, _intent: Intent) -> None:
    """Somebody makes light of it: of a sign, and if none is known, one was perhaps not heard."""
    turn.say("played_down")
    signs = values_of(turn.facts, Medical.SIGN)
    if turn.state.tasks and not signs:
        turn.learn((Bookkeeping.UNCLEAR, "yes"))
        replanning.adapt(turn)


def must_sit(turn: DialogueTurn, intent: Intent) -> bool:
    """True if ``intent`` is a reason not to stand: dizzy, in the dark."""
    said: Facts = frozenset((Medical.SITUATION, name) for name in named(intent))
    added = forbidden_kinds(turn.facts | said, turn.script) - turn.forbidden
    return STAND in added | forbidden_kinds(said, turn.script)


def concerns(turn: DialogueTurn, intent: Intent) -> bool:
    """True if it matters even when no guide runs: must sit, or alone with a sign of danger."""
    flagged = bool(values_of(turn.facts, Medical.FLAG))
    return must_sit(turn, intent) or (flagged and not _NEEDS_SOMEBODY.isdisjoint(named(intent)))


def ask_about(turn: DialogueTurn, *situations: str) -> None:
    """Ask at once what the script wants to know of somebody in these situations."""
    for name in situations:
        question = turn.script.checks.get(name)
        if question and not _answered(turn, question):
            turn.ask(question)
            return


def _answered(turn: DialogueTurn, question: str) -> bool:
    """True if a sign that ``question`` asks about was reported or denied."""
    facts = turn.state.facts
    asked = [one for action in turn.script.questions[question].actions("no") for one in action.deny]
    return any({(Medical.SIGN, sign), (Medical.DENIED, sign)} & facts for sign in asked)


def set_leg(turn: DialogueTurn, leg: str) -> None:
    """Store the leg; a stretch that was started with the other one begins again."""
    before = value_of(turn.before, Medical.LEG)
    turn.learn((Medical.LEG, leg))
    profile.mark_said(turn, "leg")
    turn.say("noted_leg")
    replanning.adapt(turn)
    if before and before != leg:
        _restart_stretch(turn)


def other_leg(turn: DialogueTurn, intent: Intent) -> None:
    """The other leg cramps while one is treated: it is its turn now."""
    leg = leg_of(turn, intent)
    if leg:
        set_leg(turn, leg)
    else:
        turn.say("noted_other_leg")
        _restart_stretch(turn)


def _restart_stretch(turn: DialogueTurn) -> None:
    step, one = turn.current_step, turn.guide
    if one and one.episode and step and step.kind == "stretch":
        replanning.restart_steps(turn)
