#!/usr/bin/env python3
"""Kram's front door: sets everything up on the first run, then does what was asked.

Standard library only until the virtual environment is there.
"""

import os
import sys

ROOT = os.path.dirname(os.path.realpath(__file__))  # noqa: PTH120 - must run on an old python


def main():
    """Set up what the command needs, go on in ``.venv``, and return the exit code."""
    if sys.version_info < (3, 11):  # noqa: UP036 - whoever has an older one shall be told
        version = sys.version.split()[0]
        sys.stderr.write("kram: Python 3.11 or newer is needed, this is " + version + "\n")
        return 3
    sys.path.insert(0, ROOT)
    try:
        from assistant.apps.cli.entry_point import enter
    except KeyboardInterrupt:
        return 130
    return enter()


if __name__ == "__main__":
    sys.exit(main())
