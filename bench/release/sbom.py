"""A software bill of materials in CycloneDX. `python3 run.py bench sbom`.

All runtime components: the installed packages of requirements.txt with their licences and
dependencies, the base model, and the files of others that this repository ships, with their
sha256. With `--licences FILE` the texts of all these licences too. Reproducible, and without data
about this machine. The first run installs requirements-audit.txt into the environment.
"""

import argparse
import importlib.util
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from assistant.core.errors import MissingError
from bench.common.paths import OUT, ROOT

REQUIREMENTS = ROOT / "requirements-audit.txt"


def main(argv: Sequence[str]) -> int:
    """Write the SBOM; returns 1 if it is invalid or a pinned package is not installed."""
    parser = argparse.ArgumentParser(prog="bench sbom", description=__doc__)
    parser.add_argument("--output", type=Path, default=OUT / "sbom.cdx.json")
    parser.add_argument("--licences", type=Path, metavar="FILE", help="write their texts too")
    args = parser.parse_args(argv)
    if importlib.util.find_spec("cyclonedx") is None:
        install_requirements()
    from bench.release.bill_of_materials import write_bill

    return write_bill(args.output, args.licences)


def install_requirements() -> None:
    """Install CycloneDX's library; raises ``MissingError`` if that is not possible."""
    print(f"installing {REQUIREMENTS.name} ...", flush=True)
    pip = [sys.executable, "-m", "pip", "install", "--quiet", "-r", str(REQUIREMENTS)]
    if subprocess.run(pip, check=False).returncode:
        raise MissingError("CycloneDX could not be installed; connect to a network, run this again")
    importlib.invalidate_caches()
