"""The model folder: files and arrays that the builder writes and the recogniser reads.

A model is one Vosk model folder, or several if listening states have different sentences; the
manifest ``kram.json`` in the top folder maps states to folders. The folder of the idle state, and
all of somebody's own commands, also hold the arrays of the second pass.
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
_OWN_SUM = "crc32"

# Names that Vosk prescribes.
ACOUSTIC_MODEL = "am/final.mdl"
MFCC_CONF = "conf/mfcc.conf"
DECODER_CONF = "conf/model.conf"
GRAPH = "graph/HCLG.fst"
WORDS = "graph/words.txt"
WORD_BOUNDARY = "graph/phones/word_boundary.int"

FREE_SPEECH = "free_speech"
"""Empty file beside a graph that hears words besides its sentences, by a language model."""

HOME = "home"
"""Empty file beside a graph of somebody's own commands, which the second pass decides on."""

GRAMMAR = "grammar.npz"
"""The acceptor of the sentences, see ``sentence_acceptor.py``."""

SECOND_PASS = "second"
"""Subfolder for the arrays of the second pass, whose names follow."""

NETWORK = "network.npz"
SPEAKER = "speaker.npz"
LINEAR = "linear.npy"
QUADRATIC = "quadratic.npy"
PHONES = "phones.npz"
PHRASE_GRAPH = "phrases.npz"
BACKGROUND_GRAPH = "background.npz"

# Alignment graphs for ``enroll``; each sentence also has one of its own, see ``sentence_graph``.
LABELS = "labels.json"
ALL_SENTENCES_GRAPH = "all.npz"


def sentence_graph(number: int) -> str:
    """File name of the alignment graph of sentence ``number``."""
    return f"{number}.npz"


class _Arrays:
    """A dataclass of arrays that are stored in an ``.npz`` file by field name."""

    def save(self, path: Path) -> None:
        """Write the file, with the arrays in the order of the fields."""
        np.savez(path, **vars(self))

    @classmethod
    def load(cls, path: Path) -> Self:
        """Read a file; raises ``OSError``, ``KeyError``, ``ValueError`` or ``BadZipFile``."""
        with np.load(path) as arrays:
            return cls(**{one.name: arrays[one.name] for one in fields(cls)})  # type: ignore[arg-type]  # of each subclass


@dataclass(frozen=True)
class GraphArrays(_Arrays):
    """A decoding graph with pdf-ids as input labels; costs in nats.

    N states, A arcs, sorted by source state, and E input-epsilon arcs, which leave the start state.
    """

    start: npt.NDArray[np.int64]
    """Start state, shape (1,)."""

    entries: npt.NDArray[np.int32]
    """Target states of the epsilon arcs, shape (E,)."""

    entry_costs: Floats
    """Costs of the epsilon arcs, shape (E,)."""

    first: npt.NDArray[np.int32]
    """Index of the first arc of each state, shape (N,)."""

    count: npt.NDArray[np.int32]
    """Number of arcs of each state, shape (N,)."""

    final: Floats
    """Final cost of each state, infinite if it is not final, shape (N,)."""

    goal: npt.NDArray[np.int32]
    """Target state of each arc, shape (A,)."""

    state: npt.NDArray[np.int16]
    """pdf-id of each arc, -1 for epsilon, shape (A,)."""

    silent: npt.NDArray[np.bool_]
    """Whether the arc's phone is silence, shape (A,)."""

    entering: npt.NDArray[np.bool_]
    """Whether the arc is a forward transition, not a self-loop, shape (A,)."""

    word: npt.NDArray[np.int32]
    """Word id or arc label, 0 for none, shape (A,)."""

    cost: Floats
    """Cost of each arc, shape (A,)."""


@dataclass(frozen=True)
class PhoneArrays(_Arrays):
    """The pdf-ids of K base phones in any position and context, concatenated; silence comes last.

    ``entering`` are those of forward transitions, ``staying`` those of self-loops.
    """

    entering: npt.NDArray[np.int32]
    entering_at: npt.NDArray[np.int64]
    """Index in ``entering`` at which each base phone begins, shape (K,)."""

    staying: npt.NDArray[np.int32]
    staying_at: npt.NDArray[np.int64]
    """Index in ``staying`` at which each base phone begins, shape (K,)."""


