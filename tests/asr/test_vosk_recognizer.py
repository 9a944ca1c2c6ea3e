"""Vosk on synthetic speech, with a freshly built model."""

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import soxr

from assistant.asr import model_store
from assistant.asr.confidence import Hypothesis, score_nbest
from assistant.asr.vosk_recognizer import VoskRecognizer
from assistant.audio.interfaces import SPEECH_RATE as SPOKEN_RATE
from assistant.audio.pcm import RATE, Samples, amplitude
from assistant.core.errors import MissingError
from tests.support.fresh_process import speak_fresh
from tests.support.paths import ROOT

pytestmark = pytest.mark.decodes_sound

TEXT = """
language: id
intents:
  cramp:
    data:
      - sentences: [kaki saya kram, betis saya kram malam ini]
        requires_context: {state: [idle, conversation]}
  control:
    data:
      - sentences: [tunggu sebentar, tunggu sebentar dulu ya, lanjutkan, sudah membaik]
        requires_context: {state: conversation}
"""


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    room = tmp_path_factory.mktemp("recognizer")
    (room / "phrases").mkdir()
    (room / "phrases" / "test.yaml").write_text(TEXT, encoding="utf-8")
    return model_store.build(room / "phrases", room / "model")


def spoken(text: str) -> Samples:
    (clip,) = speak_fresh((text,), "id+m3")
    sound = soxr.resample(clip.samples, SPOKEN_RATE, RATE).astype(np.int16)
    rest = np.zeros(RATE // 4, np.int16)
    return np.concatenate([rest, sound, rest])


@pytest.mark.parametrize(
    "text", ["kaki saya kram", "betis saya kram malam ini", "tunggu sebentar", "sudah membaik"]
)
def test_hears_what_was_said(model: Path, text: str) -> None:
    recognizer = VoskRecognizer(model)
    recognizer.start("all")
    samples = spoken(text)
    for place in range(0, len(samples), 1111):
        recognizer.feed(samples[place : place + 1111])
    result = recognizer.finish()
    assert result.details.best == text
    assert 0 <= result.confidence <= 1


def test_each_utterance_stands_alone(model: Path) -> None:
    recognizer = VoskRecognizer(model, ("conversation",))
    heard = []
    for text in ("kaki saya kram", "sudah membaik", "kaki saya kram"):
        recognizer.start("conversation")
        recognizer.feed(spoken(text))
        heard.append((recognizer.finish().details.best, recognizer.finish().words))
    assert heard == [("kaki saya kram", ""), ("sudah membaik", ""), ("kaki saya kram", "")]


def test_idle_hears_idle_phrases_only(model: Path) -> None:
    recognizer = VoskRecognizer(model)
    recognizer.start("idle")
    recognizer.feed(spoken("sudah membaik"))
    assert recognizer.finish().details.best in {"", "kaki saya kram", "betis saya kram malam ini"}
    recognizer.start("idle")
    recognizer.feed(spoken("kaki saya kram"))
    assert recognizer.finish().details.best == "kaki saya kram"


def test_knows_when_a_phrase_is_complete(model: Path) -> None:
    recognizer = VoskRecognizer(model)
    recognizer.start("conversation")
    assert not recognizer.complete()
    recognizer.feed(spoken("betis saya kram malam ini"))
    recognizer.feed(np.zeros(RATE // 2, np.int16))
    assert recognizer.partial() == "betis saya kram malam ini"
    assert recognizer.complete()
    recognizer.start("conversation")
    recognizer.feed(spoken("tunggu sebentar"))
    recognizer.feed(np.zeros(RATE // 2, np.int16))
    # It might go on with "dulu ya".
    assert recognizer.partial() == "tunggu sebentar"
    assert not recognizer.complete()


def test_silence_and_nothing_are_no_phrase(model: Path) -> None:
    recognizer = VoskRecognizer(model)
    recognizer.start("all")
    assert recognizer.finish().words == ""
    recognizer.start("all")
    recognizer.feed(np.zeros(0, np.int16))
    assert recognizer.partial() == ""
    assert recognizer.finish().words == ""


def test_no_model(tmp_path: Path) -> None:
    with pytest.raises(MissingError, match="build"):
        VoskRecognizer(tmp_path)


def test_a_damaged_model_is_said_to_be_damaged(model: Path, tmp_path: Path) -> None:
    (tmp_path / "kram.json").write_bytes((model / "kram.json").read_bytes())
    with pytest.raises(MissingError, match="damaged"):
        VoskRecognizer(tmp_path)


def test_the_recognizer_never_meets_another_openfst() -> None:
    code = (
        "import sys, assistant.asr.vosk_recognizer, assistant.asr.model_store;"
        "sys.exit(any(name in sys.modules for name in ('pynini', 'pywrapfst', 'kaldifst')))"
    )
    subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=True, timeout=60)


@pytest.mark.parametrize(("speech", "words"), [(0.3, "tidak"), (0.7, "tidak ada")])
def test_the_time_it_took_tells_a_phrase_from_its_beginning(speech: float, words: str) -> None:
    longer, said = Hypothesis("tidak ada", 100.0), Hypothesis("tidak", 98.5)
    heard = score_nbest(
        [longer, said, Hypothesis("", 94.0, background=True)], speech, "conversation"
    )
    assert heard.accepted and heard.words == words


def test_a_beginning_that_is_far_behind_is_not_taken_for_the_phrase() -> None:
    longer, other = Hypothesis("tidak ada", 100.0), Hypothesis("tidak", 96.0)
    heard = score_nbest([longer, other], 0.2, "conversation")
    assert not heard.accepted


@pytest.mark.parametrize("peak", [-12, -42])
def test_soft_speech_is_recognised_like_normal_speech(model: Path, peak: int) -> None:
    recognizer = VoskRecognizer(model)
    results = []
    for chunk in (320, 4000):
        recognizer.start("conversation")
        samples = at_level(spoken("tunggu sebentar dulu ya"), peak)
        for place in range(0, len(samples), chunk):
            recognizer.feed(samples[place : place + chunk])
        results.append(recognizer.finish())
    assert {one.words for one in results} == {"tunggu sebentar dulu ya"}
    assert all(one.accepted for one in results)


def test_soft_speech_has_partial_results(model: Path) -> None:
    recognizer = VoskRecognizer(model)
    recognizer.start("conversation")
    samples = at_level(spoken("tunggu sebentar dulu ya"), -42)
    seen = []
    for place in range(0, len(samples), 320):
        recognizer.feed(samples[place : place + 320])
        seen.append(recognizer.partial())
    recognizer.feed(np.zeros(6400, np.int16))
    assert recognizer.partial() == "tunggu sebentar dulu ya"
    assert "tunggu" in " ".join(seen)


def at_level(samples: Samples, peak: int) -> Samples:
    """``samples`` with this peak in dB of full scale and the noise of a converter."""
    sound = samples / np.abs(samples.astype(np.int32)).max() * 32767 * amplitude(peak)
    return np.rint(sound + np.random.default_rng(2).normal(0, 0.5, len(sound))).astype(np.int16)
