"""What the ear and the interpreter together make of texts that a synthetic voice speaks."""

from collections.abc import Sequence

import numpy as np
import soxr

from assistant.asr.understanding import understand
from assistant.asr.vosk_recognizer import VoskRecognizer
from assistant.audio.interfaces import SPEECH_RATE
from assistant.audio.pcm import RATE
from assistant.core.listening_state import ListeningState
from assistant.nlu.alternatives import Meaning, SentenceInterpreter
from tests.support.fresh_process import speak_fresh

HELD_OUT = "id+f2"
"""A voice that took no part in the training of the network."""


def spoken_meanings(
    recognizer: VoskRecognizer,
    interpreter: SentenceInterpreter,
    texts: Sequence[str],
    state: ListeningState,
) -> list[Meaning]:
    """The meaning of each of ``texts``, spoken by ``HELD_OUT``, as one utterance in ``state``."""
    found = []
    for clip in speak_fresh(tuple(texts), HELD_OUT):
        recognizer.start(state)
        sound = soxr.resample(clip.samples, SPEECH_RATE, RATE).astype(np.int16)
        recognizer.feed(np.pad(sound, RATE // 4))
        found.append(understand(interpreter, recognizer.finish(), state))
    return found
