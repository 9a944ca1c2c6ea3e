"""The model folder: names and arrays that the builder writes and the recogniser reads.

A model is one Vosk model folder or several, one for each listening state that hears other
sentences; ``kram.json`` in the top one says which. Beside the graph of the idle state stands what
the second pass needs.
"""

import json
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, fields
from functools import lru_cache
from pathlib import Path
from typing import Any, Self

import numpy as np
import numpy.typing as npt

from assistant.core.atomic_file import write_atomic
from assistant.core.listening_state import ListeningState

Floats = npt.NDArray[np.float32]

MANIFEST = "kram.json"

# As Vosk wants them.
ACOUSTIC_MODEL = "am/final.mdl"
MFCC_CONF = "conf/mfcc.conf"
DECODER_CONF = "conf/model.conf"
GRAPH = "graph/HCLG.fst"
WORDS = "graph/words.txt"
WORD_BOUNDARY = "graph/phones/word_boundary.int"

SENTENCES = "sentences.txt"
"""What the graph can hear, one sentence a line, sorted."""

SECOND_PASS = "second"
"""The folder of what follows."""

NETWORK = "network.npz"
SPEAKER = "speaker.npz"
LINEAR = "linear.npy"
QUADRATIC = "quadratic.npy"
PHONES = "phones.npz"
PHRASE_GRAPH = "phrases.npz"
BACKGROUND_GRAPH = "background.npz"

# What ``enroll`` writes and reads; one graph more for each sentence, ``sentence_graph``.
LABELS = "labels.json"
ALL_SENTENCES_GRAPH = "all.npz"


def sentence_graph(number: int) -> str:
    """The file of the graph of sentence ``number`` alone."""
    return f"{number}.npz"


class _Arrays:
    """A dataclass of arrays in an ``.npz`` file, each by its field's name."""

    def save(self, path: Path) -> None:
        """Write the file, in the order of the fields."""
        np.savez(path, **vars(self))

    @classmethod
    def load(cls, path: Path) -> Self:
        """Read a file; raises ``OSError``, ``KeyError``, ``ValueError`` or ``BadZipFile``."""
        with np.load(path) as arrays:
            return cls(**{one.name: arrays[one.name] for one in fields(cls)})  # type: ignore[arg-type]  # of each subclass


@dataclass(frozen=True)
class GraphArrays(_Arrays):
    """A decoding graph, its arcs by the acoustic state they hear; costs in nats.

    N states, A arcs (those of one state in a row), E arcs without sound, which leave the start.
    """

    start: npt.NDArray[np.int64]
    """The start, shape (1,)."""

    entries: npt.NDArray[np.int32]
    """Goals of the arcs without sound, shape (E,)."""

    entry_costs: Floats
    """(E,)"""

    first: npt.NDArray[np.int32]
    """First arc of each state, shape (N,)."""

    count: npt.NDArray[np.int32]
    """Number of arcs of each state, shape (N,)."""

    final: Floats
    """Cost of ending in each state, infinite where that is impossible, shape (N,)."""

    goal: npt.NDArray[np.int32]
    """(A,)"""

    state: npt.NDArray[np.int16]
    """Acoustic state heard, -1 for none, shape (A,)."""

    silent: npt.NDArray[np.bool_]
    """Whether the arc's phone is silence, shape (A,)."""

    entering: npt.NDArray[np.bool_]
    """Whether the arc enters its phone, not a self-loop, shape (A,)."""

    word: npt.NDArray[np.int32]
    """Number of the word or label, 0 for none, shape (A,)."""

    cost: Floats
    """(A,)"""


@dataclass(frozen=True)
class PhoneArrays(_Arrays):
    """The acoustic states of K kinds of phones, kind after kind; silence comes last."""

    entering: npt.NDArray[np.int32]
    entering_at: npt.NDArray[np.int64]
    """Where each kind begins in ``entering``, shape (K,)."""

    staying: npt.NDArray[np.int32]
    staying_at: npt.NDArray[np.int64]
    """Where each kind begins in ``staying``, shape (K,)."""


