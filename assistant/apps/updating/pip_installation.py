"""How a Kram that pip or pipx has installed is updated and removed: the lines to type."""

import json
import shlex
import sys
from importlib.metadata import distribution
from pathlib import Path
from urllib.parse import unquote, urlsplit

from assistant.core.paths import NAME


def upgrade_line() -> str:
    """The line for this installation, by what pip has noted of its origin (PEP 610)."""
    noted = distribution(NAME).read_text("direct_url.json")
    try:
        origin = json.loads(noted) if noted else {}
    except ValueError:
        origin = {}
    return line_for(origin, Path(sys.prefix), sys.executable)


def line_for(origin: dict[str, object], prefix: Path, python: str) -> str:
    """The line for a program that came from ``origin`` into the environment ``prefix``."""
    url = str(origin.get("url", ""))
    fetch, source = "", NAME
    if "vcs_info" in origin:
        source = f"git+{url}"
    elif "dir_info" in origin:
        source = unquote(urlsplit(url).path)
        fetch = f"git -C {shlex.quote(source)} pull --ff-only && "
    elif url:
        source = "the-newer-wheel.whl"
    if _is_of_pipx(prefix):
        return f"{fetch}pipx install --force {shlex.quote(source)}"
    return f"{fetch}{shlex.quote(python)} -m pip install --upgrade {shlex.quote(source)}"


def removal_line(prefix: Path | None = None) -> str:
    """The line that removes the program from the environment ``prefix``, by default this one."""
    if _is_of_pipx(prefix or Path(sys.prefix)):
        return f"pipx uninstall {NAME}"
    return f"{shlex.quote(sys.executable)} -m pip uninstall {NAME}"


def _is_of_pipx(prefix: Path) -> bool:
    return prefix.parent.name == "venvs" and prefix.parent.parent.name == "pipx"
