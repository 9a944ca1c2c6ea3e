"""MBROLA's voice: who really speaks, word marks, pace, a lost program, the offer of set-up."""

import logging
import os
import signal
import subprocess
import threading
from pathlib import Path

import numpy as np
import pytest

from assistant.apps.bootstrap.voice_offer import packages_at_hand, voice_offer
from assistant.audio.interfaces import SPEECH_RATE, Clip
from assistant.audio.wav_player import WavPlayer
from assistant.core.errors import InputError, MissingError
from assistant.runtime.config import load_config
from assistant.runtime.guide_voice import open_voice
from assistant.tts.counted_hold import render_hold
from assistant.tts.espeak_library import default_library, mbrola_library
from assistant.tts.espeak_voice import EspeakVoice
from assistant.tts.fallback_voice import FallbackVoice
from assistant.tts.mbrola import COMMAND, INDONESIAN, LICENCE, PACKAGES, missing_packages
from tests.support.fresh_process import in_fresh_process

SENTENCE = "Lutut lurus, tarik jari kaki. Tahan, pelan saja."


@pytest.fixture(params=[INDONESIAN, "mb-ma1"])
def name(request: pytest.FixtureRequest) -> str:
    """The Indonesian voice, and the Malay one, which needs the same of Kram."""
    voice = str(request.param)
    if missing := missing_packages(voice):
        pytest.skip(f"Debian's {', '.join(missing)} (contrib, non-free) are not installed")
    return voice


def above_8_khz(samples: np.ndarray) -> float:
    """Share of the energy above 8.3 kHz, which a voice recorded at 16 kHz cannot have."""
    power = np.abs(np.fft.rfft(samples.astype(np.float64))) ** 2
    hertz = np.fft.rfftfreq(len(samples), 1 / SPEECH_RATE)
    return float(power[hertz > 8300].sum() / power.sum())


def test_mbrola_really_speaks_and_espeak_still_does_beside_it(name: str) -> None:
    own, joined = EspeakVoice(), EspeakVoice(name)
    for _ in range(2):
        spoken = joined.synthesise(SENTENCE)
        assert spoken.voice == f"mb/{name}"
        assert above_8_khz(spoken.samples) < 1e-5
        usual = own.synthesise(SENTENCE)
        assert usual.voice == "poz/id+m1"
        assert above_8_khz(usual.samples) > 1e-5


def peaks_around_espeak(name: str) -> tuple[int, int]:
    """Peaks of an MBROLA voice before and after one of espeak-ng's own is asked for."""
    joined = EspeakVoice(name)
    before = joined.synthesise(SENTENCE)
    EspeakVoice()
    after = joined.synthesise(SENTENCE)
    return int(np.abs(before.samples).max()), int(np.abs(after.samples).max())


def test_mbrola_speaks_on_when_it_was_asked_for_first(name: str) -> None:
    before, after = in_fresh_process(peaks_around_espeak, name)
    assert after > before / 2 > 0


