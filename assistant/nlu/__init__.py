"""Natural language understanding: text in, intent with slots out."""

from assistant.nlu.intent import Intent, Interpretation
from assistant.nlu.interpreter import Interpreter

__all__ = ["Intent", "Interpreter", "Interpretation"]
