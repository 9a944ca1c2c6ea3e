"""A denial that may have been the very opposite.

"betul" and "belum", "ya ada" and "nggak ada" are hard to tell apart, and on the answer to a
question of danger it depends whether a possible blood clot is massaged.
"""

from collections.abc import Iterable

from assistant.nlu.intent import Intent


def denies(intent: Intent) -> bool:
    """Whether it says no: to a question, or to a sign that it names."""
    return intent.name == "no" or intent.slots.get("negated") == "yes"


def affirms(intent: Intent) -> bool:
    """Whether it says yes to a question, or names a sign."""
    return intent.name == "yes" or ("sign" in intent.slots and "negated" not in intent.slots)


def doubtful_denial(said: Intent, near: Iterable[Intent | None]) -> bool:
    """Whether ``said`` denies something, and one of those that sound nearly as well affirms it."""
    return denies(said) and any(other is not None and affirms(other) for other in near)