@dataclass(frozen=True)
class SpeakerArrays(_Arrays):
    """The small arrays of the i-vector extractor: F features, D after LDA, G Gaussians."""

    mean: Floats
    """Mean MFCCs of the training speech, shape (F,)."""

    turn: Floats
    """LDA over seven spliced frames, with the offset in the last column, shape (D, 7F + 1)."""

    constants: Floats
    """Log-likelihood constant of each Gaussian, shape (G,)."""

    means: Floats
    """Means times inverse variances, shape (G, D)."""

    precisions: Floats
    """Inverse variances, shape (G, D)."""

    prior: npt.NDArray[np.float64]
    """Offset of the first component of the i-vector, shape (1,)."""


class NetworkKeys:
    """Names of the arrays of ``network.npz``; layers are "first", "1" …, "chain", "xent"."""

    NUMBERS = "numbers"
    """Numbers of the TDNN-F layers, in order."""

    STRIDES = "strides"
    """Time offset of each TDNN-F layer in frames, back and ahead; 0 without context."""

    BYPASS = "bypass"
    """Factor on a TDNN-F layer's input when it is added to the output, shape (1,)."""

    BOTTOM = "bottom.w"
    """The linear bottleneck before both heads, shape (outputs, inputs)."""

    @staticmethod
    def weight(layer: str) -> str:
        """Weights of an affine or linear layer, shape (outputs, inputs)."""
        return f"{layer}.w"

    @staticmethod
    def bias(layer: str) -> str:
        """Bias of an affine layer, shape (outputs,)."""
        return f"{layer}.b"

    @staticmethod
    def scale(layer: str) -> str:
        """Scale of the batch norm after a layer, shape (outputs,)."""
        return f"{layer}.scale"

    @staticmethod
    def offset(layer: str) -> str:
        """Offset of the batch norm after a layer, shape (outputs,)."""
        return f"{layer}.offset"

    @staticmethod
    def narrow(layer: str) -> str:
        """The linear bottleneck layer of ``layer``."""
        return f"{layer}.narrow"

    @staticmethod
    def out(head: str) -> str:
        """The output layer of a head."""
        return f"{head}.out"


NetworkArrays = dict[str, npt.NDArray[Any]]
"""Arrays by ``NetworkKeys``."""


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
    """Record the inputs of the model, and the size and checksum of each of its files.

    ``states``: listening state → its Vosk folder within ``folder``, None without sentences.
    """
    files = sorted(path for path in folder.rglob("*") if path.is_file() and path.name != MANIFEST)
    sums = {path.relative_to(folder).as_posix(): _size_and_sum(path) for path in files}
    every = {ListeningState.ALL: ".", **states}
    _write_record(folder, {"key": key, "sources": sources, "states": every, "files": sums})


def set_sources(folder: Path, record: Mapping[str, object], sources: str) -> None:
    """Rewrite the manifest, ``record`` as read, with another digest of the inputs.

    Its list of files stays: what a killed run has left in the folder is no part of the model.
    """
    _write_record(folder, {**record, "sources": sources})


def _write_record(folder: Path, record: Mapping[str, object]) -> None:
    write_atomic(folder / MANIFEST, json.dumps({**record, _OWN_SUM: _own_sum(record)}, indent=1))


def _own_sum(record: Mapping[str, object]) -> int:
    """CRC-32 of the manifest's other members."""
    return zlib.crc32(json.dumps({**record, _OWN_SUM: 0}, sort_keys=True).encode())


def read_manifest(folder: Path) -> dict[str, object] | None:
    """The manifest of a complete model; None when it is missing, or it or a file is damaged.

    After a power cut a file may have its length and be full of zeros; Vosk would crash on it.
    """
    try:
        record = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
        complete = record[_OWN_SUM] == _own_sum(record) and all(
            _size_and_sum(folder / name) == known for name, known in record["files"].items()
        )
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return None
    return dict(record) if complete else None


def _size_and_sum(path: Path) -> list[int]:
    """Size in bytes and CRC-32 of a file; takes 0.1 s for all files of a model."""
    about = path.stat()
    return [about.st_size, _sum(path, about.st_ino, about.st_size, about.st_mtime_ns)]


@lru_cache(maxsize=512)
def _sum(path: Path, inode: int, size: int, changed: int) -> int:
    found = 0
    with path.open("rb") as file:
        while part := file.read(1 << 20):
            found = zlib.crc32(part, found)
    return found
