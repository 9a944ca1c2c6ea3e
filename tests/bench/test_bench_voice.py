"""Error counts of ``bench voice``; Whisper itself is an extra that CI does not install."""

import json
import subprocess
import sys
import wave
from pathlib import Path

import numpy as np
import pytest

from tests.support.paths import DATA, ROOT

TINY = str(DATA / "tiny-voice.onnx")
SAID = ("Telepon satu satu sembilan.", "Jangan disentak.")


def bench_voice(*words: str) -> str:
    """What the measurement prints."""
    command = [sys.executable, str(ROOT / "run.py"), "bench", "voice", *words]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


def counted(folder: Path, written: str) -> tuple[list[int], list[str]]:
    """Words, word errors, letters, letter errors of ``SAID``; the lines that are printed."""
    before, after = folder / "before.json", folder / "after.json"
    row = {"voice": "id+f3", "pace": 125, "gap": 0, "pitch": 45, "said": SAID, "written": written}
    before.write_text(json.dumps({"rows": [row]}), encoding="utf-8")
    printed = bench_voice("--again", str(before), "--output", str(after))
    (found,) = json.loads(after.read_text(encoding="utf-8"))["rows"]
    names = ("words", "word_errors", "letters", "letter_errors")
    return [found[name] for name in names], printed.splitlines()


def recorded(
    folder: Path, texts: list[str], *words: str
) -> list[tuple[list[str], "np.ndarray[tuple[int], np.dtype[np.int16]]"]]:
    """What was said in each recording, and its sound (16 kHz)."""
    file = folder / "texts.txt"
    file.write_text("\n".join(texts), encoding="utf-8")
    made = folder / "-".join(word.strip("-") for word in words if "/" not in word)
    bench_voice("--texts", str(file), "--recordings", str(made), *words)
    found = []
    for path in sorted(made.glob("*.wav")):
        with wave.open(str(path)) as sound:
            samples = np.frombuffer(sound.readframes(sound.getnframes()), np.int16)
        found.append((path.with_suffix(".txt").read_text(encoding="utf-8").splitlines(), samples))
    return found


def test_errors_are_counted_in_words_and_in_letters(tmp_path: Path) -> None:
    # a number as it is said over the telephone; a word that was only divided costs no letter
    assert counted(tmp_path, "Telepon 119, janjan di sentak")[0] == [6, 3, 37, 1]
    assert counted(tmp_path, " ".join(SAID).upper())[0][1] == 0
    assert counted(tmp_path, "terima kasih " * 100)[0] == [6, 6, 37, 37]


def test_errors_are_laid_at_the_right_sentence(tmp_path: Path) -> None:
    _, lines = counted(tmp_path, "Telepon 119, janjan di sentak")
    assert "50.0 %" in lines[1] and "2.7 %" in lines[1]
    worst = lines.index(next(line for line in lines if line.startswith("misheard"))) + 1
    assert lines[worst:] == ["  3.0 of  2  Jangan disentak.", "             janjan di sentak"]
    _, lines = counted(tmp_path, "")
    assert [line[:11] for line in lines if " of " in line] == ["  4.0 of  4", "  2.0 of  2"]


@pytest.mark.parametrize(
    ("written", "exact"),
    [
        ("Telepon 119, jangan disentak", "1/1"),
        ("telepon 1-1-9 jangan disentak", "1/1"),
        ("Teleponsatu-satu, lalu sembilan. Jangan disentak.", "1/1"),
        ("Telepon 1-1, selalu sembilan. Jangan disentak.", "1/1"),
        ("Telepon 1119. Jangan disentak.", "0/1"),
        ("telepon satu satus sembilan, jangan disentak", "0/1"),
        ("Telepon 11, lalu 9. Jangan disentak.", "0/1"),
        ("Telepon jangan disentak.", "0/1"),
        ("", "0/1"),
    ],
)
def test_a_telephone_number_is_right_or_wrong(written: str, exact: str, tmp_path: Path) -> None:
    _, lines = counted(tmp_path, written)
    assert lines[0].split().index("119") == lines[0].split().index("lost") + 1
    assert lines[1].split()[-2] == exact


