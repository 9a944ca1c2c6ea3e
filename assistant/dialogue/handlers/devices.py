"""A microphone or loudspeaker that goes away and comes back in the middle of a conversation."""

from dataclasses import replace

from assistant.dialogue.acts import Say
from assistant.dialogue.facts import Bookkeeping
from assistant.dialogue.handlers import navigation
from assistant.dialogue.state import ASIDE, PAUSE
from assistant.dialogue.turn import DialogueTurn

MICROPHONE = "microphone"


def away(turn: DialogueTurn, device: str) -> None:
    """Say that nothing is heard at present; without a loudspeaker nothing can be said."""
    if device == MICROPHONE and not turn.in_emergency and _tell(turn, f"{device}_away"):
        turn.learn((Bookkeeping.AWAY, device))


def back(turn: DialogueTurn, device: str) -> None:
    """Say that it is back, and take up again what was going on.

    What was being said when the loudspeaker went away is said anew, in an emergency too.
    """
    if turn.top is None:
        return  # nobody is being guided: a voice in the night would only wake the house
    known = (Bookkeeping.AWAY, device) in turn.state.facts
    if device == MICROPHONE and not known:
        return  # a loose plug that was not spoken of
    turn.park()
    _take_back(turn, device)
    if turn.in_emergency:
        return
    due = next((item for item in turn.top.items if item.tag not in ASIDE), None)
    if known:
        turn.say(f"{device}_back")
    else:
        _tell(turn, f"{device}_back")
    if due and due.tag != PAUSE:
        navigation.position_again(turn, due)


def all_back(turn: DialogueTurn) -> None:
    """The program was started anew, which it cannot be without its devices."""
    if (Bookkeeping.AWAY, MICROPHONE) not in turn.state.facts:
        return
    _take_back(turn, MICROPHONE)
    if not turn.in_emergency:
        turn.say(f"{MICROPHONE}_back")


def _take_back(turn: DialogueTurn, device: str) -> None:
    """That it is away is no longer true: it is not said to its end, or again."""
    reply = f"{device}_away"
    turn.state = replace(turn.state, facts=turn.state.facts - {(Bookkeeping.AWAY, device)})
    if turn.top and reply in turn.script.replies:
        texts = {turn.fill(line.text) for line in turn.script.replies[reply]}
        items = turn.top.items
        left = tuple(i for i in items if not (isinstance(i.act, Say) and i.act.text in texts))
        turn.set_top(replace(turn.top, items=left))


def _tell(turn: DialogueTurn, reply: str) -> bool:
    """Say so, but not again and again when a plug is loose; whether it was said."""
    if turn.top is None or reply not in turn.script.replies:
        return False
    if turn.state.now - turn.state.device_told < turn.script.settings["device_silence"]:
        return False
    turn.state = replace(turn.state, device_told=turn.state.now)
    turn.say(reply)
    return True
