"""Recognised words in, wishes out."""

from assistant.understanding.intent import Intent, Understanding
from assistant.understanding.understander import Understander

__all__ = ["Intent", "Understander", "Understanding"]
