"""How long signs, doubts and unsteadiness are remembered, and what nobody has answered."""

from dataclasses import replace

from assistant.dialogue.derived_facts import STAND
from assistant.dialogue.facts import (
    ALWAYS,
    Bookkeeping,
    Facts,
    Medical,
    value_of,
    values_of,
    without,
)
from assistant.dialogue.handlers import red_flags
from assistant.dialogue.state import State
from assistant.dialogue.turn import DialogueTurn

DOUBT_KEPT = 1800.0
"""Seconds for which a sign that nobody has answered about is asked about again, and for which
who was dizzy is told to stay down."""

TOO_LONG = "too_long"
"""The sign of a cramp that does not end; the guide asks further before it says what to do."""

SAME_CRAMP = 1800.0
"""Seconds after it was told that a cramp counts as the one that does not end."""


def at_the_end(turn: DialogueTurn) -> State:
    """The state once a conversation has ended, with what outlives it."""
    told, eased = (Medical.SIGN, TOO_LONG), (Medical.EASED, "yes")
    lasts = told in turn.state.facts and eased not in turn.state.facts
    lasts = lasts or not turn.state.facts.isdisjoint(_grounds_to_stay_down(turn))
    return replace(
        turn.state,
        facts=_kept_facts(turn),
        recalled=turn.state.recalled | _unsteady(turn),
        flagged=turn.state.now if lasts else turn.state.flagged,
        misheard=0,
        reminded=0,
        unconfirmed=0,
    )


def _kept_facts(turn: DialogueTurn) -> Facts:
    """The signs, doubted ones too, and the situations that give them their meaning."""
    signs = set(values_of(turn.state.facts, Medical.SIGN))
    meant = {
        (key, value)
        for flag in turn.script.flags
        if flag.signs & signs
        for key, values in flag.condition.when
        for value in values
    }
    kept, down = (Medical.SIGN, Medical.UNSURE), _grounds_to_stay_down(turn)
    return frozenset(f for f in turn.state.facts if f[0] in kept or f in meant | down)


def _grounds_to_stay_down(turn: DialogueTurn) -> Facts:
    """Situations in which nobody is to stand, whatever conversation they were told in."""
    grounds = [one for one in turn.script.cautions if STAND in one.forbids and one.also == ALWAYS]
    return frozenset(
        (key, value) for one in grounds for key, values in one.condition.when for value in values
    )


def _unsteady(turn: DialogueTurn) -> Facts:
    """Situations in which nobody is to stand: they hold on for the minutes after a cramp too."""
    cautions = {(key, value) for one in turn.script.cautions for key, values in one.condition.when
                for value in values}  # fmt: skip
    if turn.state.now >= turn.state.awake_until:
        return frozenset()
    return frozenset(f for f in turn.state.facts if f[0] == Medical.SITUATION and f in cautions)


def forget_old(turn: DialogueTurn) -> None:
    """Drop signs that were reported long ago, and doubts of an earlier conversation sooner."""
    if not turn.state.tasks and turn.state.now - turn.state.flagged > DOUBT_KEPT:
        facts = without(turn.state.facts, Medical.UNSURE) - _grounds_to_stay_down(turn)
        turn.state = replace(turn.state, facts=facts)
    if turn.state.now - turn.state.flagged > turn.script.settings["keep_signs"]:
        turn.state = replace(turn.state, facts=without(turn.state.facts, Medical.SIGN))


def too_long(turn: DialogueTurn) -> None:
    """Remember that the cramp has lasted too long for exercises."""
    turn.state = replace(turn.state, flagged=turn.state.now)
    turn.learn((Medical.SIGN, TOO_LONG))


def lasts_too_long(turn: DialogueTurn) -> bool:
    """Whether a cramp that is told now is still that one; a new one may be stretched."""
    if (Medical.SIGN, TOO_LONG) not in turn.state.facts:
        return False
    still = turn.state.now - turn.state.flagged <= SAME_CRAMP
    if not still:
        gone = {(Medical.SIGN, TOO_LONG)}
        turn.state = replace(turn.state, facts=turn.state.facts - gone)
    return still


def ask_forgotten(turn: DialogueTurn) -> bool:
    """Ask about the doubted signs that nobody was asked about yet; True if there were any."""
    told = values_of(turn.state.facts, Bookkeeping.UNANSWERED)
    left = [one for one in values_of(turn.state.facts, Medical.UNSURE) if one not in told]
    if left:
        red_flags.ask_sign(turn, *left)
    return bool(left)


def sign_unanswered(turn: DialogueTurn) -> None:
    """Nobody answers ``ask_sign``: in a conversation that means yes.

    Out of nothing it may have been a television: what to do is said once, without an alarm.
    """
    if any(task.kind != "talk" for task in turn.state.tasks):
        red_flags.resolve_sign(turn, True)
        return
    turn.say_lines(turn.script.replies["sign_unanswered"])
    turn.learn((Bookkeeping.UNANSWERED, value_of(turn.state.facts, Bookkeeping.WONDERED)))
    ask_forgotten(turn)  # of two doubted signs neither
