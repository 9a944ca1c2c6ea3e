"""Which pinned packages have a wheel for a Raspberry Pi. `python3 run.py bench wheels`.

Asks pip to resolve for 64-bit ARM Linux, without building anything. Needs a network.
"""

import argparse
import json
import re
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from bench.common.paths import OUT, ROOT
from bench.common.rows import write_json

REQUIREMENTS = ROOT / "requirements.txt"
SYSTEMS = {"3.11": 36, "3.13": 41}
"""Python of Raspberry Pi OS 12 and 13, and the minor version of its glibc 2."""

_NONE = re.compile(r"No matching distribution found for ([\w.-]+)")


def main(argv: Sequence[str]) -> int:
    """Print the table as Markdown; 1 if a package has no wheel."""
    parser = argparse.ArgumentParser(prog="bench wheels", description=__doc__)
    parser.add_argument("--output", type=Path, default=OUT / "wheels.json")
    args = parser.parse_args(argv)
    pins = read_pins(REQUIREMENTS)
    found = {python: wheels(pins, python, glibc) for python, glibc in SYSTEMS.items()}
    print("| package | " + " | ".join(f"Python {python}" for python in SYSTEMS) + " |")
    print("|---|" + "---|" * len(SYSTEMS))
    for name, version in pins.items():
        cells = (described(found[python].get(name.lower())) for python in SYSTEMS)
        print(f"| {name} {version} | {' | '.join(cells)} |")
    write_json(args.output, found)
    missing = {name for one in found.values() for name in pins if name.lower() not in one}
    print(f"\n{len(pins) - len(missing)} of {len(pins)} have one; without: "
          f"{', '.join(sorted(missing)) or 'none'}")  # fmt: skip
    return 1 if missing else 0


def read_pins(file: Path) -> dict[str, str]:
    """Every pinned package and its version; environment markers are dropped."""
    lines = (line.split(";")[0].split("#")[0].strip() for line in file.read_text().splitlines())
    return dict(sorted((line.split("==") for line in lines if "==" in line), key=str))


def wheels(pins: dict[str, str], python: str, glibc: int) -> dict[str, str]:
    """Package → file name of the wheel that pip would install."""
    wanted = dict(pins)
    while wanted:
        with tempfile.TemporaryDirectory() as folder:
            report = Path(folder) / "report.json"
            command = [*pip(python, glibc), "--report", str(report), "--target", folder,
                       *(f"{name}=={version}" for name, version in wanted.items())]  # fmt: skip
            done = subprocess.run(command, capture_output=True, text=True)
            if done.returncode == 0:
                return {one["metadata"]["name"].lower(): file_name(one)
                        for one in json.loads(report.read_text())["install"]}  # fmt: skip
        without = _NONE.search(done.stderr)
        if without is None:
            raise SystemExit(f"pip failed: {done.stderr[-500:]}")
        wanted = {name: one for name, one in wanted.items() if name != without[1]}
    return {}


def pip(python: str, glibc: int) -> list[str]:
    """The pip command for such a machine."""
    tags = [f"manylinux_2_{minor}_aarch64" for minor in range(17, glibc + 1)]
    platforms = [word for tag in [*tags, "manylinux2014_aarch64"] for word in ("--platform", tag)]
    return [sys.executable, "-m", "pip", "install", "--dry-run", "--ignore-installed", "--no-deps",
            "--only-binary", ":all:", "--implementation", "cp", "--python-version", python,
            "--quiet", *platforms]  # fmt: skip


def file_name(entry: dict[str, dict[str, str]]) -> str:
    """The file name in the download URL."""
    return entry["download_info"]["url"].rsplit("/", 1)[1]


def described(wheel: str | None) -> str:
    """The kind of a wheel, for the table."""
    if wheel is None:
        return "**none, built from source**"
    return "any machine" if wheel.endswith("-none-any.whl") else "aarch64"
