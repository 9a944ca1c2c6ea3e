"""The ear of ``bench triage --voice``: each sentence is spoken in a room, decoded and understood.

Synthetic: espeak-ng in a simulated room (RT60 0.25 s), with noise. A sentence that comes again in
the same state, to the same question, sounds and is heard alike. What follows an utterance, others'
talk, and the guide's own voice are left out: the user speaks while the guide is silent.
"""

from dataclasses import replace
from functools import cache
from zlib import crc32

from assistant.asr.model_store import OWN_PHRASES, ensure_model
from assistant.asr.understanding import understand
from assistant.asr.vosk_recognizer import VoskRecognizer
from assistant.audio.room_simulation import spoken_in_room
from assistant.core.listening_state import PHRASE_STATES, ListeningState
from assistant.nlu import Interpretation, Interpreter
from assistant.nlu.negation import doubtful_denial
from assistant.nlu.templates import load_phrases
from assistant.tts.espeak_voice import EspeakVoice
from bench.dialogue.triage_talk import Interpret

WORDS_PER_MINUTE = 165


def open_ear(voice: str, snr_db: float) -> Interpret:
    """What is made of a text that ``voice`` says ``snr_db`` above the noise.

    The result is accepted, doubtful (not accepted, to be asked about) or has no intent. A "no" near
    a "yes" is doubtful.
    """
    recognizer = VoskRecognizer(ensure_model(), PHRASE_STATES)
    interpreter = Interpreter(load_phrases(OWN_PHRASES))
    speaker = EspeakVoice(voice, words_per_minute=WORDS_PER_MINUTE)

    @cache
    def hear(text: str, state: ListeningState, answers: frozenset[str]) -> Interpretation:
        recognizer.start(state, interpreter.expected(answers))
        recognizer.feed(spoken_in_room(speaker.speak(text), snr_db, crc32(text.encode())))
        result = recognizer.finish()
        found = understand(interpreter, result, state)
        if found.intent is None or not (found.accepted or found.doubtful):
            return replace(found.interpretation, intent=None, accepted=False)
        near = (interpreter.interpret(words, state) for words in result.details.near)
        contested = doubtful_denial(found.intent, (one.intent for one in near if one.accepted))
        return replace(found.interpretation, accepted=found.accepted and not contested)

    return hear
