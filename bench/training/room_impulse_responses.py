"""Room simulation for training: reverberation, noise, microphone colouration, level."""

import numpy as np
import numpy.typing as npt

from assistant.audio.room_simulation import decaying_noise, with_direct_sound

RATE = 16_000

Floats = npt.NDArray[np.float64]

_LONGEST = 0.6
"""Maximum length of an impulse response in seconds."""

_COMPETING, _BELOW = 0.65, (4.0, 20.0)
"""Share of the pieces with a competing speaker, and how much softer that one is, in dB: a
television in the room is often no more than 10 dB below."""


def rooms(count: int, chance: np.random.Generator) -> list[Floats]:
    """Impulse responses of ``count`` shoe-box rooms (image-source method), float64, ``RATE`` Hz.

    2.4 to 6 m, RT60 0.15 to 0.7 s, speaker 0.4 to 4 m from the microphone. Each begins with the
    direct path and has unit energy.
    """
    import pyroomacoustics

    found: list[Floats] = []
    while len(found) < count:
        size = chance.uniform([2.4, 2.4, 2.4], [6, 5, 3.2])
        try:
            absorption, order = pyroomacoustics.inverse_sabine(chance.uniform(0.15, 0.7), size)
        except ValueError:
            continue  # no wall can be so hard in a room of that size
        walls = pyroomacoustics.Material(absorption)
        room = pyroomacoustics.ShoeBox(size, fs=RATE, materials=walls, max_order=min(order, 12))
        microphone, mouth = chance.uniform(0.2, size - 0.2), chance.uniform(0.2, size - 0.2)
        if not 0.4 < np.linalg.norm(microphone - mouth) < 4:
            continue
        room.add_source(mouth)
        room.add_microphone(microphone)
        room.compute_rir()
        answer = np.asarray(room.rir[0][0], np.float64)
        begin = int(np.argmax(np.abs(answer) > 0.5 * np.abs(answer).max()))
        answer = answer[max(0, begin - 8) :][: int(RATE * _LONGEST)]
        found.append(answer / np.sqrt(np.sum(answer**2)))
    return found


def plain_room(chance: np.random.Generator) -> Floats:
    """An impulse response of exponentially decaying noise after the direct path."""
    length = int(chance.uniform(0.15, 0.6) * RATE)
    tail = decaying_noise(chance, length, gap=0.003)
    return with_direct_sound(tail, 10 ** (-chance.uniform(0, 15) / 20))


def noise(count: int, chance: np.random.Generator) -> Floats:
    """``count`` samples of noise with a random spectrum, sometimes with mains hum; RMS 1."""
    spectrum = np.fft.rfft(chance.normal(0, 1, count))
    hertz = np.fft.rfftfreq(count, 1 / RATE) + 1e-3
    match int(chance.integers(0, 5)):
        case 0:
            pass
        case 1:
            spectrum /= np.maximum(hertz, 20) ** 0.5
        case 2:
            spectrum /= np.maximum(hertz, 20)
        case 3:
            middle = chance.uniform(100, 3000)
            width = chance.uniform(0.2, 1) * middle + 50
            spectrum *= 1 / (1 + ((hertz - middle) / width) ** 2)
        case _:
            places = np.linspace(np.log(50), np.log(8000), 8)
            spectrum *= np.exp(np.interp(np.log(hertz), places, chance.normal(0, 1, 8)))
    sound = np.fft.irfft(spectrum, count)
    sound /= sound.std()
    if chance.random() < 0.2:
        time = np.arange(count) / RATE
        for harmonic in range(1, 6):
            phase = chance.uniform(0, 2 * np.pi)
            wave = np.sin(2 * np.pi * 50 * harmonic * time + phase)
            sound += chance.uniform(0, 0.6) * wave
        sound /= sound.std()
    return sound


def across_a_room(
    dry: Floats, level: float, other: Floats, answers: list[Floats], chance: np.random.Generator
) -> Floats:
    """``dry`` (speech RMS ``level``) as recorded by a random microphone in a random room.

    Same length and sample rate. 15 % stay unchanged; of the others most are reverberant, all have
    noise at an SNR of 3 to 35 dB, and ``_COMPETING`` have a competing speaker (``other``, at least
    as long), ``_BELOW`` softer.
    """
    if chance.random() < 0.15:
        return dry
    count, sound = len(dry), dry
    if chance.random() < 0.85:
        if chance.random() < 0.6:
            answer = answers[chance.integers(len(answers))]
        else:
            answer = plain_room(chance)
        sound = _echoing(dry, answer)
        sound *= np.sqrt(np.sum(dry**2) / max(1e-9, np.sum(sound**2)))
    if chance.random() < 0.4:
        spectrum = np.fft.rfft(sound)
        hertz = np.fft.rfftfreq(count, 1 / RATE) + 1
        places = np.linspace(np.log(60), np.log(8000), 6)
        spectrum *= 10 ** (np.interp(np.log(hertz), places, chance.normal(0, 4, 6)) / 20)
        sound = np.fft.irfft(spectrum, count)
    ratio = chance.uniform(3, 35)
    if chance.random() < _COMPETING:
        talk = np.roll(other[:count], int(chance.integers(count)))
        talk = _echoing(talk, answers[chance.integers(len(answers))])
        loud = level * 10 ** (-chance.uniform(*_BELOW) / 20)
        sound = sound + talk * loud / max(1e-9, float(np.sqrt(np.mean(talk**2))))
        ratio = max(ratio, 12)
    sound = sound + noise(count, chance) * level * 10 ** (-ratio / 20)
    if chance.random() < 0.5:
        sound = sound * 10 ** (chance.uniform(-12, 3) / 20)
    return sound


def _echoing(sound: Floats, answer: Floats) -> Floats:
    count = len(sound)
    wide = np.fft.rfft(sound, 2 * count) * np.fft.rfft(answer, 2 * count)
    return np.fft.irfft(wide, 2 * count)[:count]
