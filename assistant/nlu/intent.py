"""Intent with slots, and the interpretation of a sentence."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from assistant.nlu.index_entry import IndexEntry
from assistant.nlu.reason import InterpretationReason


@dataclass(frozen=True)
class Intent:
    """A recognised request, answer or remark of the user."""

    name: str
    """Name of the intent, as in ``phrases/*/intents``."""

    slots: Mapping[str, str] = field(default_factory=dict)
    """Details, such as ``leg: left`` or ``sign: swollen``."""

    confidence: float = 1.0
    """Product of the recogniser's confidence and the NLU score, 0 to 1."""

    text: str = ""
    """The normalised text, all of it."""

    opens_with_no: bool = False
    """Whether it begins with a negation: "tidak bengkak" may have been "tidak, bengkak"."""


@dataclass(frozen=True)
class Interpretation:
    """The result for one sentence: intent, score, and the reason for the log."""

    intent: Intent | None
    """None if no allowed phrase scores high enough."""

    accepted: bool
    """Whether to act on it without a confirmation."""

    score: float
    """Similarity to the best phrase, 0 to 1; 1 is an exact match."""

    phrase: str = ""
    """The best phrase, even if it was rejected."""

    runner_up: str = ""
    """The best phrase of another intent."""

    reason: InterpretationReason = field(kw_only=True)
    """What decided; ``reason.text`` is for the log."""


MINOR_INTENTS = frozenset({"yes", "no", "dont_know", "thanks", "tolong", "plays_down"})
"""Intents that any other intent in the sentence overrides."""

ASIDE_SLOTS = ("leg", "situation", "sign")
"""Slots that may be filled by an aside within another sentence."""

MULTI_VALUE_SLOTS = ("sign", "situation")
"""Slots with multiple values, separated by commas."""


def add_slot(slots: dict[str, str], name: str, value: str) -> None:
    """Set a slot, or append to a multi-value one; a negated sign is not extended."""
    if name not in slots:
        slots[name] = value
    elif name in MULTI_VALUE_SLOTS and "negated" not in slots:
        known = slots[name].split(",")
        slots[name] = ",".join(dict.fromkeys([*known, *value.split(",")]))


def is_aside(entry: IndexEntry) -> bool:
    """Whether the phrase fills only slots that an aside may fill."""
    slots = entry.phrase.slots
    return bool(slots) and all(name in ASIDE_SLOTS for name, _ in slots)