def test_the_first_sound_swells_as_after_a_pause_and_comes_at_once(name: str) -> None:
    for text in ("Luruskan kaki.", "Hubungi dokter.", "Minum dulu."):
        spoken = EspeakVoice(name).synthesise(text)
        levels = np.abs(spoken.samples[: SPEECH_RATE // 4].astype(int))
        assert levels[: SPEECH_RATE // 50].max() < levels.max() / 5, text
        assert np.flatnonzero(levels > 8)[0] / SPEECH_RATE == pytest.approx(0.01, abs=0.001)
        assert 0 <= spoken.marks[0].at < 0.15
        assert spoken.marks[0].start == 0


def test_every_word_has_a_mark_where_it_begins(name: str) -> None:
    spoken = EspeakVoice(name).synthesise(SENTENCE)
    words = [SENTENCE[mark.start : mark.start + mark.length] for mark in spoken.marks]
    assert words == ["Lutut", "lurus", "tarik", "jari", "kaki", "Tahan", "pelan", "saja"]
    onsets = [mark.at for mark in spoken.marks]
    assert onsets == sorted(onsets)
    assert onsets[-1] < len(spoken.samples) / SPEECH_RATE
    after_a_stop = onsets[words.index("Tahan")] - onsets[words.index("kaki")]
    within_a_clause = onsets[words.index("jari")] - onsets[words.index("tarik")]
    assert after_a_stop > within_a_clause + 0.1


def test_its_pace_holds_and_player_are_those_of_every_voice(name: str, tmp_path: Path) -> None:
    voice = EspeakVoice(name)
    normal, fast = voice.speak(SENTENCE), voice.speak(SENTENCE, 1.4)
    assert fast.seconds == pytest.approx(normal.seconds / 1.4, rel=0.15)
    assert voice.speak(" ").seconds == 0
    hold = render_hold(voice, 3.0, [(1.0, "dua")])
    assert not hold.samples[:SPEECH_RATE].any()
    assert hold.samples[SPEECH_RATE:].any()
    player = WavPlayer(tmp_path / "out.wav")
    player.play(normal)
    player.advance(0.5)
    player.stop()
    assert not player.playing, "it is interrupted in the middle of a word"
    player.close()


def test_the_program_is_started_again_when_it_was_killed(name: str) -> None:
    voice = EspeakVoice(name)
    before = voice.synthesise(SENTENCE)
    children = subprocess.run(
        ["ps", "-o", "pid=,comm=", "--ppid", str(os.getpid())], capture_output=True, text=True
    )
    (mbrola,) = [line.split()[0] for line in children.stdout.splitlines() if "mbrola" in line]
    os.kill(int(mbrola), signal.SIGKILL)
    again = voice.synthesise(SENTENCE)
    assert again.voice == f"mb/{name}"
    assert len(again.samples) == pytest.approx(len(before.samples), rel=0.01)


def test_two_libraries_in_two_threads_do_not_disturb_each_other(name: str) -> None:
    # espeak's own state lets a sentence vary by some hundred samples; the two voices by 10,000.
    lengths = {one: len(EspeakVoice(one).speak(SENTENCE).samples) for one in ("id+m1", name)}
    assert abs(lengths["id+m1"] - lengths[name]) > 10_000
    wrong: list[str] = []

    def work(one: str) -> None:
        for _ in range(10):
            if abs(len(EspeakVoice(one).speak(SENTENCE).samples) - lengths[one]) > 2000:
                wrong.append(one)

    threads = [threading.Thread(target=work, args=(one,)) for one in lengths]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []


def test_a_library_without_the_voice_does_not_speak_for_it(name: str) -> None:
    with pytest.raises(MissingError, match="mb-zz9 cannot speak without mbrola-zz9"):
        EspeakVoice("mb-zz9")
    library = mbrola_library()
    assert library.SetVoiceByName(b"mb-zz9") != library.EE_OK
    assert EspeakVoice(name).synthesise(SENTENCE).voice == f"mb/{name}", "whatever went before"


def test_the_wheels_library_has_no_mbrola() -> None:
    library = default_library()
    assert library.SetVoiceByName(INDONESIAN.encode()) != library.EE_OK


def test_what_is_missing_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert missing_packages(INDONESIAN, tmp_path) == list(PACKAGES)
    for path in ("lib/x86_64-linux-gnu/libespeak-ng.so.1", "share/mbrola/id1/id1", "mbrola"):
        file = tmp_path / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.touch(mode=0o755)
    assert missing_packages(INDONESIAN, tmp_path) == []


def test_without_the_packages_one_line_is_logged_and_the_usual_voice_speaks(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    voice = open_voice(INDONESIAN)
    assert voice.speak(SENTENCE).seconds > 2
    (told,) = caplog.messages
    assert told.startswith("mb-id1 cannot speak without mbrola")
    assert COMMAND in told
    assert told.endswith("the usual voice speaks instead")
    assert "\n" not in told


class _LostVoice:
    """Speaks once; then its program is gone."""

    def __init__(self) -> None:
        self.asked = 0

    def speak(self, text: str, rate: float = 1.0) -> Clip:
        self.asked += 1
        if self.asked > 1:
            raise MissingError("the program is gone", "install it")
        return Clip(np.ones(7, dtype=np.int16))


def test_a_voice_that_is_lost_is_replaced_once(caplog: pytest.LogCaptureFixture) -> None:
    lost = _LostVoice()
    voice = FallbackVoice(lost, EspeakVoice)
    assert len(voice.speak("halo").samples) == 7
    with caplog.at_level(logging.WARNING):
        for _ in range(3):
            assert voice.speak("halo").seconds > 0.2
    assert lost.asked == 2
    assert len(caplog.messages) == 1


def test_the_configuration_names_the_voice_or_a_file(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    path.write_text(f'[speaking]\nvoice = "{INDONESIAN}"\n', encoding="utf-8")
    assert load_config(path).speaking.voice == INDONESIAN
    path.write_text('[speaking]\nvoice = "mb-ma1"\n', encoding="utf-8")
    with pytest.raises(InputError, match=r"line 2: 'voice' must be \"mb-id1\""):
        load_config(path)


def test_the_voice_is_offered_only_where_it_is_at_hand(tmp_path: Path) -> None:
    config = tmp_path / "config.toml"
    assert voice_offer(config, lambda: PACKAGES, lambda packages: False) is None
    offer = voice_offer(config, lambda: PACKAGES, lambda packages: True)
    assert offer is not None
    assert COMMAND in offer
    assert LICENCE in offer
    assert f'write voice = "{INDONESIAN}" below [speaking] in {config}' in offer
    installed = voice_offer(config, lambda: (), lambda packages: False)
    assert installed is not None
    assert "apt-get" not in installed
    config.write_text('[speaking]\nvoice = "~/x.onnx"\n', encoding="utf-8")
    assert voice_offer(config, lambda: (), lambda packages: True) is None
    config.write_text('[speaking]\nvoice = ""\n', encoding="utf-8")
    assert voice_offer(config, lambda: (), lambda packages: True) == installed


@pytest.mark.parametrize(
    ("answer", "at_hand"),
    [
        ("Package: mbrola\nVersion: 3.3\n\nPackage: mbrola-id1\nVersion: 0\n", True),
        ("Package: mbrola\nVersion: 3.3\n", False),
        ("", False),
    ],
)
def test_apt_is_asked_for_the_packages(
    answer: str, at_hand: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program = tmp_path / "apt-cache"
    program.write_text(f"#!/bin/sh\nprintf '{answer}'\n", encoding="utf-8")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.defpath}")
    assert packages_at_hand(("mbrola", "mbrola-id1")) is at_hand
    program.unlink()
    monkeypatch.setenv("PATH", str(tmp_path))
    assert not packages_at_hand(("mbrola",))
