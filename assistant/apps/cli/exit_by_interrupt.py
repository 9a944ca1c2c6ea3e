"""What Ctrl-C leaves behind: one word and an exit code. Imports nothing but ``sys``."""

import sys

INTERRUPTED = 130
"""Exit code after Ctrl-C, for commands that do not normally end that way."""


def interrupted() -> int:
    """Say in one word that Ctrl-C was pressed; returns the exit code."""
    import contextlib

    with contextlib.suppress(OSError, AttributeError):  # stderr is full or closed
        sys.stderr.write("\nkram: interrupted\n")
    return INTERRUPTED
