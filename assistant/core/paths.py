"""Where files are: what ships with Kram, what set-up writes, what belongs to the user.

The user's files follow the XDG base directory specification, or the platform's own convention.
Standard library only, so that set-up can import it from a bare Python.
"""

import os
import sys
from pathlib import Path

NAME = "kram"


def data_folder(platform: str = sys.platform) -> Path:
    """Diary, conversation snapshot, installed models.

    ``$XDG_DATA_HOME/kram`` or ``~/.local/share/kram``; elsewhere the platform's data folder.
    """
    return _folder("XDG_DATA_HOME", ".local/share", platform)


def config_folder(platform: str = sys.platform) -> Path:
    """``$XDG_CONFIG_HOME/kram`` or ``~/.config/kram``; elsewhere the same as ``data_folder``."""
    return _folder("XDG_CONFIG_HOME", ".config", platform)


def _folder(variable: str, default: str, platform: str) -> Path:
    chosen = Path(os.environ.get(variable, ""))
    # the specification says that a relative path must be ignored
    if chosen.is_absolute():
        return chosen / NAME
    # platformdirs is not installed yet when a clone sets itself up, which happens on Linux only
    if platform == "darwin":
        from platformdirs.macos import MacOS

        return MacOS(NAME).user_data_path
    if platform == "win32":
        from platformdirs.windows import Windows

        return Windows(NAME, appauthor=False).user_data_path
    return Path.home() / default / NAME


PACKAGE = Path(__file__).resolve().parents[1]
"""The folder of the package ``assistant``."""

IN_CLONE = (PACKAGE.parent / "run.py").is_file() and (PACKAGE.parent / "phrases/id").is_dir()
"""True in a clone of the project, False in site-packages."""

SHIPPED = PACKAGE.parent if IN_CLONE else PACKAGE / "shipped"
"""Read-only files that ship with the project."""

HOME = PACKAGE.parent if IN_CLONE else data_folder()
"""Where set-up writes: the clone, or the user's data folder."""

CORPUS = "corpus"
"""Subfolder of a folder of phrases; without it there is no language model."""

OWN_PHRASES = SHIPPED / "phrases" / "id"
OWN_PHONE_MAP = SHIPPED / "models" / "phones" / "ko.yaml"
NETWORKS = SHIPPED / "models" / "networks"
OWN_WEIGHT_DELTA = NETWORKS / "ko.npz"
MODELS = HOME / "models"

PROGRAM = "python3 run.py" if IN_CLONE else "kram"
"""What the user types to start Kram."""


def as_typed(text: str) -> str:
    """``text`` with its commands spelled as they are typed in this installation."""
    return text if IN_CLONE else text.replace("python3 run.py", PROGRAM)


def version() -> str:
    """Kram's version."""
    if not IN_CLONE:
        import importlib.metadata

        return importlib.metadata.version("kram")
    import tomllib

    project = HOME / "pyproject.toml"
    return str(tomllib.loads(project.read_text(encoding="utf-8"))["project"]["version"])


def config_file() -> Path:
    """The user's ``config.toml``; Kram writes to it only through ``settings``."""
    return config_folder() / "config.toml"


def diary_file() -> Path:
    """The diary of cramps (SQLite)."""
    return data_folder() / "diary.sqlite"


def snapshot_file() -> Path:
    """The conversation in progress, resumed after a crash or a restart."""
    return data_folder() / "conversation.json"


def deaf_file() -> Path:
    """Until when Kram does not listen, because the user has asked for it."""
    return data_folder() / "deaf.json"


def transcript_file() -> Path:
    """What was recognised, stored only if the configuration says so."""
    return data_folder() / "heard.jsonl"


def night_log_file() -> Path:
    """When Kram listened, emergencies, and what became of messages and devices; no words."""
    return data_folder() / "nights.jsonl"


def profile_file() -> Path:
    """The part of the user's profile that was set by voice."""
    return data_folder() / "profile.json"


def pronunciation_file() -> Path:
    """The user's pronunciations, learned by ``enroll``; used for the project's own phrases."""
    return data_folder() / "pronunciation.json"


def speech_cache_folder() -> Path:
    """Speech that a slow voice has rendered in advance."""
    return data_folder() / "voice"


def instance_lock_file() -> Path:
    """Locked by the one process that listens."""
    return data_folder() / "listening.lock"


def last_checks_file() -> Path:
    """The results of the last ``doctor``, shown by the dashboard."""
    return data_folder() / "doctor.json"


def last_error_file() -> Path:
    """Which error was last spoken, so that a restarting service does not repeat it."""
    return data_folder() / "trouble"
