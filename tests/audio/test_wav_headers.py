"""WAV headers that say too little, in files and pipes: heard to the end, or the true reason."""

import os
import signal
import struct
import subprocess
import sys
import threading
import time
import wave
from pathlib import Path

import numpy as np
import pytest
import soundfile

from assistant.audio.interfaces import SPEECH_RATE, Clip
from assistant.audio.pcm import BLOCK, RATE
from assistant.audio.wav_player import WavPlayer
from assistant.audio.wav_source import WavSource, read_wav
from assistant.core.errors import InputError
from tests.support.paths import ROOT

pytestmark = pytest.mark.decodes_sound

NOISE = np.random.default_rng(7).integers(-9000, 9000, 2 * RATE).astype(np.int16)


def chunk(name: bytes, content: bytes, size: int | None = None, pad: bool = True) -> bytes:
    """A chunk; ``size`` is what its header claims."""
    padding = b"\0" if pad and len(content) % 2 else b""
    claimed = len(content) if size is None else size
    return name + struct.pack("<I", claimed) + content + padding


def fmt(code: int = 1, channels: int = 1, bits: int = 16) -> bytes:
    frame = channels * bits // 8
    return chunk(
        b"fmt ", struct.pack("<HHIIHH", code, channels, RATE, RATE * frame, frame, bits)
    )  # fmt: skip


def riff(*chunks: bytes, magic: bytes = b"RIFF") -> bytes:
    content = b"WAVE" + b"".join(chunks)
    return magic + struct.pack("<I", len(content)) + content


def same(path: Path, sound: np.ndarray = NOISE) -> bool:
    heard = read_wav(path)
    return len(heard) - len(sound) < BLOCK and np.array_equal(heard[: len(sound)], sound)


@pytest.mark.parametrize(
    "size",
    [0, 1, 640, 2 * RATE, 4 * RATE - 20, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFE, 0xFFFFFFFF],
)
def test_a_killed_recorder_s_file_is_heard_to_its_end(tmp_path: Path, size: int) -> None:
    path = tmp_path / "killed.wav"
    path.write_bytes(riff(fmt(), chunk(b"data", NOISE.tobytes(), size)))
    assert same(path)
    assert WavSource(path).seconds == pytest.approx(2.0)


