"""Denials that may be misrecognised affirmations.

"betul" and "belum", "ya ada" and "nggak ada" are acoustically similar, and the answer to a danger
question decides whether a possible blood clot is massaged.
"""

from collections.abc import Iterable

from assistant.nlu.intent import Intent


def denies(intent: Intent) -> bool:
    """Whether the intent is a "no", or a negated sign."""
    return intent.name == "no" or intent.slots.get("negated") == "yes"


def affirms(intent: Intent) -> bool:
    """Whether the intent is a "yes", or a sign that is not negated."""
    return intent.name == "yes" or ("sign" in intent.slots and "negated" not in intent.slots)


def doubtful_denial(said: Intent, near: Iterable[Intent | None]) -> bool:
    """Whether ``said`` denies something and an n-best alternative in ``near`` affirms something."""
    return denies(said) and any(other is not None and affirms(other) for other in near)
