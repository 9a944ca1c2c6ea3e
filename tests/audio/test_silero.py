"""The voice activity network in numpy against the maker's own under onnxruntime."""

import numpy as np
import pytest

from assistant.audio.silero import CHUNK, Floats, SileroNetwork

RATE = 16000

# silero_vad.onnx of PyPI's silero-vad 6.2.3 under onnxruntime 1.32.0, chunk by chunk on vowels().
REFERENCE = [
    0.002,
    0.007,
    0.009,
    0.008,
    0.006,
    0.006,
    0.006,
    0.006,
    0.005,
    0.005,
    0.005,
    0.005,
    0.005,
    0.005,
    0.004,
    0.066,
    0.965,
    0.958,
    0.987,
    0.951,
    0.892,
    0.631,
    0.204,
    0.638,
    0.942,
    0.943,
    0.921,
    0.576,
    0.531,
    0.256,
    0.092,
    0.374,
    0.865,
    0.86,
    0.884,
    0.715,
    0.471,
    0.22,
    0.1,
    0.427,
    0.713,
    0.791,
    0.849,
    0.86,
    0.58,
    0.276,
    0.119,
    0.057,
    0.034,
    0.025,
    0.019,
    0.016,
    0.015,
    0.015,
    0.015,
    0.015,
    0.015,
    0.015,
    0.015,
    0.015,
    0.015,
    0.014,
]


def vowels() -> Floats:
    """Two seconds like speech: pulses of about 120 Hz through the resonances of an "a"."""
    time = np.arange(2 * RATE) / RATE
    pitch = time * (120 + 20 * np.sin(3 * time))
    sound = (np.diff(np.floor(pitch), prepend=0) > 0).astype(np.float64)
    for centre, width in ((700, 110), (1220, 120), (2600, 160)):
        radius = np.exp(-np.pi * width / RATE)
        feedback = 2 * radius * np.cos(2 * np.pi * centre / RATE)
        out = np.zeros(len(sound) + 2)
        for n, value in enumerate(sound):
            out[n + 2] = value + feedback * out[n + 1] - radius**2 * out[n]
        sound = out[2:]
    syllables = np.maximum(0, np.sin(2 * np.pi * 4 * time)) * (time > 0.4) * (time < 1.5)
    sound = sound * syllables
    return (sound / np.abs(sound).max() * 0.3).astype(np.float32)


def probabilities(network: SileroNetwork, sound: Floats) -> list[float]:
    return [
        network.process(sound[at : at + CHUNK]) for at in range(0, len(sound) - CHUNK + 1, CHUNK)
    ]


def test_the_network_gives_what_the_makers_own_gives() -> None:
    assert probabilities(SileroNetwork(), vowels()) == pytest.approx(REFERENCE, abs=0.001)


def test_a_reset_forgets_what_was_heard() -> None:
    network, sound = SileroNetwork(), vowels()
    first = probabilities(network, sound)
    network.reset()
    assert probabilities(network, sound) == first
