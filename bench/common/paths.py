"""Where measurements read and write."""

from assistant.core.paths import HOME

ROOT = HOME
"""The clone."""

OUT = ROOT / "bench" / "out"
"""What measurements write; not in git."""

SENTENCES = ROOT / "tests" / "sentences"
STORIES = ROOT / "tests" / "stories"
