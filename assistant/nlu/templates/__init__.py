"""Template expansion: hassil sentence templates to every sentence of the phrasebook."""

from assistant.nlu.templates.normalise import normalise
from assistant.nlu.templates.phrase_loader import load_phrases
from assistant.nlu.templates.phrases import Phrase, Phrasebook, Template

__all__ = ["Phrase", "Phrasebook", "Template", "load_phrases", "normalise"]
