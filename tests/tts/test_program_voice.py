"""A voice that is a program of the user's: text on stdin, WAV on stdout."""

import shutil
import sys
from pathlib import Path

import numpy as np
import pytest

from assistant.audio.interfaces import SPEECH_RATE
from assistant.core.errors import InputError, KramError
from assistant.runtime.composition import prerendering
from assistant.runtime.guide_voice import open_voice
from assistant.tts.clip_store import Prerenderer
from assistant.tts.fallback_voice import FallbackVoice
from assistant.tts.program_voice import ProgramVoice

SPEAKER = f"""#!{sys.executable}
import io, os, sys, wave, math, struct
text, rate = sys.stdin.buffer.read().decode(), float(os.environ["KRAM_RATE"])
open(__file__ + ".log", "a").write(text + chr(10))
if text.startswith("rusak"):
    sys.exit(3)
count = int(16000 * len(text) / 20 / rate)
tone = (int(9000 * math.sin(place * 0.2)) for place in range(count))
with wave.open(sys.stdout.buffer, "wb") as file:
    file.setparams((2, 2, 16000, count, "NONE", ""))
    file.writeframes(b"".join(struct.pack("<hh", one, one) for one in tone))
"""


@pytest.fixture
def program(tmp_path: Path) -> Path:
    path = tmp_path / "speaker"
    path.write_text(SPEAKER, encoding="utf-8")
    path.chmod(0o755)
    return path


def asked(program: Path) -> list[str]:
    return program.with_name(program.name + ".log").read_text(encoding="utf-8").splitlines()


def test_text_becomes_sound_of_our_rate_and_pace(program: Path) -> None:
    voice = ProgramVoice(program)
    clip = voice.speak("dua puluh huruf saja")
    assert clip.seconds == pytest.approx(1.0, abs=0.01)
    spectrum = np.abs(np.fft.rfft(clip.samples.astype(float)))
    tone = np.argmax(spectrum) * SPEECH_RATE / len(clip.samples)
    assert tone == pytest.approx(0.2 / (2 * np.pi) * 16000, rel=0.01)
    assert voice.speak("dua puluh huruf saja", 2.0).seconds == pytest.approx(0.5, abs=0.01)
    assert voice.speak(" ").seconds == 0
    assert voice.speak("dua puluh huruf saja") is clip, "it is kept"
    assert len(asked(program)) == 2


def test_sentences_are_rendered_in_advance_and_stored(program: Path, tmp_path: Path) -> None:
    texts = ["satu kalimat", "dua kalimat"]
    with Prerenderer(ProgramVoice(program, tmp_path / "store"), texts) as work:
        work.wait()
    again = ProgramVoice(program, tmp_path / "store")
    assert all(again.speak(text).seconds > 0.3 for text in texts)
    assert asked(program) == texts
    program.write_text(SPEAKER + "# a new version\n", encoding="utf-8")
    ProgramVoice(program, tmp_path / "store").speak(texts[0])
    assert asked(program) == [*texts, texts[0]], "a program that has changed speaks anew"


def test_what_is_no_voice_is_told(program: Path, tmp_path: Path) -> None:
    with pytest.raises(KramError, match=r"cannot say 'rusak' .*exit status 3"):
        ProgramVoice(program).speak("rusak")
    silent = tmp_path / "silent"
    shutil.copyfile("/bin/true", silent)
    silent.chmod(0o755)
    with pytest.raises(KramError, match="cannot say 'halo'"):
        ProgramVoice(silent).speak("halo")
    program.chmod(0o644)
    with pytest.raises(InputError, match="is no program that can be run"):
        ProgramVoice(program)


def test_the_usual_voice_goes_on_when_it_fails(
    program: Path, caplog: pytest.LogCaptureFixture
) -> None:
    voice = open_voice(program)
    assert isinstance(voice, FallbackVoice)
    with prerendering(voice):
        pass
    assert voice.speak("dua puluh huruf saja").seconds == pytest.approx(1.0, abs=0.01)
    assert voice.speak("rusak, sekarang").seconds > 0.8
    asked_before = len(asked(program))
    voice.prepare("lagi")
    assert voice.speak("dan terus begitu").seconds > 0.8
    assert len(asked(program)) == asked_before
    assert len(caplog.messages) == 1
