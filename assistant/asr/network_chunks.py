"""A Vosk model whose network is evaluated in longer chunks than those of the live microphone.

With short chunks most of the time goes into packing the weights anew for each of them: 100 frames
at a time take less than half the processor time of Vosk's 20. But words are then known up to
a second later, so only who needs no partial results can use them.
"""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_CONFIG = "conf"
_MODEL_CONFIG = "model.conf"


@contextmanager
def network_chunks(model: Path, frames: int | None) -> Iterator[Path]:
    """The folder ``model``, or one to open in its place: ``frames`` of 10 ms a chunk.

    Vosk takes the number from the folder's ``model.conf`` only. So it gets a temporary folder of
    links to the rest; where links are not allowed (Windows), ``model`` itself, which is slower.
    """
    if frames is None:
        yield model
        return
    with tempfile.TemporaryDirectory(prefix="kram-") as name:
        yield _linked(model.resolve(), frames, Path(name)) or model


def _linked(model: Path, frames: int, copy: Path) -> Path | None:
    (copy / _CONFIG).mkdir()
    try:
        for path in [*model.iterdir(), *(model / _CONFIG).iterdir()]:
            if path.name not in (_CONFIG, _MODEL_CONFIG):
                (copy / path.relative_to(model)).symlink_to(path)
    except OSError:
        return None
    text = (model / _CONFIG / _MODEL_CONFIG).read_text(encoding="utf-8")
    (copy / _CONFIG / _MODEL_CONFIG).write_text(
        f"{text.rstrip()}\n--frames-per-chunk={frames}\n", encoding="utf-8"
    )
    return copy