def test_only_sentences_with_a_number_are_spoken_each_for_itself(tmp_path: Path) -> None:
    texts = [*SAID, "Coba nomor satu satu, lalu dua.", "Satu kaki."]
    made = recorded(tmp_path, texts, "--voices", "id+f3", "--numbers")
    assert [said for said, _ in made] == [[texts[0]], [texts[2]]]


@pytest.mark.parametrize("name", ["id+f3", TINY], ids=["espeak", "piper"])
def test_sentences_share_recordings_of_less_than_thirty_seconds(name: str, tmp_path: Path) -> None:
    texts = [f"Tarik jari kaki pelan-pelan, kalimat {number}." for number in range(12)]
    made = recorded(tmp_path, texts, "--voices", name)
    assert [text for said, _ in made for text in said] == texts
    assert len(made) < len(texts) and all(len(sound) < 30 * 16_000 for _, sound in made)
    assert all(np.abs(sound.astype(int)).max() > 3000 for _, sound in made)
    sampled = [said for said, _ in recorded(tmp_path, texts, "--voices", name, "--sample", "5")]
    again = [said for said, _ in recorded(tmp_path, texts, "--sample", "5", "--voices", name)]
    assert sampled == again and sum(map(len, sampled)) <= 5


def test_more_silence_between_words_makes_it_longer(tmp_path: Path) -> None:
    close, wide = (
        sum(len(s) for _, s in recorded(tmp_path, list(SAID), "--voices", "id+f3", "--gaps", gap))
        for gap in ("0", "10")
    )
    assert wide > close * 1.1


def test_a_loud_room_is_ten_decibels_below_the_voice(tmp_path: Path) -> None:
    ((_, quiet),) = recorded(tmp_path, list(SAID), "--voices", "id+f3")
    for room in ("fan", "television", "loud"):
        ((_, noisy),) = recorded(tmp_path, list(SAID), "--voices", "id+f3", "--rooms", room)
        noise = noisy.astype(float) - quiet
        blocks = quiet[: len(quiet) // 320 * 320].reshape(-1, 320).astype(float)
        levels = np.sqrt(np.mean(blocks**2, axis=1))
        speech = np.sqrt(np.mean(levels[levels > levels.max() / 10] ** 2))
        assert 20 * np.log10(speech / np.sqrt(np.mean(noise**2))) == pytest.approx(10, abs=0.7)


def test_old_ears_lose_high_tones_and_the_equaliser_brings_some_back(tmp_path: Path) -> None:
    def high(*words: str) -> float:
        """Energy from 1 to 3 kHz beside that below 600 Hz, in dB."""
        ((_, sound),) = recorded(tmp_path, list(SAID), "--voices", "id+f3", *words)
        energy = np.abs(np.fft.rfft(sound)) ** 2
        at = np.fft.rfftfreq(len(sound), 1 / 16_000)
        return float(
            10 * np.log10(energy[(at > 1000) & (at < 3000)].sum() / energy[at < 600].sum())
        )

    lost = high() - high("--rooms", "mild_loss")
    back = high("--rooms", "mild_loss", "--hearing", "high_tone_loss") - high(
        "--rooms", "mild_loss"
    )
    assert lost > 5 and back > 5


def test_only_the_first_sound_is_timed(tmp_path: Path) -> None:
    file = tmp_path / "texts.txt"
    file.write_text("\n".join(SAID), encoding="utf-8")
    lines = bench_voice("--timing", "--texts", str(file), "--voices", "id+f3").splitlines()
    assert len(lines) == 2
    voice, hearing, count, middle, late, longest = lines[1].split()
    assert (voice, hearing, count) == ("id+f3", "normal", "2")
    assert 0 < float(middle) <= float(late) <= float(longest)
