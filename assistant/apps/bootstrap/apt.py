"""System libraries and packages: checks, and installation with apt if no password is needed."""

import ctypes
import importlib.util
import os
import shutil
import subprocess
import sys
from pathlib import Path

from assistant.apps.bootstrap.processes import run_quietly, tail
from assistant.apps.bootstrap.progress_bar import ProgressBar
from assistant.core.errors import MissingError
from assistant.core.translation import _

PORTAUDIO = ("libportaudio2",)
BROKER = ("mosquitto",)
SOUND_SERVER = ("pulseaudio", "pulseaudio-utils", "libasound2-plugins", "libportaudio2")

BROWSERS = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
"""Browsers; the tests of the dashboard need one of them."""

BROWSER = BROWSERS[:1]
"""Debian package; the smallest of them, a download of 65 MB."""


def has_browser() -> bool:
    """Whether the dashboard can be tested in a real browser."""
    return any(shutil.which(name) for name in BROWSERS)


def has_portaudio() -> bool:
    """Whether sounddevice will find PortAudio (its wheels include it except on Linux)."""
    if not sys.platform.startswith("linux"):
        return True
    try:
        ctypes.CDLL("libportaudio.so.2")
    except OSError:
        return False
    return True


def has_sound_server() -> bool:
    """Whether the tests' virtual sound card can be started."""
    programs = all(shutil.which(name) for name in ("pulseaudio", "pactl", "paplay", "parec"))
    folders = ("lib/*/alsa-lib", "lib64/alsa-lib", "lib/alsa-lib")
    plugins = any(
        any(Path("/usr").glob(f"{folder}/libasound_module_pcm_pulse.so")) for folder in folders
    )
    return programs and plugins and has_portaudio()


def has_broker() -> bool:
    """Whether the tests' MQTT broker can be started; it is usually in root's PATH only."""
    return shutil.which("mosquitto", path=f"{os.defpath}:/usr/sbin:/usr/local/sbin") is not None


def can_make_venv() -> bool:
    """Whether this Python can create a virtual environment with pip (a separate Debian package)."""
    return importlib.util.find_spec("ensurepip") is not None


def venv_package() -> str:
    """The Debian package that this Python needs to create virtual environments."""
    return f"python{sys.version_info.major}.{sys.version_info.minor}-venv"


def install(packages: tuple[str, ...], why: str, log: Path, lock: int, bar: ProgressBar) -> None:
    """Install Debian ``packages``; raises ``MissingError`` with the exact command to type."""
    line = f"sudo apt-get install -y {' '.join(packages)}"
    if shutil.which("apt-get") is None:
        raise MissingError(
            _("{why}: apt-get is not available").format(why=why),
            _("install the equivalent of Debian's {packages}, then run this again").format(
                packages=" ".join(packages)
            ),
        )
    prefix = _as_root()
    if prefix is None:
        raise MissingError(why, _("type `{line}`, then run this again").format(line=line))
    environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive", "LC_ALL": "C.UTF-8"}
    fetch = [*prefix, "apt-get", "install", "-y", "--no-install-recommends", *packages]
    update = [*prefix, "apt-get", "update"]

    def run(command: list[str]) -> int:
        return run_quietly(command, log, lock, lambda: bar.update(None), environment)

    # A fresh machine has no package lists yet: the first attempt fails, so update and retry.
    if run(fetch) != 0 and (run(update) != 0 or run(fetch) != 0):
        sys.stderr.write(f"\n{tail(log)}\n")
        raise MissingError(
            _("{why}: apt-get failed (see above)").format(why=why),
            _("type `{line}` yourself").format(line=line),
        )


def _as_root() -> list[str] | None:
    """The command prefix that runs a program as root; None if a password is needed."""
    if os.geteuid() == 0:
        return []
    if shutil.which("sudo") is None:
        return None
    asked = subprocess.run(
        ["sudo", "-n", "true"], capture_output=True, check=False, stdin=subprocess.DEVNULL
    )
    return ["sudo", "-n"] if asked.returncode == 0 else None