@dataclass(frozen=True)
class SpeakerArrays(_Arrays):
    """The small arrays of the i-vector extractor: F features, D after LDA, G Gaussians."""

    mean: Floats
    """Of the training speech's MFCC, shape (F,)."""

    turn: Floats
    """LDA of seven spliced frames, the offset in the last column, shape (D, 7F + 1)."""

    constants: Floats
    """(G,)"""

    means: Floats
    """Times the inverse variances, shape (G, D)."""

    precisions: Floats
    """Inverse variances, shape (G, D)."""

    prior: npt.NDArray[np.float64]
    """Offset of the first component of the i-vector, shape (1,)."""


class NetworkKeys:
    """Names of the arrays of ``network.npz``; layers are "first", "1" …, "chain", "xent"."""

    NUMBERS = "numbers"
    """Numbers of the factored layers, in their order."""

    STRIDES = "strides"
    """Frames by which each factored layer looks back and ahead, 0 for none."""

    BYPASS = "bypass"
    """Share of a factored layer's input that is added to its output, shape (1,)."""

    BOTTOM = "bottom.w"

    @staticmethod
    def weight(layer: str) -> str:
        """Of an affine or linear layer, shape (outputs, inputs)."""
        return f"{layer}.w"

    @staticmethod
    def bias(layer: str) -> str:
        """(outputs,)"""
        return f"{layer}.b"

    @staticmethod
    def scale(layer: str) -> str:
        """Factor of the batch norm behind a layer, shape (outputs,)."""
        return f"{layer}.scale"

    @staticmethod
    def offset(layer: str) -> str:
        """Offset of the batch norm behind a layer, shape (outputs,)."""
        return f"{layer}.offset"

    @staticmethod
    def narrow(layer: str) -> str:
        """The linear layer of small rank that belongs to ``layer``."""
        return f"{layer}.narrow"

    @staticmethod
    def out(head: str) -> str:
        """The last layer of a head."""
        return f"{head}.out"


NetworkArrays = dict[str, npt.NDArray[Any]]
"""By ``NetworkKeys``."""


def save_network(path: Path, arrays: NetworkArrays) -> None:
    """Write ``network.npz``."""
    np.savez(path, **arrays)  # type: ignore[arg-type]  # numpy's stub mixes them up with a flag


def load_network(path: Path) -> NetworkArrays:
    """Read ``network.npz``; raises ``OSError``, ``ValueError`` or ``BadZipFile``."""
    with np.load(path) as arrays:
        return {name: arrays[name] for name in arrays.files}


def write_manifest(
    folder: Path, key: str, sources: str, states: Mapping[ListeningState, str | None]
) -> None:
    """Record what the model was made of, how big its files are and what is in them.

    ``states``: listening state → its Vosk folder within ``folder``, None when nothing is heard.
    """
    files = sorted(path for path in folder.rglob("*") if path.is_file() and path.name != MANIFEST)
    record = {
        "key": key,
        "sources": sources,
        "states": {ListeningState.ALL: ".", **states},
        "files": {path.relative_to(folder).as_posix(): _size_and_sum(path) for path in files},
    }
    write_atomic(folder / MANIFEST, json.dumps(record, indent=1))


def read_states(folder: Path) -> dict[str, str | None]:
    """Listening state → its Vosk folder within ``folder``, by the manifest alone.

    Raises ``OSError``, ``ValueError``, ``KeyError`` or ``TypeError`` when that is not one.
    """
    record = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    return dict(record["states"])


def read_manifest(folder: Path) -> dict[str, object] | None:
    """The manifest of a complete model; None when it is missing or files are damaged.

    After a power cut a file may have its length and be full of zeros; Vosk would crash on it.
    """
    try:
        record = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
        complete = all(
            _size_and_sum(folder / name) == known for name, known in record["files"].items()
        )
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None
    return dict(record) if complete else None


def _size_and_sum(path: Path) -> list[int]:
    """Bytes and CRC-32 of a file; a tenth of a second for all files of a model."""
    about = path.stat()
    return [about.st_size, _sum(path, about.st_ino, about.st_size, about.st_mtime_ns)]


@lru_cache(maxsize=512)
def _sum(path: Path, inode: int, size: int, changed: int) -> int:
    found = 0
    with path.open("rb") as file:
        while part := file.read(1 << 20):
            found = zlib.crc32(part, found)
    return found
