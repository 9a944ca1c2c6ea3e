"""Weight deltas of the base model's network."""

import hashlib
import shutil
from pathlib import Path

import numpy as np
import pytest

from assistant.asr import model_store
from assistant.asr.graph.second_pass_export import extract_network
from assistant.asr.graph.weight_delta import (
    apply_to_arrays,
    apply_to_model,
    load_weight_delta,
    save_weight_delta,
)
from assistant.asr.model_format import ACOUSTIC_MODEL
from assistant.core.errors import InputError
from assistant.core.paths import OWN_WEIGHT_DELTA

pytestmark = pytest.mark.decodes_sound

WEIGHTS, BIAS = "tdnnf5.affine/LinearParams", "tdnnf5.affine/BiasParams"


@pytest.fixture(scope="module")
def model() -> bytes:
    return (model_store.BASE / ACOUSTIC_MODEL).read_bytes()


def _changes(path: Path, model: bytes, fine: tuple[str, ...] = ()) -> None:
    random = np.random.default_rng(3)
    whole = {WEIGHTS: random.normal(0, 0.01, (768, 64)), BIAS: random.normal(0, 1, 768)}
    found = {name: change.astype(np.float32) for name, change in whole.items()}
    save_weight_delta(path, hashlib.sha256(model).hexdigest(), found, fine)


@pytest.mark.parametrize(("fine", "steps"), [((), 127), ((WEIGHTS,), 32767)])
def test_only_what_is_named_changes(
    tmp_path: Path, model: bytes, fine: tuple[str, ...], steps: int
) -> None:
    _changes(tmp_path / "c.npz", model, fine)
    changes = load_weight_delta(tmp_path / "c.npz")
    path = tmp_path / "final.mdl"
    path.write_bytes(apply_to_model(model, changes, path))
    old, new = extract_network(model_store.BASE / ACOUSTIC_MODEL), extract_network(path)
    different = {name for name in old if not np.array_equal(old[name], new[name])}
    assert different == {"5.w", "5.b"}
    change = np.random.default_rng(3).normal(0, 0.01, (768, 64))
    step = np.abs(change).max(axis=1, keepdims=True) / steps
    assert np.all(np.abs(new["5.w"] - old["5.w"] - change) <= 0.51 * step + 1e-7)


def test_a_network_of_somebody_else_stays_as_it_is(tmp_path: Path, model: bytes) -> None:
    _changes(tmp_path / "c.npz", model)
    changes = load_weight_delta(tmp_path / "c.npz")
    other = tmp_path / "other.mdl"
    other.write_bytes(model + b" ")
    assert apply_to_arrays(other, changes, tmp_path / "adapted") == other
    assert apply_to_arrays(other, None, tmp_path / "adapted") == other
    own = Path(shutil.copy(model_store.BASE / ACOUSTIC_MODEL, tmp_path / "own.mdl"))
    made = apply_to_arrays(own, changes, tmp_path / "adapted")
    assert made.parent == tmp_path / "adapted"
    assert made.read_bytes() == apply_to_model(model, changes, own) != model
    assert apply_to_arrays(own, changes, tmp_path / "adapted") == made


@pytest.mark.parametrize("name", ["tdnnf99.affine/LinearParams", "tdnnf5.affine/NoParams", BIAS])
def test_changes_that_do_not_fit_are_named(tmp_path: Path, model: bytes, name: str) -> None:
    save_weight_delta(tmp_path / "c.npz", "", {name: np.ones((3, 2), np.float32)})
    with pytest.raises(InputError, match=r"final.mdl.*unpack the base model again"):
        apply_to_model(model, load_weight_delta(tmp_path / "c.npz"), tmp_path / "final.mdl")


def test_a_damaged_file_is_named(tmp_path: Path) -> None:
    path = tmp_path / "c.npz"
    for content in (b"", b"PK\3\4nonsense"):
        path.write_bytes(content)
        with pytest.raises(InputError, match="c.npz holds no changes"):
            load_weight_delta(path)


def test_the_shipped_changes_belong_to_the_base_model_and_are_used(model: bytes) -> None:
    changes = load_weight_delta(OWN_WEIGHT_DELTA)
    assert changes.network == hashlib.sha256(model).hexdigest()
    used = (model_store.ensure_model() / ACOUSTIC_MODEL).read_bytes()
    assert used == apply_to_model(model, changes, OWN_WEIGHT_DELTA) != model
