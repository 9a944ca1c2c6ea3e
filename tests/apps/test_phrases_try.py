"""`phrases try` explains how a sentence is interpreted; `phrases say` reads a file aloud."""

import io
import json
import re
import sys
import wave
from pathlib import Path

import numpy as np
import pytest
import soxr

from assistant.apps.cli import main
from assistant.audio.interfaces import SPEECH_RATE as SPOKEN_RATE
from assistant.audio.pcm import RATE
from assistant.core.paths import OWN_PHRASES
from assistant.dialogue.acts import Ask, Hold, Say
from assistant.dialogue.dry_run import sentences, walk_through
from assistant.dialogue.script.loader import load_script
from tests.support.fresh_process import speak_fresh
from tests.support.paths import ROOT

pytestmark = pytest.mark.decodes_sound

SCRIPT = load_script(OWN_PHRASES)


def records(capsys: pytest.CaptureFixture[str], *words: str) -> list[dict[str, object]]:
    assert main.main(["phrases", "try", "--json", *words]) == 0
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


def test_a_sentence_is_explained(capsys: pytest.CaptureFixture[str]) -> None:
    said = ("Sudah reda!", "kaki kiriku keram parah", "siapa presiden")
    exact, near, nothing = records(capsys, *said)
    assert exact["reason"] == "exact" and exact["intent"] == "better"
    assert str(exact["idle"]).startswith("not understood")
    assert str(exact["conversation"]).startswith("accepted as better")
    best = near["best"]
    assert isinstance(best, dict) and best["intent"] == "cramp_now"
    file, line = best["source"].split(":")
    template = (OWN_PHRASES / "intents" / file).read_text("utf-8").splitlines()[int(line) - 1]
    assert best["template"] in template
    assert near["slots"] == {"leg": "left"} and near["runner_up"]
    assert nothing["intent"] is None and nothing["accepted"] is False


def test_a_homes_sentence_is_never_to_be_confirmed(capsys: pytest.CaptureFixture[str]) -> None:
    home = str(ROOT / "tests" / "homes" / "keluarga")
    (found,) = records(capsys, "--phrases", home, "buka kunci pintu tengah")
    assert found["accepted"] is False and str(found["idle"]).startswith("refused: ")
    assert main.main(["phrases", "try", "--phrases", home, "buka kunci pintu +depan"]) == 0
    out = capsys.readouterr().out
    assert "confirm" not in out and "means         nothing (a sign that" in out


def test_sentences_may_be_typed(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO("tunggu sebentar\n\nnever read\n"))
    assert main.main(["phrases", "try"]) == 0
    out = capsys.readouterr().out
    assert "means         pause" in out and "controls.yaml:" in out and "never" not in out


def test_a_sentence_may_be_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (clip,) = speak_fresh(("kaki saya kram",), "id+m3")
    speech = soxr.resample(clip.samples, SPOKEN_RATE, RATE)
    quiet = np.zeros(RATE, dtype=np.int16)
    path = tmp_path / "a.wav"
    write_wav(path, np.concatenate([quiet, speech, quiet]))
    (record,) = records(capsys, "--input", str(path), "--state", "idle")
    assert record["intent"] == "cramp_now"
    heard = record["heard"]
    assert isinstance(heard, dict) and heard["best"] == "kaki saya kram" and "threshold" in heard
    write_wav(path, quiet)
    assert records(capsys, "--input", str(path))[0]["intent"] is None


def write_wav(path: Path, samples: "np.ndarray[tuple[int], np.dtype[np.int16]]") -> None:
    with wave.open(str(path), "wb") as file:
        file.setparams((1, 2, RATE, 0, "NONE", ""))
        file.writeframes(samples.tobytes())


def test_a_guide_is_rehearsed_as_it_goes_when_nobody_answers() -> None:
    acts = list(walk_through(SCRIPT, SCRIPT.guides["acute"]))
    assert isinstance(acts[0], Say) and isinstance(acts[-1], Say)
    assert sum(isinstance(act, Hold) for act in acts) >= 3
    assert any(isinstance(act, Ask) for act in acts)


def test_every_sentence_can_be_spoken_and_has_its_place() -> None:
    every = sentences(SCRIPT)
    assert len({one.text for one in every}) == len(every) > 200
    assert all("{" not in one.text for one in every)
    assert all(re.search(r"\.yaml:\d+$", one.where) for one in every)


def test_a_file_is_read_aloud(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "a.wav"
    file = OWN_PHRASES / "answers" / "about.yaml"
    assert main.main(["phrases", "say", str(file), "--output", str(path)]) == 0
    *spoken, last = capsys.readouterr().out.splitlines()
    assert spoken and all(line in file.read_text("utf-8") for line in spoken)
    with wave.open(str(path)) as sound:
        seconds = sound.getnframes() / sound.getframerate()
        samples = np.frombuffer(sound.readframes(sound.getnframes()), dtype=np.int16)
    assert last == f"{path}: {seconds:.0f} seconds"
    assert np.abs(samples.astype(int)).max() > 3000
    assert seconds > 0.05 * sum(map(len, spoken))


def test_a_file_that_is_not_spoken_is_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for file in (OWN_PHRASES / "words.yaml", tmp_path / "none.yaml", Path(__file__)):
        assert main.main(["phrases", "say", str(file), "--output", str(tmp_path / "a.wav")]) == 2
        assert str(file) in capsys.readouterr().err
