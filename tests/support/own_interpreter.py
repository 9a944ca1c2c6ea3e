"""The interpreter of the project's own phrases, and what it makes of a text.

Loaded once for all tests, as it takes seconds.
"""

from assistant.nlu import Interpretation, Interpreter
from assistant.nlu.templates import load_phrases
from tests.support.paths import PHRASES

BOOK = load_phrases(PHRASES)
KRAM = Interpreter(BOOK)


def hear(text: str, state: str = "conversation") -> Interpretation:
    """The interpretation of ``text`` in a listening state."""
    return KRAM.interpret(text, state)


def meaning(text: str, state: str = "conversation") -> tuple[str, dict[str, str]]:
    """Its intent and slots; empty if it has none."""
    intent = hear(text, state).intent
    return (intent.name, dict(intent.slots)) if intent else ("", {})
