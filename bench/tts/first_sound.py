"""How long it takes from a text to its first sound, which is the whole synthesis."""

import time
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from pathlib import Path

import numpy as np
import numpy.typing as npt

from assistant.runtime import spoken_vowels
from assistant.tts.espeak_binding import seed_noise, synthesise
from assistant.tts.espeak_voice import CALM_WPM, trim_silence
from assistant.tts.hearing_loss import HIGH_TONE_LOSS, equalized
from assistant.tts.kokoro import KOKORO
from assistant.tts.kokoro_voice import KokoroVoice
from assistant.tts.piper_voice import PiperVoice
from bench.training.kokoro_speech import styles_of
from bench.tts.voice_errors import VoiceSetup

Samples = npt.NDArray[np.int16]


def speak(text: str, setup: VoiceSetup) -> tuple[Samples, float]:
    """Speech (int16, ``SPEECH_RATE`` Hz), and the milliseconds until it can be played."""
    kokoro = setup.voice == KOKORO or setup.voice.endswith(".bin")
    if not (setup.voice.endswith(".onnx") or kokoro):
        seed_noise(1)
    begun = time.perf_counter()
    if setup.voice.endswith(".onnx"):
        samples = _piper(setup.voice).speak(text, setup.pace / CALM_WPM).samples
    elif kokoro:
        samples = _kokoro(setup.voice).speak(text, setup.pace / CALM_WPM).samples
    else:
        samples = trim_silence(synthesise(text, setup.sound()).samples)
    if setup.hearing == HIGH_TONE_LOSS:
        samples = equalized(samples)
    return samples, 1000 * (time.perf_counter() - begun)


def timing(texts: Sequence[str], setups: Iterable[VoiceSetup]) -> Iterator[str]:
    """A table of the delays of every setup, in milliseconds; nothing else runs meanwhile.

    The guide loads its voice and its lexicon before the first sentence, so a first one is not
    counted.
    """
    yield f"{'voice':<17}{'hearing':<16}{'sentences':>10}{'median':>8}{'p95':>7}{'longest':>9}"
    for setup in setups:
        speak(texts[0], setup)
        delays = [speak(text, setup)[1] for text in texts]
        middle, late = np.percentile(delays, (50, 95))
        name = f"{Path(setup.voice).name[:16]:<17}{setup.hearing:<16}{len(texts):>10}"
        yield f"{name}{middle:>8.1f}{late:>7.1f}{max(delays):>9.1f}"


@cache
def _piper(path: str) -> PiperVoice:
    return PiperVoice(Path(path))


@cache
def _kokoro(name: str) -> KokoroVoice:
    """The usual speaker, or that of a file NAME.bin."""
    spoken_vowels.load()
    styles = None if name == KOKORO else styles_of(Path(name))
    return KokoroVoice(spoken_vowels.sounds, styles=styles)
