"""The i-vector extractor of a built model: few of the base model's Gaussians, unchanged."""

from pathlib import Path

import numpy as np
import pytest

from assistant.asr import model_store
from assistant.asr.graph.ivector_pruning import EXTRACTOR, GAUSSIANS, UBM, prune_gaussians
from assistant.asr.graph.kaldi_io import KaldiFile
from assistant.core.errors import InputError

pytestmark = pytest.mark.decodes_sound


def _ubm(folder: Path) -> dict[str, np.ndarray]:
    names = ("GCONSTS", "WEIGHTS", "MEANS_INVVARS", "INV_VARS")
    return {name: KaldiFile(folder / UBM).array_of(f"<{name}>") for name in names}


def _matrices(folder: Path, token: str, count: int) -> list[np.ndarray]:
    file = KaldiFile(folder / EXTRACTOR).after(token)
    if token == "<M>":
        assert file.integer() == count
    return [file.array() for _ in range(count)]


def test_all_gaussians_give_the_same_files(tmp_path: Path) -> None:
    prune_gaussians(model_store.BASE, tmp_path, 512)
    extractor = (tmp_path / EXTRACTOR).read_bytes()
    assert extractor == (model_store.BASE / EXTRACTOR).read_bytes()
    for name, array in _ubm(model_store.BASE).items():
        np.testing.assert_allclose(_ubm(tmp_path)[name], array, rtol=1e-5)


def test_the_largest_ones_are_kept_as_they_are(tmp_path: Path) -> None:
    prune_gaussians(model_store.BASE, tmp_path)
    old, new = _ubm(model_store.BASE), _ubm(tmp_path)
    kept = np.flatnonzero(np.isin(old["INV_VARS"][:, 0], new["INV_VARS"][:, 0]))
    assert len(kept) == GAUSSIANS
    others = np.delete(old["WEIGHTS"], kept)
    assert old["WEIGHTS"][kept].min() >= others.max()
    assert new["WEIGHTS"].sum() == pytest.approx(1)
    for name in ("MEANS_INVVARS", "INV_VARS"):
        np.testing.assert_array_equal(new[name], old[name][kept])
    for token in ("<M>", "<SigmaInv>"):
        before = _matrices(model_store.BASE, token, 512)
        for number, matrix in zip(kept, _matrices(tmp_path, token, GAUSSIANS), strict=True):
            np.testing.assert_array_equal(matrix, before[number])


def test_the_shipped_model_has_no_more() -> None:
    """Each listening state has its own copy in memory."""
    folder = model_store.ensure_model(None)
    for extractor in folder.rglob("final.ie"):
        assert extractor.stat().st_size < 2_000_000


def test_a_cut_file_is_told(tmp_path: Path) -> None:
    for name in (UBM, EXTRACTOR):
        data = (model_store.BASE / name).read_bytes()
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(data[: len(data) // 2])
    with pytest.raises(InputError, match=r"final\.(dubm|ie) is not a usable model"):
        prune_gaussians(tmp_path, tmp_path / "out")
