"""Sound of Wyoming clients: what the recogniser gets of it, whatever format and pieces it has."""

from itertools import cycle

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given
from hypothesis import strategies as st
from wyoming.audio import AudioChunk
from wyoming.event import Event

from assistant.apps.wyoming.event_fields import chunk_of, seconds_of
from assistant.apps.wyoming.services import AudioSession
from assistant.asr.confidence import RecognitionResult

RATE = 16_000
Sound = npt.NDArray[np.int16]


class Collected:
    """A recogniser's ears only: what was fed."""

    def __init__(self) -> None:
        self.fed = [np.zeros(0, dtype=np.int16)]
        self.started = 0

    def start(self, state: str) -> None:
        self.fed = self.fed[:1]
        self.started += 1

    def feed(self, samples: Sound) -> None:
        assert samples.dtype == np.int16 and samples.ndim == 1
        self.fed.append(samples)

    def finish(self) -> RecognitionResult:
        return RecognitionResult()

    @property
    def sound(self) -> Sound:
        return np.concatenate(self.fed)


def heard(frames: npt.NDArray[np.integer], rate: int, sizes: tuple[int, ...] = (2048,)) -> Sound:
    """What the recogniser gets of ``frames``, shape (n, channels), sent in pieces of ``sizes``."""
    ears, width, channels = Collected(), frames.dtype.itemsize, frames.shape[1]
    listening, data, pieces = AudioSession(ears), frames.tobytes(), cycle(sizes)
    form = {"rate": rate, "width": width, "channels": channels}
    while data:
        size = next(pieces)
        if listening.add(chunk_of(Event("audio-chunk", dict(form), data[:size]))):
            listening.process()
        data = data[size:]
    listening.finish()
    return ears.sound


def tone(hertz: float, rate: int, seconds: float = 0.5, peak: float = 0.9) -> npt.NDArray[np.int16]:
    """Mono, shape (n, 1)."""
    time = np.arange(int(rate * seconds)) / rate
    sound: npt.NDArray[np.int16] = (32767 * peak * np.sin(2 * np.pi * hertz * time)).astype("<i2")
    return sound.reshape(-1, 1)


def level(sound: Sound) -> float:
    """RMS in dB of full scale, without the ends."""
    middle = sound[len(sound) // 4 : -len(sound) // 4] / 32768
    return float(10 * np.log10(np.mean(middle**2) + 1e-12))


@pytest.mark.parametrize("rate", [16_000, 44_100])
def test_loud_stereo_is_averaged_and_not_clipped(rate: int) -> None:
    mono = tone(440, rate)
    both = heard(np.repeat(mono, 2, axis=1), rate)
    alone = heard(np.hstack([mono, np.zeros_like(mono)]), rate)
    assert np.abs(both.astype(int)).max() < 0.92 * 32768
    assert level(both) == pytest.approx(level(mono[:, 0]), abs=0.1)
    assert level(alone) == pytest.approx(level(mono[:, 0]) - 6.02, abs=0.1)


@pytest.mark.parametrize(("hertz", "rate"), [(12_000, 48_000), (9_500, 44_100), (10_000, 22_050)])
def test_what_lies_above_eight_kilohertz_is_filtered_and_not_folded_down(
    hertz: int, rate: int
) -> None:
    assert level(heard(tone(hertz, rate), rate)) < -80


@pytest.mark.parametrize("rate", [8000, 11_025, 22_050, 44_100, 48_000])
def test_it_is_converted_to_its_very_end(rate: int) -> None:
    sound = heard(tone(500, rate), rate)
    assert abs(len(sound) - 8000) <= 1
    assert level(sound[-800:]) == pytest.approx(level(sound), abs=1.0)


@pytest.mark.parametrize("width", [1, 4])
def test_other_widths_have_the_same_level(width: int) -> None:
    sound = tone(440, RATE)
    other = (sound // 256 + 128).astype("u1") if width == 1 else sound.astype("<i4") * 65536
    assert np.abs(heard(other, RATE) - sound[:, 0].astype(int)).max() <= (256 if width == 1 else 0)


@pytest.mark.parametrize(("rate", "channels"), [(16_000, 1), (16_000, 2), (44_100, 2)])
@pytest.mark.parametrize("sizes", [(1,), (1023,), (3, 1, 1000, 7)])
def test_the_pieces_make_no_difference(rate: int, channels: int, sizes: tuple[int, ...]) -> None:
    """A chunk may end inside a frame: nothing of it is lost."""
    noise = np.random.default_rng(17).integers(-9000, 9000, (1500, channels)).astype("<i2")
    whole = heard(noise, rate, (len(noise.tobytes()),))
    pieces = heard(noise, rate, sizes)
    assert len(pieces) == len(whole)
    assert np.abs(pieces.astype(int) - whole).max() <= 1
    if (rate, channels) == (RATE, 1):
        assert np.array_equal(whole, noise[:, 0])


@pytest.mark.parametrize("eager", [True, False])
@pytest.mark.parametrize("sizes", [(2048,), (320,), (50_001, 7)])
def test_it_is_decoded_in_whole_seconds_however_it_is_sent(
    sizes: tuple[int, ...], eager: bool
) -> None:
    """So what is heard depends on the sound alone."""
    ears, pieces = Collected(), cycle(sizes)
    listening, data = AudioSession(ears, eager), bytes(2 * RATE * 7 // 2)
    while data:
        size = next(pieces)
        if listening.add(AudioChunk(RATE, 2, 1, data[:size])):
            listening.process()
        assert listening.pending_seconds < 1.0
        data = data[size:]
        if not eager:
            assert ears.started == 0, "a decoder takes memory"
    listening.finish()
    assert ears.started == 1
    assert [len(one) for one in ears.fed if len(one)] == [RATE] * 3 + [RATE // 2]


def test_incomplete_frames_count_towards_the_limit() -> None:
    assert seconds_of(AudioChunk(RATE, 2, 1, bytes(1))) == 0.5 / RATE


formats = st.tuples(
    st.one_of(st.sampled_from([8000, 16_000, 22_050, 48_000]), st.integers(8000, 48_000)),
    st.sampled_from([1, 2, 4]),
    st.sampled_from([1, 2]),
    st.binary(max_size=400),
)


@given(st.lists(formats, max_size=5))
def test_any_sound_that_is_let_in_can_be_converted(
    chunks: list[tuple[int, int, int, bytes]],
) -> None:
    """In any format, and in another one from chunk to chunk."""
    ears = Collected()
    listening, seconds = AudioSession(ears), 0.0
    for rate, width, channels, sound in chunks:
        data = {"rate": rate, "width": width, "channels": channels}
        chunk = chunk_of(Event("audio-chunk", data, sound))
        if listening.add(chunk):
            listening.process()
        seconds += chunk.seconds
    assert listening.finish().words == ""
    assert abs(len(ears.sound) - seconds * RATE) <= 3 * len(chunks)
