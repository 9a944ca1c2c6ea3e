"""The loopback test of ``doctor``: simulated, and on a virtual sound card."""

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import soxr

from assistant.apps.doctor.checks import loopback_checks
from assistant.apps.doctor.loopback import LoopbackResult, measure
from assistant.apps.doctor.loopback_check import health_checks, load_texts, recognise
from assistant.apps.doctor.stored_checks import read_checks
from assistant.apps.simulation.virtual_sound_card import VirtualSoundCard
from assistant.asr.model_store import ensure_model
from assistant.audio.interfaces import SPEECH_RATE as SPOKEN_RATE
from assistant.audio.pcm import RATE, Samples
from assistant.audio.room_simulation import EchoPath
from assistant.core.paths import instance_lock_file
from assistant.core.single_instance import single_instance
from tests.support.fresh_process import speak_fresh
from tests.support.paths import ROOT


def played() -> Samples:
    (clip,) = speak_fresh((load_texts().test,))
    dry = soxr.resample(clip.samples.astype(np.float32), SPOKEN_RATE, RATE)
    silence = np.zeros(RATE)
    return np.concatenate([silence[: RATE // 5], dry, silence]).astype(np.int16)


def in_room(far: Samples, echo: EchoPath | None, gain: float = 1.0) -> tuple[Samples, Samples]:
    """Noise, and what the microphone hears."""
    noise = np.random.default_rng(3).normal(0, 20, RATE + len(far))
    sound = np.zeros(len(far))
    if echo is not None:
        sound = np.convolve(far, echo.response())[: len(far)] * gain
    near = np.clip(sound + noise[RATE:], -32768, 32767)
    return noise[:RATE].astype(np.int16), near.astype(np.int16)


def table(air: LoopbackResult) -> dict[str, bool]:
    return {name: ok for name, ok, _, _ in health_checks(air)}


def test_an_ordinary_room_is_measured() -> None:
    far = played()
    noise, near = in_room(far, EchoPath(-8.0, 0.14))
    air = measure(noise, near, far, recognise)
    assert air.noise_db == pytest.approx(20 * np.log10(20 / 32768), abs=0.5)
    assert air.delay_ms == pytest.approx(140, abs=2)
    assert air.echo_db == pytest.approx(-8 + 1, abs=1.5)  # and the reflections
    assert air.words == "kaki saya kram"
    assert air.removed_db > 25
    assert air.duplex == "auto"
    assert table(air) == {
        "noise": True, "echo": True, "clipping": True, "own words": True, "duplex": True,
    }  # fmt: skip


def test_a_clipping_microphone_gets_half_duplex() -> None:
    far = played()
    noise, near = in_room(far, EchoPath(0.0, 0.1), gain=12.0)
    air = measure(noise, near, far, lambda sound: "")
    assert air.clipped > 0.01
    assert air.duplex == "half"
    assert not table(air)["clipping"]


def test_headphones_are_no_fault() -> None:
    far = played()
    air = measure(*in_room(far, None), far, recognise)
    assert not air.heard
    assert air.duplex == "auto"
    assert all(table(air).values())


def test_noise_is_a_fault() -> None:
    far = played()
    _, near = in_room(far, EchoPath(-8.0, 0.1))
    loud = np.random.default_rng(1).normal(0, 900, RATE).astype(np.int16)
    assert not table(measure(loud, near, far, lambda sound: ""))["noise"]


def test_no_test_sentence_is_played_while_a_kram_listens(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    with single_instance(instance_lock_file()):
        (refused,) = loopback_checks()
    assert refused.name == "air" and refused.ok and "Kram is listening" in refused.found
    tried = loopback_checks()
    assert all("Kram is listening" not in one.found for one in tried)


@pytest.mark.alone
def test_doctor_hears_itself_on_a_card(tmp_path: Path) -> None:
    ensure_model()  # what doctor only looks at
    (tmp_path / "kram").mkdir()
    chosen = '[sound]\nmicrophone = "pulse"\n'
    (tmp_path / "kram" / "config.toml").write_text(chosen, encoding="utf-8")
    homes = dict.fromkeys(("XDG_DATA_HOME", "XDG_CONFIG_HOME"), str(tmp_path))
    with VirtualSoundCard() as card:
        card.echo(60)
        hiss = np.random.default_rng(2).normal(0, 20, 60 * RATE).astype(np.int16)
        playing = card.play_into_microphone(hiss, RATE)
        done = subprocess.run(
            [sys.executable, "-m", "assistant.apps.cli", "doctor", "--json"],
            cwd=ROOT,
            env={**card.environment, **homes},
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        playing.terminate()
        playing.wait(5)
    found = {one["name"]: one for one in map(json.loads, done.stdout.splitlines())}
    assert {"microphone", "loudspeaker", "noise", "echo", "duplex"} <= set(found), done.stdout
    assert found["microphone"]["found"].startswith("pulse"), "the one that is listened to"
    assert "ms late" in found["echo"]["found"], found["echo"]
    assert "duplex =" in found["duplex"]["found"]
    at, stored = read_checks(tmp_path / "kram" / "doctor.json")
    assert at is not None and {one.name for one in stored} == set(found) - {"files"}
