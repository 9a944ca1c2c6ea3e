"""Kept for units installed by 0.1: use ``assistant.apps.cli.main``. Removed in 0.3."""

import sys

from assistant.apps.cli.main import main

if __name__ == "__main__":
    sys.exit(main())
