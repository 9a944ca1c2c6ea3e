"""Valid sound files with a few changes, fixed seed: heard, or refused in one line; no memory."""

import io
import random
import resource
import struct
from pathlib import Path

import numpy as np
import pytest
import soundfile

from assistant.audio.pcm import BLOCK, RATE
from assistant.audio.wav_source import WavSource
from assistant.core.errors import InputError

pytestmark = pytest.mark.decodes_sound

COUNT = 400
FORMATS = [("WAV", "PCM_16", 16_000, 1), ("WAV", "PCM_24", 44_100, 2), ("WAV", "ULAW", 8000, 1),
           ("WAV", "IMA_ADPCM", 16_000, 1), ("RF64", "FLOAT", 48_000, 1),
           ("FLAC", "PCM_16", 16_000, 1), ("AIFF", "PCM_16", 22_050, 1)]  # fmt: skip
SIZES = [0, 1, 2, 0x7FFF, 0xFFFF, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFE, 0xFFFFFFFF]


def valid_files() -> list[bytes]:
    found = []
    for form, subtype, rate, channels in FORMATS:
        sound = np.random.default_rng(7).normal(0, 0.1, (rate // 5, channels)).astype(np.float32)
        file = io.BytesIO()
        soundfile.write(file, sound, rate, format=form, subtype=subtype)
        found.append(file.getvalue())
    return found


def damaged(chance: random.Random, data: bytes) -> bytes:
    """Bits flipped, cut off, left out, repeated, or an extreme number; mostly in the header."""
    new = bytearray(data)
    for _ in range(chance.choice([1, 1, 2])):
        at = chance.randrange(min(len(new), chance.choice([60, 60, len(new)])))
        match chance.randrange(5):
            case 0:
                new[at] ^= 1 << chance.randrange(8)
            case 1:
                new[at : at + 4] = struct.pack(chance.choice("<>") + "I", chance.choice(SIZES))
            case 2:
                new[at : at + chance.choice([1, 2, 8])] = b""
            case 3:
                new[at:at] = new[at : at + chance.choice([1, 8, 300])]
            case _:
                del new[max(at, 1) :]
    return bytes(new)


def seconds_heard(path: Path) -> float:
    source = WavSource(path)
    try:
        heard = 0
        for block in source.blocks():
            assert block.shape == (BLOCK,) and block.dtype == np.int16
            heard += len(block)
        return heard / RATE
    finally:
        source.close()


@pytest.mark.filterwarnings("error")  # such as what is printed of a callback's exception
def test_damaged_sound_is_heard_or_refused_in_one_line(tmp_path: Path) -> None:
    chance, files, path = random.Random(17), valid_files(), tmp_path / "damaged.wav"
    heard = refused = 0
    before = 0
    for number in range(COUNT):
        path.write_bytes(damaged(chance, chance.choice(files)))
        try:
            assert seconds_heard(path) < 60, number
            heard += 1
        except InputError as error:
            told = str(error)
            assert "damaged.wav" in told and "; " in told and "\n" not in told, number
            refused += 1
        if number == COUNT // 4:
            before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    assert heard > COUNT // 10 and refused > COUNT // 10
    grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    assert grown < 20_000, f"{grown} kB"
