"""Calling for help: which number, nobody answers, help is coming; and talk during the alarm."""

import re
from dataclasses import replace

from assistant.dialogue import guide_runner
from assistant.dialogue.facts import Bookkeeping, Medical, values_of
from assistant.dialogue.handlers import red_flags, situations
from assistant.dialogue.state import State
from assistant.dialogue.turn import EMERGENCY, DialogueTurn
from assistant.nlu.intent import Intent

CALLING, PLAYS_DOWN = "calling", "plays_down"
_COMING, _UNCONNECTED = "coming", "unconnected"
_TAKES_BACK = re.compile(
    r"\b(?:bukan (?:saya|aku|gue|gua|itu|darurat)|cerita|ceritanya|sinetron|film|filmnya"
    r"|televisi|tv|tivi|berita|salah (?:dengar|denger|bicara|ngomong|omong|sebut)"
    r"|maksudnya|maksudku|maksud saya|bercanda|becanda|guyon|(?:cuma|cuman|mung) kram)\b"
)
"""Words with which somebody says that the alarm has heard what was not meant."""

_SAID_IN_ALARM = ("phone_far", "fear")
"""Situations that are answered while the alarm is going on."""


def has_become_urgent(turn: DialogueTurn) -> bool:
    """Let the emergency begin that a situation makes of a known sign; True if one has begun.

    Low blood sugar is one for who becomes drowsy.
    """
    flag = red_flags.emergency(turn)
    if flag is None or (turn.top and turn.top.name == flag.guide):
        return False
    signs = [sign for sign in values_of(turn.state.facts, Medical.SIGN) if sign in flag.signs]
    turn.learn((Bookkeeping.HEARD, signs[0]))
    red_flags.take_over(turn, flag)
    return True


def takes_back(intent: Intent) -> bool:
    """Whether the alarm should ask if all is well: "itu cerita tetangga, bukan saya"."""
    return bool(_TAKES_BACK.search(intent.text))


def say_whom(turn: DialogueTurn, intent: Intent, kind: str = "") -> None:
    """Answer a question about the number, or say what to do when nobody answers."""
    unconnected = intent.slots.get("about") == _UNCONNECTED
    turn.say("not_connected" if unconnected else "emergency_words", kind)


def in_alarm(turn: DialogueTurn, intent: Intent, sure: bool = True) -> bool:
    """Answer what is said during an emergency besides signs and all-clears; True if it was.

    Help that is on its way ends the alarm, but not what was told: the signs stay. Of a doubtful
    sentence only the words of the number are said.
    """
    about = intent.slots.get("about", "")
    if intent.name == CALLING and about != _COMING:
        say_whom(turn, intent, EMERGENCY)
    elif not sure:
        return False
    elif intent.name == CALLING:
        quieten(turn, "help_coming")
    elif intent.name == PLAYS_DOWN:
        turn.say("played_down", EMERGENCY)
    elif turn.script.topic_for(intent.name, intent.slots.get("topic", "")):
        turn.say("emergency_question", EMERGENCY)
    elif intent.name == "situation" and _says(turn, *situations.named(intent)):
        pass
    else:
        return False
    return True


def _says(turn: DialogueTurn, *named: str) -> bool:
    known = [name for name in named if name in _SAID_IN_ALARM]
    for name in known:
        turn.learn((Medical.SITUATION, name))
        turn.say(f"alarm_{name}", EMERGENCY)
    return bool(known)


def quieten(turn: DialogueTurn, reply: str) -> None:
    """End the alarm's guide, and everything below it; the signs are kept."""
    while turn.top:
        guide_runner.pop(turn)
    turn.carried = ()
    turn.state = replace(turn.state, awake_until=State.awake_until)
    turn.say(reply, EMERGENCY)
