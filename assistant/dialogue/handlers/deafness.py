"""Deaf on request: "matikan mikrofon", for a time that the user names.

The policy decides until when; the loop feeds silence to the listener meanwhile, so that nothing
that is said reaches the recogniser. It ends by time, by a key and by a restart.
"""

from dataclasses import replace

from assistant.dialogue import guide_runner
from assistant.dialogue.acts import Cue
from assistant.dialogue.facts import Bookkeeping, value_of
from assistant.dialogue.handlers import questions
from assistant.dialogue.interruption import STAYING
from assistant.dialogue.state import State
from assistant.dialogue.turn import DialogueTurn
from assistant.nlu.intent import Intent

USUAL_MINUTES = "60"
"""For how long, if the user names no time."""

_MINUTE = 60.0


def is_deaf(state: State) -> bool:
    """True while the user does not want to be heard."""
    return state.now < state.deaf_until


def deafen(turn: DialogueTurn, intent: Intent) -> None:
    """Stop listening. Out of nothing it is asked first: it may have been a television."""
    turn.learn((Bookkeeping.DEAF_FOR, intent.slots.get("minutes", USUAL_MINUTES)))
    now = questions.pending(turn)
    if now and now[1].question in STAYING:
        turn.say("deaf_not_now")  # a question of danger comes first
    elif turn.state.tasks:
        deafen_now(turn)
    else:
        turn.ask("deafen")


def deafen_now(turn: DialogueTurn) -> None:
    """End everything, and hear nothing until the time is over."""
    minutes = value_of(turn.state.facts, Bookkeeping.DEAF_FOR, USUAL_MINUTES)
    while turn.top:
        guide_runner.pop(turn)
    turn.carried = ()
    until = turn.state.now + _MINUTE * float(minutes)
    turn.state = replace(turn.state, deaf_until=until, awake_until=State.awake_until)
    turn.acts.append(Cue("deaf"))
    turn.say("deaf")


def hear_again(turn: DialogueTurn, asked: bool) -> None:
    """The time is over, or the user has ``asked`` by a key: a tone, and a word to the latter."""
    turn.state = replace(turn.state, deaf_until=State.deaf_until)
    turn.acts.append(Cue("ready"))
    if asked:
        turn.say("hearing_again")
