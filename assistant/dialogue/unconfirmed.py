"""A conversation that only a doubt has opened: perhaps nobody spoke to the guide at all.

Out of idle the guide asks when something sounded like a call. As long as nobody has confirmed it,
and others talk in the room, a few words count: yes and no, the call again, a danger, an end.
Everything else may be a television, and when it talks on through the question, the guide falls
silent. In a quiet room everything counts as usual.
"""

from dataclasses import replace

from assistant.dialogue.acts import Cue
from assistant.dialogue.events import Doubtful, Event, NotUnderstood, Understood
from assistant.dialogue.facts import Bookkeeping, value_of
from assistant.dialogue.handlers import questions, red_flags, situations
from assistant.dialogue.turn import DialogueTurn
from assistant.nlu.carer import CARER
from assistant.nlu.intent import Intent

_ANSWERS = frozenset({"yes", "no", "stop", "false_alarm", "repeat", "help_menu", "tolong"})

_WITHOUT_A_YES = frozenset({"situation", "still_hurts", "left", "right", "both"})
"""Answers that only imply a yes: in a room with talk they may be meant for somebody else."""

_COUNTED, _COUNTS = frozenset({"left", "right", "both"}), 0.95
"""Short ones, and their confidence in a quiet room: who counts "dua, dua" says "dua-duanya"."""

_REMARKS = 2
"""Remarks that are no answer after which nobody is taken to have called."""

_QUESTIONS = 2
"""Questions that may be asked before anything is confirmed."""


def admitted(turn: DialogueTurn, event: Event) -> Event | None:
    """``event`` if it counts while nothing is confirmed; None if it is dealt with."""
    if not turn.state.unconfirmed or not turn.state.tasks:
        return event
    match event:
        case Understood():
            return _understood(turn, event)
        case Doubtful(crowded=True):
            return _doubtful(turn, event)
        case NotUnderstood(crowded=True):
            _ignored(turn)
            return None
        case _:
            return event


def opened(turn: DialogueTurn, was_idle: bool) -> None:
    """A doubt was dealt with: mark the conversation that it has opened."""
    if was_idle and turn.state.tasks:
        turn.state = replace(turn.state, unconfirmed=1)


def _understood(turn: DialogueTurn, event: Understood) -> Event | None:
    intent = event.intent
    guide = turn.script.guide_for(intent.name)
    calls = guide is not None and guide.episode
    counts = calls or intent.name in _ANSWERS or questions.accepts(turn, intent.name)
    implied = intent.name in _WITHOUT_A_YES and CARER not in situations.named(intent)
    implied = implied and (event.crowded or _counted(intent))
    if (not counts or implied) and not red_flags.signs_in(turn, intent):
        return None if event.crowded or implied else event
    if intent.name in ("no", "repeat", "help_menu"):
        return event
    turn.state = replace(turn.state, unconfirmed=0)
    if event.crowded and intent.name == "yes" and questions.asked(turn, "help"):
        # "tolong" was doubtful, and so is a short "ya": two of them are needed for an alarm
        turn.ask("help")
        return None
    return event


def _counted(intent: Intent) -> bool:
    return intent.name in _COUNTED and intent.confidence < _COUNTS


def _doubtful(turn: DialogueTurn, event: Doubtful) -> Event | None:
    asked, intent = turn.state.unconfirmed, event.intent
    heard = intent.confidence >= red_flags.TWICE_DOUBTED
    if asked >= _QUESTIONS or not heard or not _names_another_sign(turn, intent):
        _ignored(turn)
        return None
    turn.state = replace(turn.state, unconfirmed=asked + 1)
    return event


def _names_another_sign(turn: DialogueTurn, intent: Intent) -> bool:
    """Whether ``intent`` names a sign besides the one that is being asked about."""
    asked = value_of(turn.state.facts, Bookkeeping.WONDERED)
    signs = red_flags.signs_in(turn, intent)
    return any(sign != asked for sign in signs) and not questions.signs_asked_about(turn, signs)


def _ignored(turn: DialogueTurn) -> None:
    """Something that is no answer was said; the second time, the conversation ends in silence."""
    misheard = turn.state.misheard + 1
    turn.state = replace(turn.state, misheard=misheard)
    if misheard < _REMARKS:
        turn.acts.append(Cue("not_understood"))
    else:
        turn.state = replace(turn.state, tasks=())
        turn.dirty = True
