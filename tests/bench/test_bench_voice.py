"""``bench voice`` counts rightly; its ears themselves are an extra that CI does without."""

from pathlib import Path

import numpy as np
import pytest

ROOT = Path(__file__).parents[2]
import voice  # noqa: E402

TINY = str(ROOT / "tests" / "data" / "tiny-voice.onnx")
ESPEAK = voice.Manner("id+f3", 125, 0, 45)
SAID = ("Telepon satu satu sembilan.", "Jangan disentak.")


def test_errors_are_counted_in_words_and_in_letters() -> None:
    row = voice.judge(ESPEAK, SAID, "Telepon 119, janjan di sentak")
    # a number as it is said over the telephone; a word that was only divided costs no letter
    assert (row.words, row.word_errors, row.letters, row.letter_errors) == (6, 3, 37, 1)
    assert voice.judge(ESPEAK, SAID, " ".join(SAID).upper()).word_errors == 0
    endless = voice.judge(ESPEAK, SAID, "terima kasih " * 100)
    assert (endless.word_errors, endless.letter_errors) == (6, 37)


def test_errors_are_laid_at_the_right_sentence() -> None:
    row = voice.judge(ESPEAK, SAID, "Telepon 119, janjan di sentak")
    assert list(voice.aligned(row)) == [
        (SAID[0], 0, "telepon satu satu sembilan"), (SAID[1], 3, "janjan di sentak"),
    ]  # fmt: skip
    assert voice.misheard([row])[0][2] == SAID[1]
    (line,) = list(voice.table([row]))[1:]
    assert "50.0 %" in line and "2.7 %" in line
    lost = voice.judge(ESPEAK, SAID, "")
    assert [errors for _, errors, _ in voice.aligned(lost)] == [4, 2]


@pytest.mark.parametrize("name", ["id+f3", TINY])
def test_sentences_share_recordings_of_less_than_thirty_seconds(name: str) -> None:
    texts = [f"Tarik jari kaki pelan-pelan, kalimat {number}." for number in range(12)]
    manner = voice.Manner(name, 125, 0, 45)
    made = list(voice.recordings(texts, manner, None))
    assert [text for said, _ in made for text in said] == texts
    assert len(made) < len(texts) and all(len(sound) < 30 * 16_000 for _, sound in made)
    assert all(np.abs(sound.astype(int)).max() > 3000 for _, sound in made)
    sampled = [said for said, _ in voice.recordings(texts, manner, 5)]
    again = [said for said, _ in voice.recordings(texts, manner, 5)]
    assert sampled == again and sum(map(len, sampled)) <= 5


def test_more_silence_between_words_makes_it_longer() -> None:
    close, wide = (
        sum(len(s) for _, s in voice.recordings(SAID, voice.Manner("id+f3", 125, gap, 45), None))
        for gap in (0, 10)
    )
    assert wide > close * 1.1
