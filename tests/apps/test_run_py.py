"""``run.py`` before any package: what else is on the module path must not reach the program."""

import os
import subprocess
import sys
from pathlib import Path

from tests.support.paths import ROOT


def test_modules_of_others_do_not_reach_it(tmp_path: Path) -> None:
    for name in ("argparse", "logging", "yaml", "numpy"):
        (tmp_path / f"{name}.py").write_text("raise SystemExit('junk')\n", encoding="utf-8")
    done = subprocess.run(
        [sys.executable, str(ROOT / "run.py"), "understand", "--help"], capture_output=True,
        text=True, check=False, timeout=120, cwd="/",
        env=os.environ | {"PYTHONPATH": str(tmp_path)},
    )  # fmt: skip
    assert done.returncode == 0 and "junk" not in done.stderr
    assert "usage" in done.stdout
