"""A concept: the canonical word that several tokens or expressions stand for."""

from dataclasses import dataclass

NOT = "!"
"""Prefix of a negated concept: "!bengkak"."""

DONT = "~"
"""Prefix of a concept under a prohibition: "~keras" (jangan keras-keras)."""

WHETHER = "kah"
"""Concept of a question tag, a sentence-final negation: "bahaya nggak"."""


@dataclass(frozen=True, slots=True)
class Concept:
    """One concept and its confidence: 1, or less for a fuzzy match."""

    name: str
    confidence: float = 1.0
    out_of_domain: bool = False
    """Whether it is a common word that neither phrases nor vocabulary contain."""


GENERIC_CONCEPTS = frozenset({
    *("saya", "kaki", "betis", "paha", "telapak", "jari", "kram", "sakit", "tolong"),
})  # fmt: skip
"""Concepts too common to identify an aside."""

NEUTRAL_CONCEPTS = GENERIC_CONCEPTS - {"sakit", "kram"} | {
    *("ya", "masih", "biasa", "normal", "oke", "baik", "baik_saja", "sudah", "sangat"),
}  # fmt: skip
"""Concepts that do not speak against a denial without a negation word."""
