"""Notifies the recipient of an emergency, if one is configured, and says whether it worked."""

from dataclasses import replace

from assistant.dialogue.acts import Tell
from assistant.dialogue.facts import Bookkeeping
from assistant.dialogue.turn import EMERGENCY, DialogueTurn

_OUTCOME_REPLY = {
    ("emergency", True): "told",
    ("emergency", False): "tell_failed",
    ("warning", True): "told",
    ("warning", False): "warning_failed",
    ("all_clear", True): "told_all_clear",
    ("all_clear", False): "all_clear_failed",
}
"""Reply by message and whether its delivery was acknowledged."""


def notify(turn: DialogueTurn, about: str) -> None:
    """Send the message ``about`` once per conversation, if a recipient is configured."""
    fact = (Bookkeeping.MESSAGE, about)
    if not turn.state.tell or fact in turn.state.facts:
        return
    turn.learn(fact)
    _send(turn, about)


def notify_warning(turn: DialogueTurn) -> None:
    """Send the message about a warning sign, if the recipient gets those too."""
    if turn.state.tell_warnings:
        notify(turn, "warning")


def notify_all_clear(turn: DialogueTurn) -> None:
    """Tell the recipient that the emergency was a false alarm, if they were notified of it."""
    fact = (Bookkeeping.MESSAGE, "emergency")
    if fact in turn.state.facts:
        turn.state = replace(turn.state, facts=turn.state.facts - {fact})
        _send(turn, "all_clear")


def report_outcome(turn: DialogueTurn, about: str, ok: bool) -> None:
    """Say whether the message was delivered."""
    reply = _OUTCOME_REPLY.get((about, ok))
    if reply:
        turn.say(reply, EMERGENCY)


def _send(turn: DialogueTurn, about: str) -> None:
    turn.acts.append(Tell(about, turn.fill(turn.script.messages[about])))
