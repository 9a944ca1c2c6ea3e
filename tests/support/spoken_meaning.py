"""What the ear and the interpreter together make of texts that a synthetic voice speaks."""

from collections.abc import Sequence, Set

import numpy as np
import soxr

from assistant.asr.recognizer_interface import NO_EXPECTATION
from assistant.asr.understanding import understand
from assistant.asr.vosk_recognizer import VoskRecognizer
from assistant.audio.interfaces import SPEECH_RATE, Clip
from assistant.audio.pcm import RATE, Samples, amplitude, dbfs, saturate
from assistant.audio.room_simulation import pink_noise
from assistant.core.listening_state import ListeningState
from assistant.nlu.alternatives import Meaning, SentenceInterpreter
from tests.support.fresh_process import speak_fresh

HELD_OUT = "id+f2"
"""A voice that took no part in the training of the network."""

OTHER = "id+m7"
"""Another such voice."""

_BEHIND_DB = 12.0


def spoken_meanings(
    recognizer: VoskRecognizer,
    interpreter: SentenceInterpreter,
    texts: Sequence[str],
    state: ListeningState,
    behind: str = "",
    expected: Set[str] = NO_EXPECTATION,
    noise_below: float | None = None,
) -> list[Meaning]:
    """The meaning of each of ``texts``, spoken by ``HELD_OUT``, as one utterance in ``state``.

    ``behind`` is said by another voice before, during and after it, 12 dB softer; ``expected``:
    sentences that answer the question asked; ``noise_below``: decibels from the speech down to pink
    noise.
    """
    random = np.random.default_rng(5)
    talk = _talk(behind) if behind else None
    found = []
    for clip in speak_fresh(tuple(texts), HELD_OUT):
        recognizer.start(state, expected)
        sound = np.pad(_at_input_rate(clip), RATE // 4 if talk is None else RATE)
        if talk is not None:
            level = dbfs(sound[RATE:-RATE]) - dbfs(talk) - _BEHIND_DB
            sound = saturate(sound + np.resize(talk, len(sound)) * amplitude(level))
        if noise_below is not None:
            level = amplitude(dbfs(sound[RATE // 4 : -RATE // 4]) - noise_below)
            sound = saturate(sound + 32768 * level * pink_noise(len(sound), random))
        recognizer.feed(sound)
        found.append(understand(interpreter, recognizer.finish(), state))
    return found


def _talk(text: str) -> Samples:
    return _at_input_rate(speak_fresh((text,), OTHER)[0])


def _at_input_rate(clip: Clip) -> Samples:
    sound: Samples = soxr.resample(clip.samples, SPEECH_RATE, RATE).astype(np.int16)
    return sound
