"""Human noises that are not commands, synthesised with numpy and espeak-ng."""

import numpy as np

from assistant.audio.pcm import RATE, Samples
from assistant.audio.room_simulation import users_voice
from assistant.tts.espeak_voice import EspeakVoice

FILLERS = ("em", "ehm", "mmm", "aduh", "aaah", "eee", "hmm", "uh")


def noises(count: int = 12, seed: int = 1) -> dict[str, list[Samples]]:
    """``count`` clips of each kind: int16, mono, ``RATE`` Hz."""
    chance = np.random.default_rng(seed)
    voices = [EspeakVoice(name, words_per_minute=140) for name in ("id+m3", "id+f4")]
    spoken = [users_voice(voice.speak(text)) for voice in voices for text in FILLERS]
    return {
        "moans": [_moan(chance) for _ in range(count)],
        "coughs": [_cough(chance) for _ in range(count)],
        "fillers": spoken,
    }


def _moan(chance: np.random.Generator) -> Samples:
    """A voiced sound with three formants and a pitch glide, 0.4 to 1.6 s."""
    pitch, seconds = chance.uniform(110, 300), chance.uniform(0.4, 1.6)
    formant = chance.uniform(350, 800)
    time = np.arange(int(seconds * RATE)) / RATE
    wobble = pitch * (1 + 0.01 * np.sin(10 * np.pi * time)) - chance.uniform(-20, 60) * time
    phase = 2 * np.pi * np.cumsum(wobble) / RATE
    sound = np.zeros(len(time))
    for number in range(1, 20):
        here = pitch * number
        peaks = ((formant, 90, 1.0), (1.8 * formant, 120, 0.5), (2500.0, 200, 0.1))
        gain = sum(part / (1 + ((here - peak) / width) ** 2) for peak, width, part in peaks)
        sound += gain * np.sin(number * phase)
    return _scaled(sound * np.sqrt(np.sin(np.pi * time / seconds)), 9000)


def _cough(chance: np.random.Generator) -> Samples:
    """Two decaying bursts of noise."""
    count = int(chance.uniform(0.15, 0.4) * RATE)
    burst = chance.normal(0, 1, count) * np.exp(-np.arange(count) / chance.uniform(600, 2500))
    burst = np.convolve(burst, np.hanning(chance.integers(3, 12)), "same")
    return _scaled(np.concatenate([burst, np.zeros(RATE // 5), 0.7 * burst]), 12000)


def _scaled(sound: "np.ndarray[tuple[int], np.dtype[np.float64]]", peak: int) -> Samples:
    return (sound / np.abs(sound).max() * peak).astype(np.int16)
