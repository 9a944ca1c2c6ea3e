"""The commands that every guide needs, said alone by a voice that trained nothing.

Pronunciations (``words:`` of the phone map) belong to one network: with the next one "cukup" was
heard as "suku" and "ulangi" as "lagi", and no other test said these words alone.
"""

import numpy as np
import pytest
import soxr

from assistant.asr.model_store import OWN_PHRASES, ensure_model
from assistant.asr.understanding import load_heard_phrases, understand
from assistant.asr.vosk_recognizer import VoskRecognizer
from assistant.audio.interfaces import SPEECH_RATE
from assistant.audio.pcm import RATE
from assistant.core.listening_state import ListeningState
from assistant.nlu import Interpreter
from tests.support.fresh_process import speak_fresh

pytestmark = pytest.mark.decodes_sound

STATE = ListeningState.CONVERSATION
COMMANDS = {
    "ulangi": "repeat", "tunggu": "pause", "lanjut": "continue", "berhenti": "stop",
    "cukup": "stop", "stop": "stop", "sudah reda": "better", "belum": "no",
    "ya": "yes", "tidak": "no",
}  # fmt: skip


def test_each_command_is_acted_on_as_what_it_is() -> None:
    interpreter = Interpreter(load_heard_phrases(OWN_PHRASES))
    recognizer = VoskRecognizer(ensure_model(), (STATE,))
    found = {}
    for text, clip in zip(COMMANDS, speak_fresh(tuple(COMMANDS), "id+f2"), strict=True):
        recognizer.start(STATE)
        sound = soxr.resample(clip.samples, SPEECH_RATE, RATE).astype(np.int16)
        recognizer.feed(np.pad(sound, RATE // 4))
        meaning = understand(interpreter, recognizer.finish(), STATE)
        found[text] = meaning.intent.name if meaning.intent and meaning.accepted else meaning.words
    assert found == COMMANDS
