"""The systemd user unit that keeps Kram listening: its text and its place."""

import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

NAME = "kram.service"

WATCHDOG_SECONDS = 60
"""A microphone that is plugged in again sooner is found again without a restart."""


@dataclass(frozen=True)
class Unit:
    """What differs from one installation to the next."""

    command: Sequence[str]
    """Program and arguments, absolute."""

    writable: Sequence[Path]
    """Folders that may be written: data and models."""

    network: bool = False
    """Only where the user wants somebody told (``[tell]`` of the configuration)."""

    environment: Mapping[str, str] = field(default_factory=dict)
    """Variables that say where the folders are, if the user's shell has any of its own."""

    readable: Sequence[Path] = ()
    """Files that must be readable, wherever they are (``ca_file`` of the configuration)."""

    namespaces: bool = True
    """Whether a user may make namespaces here; without them a unit that wants them never starts."""


def folder_variables(environment: Mapping[str, str] = os.environ) -> dict[str, str]:
    """What of ``environment`` the service needs too, to find the same folders as this shell."""
    found = {name: environment.get(name, "") for name in ("XDG_CONFIG_HOME", "XDG_DATA_HOME")}
    return {name: value for name, value in found.items() if Path(value).is_absolute()}


def namespaces_allowed() -> bool:
    """Whether this kernel lets a user have namespaces of their own (some distributions do not)."""
    try:
        done = subprocess.run(
            ["unshare", "--user", "--mount", "--net", "true"],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=10,
        )
    except (OSError, subprocess.TimeoutExpired):
        return False
    return done.returncode == 0


def unit_file() -> Path:
    """Where systemd looks for the user's own units."""
    chosen = Path(os.environ.get("XDG_CONFIG_HOME", ""))
    config = chosen if chosen.is_absolute() else Path.home() / ".config"
    return config / "systemd" / "user" / NAME


def unit_text(unit: Unit) -> str:
    """The unit. The sound server is reached through a socket in $XDG_RUNTIME_DIR, which needs
    no network."""
    folders = "".join(f'ReadWritePaths="-{_escaped(str(path))}"\n' for path in unit.writable)
    # unlike ReadOnlyPaths= it also reaches a file in /tmp, which PrivateTmp= replaces
    folders += "".join(f'BindReadOnlyPaths="-{_escaped(str(path))}"\n' for path in unit.readable)
    walls = _WALLS.format(folders=folders) if unit.namespaces else _NO_WALLS
    closed = _NO_NETWORK + (_OWN_NETWORK if unit.namespaces else "")
    program, *words = (_escaped(word) for word in unit.command)
    # variables are looked for in arguments only
    words = [word.replace("$", "$$") for word in words]
    variables = "".join(
        f'Environment="{name}={_escaped(value)}"\n' for name, value in unit.environment.items()
    )
    return _UNIT.format(
        variables=variables,
        command=" ".join(f'"{word}"' for word in (program, *words)),
        watchdog=WATCHDOG_SECONDS,
        walls=walls.rstrip(),
        network=(_NETWORK if unit.network else closed).rstrip(),
    )


def listening_command(in_clone: bool, home: Path) -> tuple[str, ...]:
    """What the service starts: this very Kram."""
    if in_clone:
        return (str(home / ".venv" / "bin" / "python"), str(home / "run.py"), "listen")
    return (sys.executable, "-m", "assistant.apps.cli", "listen")


def _escaped(text: str) -> str:
    """As systemd's quoting and specifiers want it (systemd.syntax(7), systemd.unit(5))."""
    for sign, written in (("\\", "\\\\"), ('"', '\\"'), ("%", "%%")):
        text = text.replace(sign, written)
    return text


_NO_NETWORK = """\
# No network: not even the right to make an internet socket.
RestrictAddressFamilies=AF_UNIX
"""

_OWN_NETWORK = """\
PrivateNetwork=yes
IPAddressDeny=any
"""

_NETWORK = """\
# [tell] of config.toml is set: the message needs the network.
RestrictAddressFamilies=AF_UNIX AF_INET AF_INET6
"""

_WALLS = """\
# In a user's own manager the walls below stand only with PrivateUsers: without it systemd 252
# passes over them, and ProtectKernelModules keeps the service from starting.
PrivateUsers=yes
ProtectSystem=strict
ProtectHome=read-only
{folders}PrivateTmp=yes
ProtectKernelTunables=yes
ProtectKernelModules=yes
ProtectControlGroups=yes
"""

_NO_WALLS = """\
# This machine lets no user make namespaces, so there are no walls around its files.
"""

_UNIT = """\
# Written by Kram's install-service; remove it with install-service --remove.
[Unit]
Description=Kram, a voice guide for calf cramps
After=pipewire-pulse.service pipewire.service pulseaudio.service
StartLimitIntervalSec=0

[Service]
Type=notify
{variables}ExecStart={command}
# READY and WATCHDOG are sent only while the microphone gives sound: who is deaf is restarted.
WatchdogSec={watchdog}
TimeoutStartSec=300
Restart=always
RestartSec=20
MemoryMax=1G
UMask=0077
NoNewPrivileges=yes
RestrictNamespaces=yes
RestrictSUIDSGID=yes
LockPersonality=yes
SystemCallArchitectures=native
{walls}
{network}

[Install]
WantedBy=default.target
"""
