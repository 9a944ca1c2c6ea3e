"""What is heard when nobody says a phrase: a loop of ordinary words beside the phrases.

Any speech fits some chain of such words, so the best phrase always has a rival that heard the
same sound. How far it is ahead of that rival is the evidence that it was really said.
"""

from collections.abc import Mapping
from dataclasses import dataclass

MARK = "#"
"""The background's name in ``words.txt``, so that it is never taken for a phrase."""


@dataclass(frozen=True)
class Background:
    """A loop of ordinary words that speech can fall into when it is no phrase."""

    words: Mapping[str, float]
    """Word → cost of saying it (negative logarithm of its frequency)."""

    entry: float = 0.0
    """Cost of falling into the background at all; may be negative."""
