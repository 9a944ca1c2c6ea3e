"""Sound files of every kind as a microphone; bad ones are refused in one line."""

import os
import resource
import struct
import tempfile
from pathlib import Path

import numpy as np
import pytest
import soundfile
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.audio.pcm import BLOCK, RATE
from assistant.audio.wav_source import WavSource, read_wav
from assistant.core.errors import InputError

pytestmark = pytest.mark.decodes_sound


def tone(rate: int, seconds: float = 1.0) -> np.ndarray:
    """440 Hz at half of full scale, float64."""
    return 0.5 * np.sin(2 * np.pi * 440 * np.arange(int(rate * seconds)) / rate)


def pitch(samples: np.ndarray) -> float:
    """The loudest frequency in Hz."""
    return float(np.abs(np.fft.rfft(samples)).argmax() * RATE / len(samples))


@pytest.mark.parametrize("subtype", ["PCM_16", "PCM_24", "PCM_32", "PCM_U8", "FLOAT", "DOUBLE"])
@pytest.mark.parametrize("rate", [8000, 11025, 16000, 22050, 44100, 48000])
def test_every_format_gives_the_same_sound(tmp_path: Path, subtype: str, rate: int) -> None:
    path = tmp_path / "tone.wav"
    soundfile.write(path, tone(rate), rate, subtype=subtype)
    blocks = list(WavSource(path).blocks())
    assert all(block.shape == (BLOCK,) and block.dtype == np.int16 for block in blocks)
    sound = np.concatenate(blocks)
    assert len(sound) == pytest.approx(RATE, abs=BLOCK)
    middle = sound[2000:14000].astype(float)
    assert pitch(middle) == pytest.approx(440, abs=2)
    assert np.sqrt(np.mean(middle**2)) == pytest.approx(0.5 / np.sqrt(2) * 32768, rel=0.02)


def test_stereo_is_the_mean_of_both_sides(tmp_path: Path) -> None:
    path = tmp_path / "stereo.wav"
    soundfile.write(path, np.stack([tone(RATE), np.zeros(RATE)], axis=1), RATE)
    assert np.abs(read_wav(path).astype(int)).max() == pytest.approx(0.25 * 32768, rel=0.01)


def test_16_bit_at_16_khz_is_passed_on_bit_by_bit(tmp_path: Path) -> None:
    path = tmp_path / "noise.wav"
    noise = np.random.default_rng(1).integers(-32768, 32768, 3 * BLOCK + 7).astype(np.int16)
    soundfile.write(path, noise, RATE)
    sound = read_wav(path)
    assert len(sound) == 4 * BLOCK
    assert np.array_equal(sound[: len(noise)], noise)
    assert not sound[len(noise) :].any()


def test_what_is_no_number_is_silence_and_too_loud_is_clipped(tmp_path: Path) -> None:
    path = tmp_path / "odd.wav"
    odd = tone(RATE)
    odd[100:200] = np.nan
    odd[300:400] = np.inf
    odd[500:600] = -7.0
    soundfile.write(path, odd, RATE, subtype="FLOAT")
    sound = read_wav(path)
    assert not sound[100:200].any()
    assert (sound[300:400] == 32767).all()
    assert (sound[500:600] == -32768).all()


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("other", [-1.0, 1.0])
def test_one_damaged_float_does_not_silence_the_rest(tmp_path: Path, other: float) -> None:
    path = tmp_path / "odd.wav"
    both = np.stack([tone(3 * RATE)] * 2, axis=1).astype(np.float32)
    whole = both[:, 0] * 32768
    both[100] = 3e38, other * 3e38
    soundfile.write(path, both, RATE, subtype="FLOAT")
    sound = read_wav(path)[101 : len(whole)]
    assert np.abs(sound - whole[101:]).max() <= 1


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"kaki saya kram\n" * 100,
        b"RIFF",
        b"RIFF\x24\x00\x00\x00WAVEfmt ",
        b"\x00" * 4096,
    ],
    ids=["empty", "text", "four letters", "half a header", "zeros"],
)
def test_what_is_no_sound_is_refused_in_one_line(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "bad.wav"
    path.write_bytes(content)
    with pytest.raises(InputError) as refused:
        list(WavSource(path).blocks())
    assert str(path) in str(refused.value)
    assert "\n" not in str(refused.value)
    assert refused.value.exit_code == 2


@pytest.mark.parametrize(("rate", "channels"), [(4000, 1), (96000, 1), (16000, 6)])
def test_what_cannot_be_heard_is_refused(tmp_path: Path, rate: int, channels: int) -> None:
    path = tmp_path / "strange.wav"
    soundfile.write(path, np.zeros((rate, channels)), rate)
    with pytest.raises(InputError, match="8 to 48 kHz, mono or stereo"):
        WavSource(path)


def test_a_header_without_sound_a_folder_and_nothing_at_all(tmp_path: Path) -> None:
    soundfile.write(tmp_path / "nothing.wav", np.zeros(0), RATE)
    for path in (tmp_path / "nothing.wav", tmp_path, tmp_path / "missing.wav"):
        with pytest.raises(InputError):
            WavSource(path)


def test_a_file_that_breaks_off_is_heard_as_far_as_it_goes(tmp_path: Path) -> None:
    path = tmp_path / "cut.wav"
    soundfile.write(path, tone(RATE), RATE)
    os.truncate(path, 44 + RATE)
    assert len(read_wav(path)) == RATE // 2


@pytest.mark.parametrize("size", [0x7FFFFFFF, 0xFFFFFFFF])
def test_a_file_whose_length_was_never_filled_in(tmp_path: Path, size: int) -> None:
    """What a recorder leaves that wrote into a pipe or was killed."""
    path = tmp_path / "piped.wav"
    soundfile.write(path, tone(RATE), RATE)
    content = bytearray(path.read_bytes())
    content[4:8] = struct.pack("<I", size)
    content[40:44] = struct.pack("<I", size)
    path.write_bytes(content)
    assert len(read_wav(path)) == pytest.approx(RATE, abs=BLOCK)


def test_three_hours_take_no_more_memory_than_a_minute(tmp_path: Path) -> None:
    path = tmp_path / "night.wav"
    soundfile.write(path, tone(8000), 8000)
    frames = 3 * 3600 * 8000
    with path.open("r+b") as file:
        file.seek(4)
        file.write(struct.pack("<I", 36 + 2 * frames))
        file.seek(40)
        file.write(struct.pack("<I", 2 * frames))
        file.truncate(44 + 2 * frames)  # the rest of the file is a hole on the disk
    source = WavSource(path).blocks()
    for _ in range(60 * 50):
        next(source)
    after_a_minute = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    count = 60 * 50 + sum(1 for _ in source)
    assert count == pytest.approx(3 * 3600 * 50, abs=2)
    grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - after_a_minute
    assert grown < 2000  # kilobytes


@settings(max_examples=300)
@given(st.binary(max_size=300), st.booleans())
def test_random_bytes_are_refused_or_heard(content: bytes, with_header: bool) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "random.wav"
        header = b""
        if with_header:
            header = b"RIFF\x40\x01\x00\x00WAVEfmt \x10\x00\x00\x00"
        path.write_bytes(header + content)
        try:
            sound = read_wav(path)
        except InputError as refused:
            assert "\n" not in str(refused)
        else:
            assert sound.dtype == np.int16
