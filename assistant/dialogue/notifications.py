"""Somebody is told of an emergency, if the user wanted that, and how it went is said aloud."""

from dataclasses import replace

from assistant.dialogue.acts import Tell
from assistant.dialogue.facts import Bookkeeping
from assistant.dialogue.turn import EMERGENCY, DialogueTurn

_SAID = {
    ("emergency", True): "told",
    ("emergency", False): "tell_failed",
    ("warning", True): "told",
    ("warning", False): "warning_failed",
    ("all_clear", True): "told_all_clear",
    ("all_clear", False): "all_clear_failed",
}
"""The reply for what was told and whether it has arrived."""


def notify(turn: DialogueTurn, about: str) -> None:
    """Send the message ``about``, once in a conversation, if somebody is to be told at all."""
    fact = (Bookkeeping.MESSAGE, about)
    if not turn.state.tell or fact in turn.state.facts:
        return
    turn.learn(fact)
    _send(turn, about)


def notify_warning(turn: DialogueTurn) -> None:
    """A sign that is no emergency was reported."""
    if turn.state.tell_warnings:
        notify(turn, "warning")


def notify_all_clear(turn: DialogueTurn) -> None:
    """The emergency was none: whoever was told of it shall know."""
    fact = (Bookkeeping.MESSAGE, "emergency")
    if fact in turn.state.facts:
        turn.state = replace(turn.state, facts=turn.state.facts - {fact})
        _send(turn, "all_clear")


def report_outcome(turn: DialogueTurn, about: str, ok: bool) -> None:
    """Say what is known: that it has arrived, or that it has not."""
    reply = _SAID.get((about, ok))
    if reply:
        turn.say(reply, EMERGENCY)


def _send(turn: DialogueTurn, about: str) -> None:
    turn.acts.append(Tell(about, turn.fill(turn.script.messages[about])))
