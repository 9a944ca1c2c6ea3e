"""A microphone or loudspeaker that is lost and recovered during a conversation."""

from dataclasses import replace

from assistant.dialogue.acts import Say
from assistant.dialogue.facts import Bookkeeping
from assistant.dialogue.handlers import navigation
from assistant.dialogue.state import ASIDE, PAUSE
from assistant.dialogue.turn import DialogueTurn

MICROPHONE = "microphone"


def away(turn: DialogueTurn, device: str) -> None:
    """Announce a lost microphone; a lost loudspeaker cannot be announced."""
    if device == MICROPHONE and not turn.in_emergency and _announce(turn, f"{device}_away"):
        turn.learn((Bookkeeping.AWAY, device))


def back(turn: DialogueTurn, device: str) -> None:
    """Announce the recovered device and resume the interrupted item.

    What was being said when the loudspeaker was lost is said again, in an emergency too.
    """
    if turn.top is None:
        return  # no guide is running: a voice in the night would only wake people
    known = (Bookkeeping.AWAY, device) in turn.state.facts
    if device == MICROPHONE and not known:
        return  # its loss was not announced
    turn.park()
    _withdraw_loss(turn, device)
    if turn.in_emergency:
        return
    due = next((item for item in turn.top.items if item.tag not in ASIDE), None)
    if known:
        turn.say(f"{device}_back")
    else:
        _announce(turn, f"{device}_back")
    if due and due.tag != PAUSE:
        navigation.position_again(turn, due)


def all_back(turn: DialogueTurn) -> None:
    """The process was restarted, which needs working devices: take back a lost microphone."""
    if (Bookkeeping.AWAY, MICROPHONE) not in turn.state.facts:
        return
    _withdraw_loss(turn, MICROPHONE)
    if not turn.in_emergency:
        turn.say(f"{MICROPHONE}_back")


def _withdraw_loss(turn: DialogueTurn, device: str) -> None:
    """Forget the loss and drop what is left of its announcement."""
    reply = f"{device}_away"
    turn.state = replace(turn.state, facts=turn.state.facts - {(Bookkeeping.AWAY, device)})
    if turn.top and reply in turn.script.replies:
        texts = {turn.fill(line.text) for line in turn.script.replies[reply]}
        items = turn.top.items
        left = tuple(i for i in items if not (isinstance(i.act, Say) and i.act.text in texts))
        turn.set_top(replace(turn.top, items=left))


def _announce(turn: DialogueTurn, reply: str) -> bool:
    """Say ``reply``, but rarely when a plug is loose; True if it was queued."""
    if turn.top is None or reply not in turn.script.replies:
        return False
    if turn.state.now - turn.state.device_told < turn.script.settings["device_silence"]:
        return False
    turn.state = replace(turn.state, device_told=turn.state.now)
    turn.say(reply)
    return True
