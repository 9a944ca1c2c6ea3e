"""Recognised words in, wishes out."""

from assistant.nlu.intent import Intent, Understanding
from assistant.nlu.interpreter import Understander

__all__ = ["Intent", "Understander", "Understanding"]
