"""Stored clips that are damaged are rendered again; whatever is in a file, it is no error."""

import random
import wave
from pathlib import Path

import numpy as np
import pytest

from assistant.audio.interfaces import SPEECH_RATE, Clip
from assistant.tts.clip_store import ClipStore

SPOKEN = Clip(np.arange(1, 2001, dtype=np.int16))


def stored(folder: Path) -> Path:
    ClipStore(folder).get("halo", 1.0, lambda text, rate: SPOKEN)
    (path,) = folder.iterdir()
    return path


def loaded(folder: Path) -> Clip | None:
    """The clip in the file; None if it was rendered again."""
    again: list[str] = []

    def render(text: str, rate: float) -> Clip:
        again.append(text)
        return SPOKEN

    clip = ClipStore(folder).get("halo", 1.0, render)
    return None if again else clip


def test_a_whole_file_is_used(tmp_path: Path) -> None:
    stored(tmp_path / "voice")
    clip = loaded(tmp_path / "voice")
    assert clip is not None and (clip.samples == SPOKEN.samples).all()


def test_any_changed_file_is_a_clip_or_rendered_again(tmp_path: Path) -> None:
    path = stored(tmp_path / "voice")
    whole, chance = path.read_bytes(), random.Random(17)
    for number in range(400):
        data = bytearray(whole)
        if number % 2:
            del data[chance.randrange(len(data)) :]
        else:
            data[chance.randrange(60)] = chance.randrange(256)
        path.write_bytes(data)
        clip = loaded(tmp_path / "voice")
        assert clip is None or len(clip.samples) > 0


@pytest.mark.parametrize("params", [(2, 2, SPEECH_RATE), (1, 1, SPEECH_RATE), (1, 2, 8000)])
def test_sound_of_another_kind_is_rendered_again(
    tmp_path: Path, params: tuple[int, int, int]
) -> None:
    path = stored(tmp_path / "voice")
    with wave.open(str(path), "wb") as file:
        file.setparams((*params, 0, "NONE", ""))
        file.writeframes(bytes(4000))
    assert loaded(tmp_path / "voice") is None


def test_no_sound_at_all_is_rendered_again(tmp_path: Path) -> None:
    path = stored(tmp_path / "voice")
    path.write_bytes(path.read_bytes()[:44])
    assert loaded(tmp_path / "voice") is None
