"""The echo reference stays aligned with the echo, despite clock drift and lost blocks."""

import numpy as np
import pytest
import soxr
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.audio.aec.clock_drift import DriftEstimator
from assistant.audio.aec.delay_tracking import EchoDelayTracker
from assistant.audio.aec.gcc_phat import estimate_delay
from assistant.audio.aec.reference_tap import ReferenceTap
from assistant.audio.interfaces import SPEECH_RATE as CLIP_RATE
from assistant.audio.interfaces import Clip
from assistant.audio.pcm import BLOCK, RATE, Samples
from tests.support.fresh_process import GUIDE_SENTENCES, speak_fresh


def played(seconds: float) -> np.ndarray:
    return np.random.default_rng(8).normal(0, 3000, int(seconds * RATE)).astype(np.int16)


@pytest.mark.parametrize("delay", [0.02, 0.18, 0.35])
def test_the_delay_of_an_echo_is_found(delay: float) -> None:
    far = played(1.0)
    near = np.roll(far, int(delay * RATE)) // 3
    found = estimate_delay(near, far)
    assert found.is_prominent
    assert found.seconds == pytest.approx(delay, abs=0.001)
    assert not estimate_delay(played(2.0)[RATE:], far).is_prominent


def test_a_slip_is_noticed_and_made_good() -> None:
    far = played(12.0)
    near = np.roll(far, 2000) // 2  # 125 ms later
    near = np.insert(near, 6 * RATE, np.zeros(3 * BLOCK, dtype=np.int16))
    alignment = EchoDelayTracker()
    steps = []
    for at in range(0, len(near) - BLOCK, BLOCK):
        given = alignment.align(near[at : at + BLOCK], far[at : at + BLOCK])
        steps.append((alignment.is_aligned, given))
    trusted = [step for step, _ in steps]
    slip = 6 * RATE // BLOCK
    assert all(trusted[2 * 50 : slip])
    assert not all(trusted[slip : slip + 30]), "within 0.6 s it must be noticed"
    assert all(trusted[slip + 150 :])
    last = len(steps) - 1
    before, after = (
        estimate_delay(
            near[at * BLOCK :][:RATE], np.concatenate([g for _, g in steps[at : at + 50]])
        )
        for at in (slip - 60, last - 50)
    )
    assert after.seconds == pytest.approx(before.seconds, abs=0.0005)


def test_a_tap_neither_runs_late_nor_over() -> None:
    tap = ReferenceTap()
    put = np.zeros(441, dtype=np.int16)
    for _ in range(1000):
        tap.put(put)
        tap.put(put[:22])  # a loudspeaker whose clock is 5 % fast
        tap(BLOCK)
    assert tap.waiting < 0.2 * RATE


@settings(max_examples=30, deadline=None)
@given(
    apart=st.floats(-400e-6, 400e-6),
    blur=st.floats(0.0, 0.3),
    hold=st.integers(1, 60),
    seed=st.integers(0, 99),
)
def test_two_clocks_are_learnt_and_remembered(
    apart: float, blur: float, hold: int, seed: int
) -> None:
    """Looks at an echo five times a second, with an error of ``blur`` samples, then a hold."""
    chance = np.random.default_rng(seed)
    clocks, late = DriftEstimator(), 0.0
    for block in range(1500 + 50 * hold):
        clocks.count_block()
        late -= (apart - clocks.drift) * BLOCK
        if block < 1500 and block % 10 == 9:
            clocks.update(late + chance.normal(0, blur))
        if block == 1499:
            assert abs(late) < 0.1 + 1.5 * blur
    assert clocks.drift == pytest.approx(apart, abs=1e-6 + 20e-6 * blur)
    assert abs(late) < 0.2 + 1.5 * blur + hold * RATE * 20e-6 * blur


def test_a_tap_makes_two_clocks_one() -> None:
    tap = ReferenceTap()
    tap(0)
    tap.set_drift(0.0003)
    chance = np.random.default_rng(5)
    due = 0.0
    waiting = []
    for _ in range(100 * 50):  # 100 s: without it 480 samples would be too many at the end
        due += 441 * 1.0003
        count, due = int(due), due - int(due)
        tap.put(chance.normal(0, 3000, count).astype(np.int16))
        tap(BLOCK)
        waiting.append(tap.waiting)
    assert abs(max(waiting[-50:]) - max(waiting[50:100])) <= 2


def test_a_voice_over_headphones_is_no_echo() -> None:
    """Speech has a rhythm of its own that may look like a delay of other speech for a while."""
    guide = np.concatenate([at_hearing_rate(clip) for clip in speak_fresh(GUIDE_SENTENCES)])
    users = speak_fresh(("saya sesak napas dada sakit", "kaki saya kram sekali tolong"), "id", 150)
    for user in map(at_hearing_rate, users):
        for second in np.arange(1.0, 9.0, 0.5):
            near = np.random.default_rng(3).normal(0, 20, len(guide)).astype(np.int16)
            start = round(second * RATE)
            near[start : start + len(user)] = user[: len(guide) - start]
            alignment = EchoDelayTracker()
            for at in range(0, len(guide) - BLOCK, BLOCK):
                alignment.align(near[at : at + BLOCK], guide[at : at + BLOCK])
                assert alignment.is_aligned, (second, at / RATE)


def at_hearing_rate(clip: Clip) -> Samples:
    """What a microphone would give of it."""
    return np.asarray(soxr.resample(clip.samples, CLIP_RATE, RATE), dtype=np.int16)


def test_a_loud_voice_over_the_echo_moves_no_delay() -> None:
    """It has peaks of its own at other delays; twice believed, the ear was closed for 15 s."""
    far = played(20.0)
    near = np.roll(far, 2000) // 16  # 125 ms later, -24 dB: the guide is ducked
    other = np.roll(far, 6400)  # as alike as speech is to speech at its worst, and much louder
    alignment = EchoDelayTracker()
    for at in range(0, len(near) - BLOCK, BLOCK):
        second = at / RATE
        loud = second >= 4 and second % 4 < 2
        block = near[at : at + BLOCK] + (other[at : at + BLOCK] if loud else 0)
        alignment.align(block.astype(np.int16), far[at : at + BLOCK])
        assert alignment.is_aligned or second < 2.5, second
    assert alignment.delay is not None
    assert alignment.delay.seconds == pytest.approx(0.125, abs=0.001)
