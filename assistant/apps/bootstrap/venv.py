"""The virtual environment ``.venv`` and the packages in it.

``.venv/kram.json`` records what is installed and is written last; ``.venv/kram-unfinished``
exists during an installation, so that a killed set-up is recognised and repeated.
"""

import hashlib
import json
import os
import shutil
import subprocess
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
from assistant.core.atomic_file import write_atomic
from assistant.core.errors import KramError
from assistant.core.translation import _


def is_ready(plan: Plan, tests: bool) -> bool:
    """Whether ``.venv`` is intact and has the packages that the requirements files name."""
    stamp = _read_stamp(plan)
    if not _is_sound(plan, stamp):
        return False
    wanted = [plan.requirements, plan.test_requirements] if tests else [plan.requirements]
    return all(stamp.get(file.name) == _digest(file) for file in wanted)


def is_sound(plan: Plan) -> bool:
    """Whether ``.venv`` is complete and its Python still exists."""
    return _is_sound(plan, _read_stamp(plan))


def make(plan: Plan, lock: int, bar: ProgressBar) -> None:
    """Create ``.venv``, or recreate it if it is broken; an intact one is left alone."""
    if is_sound(plan):
        return
    if not _unfinished(plan).exists() and _works(plan):
        _write_stamp(plan, {})  # the user made it by hand: adopt it
        return
    if plan.venv.exists():
        shutil.rmtree(plan.venv)
    plan.venv.mkdir()
    _unfinished(plan).touch()
    log = plan.work / "venv.log"
    base = str(getattr(sys, "_base_executable", sys.executable))
    command = [base, "-m", "venv", plan.venv]
    if run_quietly(command, log, lock, lambda: bar.update(None)) != 0:
        sys.stderr.write(f"\n{tail(log)}\n")
        raise KramError(
            _("{venv} could not be created (see above)").format(venv=plan.venv),
            _("fix that and run this again"),
        )
    _write_stamp(plan, {})
    _unfinished(plan).unlink()


def install(plan: Plan, requirements: Path, lock: int, bar: ProgressBar) -> None:
    """Install what ``requirements`` names into ``.venv``.

    Raises ``KramError`` after showing the end of pip's log, also if there is no network.
    """
    stamp = _read_stamp(plan)
    log = plan.work / "pip.log"
    total = max(1, len(_pins(requirements)))
    before = _installed(plan)

    def watch() -> None:
        collected = _collected(log)
        share = 0.7 * min(1.0, len(collected) / total)
        share += 0.3 * min(1.0, (_installed(plan) - before) / total)
        bar.update(share, collected[-1] if collected else "")

    _unfinished(plan).touch()
    pip = [plan.python, "-m", "pip", "install"]
    if run_quietly([*pip, "-r", requirements], log, lock, watch, clean_environment()) != 0:
        _unfinished(plan).unlink()  # pip itself has cleaned up
        sys.stderr.write(f"\n{tail(log)}\n")
        raise KramError(
            _("the packages of {name} could not be installed (see above)").format(
                name=requirements.name
            ),
            failure_advice(log),
        )
    _write_stamp(plan, stamp | {requirements.name: _digest(requirements)})
    _unfinished(plan).unlink()


def _is_sound(plan: Plan, stamp: dict[str, str]) -> bool:
    return (
        plan.python.exists()
        and not _unfinished(plan).exists()
        and stamp.get("python") == os.path.realpath(plan.python)
    )


def _works(plan: Plan) -> bool:
    """Whether the venv's Python starts and finds pip; starts a process."""
    if not plan.python.exists():
        return False
    try:
        tried = subprocess.run(
            [plan.python, "-c", "import pip, sys; sys.exit(sys.prefix == sys.base_prefix)"],
            capture_output=True,
            check=False,
            env=clean_environment(),
        )
    except OSError:
        return False
    return tried.returncode == 0


def _unfinished(plan: Plan) -> Path:
    return plan.venv / "kram-unfinished"


def _read_stamp(plan: Plan) -> dict[str, str]:
    try:
        stamp = json.loads((plan.venv / "kram.json").read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return {}
    return stamp if isinstance(stamp, dict) else {}


def _write_stamp(plan: Plan, stamp: dict[str, str]) -> None:
    whole = stamp | {"python": os.path.realpath(plan.python)}
    write_atomic(plan.venv / "kram.json", json.dumps(whole, indent=1))


def _digest(file: Path) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest()


def _pins(requirements: Path) -> list[str]:
    lines = requirements.read_text(encoding="utf-8").splitlines()
    return [line for line in lines if line.strip() and not line.startswith(("#", "-"))]


def _collected(log: Path) -> list[str]:
    """Names of the packages that pip has resolved so far."""
    text = log.read_text(encoding="utf-8", errors="replace")
    starts = ("Collecting ", "Requirement already satisfied: ")
    found = (
        line.removeprefix(start)
        for line in text.splitlines()
        for start in starts
        if line.startswith(start)
    )
    return [name.split("=")[0].split(" ")[0] for name in found]


def _installed(plan: Plan) -> int:
    return sum(1 for _ in plan.venv.glob("lib/python*/site-packages/*.dist-info"))
