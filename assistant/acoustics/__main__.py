"""``python -m assistant.acoustics extract|build``; progress as JSON lines on stdout."""

import sys

from assistant.acoustics.command import main

sys.exit(main(sys.argv[1:]))
