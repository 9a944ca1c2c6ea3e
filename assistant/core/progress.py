"""How a long task reports how far it is."""

from collections.abc import Callable

Progress = Callable[[str, float], None]
"""Called with the name of a step and how much of it is done, 0 to 1."""


def no_progress(step: str, done: float) -> None:
    """Reports to nobody."""
