"""``python -m assistant.apps.cli``, as the service and the set-up start it."""

import sys

from assistant.apps.cli.main import main

sys.exit(main())
