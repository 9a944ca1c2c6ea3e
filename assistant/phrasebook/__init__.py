"""Sentence templates in, every sentence that may be heard out."""

from assistant.phrasebook.book import STATES, Phrase, Phrasebook, Template
from assistant.phrasebook.load import load_phrases
from assistant.phrasebook.text import normalise

__all__ = ["STATES", "Phrase", "Phrasebook", "Template", "load_phrases", "normalise"]
