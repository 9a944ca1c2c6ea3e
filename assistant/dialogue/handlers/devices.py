"""A microphone or loudspeaker that is lost and recovered during a conversation."""

from dataclasses import replace

from assistant.dialogue.acts import Say
from assistant.dialogue.facts import Bookkeeping
from assistant.dialogue.handlers import navigation
from assistant.dialogue.state import ASIDE, PAUSE
from assistant.dialogue.turn import DialogueTurn

MICROPHONE = "microphone"
MUTED = "muted"
"""Value of the fact ``away`` while a muted microphone is what was announced."""


def away(turn: DialogueTurn, device: str) -> None:
    """Announce a lost microphone; a lost loudspeaker cannot be announced."""
    if device == MICROPHONE and not turn.in_emergency and _announce(turn, f"{device}_away"):
        turn.learn((Bookkeeping.AWAY, device))


def muted(turn: DialogueTurn) -> None:
    """Announce a microphone that delivers no sound, once in a night, also if no guide is running.

    Whoever does not know it would wait for an answer in vain.
    """
    silence = turn.script.settings["muted_silence"]
    if turn.in_emergency or turn.state.now - turn.state.muted_told < silence:
        return
    turn.state = replace(turn.state, muted_told=turn.state.now)
    turn.say("microphone_muted")
    if turn.find("guide"):
        turn.learn((Bookkeeping.AWAY, MUTED))


def back(turn: DialogueTurn, device: str) -> None:
    """Announce the recovered device and resume the interrupted item.

    What was being said when the loudspeaker was lost is said again, in an emergency too.
    """
    if turn.top is None:
        return  # no guide is running: a voice in the night would only wake people
    known = _announced(turn, device)
    if device == MICROPHONE and not known:
        return  # its loss was not announced
    turn.park()
    for one in known:
        _withdraw_loss(turn, one)
    if turn.in_emergency:
        return
    due = next((item for item in turn.top.items if item.tag not in ASIDE), None)
    if known:
        turn.say("microphone_unmuted" if known == (MUTED,) else f"{device}_back")
    else:
        _announce(turn, f"{device}_back")
    if due and due.tag != PAUSE:
        navigation.position_again(turn, due)


def all_back(turn: DialogueTurn) -> None:
    """The process was restarted, which needs working devices: take back a lost microphone."""
    known = _announced(turn, MICROPHONE)
    for one in known:
        _withdraw_loss(turn, one)
    # one that was muted may be so still
    if MICROPHONE in known and not turn.in_emergency:
        turn.say(f"{MICROPHONE}_back")


def _announced(turn: DialogueTurn, device: str) -> tuple[str, ...]:
    """The values of the fact ``away`` that the device's return takes back."""
    values = (MICROPHONE, MUTED) if device == MICROPHONE else (device,)
    return tuple(one for one in values if (Bookkeeping.AWAY, one) in turn.state.facts)


def _withdraw_loss(turn: DialogueTurn, device: str) -> None:
    """Forget the loss and drop what is left of its announcement."""
    reply = "microphone_muted" if device == MUTED else f"{device}_away"
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
