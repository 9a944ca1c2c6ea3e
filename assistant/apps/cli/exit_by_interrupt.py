"""What Ctrl-C leaves behind: one word and an exit code. Imports nothing but ``sys`` at first."""

import sys

INTERRUPTED = 130
"""Exit code after Ctrl-C, for commands that do not normally end that way."""


def interrupted() -> int:
    """Say in one word that Ctrl-C was pressed; returns the exit code."""
    import contextlib

    with contextlib.suppress(OSError, AttributeError):  # stderr is full or closed
        sys.stderr.write(f"\nkram: {_word()}\n")
    return INTERRUPTED


def _word() -> str:
    """In the chosen language; in English as long as nothing has been loaded that could choose."""
    if getattr(sys.modules.get("assistant.core.translation"), "shown", None) is None:
        return "interrupted"
    from assistant.core.translation import _

    return _("interrupted").shown
