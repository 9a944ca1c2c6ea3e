"""What is left of an interrupted act, and which questions survive another question."""

from dataclasses import replace

from assistant.dialogue.acts import Count, Hold, Lasting, Listen, Say
from assistant.dialogue.script.model import Script
from assistant.dialogue.state import PAUSE, AgendaItem, State

STAYING = (
    "reply/help",
    "reply/sign_or_not",
    "reply/all_clear",
    "reply/one_leg",
    "reply/pregnant",
    "reply/too_long",
)
"""Safety questions: another question does not replace them."""


def remainder(item: AgendaItem, state: State, script: Script) -> AgendaItem | None:
    """The rest of the item in progress; None if it is practically over."""
    elapsed = max(0.0, state.now - state.since)
    act: Lasting = item.act
    match act:
        case Hold(seconds, counts):
            left = round(seconds - elapsed, 3)
            if left < script.settings["shortest_hold"]:
                return None
            later = tuple(
                Count(round(one.at - elapsed, 3), one.text) for one in counts if one.at > elapsed
            )
            return replace(item, act=Hold(left, later))
        case Say(text, pause):
            spoken = len(text) / (script.settings["characters_per_second"] * state.rate)
            return None if elapsed > 1.5 * spoken + pause else item
        case Listen(seconds) if item.tag != PAUSE:
            return replace(item, act=Listen(round(max(0.1, seconds - elapsed), 3)))
        case _:
            return item


def is_dropped_by_question(item: AgendaItem) -> bool:
    """True if the item's question is dropped when another one is asked."""
    return item.question.startswith("reply/") and item.question not in (*STAYING, "reply/more")
