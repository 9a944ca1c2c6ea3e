"""``python -m assistant.apps.cli``, as the service and the set-up start it."""

import sys

from assistant.apps.cli.entry_point import run_here

sys.exit(run_here())
