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
    # Modules and a standard library from elsewhere: they are gone only in a new interpreter.
    redirected = [os.environ.pop(name, "") for name in ("PYTHONPATH", "PYTHONHOME")]
    if sys.executable and any(redirected):
        os.execv(sys.executable, [sys.executable, *sys.orig_argv[1:]])  # noqa: S606
    sys.path.insert(0, ROOT)
    try:
        from assistant.apps.cli.main import enter

        return enter(sys.argv[1:])
    except KeyboardInterrupt:  # while the program itself is being loaded
        return 130


if __name__ == "__main__":
    sys.exit(main())
