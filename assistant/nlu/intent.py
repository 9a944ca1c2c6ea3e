"""What a phrase means."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from assistant.nlu.reason import InterpretationReason
from assistant.nlu.similarity import IndexEntry


@dataclass(frozen=True)
class Intent:
    """A recognised wish, answer or remark of the user."""

    name: str
    """Name of the intent, as in ``phrases/*/intents``."""

    slots: Mapping[str, str] = field(default_factory=dict)
    """Details, such as ``leg: left`` or ``sign: swollen``."""

    confidence: float = 1.0
    """0 to 1: how sure hearing and understanding are together."""

    text: str = ""
    """The words that were understood."""

    opens_with_no: bool = False
    """Whether "tidak bengkak" may have been "tidak, bengkak": a pause is not heard as a word."""


@dataclass(frozen=True)
class Interpretation:
    """What was made of a sentence, and why."""

    intent: Intent | None
    """None when no allowed phrase is near."""

    accepted: bool
    """Whether it is near enough to act on without asking."""

    score: float
    """Likeness to the best phrase, 0 to 1; 1 is word for word."""

    phrase: str = ""
    """The best phrase, even if it was refused."""

    runner_up: str = ""
    """The best phrase of another intent."""

    reason: InterpretationReason = field(kw_only=True)
    """What decided; ``reason.text`` is for the log."""


REMARKS = ("leg", "situation", "sign")


SEVERAL = ("sign", "situation")
"""Slots that may hold more than one value, with commas."""


def add_slot(slots: dict[str, str], name: str, value: str) -> None:
    """Several signs or situations are one slot with commas; a denied sign takes no other one."""
    if name not in slots:
        slots[name] = value
    elif name in SEVERAL and "negated" not in slots and value not in slots[name].split(","):
        slots[name] += f",{value}"


def is_remark(entry: IndexEntry) -> bool:
    slots = entry.phrase.slots
    return bool(slots) and all(name in REMARKS for name, _ in slots)
