"""What an utterance means: the recogniser's confidence and the interpreter's, taken together."""

from dataclasses import replace
from pathlib import Path

from assistant.asr.recognizer_interface import Heard
from assistant.core.listening_state import ListeningState
from assistant.core.paths import CORPUS
from assistant.nlu.alternatives import (
    Meaning,
    SentenceInterpreter,
    interpret_alternatives,
    is_alarm,
)
from assistant.nlu.danger import DANGER_INTENTS
from assistant.nlu.intent import Interpretation
from assistant.nlu.templates import Phrasebook, load_phrases


def load_heard_phrases(folder: Path) -> Phrasebook:
    """The phrases that the model of ``folder`` may hear.

    Wordings that no graph lists are heard only where there is a language model.
    """
    return load_phrases(folder, spoken_only=not (folder / CORPUS).is_dir())


DANGER_INSTEAD = 0.8
"""Probability of a danger, in free speech, from which it is asked about in place of what the second
pass accepted. Of 179 calls that were accepted it makes none a question; 0.5 would two."""

_TALK = ListeningState.CONVERSATION


def understand(
    interpreter: SentenceInterpreter, heard: Heard, state: ListeningState, crowded: bool = False
) -> Meaning:
    """Interpret an utterance in a listening state; ``crowded``: while others talk.

    Where only sentences are heard, the best one counts. Where free speech is heard, the
    alternatives count by meaning; a sentence that the second pass accepted or doubts comes first,
    unless free speech heard a danger that is not in it: the sentences have a cramp where somebody
    said a swelling.
    """
    free = state != ListeningState.IDLE or not (heard.accepted or heard.doubtful)
    if heard.alternatives and free:
        meaning = interpret_alternatives(
            interpreter, heard.alternatives, state, crowded, heard.with_talk
        )
        if meaning is not None:
            return meaning
    found = interpreter.interpret(heard.words, state, heard.confidence)
    probability = found.intent.confidence if found.intent else heard.confidence
    if heard.alternatives and not crowded and _is_harmless(found):
        told = interpret_alternatives(interpreter, heard.alternatives, _TALK, crowded=True)
        if told is not None and is_alarm(told) and told.probability >= DANGER_INSTEAD:
            return replace(told, accepted=False, doubtful=True)
    accepted = heard.accepted and found.accepted
    doubtful = not accepted and found.intent is not None and (heard.accepted or heard.doubtful)
    return Meaning(found, heard.words, probability, accepted, doubtful)


def _is_harmless(found: Interpretation) -> bool:
    intent = found.intent
    return intent is None or not (intent.name in DANGER_INTENTS or "sign" in intent.slots)
