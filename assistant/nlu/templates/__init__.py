"""Template expansion: hassil sentence templates to every sentence of the phrasebook."""

from assistant.nlu.templates.loader import load_phrases
from assistant.nlu.templates.normalise import normalise
from assistant.nlu.templates.phrases import STATES, Phrase, Phrasebook, Template

__all__ = ["STATES", "Phrase", "Phrasebook", "Template", "load_phrases", "normalise"]
