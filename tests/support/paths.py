"""Paths of test data."""

from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
"""The clone."""

TESTS = ROOT / "tests"
SUPPORT = TESTS / "support"
DATA = TESTS / "data"
SENTENCES = TESTS / "sentences"
STORIES = TESTS / "stories"
NIGHTS = TESTS / "nights"

PHRASES = ROOT / "phrases" / "id"
"""The project's own phrases."""

SMALL_PHRASES = DATA / "small_phrases"
"""A phrase folder of four intents, for tests that decode sound with a small model."""
