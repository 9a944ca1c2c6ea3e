"""Weight deltas: small changes to the weights of a base model's network, in a file of their own.

The base model itself is not in the repository; its deltas are. A delta file belongs to one network
(by sha256) and is quantised: an int8 or int16 per weight and a float32 step per row; new weight =
old weight + integer times step. ``bench adapt`` and ``bench finetune`` train it;
docs/notes/recognition.md describes the training data and the gain.
"""

import hashlib
import zipfile
import zlib
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from assistant.asr.graph.kaldi_io import array_span
from assistant.core.atomic_file import open_atomic
from assistant.core.errors import InputError
from assistant.core.translation import _

Floats = npt.NDArray[np.float32]

_NETWORK = "network"
_COMPONENT = b"<ComponentName> "


@dataclass(frozen=True)
class WeightDelta:
    """Quantised changes to one network."""

    network: str
    """sha256 of the ``final.mdl`` that they belong to."""

    changes: Mapping[str, tuple[npt.NDArray[np.signedinteger], Floats]]
    """``component/parameter``, as Kaldi names them (``tdnn1.affine/LinearParams``) → integers,
    int8 or int16, shape (rows, columns), or (rows,) for a bias; steps, float32, shape (rows,)."""

    fingerprint: str
    """sha256 of the file."""


def load_weight_delta(path: Path) -> WeightDelta:
    """Read a delta file; raises ``InputError`` when it is not one."""
    try:
        digest = hashlib.sha256(path.read_bytes()).hexdigest()
        with np.load(path) as arrays:
            names = [name[:-2] for name in arrays.files if name.endswith(":q")]
            changes = {name: (arrays[f"{name}:q"], arrays[f"{name}:s"]) for name in names}
            return WeightDelta(str(arrays[_NETWORK]), changes, digest)
    except (OSError, EOFError, ValueError, KeyError, zipfile.BadZipFile, zlib.error) as error:
        raise InputError(
            _("{path} holds no changes to a network ({error})").format(path=path, error=error),
            _("download the project again"),
        ) from error


def save_weight_delta(
    path: Path, network: str, changes: Mapping[str, Floats], fine: Collection[str] = ()
) -> None:
    """Quantise and write a delta file for the network with the sha256 ``network``.

    ``changes``: parameter → what is added to it, float32, shape (rows, columns) or (rows,).
    Weights become int8; biases, and the parameters named in ``fine``, int16.
    """
    arrays: dict[str, npt.NDArray[np.generic]] = {_NETWORK: np.array(network)}
    for name, change in changes.items():
        rows = change.reshape(len(change), -1)
        kind = np.int16 if change.ndim == 1 or name in fine else np.int8
        step = np.maximum(np.abs(rows).max(axis=1) / np.iinfo(kind).max, 1e-9).astype(np.float32)
        arrays[f"{name}:q"] = np.rint(rows / step[:, None]).astype(kind).reshape(change.shape)
        arrays[f"{name}:s"] = step
    np.savez_compressed(path, **arrays)  # type: ignore[arg-type]  # numpy's stub mixes up a flag


def apply_to_model(model: bytes, adaptation: WeightDelta, path: Path) -> bytes:
    """Return ``model`` (the bytes of a ``final.mdl``) with the deltas added.

    Raises ``InputError``, naming ``path``, when components or shapes do not match.
    """
    head, *parts = model.split(_COMPONENT)
    found = {part.partition(b" ")[0].decode("latin-1"): n for n, part in enumerate(parts)}
    for name, (numbers, step) in adaptation.changes.items():
        component, _slash, parameter = name.partition("/")
        if component not in found:
            raise InputError(
                _("{path} has no {component}").format(path=path, component=component),
                _("unpack the base model again"),
            )
        part = parts[found[component]]
        begin, shape = array_span(part, f"<{parameter}>", path)
        end = begin + 4 * numbers.size
        if shape != numbers.shape:
            raise InputError.at(
                path,
                _("{name} is of another size").format(name=name),
                _("unpack the base model again"),
            )
        old = np.frombuffer(part[begin:end], "<f4").reshape(shape)
        rows = step.reshape(-1, *[1] * (numbers.ndim - 1))
        new = (old + numbers * rows).astype("<f4")
        parts[found[component]] = part[:begin] + new.tobytes() + part[end:]
    return _COMPONENT.join([head, *parts])


def apply_to_arrays(network: Path, adaptation: WeightDelta | None, folder: Path) -> Path:
    """Return the ``final.mdl`` to use: an adapted copy of ``network`` in ``folder``.

    Without deltas, or with those of another network, it is ``network`` itself. A copy that is
    there stays, with its hard links in models, unless it is damaged; that is found by making it
    again (40 ms).
    """
    if adaptation is None:
        return network
    model = network.read_bytes()
    if hashlib.sha256(model).hexdigest() != adaptation.network:
        return network
    changed = apply_to_model(model, adaptation, network)
    target = folder / f"{adaptation.fingerprint[:16]}.mdl"
    if target.is_file() and target.read_bytes() == changed:
        return target
    with open_atomic(target, shared=True) as file:
        file.write(changed)
    return target
