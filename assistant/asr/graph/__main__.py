"""``python -m assistant.asr.graph extract|build``; progress as JSON lines on stdout."""

import sys

from assistant.asr.graph.command import main

sys.exit(main(sys.argv[1:]))
