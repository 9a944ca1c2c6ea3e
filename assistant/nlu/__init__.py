"""Natural language understanding: text in, intent with slots out."""

from assistant.nlu.intent import Intent, Interpretation
from assistant.nlu.interpreter import Interpreter
from assistant.nlu.verbatim_interpreter import VerbatimInterpreter, interpreter_of

__all__ = ["Intent", "Interpretation", "Interpreter", "VerbatimInterpreter", "interpreter_of"]