def test_a_header_that_is_much_too_short_is_told_of(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    path = tmp_path / "first second.wav"
    path.write_bytes(riff(fmt(), chunk(b"data", NOISE.tobytes(), 2 * RATE)))
    assert same(path)
    (told,) = caplog.records
    assert "announces 1.00 s of sound, 2.00 s are there" in told.getMessage()


TRAILERS = {
    "nothing": b"",
    "LIST": chunk(b"LIST", b"INFOISFT" + bytes(300)),
    "unknown": chunk(b"Xyz1", b"?" * 300),
    "odd": chunk(b"note", b"?" * 301),
    "ID3v1": b"TAG" + b"Kaki saya kram".ljust(125),
    "ID3v2": b"ID3\x03\0\0\0\0\0\x10" + bytes(16),
}


@pytest.mark.parametrize("name", TRAILERS)
def test_what_follows_the_sound_is_not_heard(
    tmp_path: Path, name: str, caplog: pytest.LogCaptureFixture
) -> None:
    path = tmp_path / "trailer.wav"
    path.write_bytes(riff(fmt(), chunk(b"data", NOISE.tobytes()), TRAILERS[name]))
    assert len(read_wav(path)) == len(NOISE)
    assert same(path)
    assert caplog.records == []


def test_a_trailer_behind_sound_of_odd_size_is_not_heard(tmp_path: Path) -> None:
    eight = np.random.default_rng(1).integers(0, 256, RATE + 1).astype(np.uint8)
    for pad in (True, False):
        path = tmp_path / f"{pad}.wav"
        data = chunk(b"data", eight.tobytes(), pad=pad)
        path.write_bytes(riff(fmt(bits=8), data, TRAILERS["LIST"]))
        assert WavSource(path).seconds == pytest.approx((RATE + 1) / RATE, abs=1e-9)


def test_a_file_that_really_holds_no_sound_says_so(tmp_path: Path) -> None:
    for trailer in TRAILERS.values():
        path = tmp_path / "nothing.wav"
        path.write_bytes(riff(fmt(), chunk(b"data", b""), trailer))
        with pytest.raises(InputError, match="holds no sound"):
            WavSource(path)


@pytest.mark.parametrize("name", [b"LIST", b"JUNK", b"bext", b"Xyz1"])
@pytest.mark.parametrize("pad", [True, False])
def test_odd_chunks_before_the_sound_with_and_without_a_pad_byte(
    tmp_path: Path, name: bytes, pad: bool
) -> None:
    path = tmp_path / "odd.wav"
    odd = chunk(name, b"INFOx", pad=pad)
    path.write_bytes(riff(odd, fmt(), odd, chunk(b"data", NOISE.tobytes())))
    assert same(path)


@pytest.mark.parametrize("magic", [b"RF64", b"BW64"])
@pytest.mark.parametrize("told", ["right", "nothing", "first second"])
def test_the_long_formats(tmp_path: Path, magic: bytes, told: str) -> None:
    long = {"right": 2 * len(NOISE), "nothing": 0, "first second": 2 * RATE}[told]
    ds64 = chunk(b"ds64", struct.pack("<QQQI", long + 72, long, long // 2, 0))
    data = chunk(b"data", NOISE.tobytes(), 0xFFFFFFFF)
    path = tmp_path / "long.wav"
    path.write_bytes(riff(ds64, fmt(), data, magic=magic))
    assert same(path)


def test_a_trailer_in_the_long_format_is_not_heard(tmp_path: Path) -> None:
    ds64 = chunk(b"ds64", struct.pack("<QQQI", 0, 2 * len(NOISE), len(NOISE), 0))
    data = chunk(b"data", NOISE.tobytes(), 0xFFFFFFFF)
    path = tmp_path / "long.wav"
    path.write_bytes(riff(ds64, fmt(), data, TRAILERS["LIST"], magic=b"BW64"))
    assert len(read_wav(path)) == len(NOISE)


def test_the_reason_is_the_true_one(tmp_path: Path) -> None:
    data = chunk(b"data", NOISE.tobytes())
    for content, reason in {
        riff(data): "no fmt chunk",
        riff(fmt()): "no sound chunk",
        riff(fmt(), b"\0\0\0\0" * 9): "damaged WAV header",
        riff(fmt(code=0x55), data): "compressed WAV file \\(format 85\\)",
        b"RIFF\4\0\0\0AVI " + bytes(50): "is a RIFF file, but not WAV",
    }.items():
        path = tmp_path / "bad.wav"
        path.write_bytes(content)
        with pytest.raises(InputError, match=reason):
            WavSource(path)


@pytest.mark.parametrize("kind", ["FLAC", "AIFF", "W64", "OGG"])
def test_other_files_are_heard_as_before(tmp_path: Path, kind: str) -> None:
    path = tmp_path / "sound"
    soundfile.write(path, NOISE, RATE, format=kind)
    assert len(read_wav(path)) == len(NOISE)


@pytest.mark.parametrize("subtype", ["ULAW", "ALAW", "MS_ADPCM", "IMA_ADPCM"])
def test_telephone_formats(tmp_path: Path, subtype: str) -> None:
    path = tmp_path / "sound.wav"
    tone = 0.5 * np.sin(np.arange(2 * RATE) / 6)
    soundfile.write(path, tone, RATE, subtype=subtype)
    heard = read_wav(path)[: len(tone)] / 32768
    assert np.sqrt(np.mean((heard - tone) ** 2)) < 0.02


@pytest.mark.parametrize("gain", [-1.0, -0.7, -1.3])
def test_stereo_out_of_phase_is_not_silence(tmp_path: Path, gain: float) -> None:
    path = tmp_path / "inverted.wav"
    tone = 0.3 * np.sin(np.arange(3 * RATE) / 6)
    soundfile.write(path, np.stack([tone, gain * tone], axis=1), RATE)
    heard = read_wav(path) / 32768
    assert np.sqrt(np.mean(heard**2)) > 0.8 * np.sqrt(np.mean(tone**2))


def test_two_unrelated_channels_are_still_their_mean(tmp_path: Path) -> None:
    path = tmp_path / "two.wav"
    two = np.random.default_rng(3).normal(0, 0.1, (3 * RATE, 2))
    soundfile.write(path, two, RATE, subtype="FLOAT")
    assert read_wav(path) / 32768 == pytest.approx(two.mean(axis=1), abs=1e-4)


def into(pipe: Path, content: bytes) -> threading.Thread:
    thread = threading.Thread(target=pipe.write_bytes, args=(content,))
    thread.start()
    return thread


@pytest.mark.parametrize("size", [None, 0, 640, 0xFFFFFFFF])
def test_a_fifo_is_heard_to_its_end(tmp_path: Path, size: int | None) -> None:
    pipe = tmp_path / "fifo"
    os.mkfifo(pipe)
    trailer = TRAILERS["LIST"] if size is None else b""
    content = riff(chunk(b"LIST", b"INFO"), fmt(), chunk(b"data", NOISE.tobytes(), size), trailer)
    writer = into(pipe, content)
    assert same(pipe)
    writer.join(10)


def test_what_a_pipe_cannot_give_is_refused_with_the_true_reason(tmp_path: Path) -> None:
    pipe, flac = tmp_path / "fifo", tmp_path / "a.flac"
    os.mkfifo(pipe)
    soundfile.write(flac, NOISE, RATE)
    data = chunk(b"data", NOISE.tobytes())
    for content, reason in {
        flac.read_bytes()[:4000]: "does not give WAV",
        b"": "is empty",
        riff(fmt(), chunk(b"data", b"")): "holds no sound",
        riff(fmt(code=0x11, bits=4), data)[:4000]: "compressed WAV file",
        riff(fmt(channels=6), data)[:4000]: "6 channels",
    }.items():
        writer = into(pipe, content)
        with pytest.raises(InputError, match=reason):
            WavSource(pipe)
        writer.join(10)


HEAR = """
import sys
from pathlib import Path
import numpy as np
from assistant.audio.wav_source import read_wav
sys.stdout.buffer.write(read_wav(Path(sys.argv[1])).tobytes())
"""


@pytest.mark.parametrize("name", ["-", "/dev/stdin"])
@pytest.mark.parametrize("piped", [True, False])
def test_standard_input_is_heard(tmp_path: Path, name: str, piped: bool) -> None:
    path = tmp_path / "a.wav"
    path.write_bytes(riff(fmt(), chunk(b"data", NOISE.tobytes(), 0)))
    command = [sys.executable, "-c", HEAR, name]
    if piped:
        done = subprocess.run(
            command, input=path.read_bytes(), capture_output=True, cwd=ROOT, check=True
        )
    else:
        with path.open("rb") as file:
            done = subprocess.run(command, stdin=file, capture_output=True, cwd=ROOT, check=True)
    assert np.array_equal(np.frombuffer(done.stdout, np.int16)[: len(NOISE)], NOISE)


def test_a_pipe_that_gives_nothing_more_can_be_ended(tmp_path: Path) -> None:
    """As SIGTERM does in ``listen``."""
    reading, writing = os.pipe()
    os.write(writing, riff(fmt(), chunk(b"data", NOISE.tobytes()[:3200], 0xFFFFFFFF)))
    source = WavSource(Path(f"/dev/fd/{reading}"))
    threading.Timer(0.5, source.interrupt).start()
    begun = time.monotonic()
    assert len(list(source.blocks())) == 5
    assert 0.3 < time.monotonic() - begun < 5.0
    os.close(writing)
    os.close(reading)


WRITE = """
import sys
from pathlib import Path
import numpy as np
from assistant.audio.interfaces import Clip
from assistant.audio.wav_player import WavPlayer
player = WavPlayer(Path(sys.argv[1]))
player.play(Clip(np.full(22050 * 60, 1234, np.int16)))
for _ in range(170):
    player.advance(0.02)
print("written", flush=True)
sys.stdin.read()
"""


def test_our_own_output_survives_a_kill(tmp_path: Path) -> None:
    path = tmp_path / "out.wav"
    process = subprocess.Popen(
        [sys.executable, "-c", WRITE, str(path)],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    assert process.stdout is not None and process.stdout.readline() == b"written\n"
    process.send_signal(signal.SIGKILL)
    process.communicate()
    with wave.open(str(path), "rb") as file:  # a player that believes the header
        sound = np.frombuffer(file.readframes(file.getnframes()), np.int16)
    assert len(sound) >= 3 * SPEECH_RATE
    assert np.abs(sound[-100:]).min() > 500
    assert WavSource(path).seconds == pytest.approx(3.4, abs=0.001)


def test_our_own_output_into_a_pipe_is_heard(tmp_path: Path) -> None:
    pipe = tmp_path / "fifo"
    os.mkfifo(pipe)
    heard: list[np.ndarray] = []
    thread = threading.Thread(target=lambda: heard.append(read_wav(pipe)))
    thread.start()
    player = WavPlayer(pipe)
    player.play(Clip(np.full(2 * SPEECH_RATE, 5000, np.int16)))
    for _ in range(100):
        player.advance(0.02)
    player.close()
    thread.join(20)
    assert len(heard[0]) == pytest.approx(2 * RATE, abs=BLOCK)
