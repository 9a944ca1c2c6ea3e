"""Recognised words in, wishes out."""

from assistant.understanding.intent import Intent
from assistant.understanding.understander import Understander, Understanding

__all__ = ["Intent", "Understander", "Understanding"]
