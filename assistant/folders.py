"""Where the user's own files lie, by the XDG rules."""

import os
from pathlib import Path


def data_folder() -> Path:
    """Diary and unfinished conversation: ``$XDG_DATA_HOME/kram`` or ``~/.local/share/kram``."""
    return _folder("XDG_DATA_HOME", ".local/share")


def config_folder() -> Path:
    """``config.toml``: ``$XDG_CONFIG_HOME/kram`` or ``~/.config/kram``."""
    return _folder("XDG_CONFIG_HOME", ".config")


def _folder(variable: str, otherwise: str) -> Path:
    chosen = Path(os.environ.get(variable, ""))
    # the rules say that a relative path is to be ignored
    root = chosen if chosen.is_absolute() else Path.home() / otherwise
    return root / "kram"
