"""Paths that benchmarks read from and write to."""

from assistant.core.paths import HOME

ROOT = HOME
"""The repository."""

OUT = ROOT / "bench" / "out"
"""Results of benchmarks; not in git."""

SENTENCES = ROOT / "tests" / "sentences"
STORIES = ROOT / "tests" / "stories"
