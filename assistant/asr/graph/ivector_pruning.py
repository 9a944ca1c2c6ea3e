"""Leaves out most Gaussians of the i-vector extractor, which is most of a model in memory.

Vosk keeps M, M'Σ⁻¹ and M'Σ⁻¹M of each Gaussian in float64 (Kaldi
``ivector/ivector-extractor.cc``): 112 kB each, for 512 of them more than network and graph
together, and once for each listening state. With 32 the words are recognised as before
(docs/notes/recognition.md).
"""

import struct
from pathlib import Path

import numpy as np
import numpy.typing as npt

from assistant.asr.graph.kaldi_io import Array, KaldiFile

GAUSSIANS = 32
"""How many are kept: those with the largest weights."""

UBM, EXTRACTOR = "ivector/final.dubm", "ivector/final.ie"
"""The files with Gaussians: the UBM gives the posteriors, the extractor what they lead to."""


def prune_gaussians(source: Path, target: Path, count: int = GAUSSIANS) -> None:
    """Write the UBM and the extractor of the model ``source`` with ``count`` Gaussians at most.

    ``target`` is the folder of another model. Raises ``InputError`` for files of another kind.
    """
    ubm, extractor = KaldiFile(source / UBM), KaldiFile(source / EXTRACTOR)
    weights = ubm.array_of("<WEIGHTS>")
    kept = np.sort(np.argsort(-weights, kind="stable")[:count])
    (target / UBM).parent.mkdir(parents=True, exist_ok=True)
    (target / UBM).write_bytes(_pruned_ubm(ubm, weights, kept))
    (target / EXTRACTOR).write_bytes(_pruned_extractor(extractor, kept))


def _pruned_ubm(ubm: KaldiFile, weights: Array, kept: npt.NDArray[np.intp]) -> bytes:
    """A ``DiagGmm`` (Kaldi ``gmm/diag-gmm.cc``) of the Gaussians ``kept``, shape (count,).

    ``weights``: float32, shape (Gaussians,); they add up to 1 again, and the constants, which
    contain their logarithms, follow.
    """
    new = weights[kept] / weights[kept].sum()
    constants = ubm.array_of("<GCONSTS>")[kept] + np.log(new) - np.log(weights[kept])
    parts = {
        "GCONSTS": constants,
        "WEIGHTS": new,
        "MEANS_INVVARS": ubm.array_of("<MEANS_INVVARS>")[kept],
        "INV_VARS": ubm.array_of("<INV_VARS>")[kept],
    }
    body = b"".join(f"<{name}> ".encode() + _array(array) for name, array in parts.items())
    return b"\0B<DiagGMM> " + body + b"</DiagGMM> "


def _pruned_extractor(extractor: KaldiFile, kept: npt.NDArray[np.intp]) -> bytes:
    """An ``IvectorExtractor`` of the Gaussians ``kept``, shape (count,)."""
    regression = extractor.array_of("<w>")  # empty: weights that do not depend on the i-vector
    weights = extractor.array_of("<w_vec>")[kept]
    extractor.after("<M>")
    means = [extractor.array() for _ in range(extractor.integer())]
    extractor.after("<SigmaInv>")
    precisions = [extractor.array() for _ in means]
    offset = extractor.after("<IvectorOffset>").number()
    return b"".join((
        b"\0B<IvectorExtractor> <w> ", _array(regression), b"<w_vec> ", _array(weights),
        b"<M> ", struct.pack("<bi", 4, len(kept)), *(_array(means[one]) for one in kept),
        b"<SigmaInv> ", *(_packed(precisions[one]) for one in kept),
        b"<IvectorOffset> ", struct.pack("<bd", 8, offset), b"</IvectorExtractor> ",
    ))  # fmt: skip


def _array(array: Array) -> bytes:
    """A vector or matrix, float32 or float64, in Kaldi's binary format."""
    kind = b"F" if array.dtype == np.float32 else b"D"
    sizes = b"".join(struct.pack("<bi", 4, size) for size in array.shape)
    return kind + (b"V " if array.ndim == 1 else b"M ") + sizes + array.tobytes()


def _packed(matrix: Array) -> bytes:
    """A symmetric matrix, shape (n, n), as Kaldi's ``SpMatrix``: its lower triangle by rows."""
    kind = b"F" if matrix.dtype == np.float32 else b"D"
    triangle = matrix[np.tril_indices(len(matrix))]
    return kind + b"P " + struct.pack("<bi", 4, len(matrix)) + triangle.tobytes()
