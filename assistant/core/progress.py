"""Progress reports of long tasks."""

from collections.abc import Callable

Progress = Callable[[str, float], None]
"""Called with the name of a step and the fraction done, 0 to 1."""


def no_progress(step: str, done: float) -> None:
    """Ignores the report."""
