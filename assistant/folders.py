"""Where the user's own files lie: by the XDG rules, elsewhere as the system has it."""

import os
import sys
from pathlib import Path

NAME = "kram"


def data_folder(platform: str = sys.platform) -> Path:
    """Diary, unfinished conversation, installed models: ``$XDG_DATA_HOME/kram`` or
    ``~/.local/share/kram``; elsewhere the system's place for a program's data."""
    return _folder("XDG_DATA_HOME", ".local/share", platform)


def config_folder(platform: str = sys.platform) -> Path:
    """``config.toml``: ``$XDG_CONFIG_HOME/kram`` or ``~/.config/kram``; elsewhere beside the
    data."""
    return _folder("XDG_CONFIG_HOME", ".config", platform)


def _folder(variable: str, otherwise: str, platform: str) -> Path:
    chosen = Path(os.environ.get(variable, ""))
    # the rules say that a relative path is to be ignored
    if chosen.is_absolute():
        return chosen / NAME
    # platformdirs is not there yet when the first run of a clone asks, which is never here
    if platform == "darwin":
        from platformdirs.macos import MacOS

        return MacOS(NAME).user_data_path
    if platform == "win32":
        from platformdirs.windows import Windows

        return Windows(NAME, appauthor=False).user_data_path
    return Path.home() / otherwise / NAME
