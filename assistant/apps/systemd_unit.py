"""The systemd user unit that runs ``listen``: its text and its path."""

import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from assistant.core.translation import _

NAME = "kram.service"

WATCHDOG_SECONDS = 60
"""A microphone that is back within this time is reopened without a restart."""


@dataclass(frozen=True)
class Unit:
    """The values that depend on the installation."""

    command: Sequence[str]
    """Program and arguments, absolute."""

    writable: Sequence[Path]
    """Folders that the service may write to: data and models."""

    network: bool = False
    """Whether it needs the network: only if notifications are configured (``[tell]``)."""

    environment: Mapping[str, str] = field(default_factory=dict)
    """Environment variables that set the folders, if the user's shell defines any."""

    readable: Sequence[Path] = ()
    """Files that must be readable, wherever they are (``ca_file`` of the configuration)."""

    namespaces: bool = True
    """Whether users may create namespaces; if not, a unit that asks for them cannot start."""


def folder_variables(environment: Mapping[str, str] = os.environ) -> dict[str, str]:
    """The variables of ``environment`` that make the service use the same folders as this shell."""
    found = {name: environment.get(name, "") for name in ("XDG_CONFIG_HOME", "XDG_DATA_HOME")}
    return {name: value for name, value in found.items() if Path(value).is_absolute()}


def namespaces_allowed() -> bool:
    """Whether this kernel permits unprivileged user namespaces (some distributions do not)."""
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
    """The path at which systemd looks for the user's unit."""
    chosen = Path(os.environ.get("XDG_CONFIG_HOME", ""))
    config = chosen if chosen.is_absolute() else Path.home() / ".config"
    return config / "systemd" / "user" / NAME


def unit_text(unit: Unit) -> str:
    """The unit file. No network is needed for the sound server: it uses a socket in
    $XDG_RUNTIME_DIR."""
    folders = "".join(f'ReadWritePaths="-{_escaped(str(path))}"\n' for path in unit.writable)
    # unlike ReadOnlyPaths= it also reaches a file in /tmp, which PrivateTmp= replaces
    folders += "".join(f'BindReadOnlyPaths="-{_escaped(str(path))}"\n' for path in unit.readable)
    sandbox = _filled(_SANDBOX if unit.namespaces else _NO_SANDBOX, folders=folders)
    no_network = _NO_NETWORK + (_PRIVATE_NETWORK if unit.namespaces else "")
    program, *arguments = (_escaped(argument) for argument in unit.command)
    # systemd expands variables in the arguments only
    arguments = [argument.replace("$", "$$") for argument in arguments]
    variables = "".join(
        f'Environment="{name}={_escaped(value)}"\n' for name, value in unit.environment.items()
    )
    return _filled(
        _UNIT,
        variables=variables,
        command=" ".join(f'"{argument}"' for argument in (program, *arguments)),
        watchdog=str(WATCHDOG_SECONDS),
        sandbox=sandbox.rstrip(),
        network=_filled(_NETWORK if unit.network else no_network).rstrip(),
    )


def listening_command(in_clone: bool, home: Path) -> tuple[str, ...]:
    """The command of the service: this installation of Kram."""
    if in_clone:
        return (str(home / ".venv" / "bin" / "python"), str(home / "run.py"), "listen")
    return (sys.executable, "-m", "assistant.apps.cli", "listen")


def _escaped(text: str) -> str:
    """Escaped for systemd's quoting and specifiers (systemd.syntax(7), systemd.unit(5))."""
    for sign, written in (("\\", "\\\\"), ('"', '\\"'), ("%", "%%")):
        text = text.replace(sign, written)
    return text


_COMMENTS = {
    "written": _("Written by Kram's install-service; remove it with install-service --remove."),
    "description": _("Kram, a voice guide for calf cramps"),
    "watched": _(
        "READY and WATCHDOG are sent only while the microphone delivers audio; otherwise Kram is "
        "restarted."
    ),
    "no_network": _("No network: internet sockets are forbidden."),
    "needs_network": _("[tell] in config.toml is set: notifications need the network."),
    "sandbox": _(
        "In a user manager the sandboxing below needs PrivateUsers: without it systemd 252 ignores "
        "it,\nand ProtectKernelModules prevents the service from starting."
    ),
    "no_sandbox": _("This machine forbids user namespaces, so the file system is not sandboxed."),
}
"""What the unit says to people, by its placeholder."""


def _filled(text: str, **values: str) -> str:
    """A part of the unit, with its comments in the chosen language."""
    comments = {name: one.shown.replace("\n", "\n# ") for name, one in _COMMENTS.items()}
    return text.format(**{**comments, **values})


_NO_NETWORK = """\
# {no_network}
RestrictAddressFamilies=AF_UNIX
"""

_PRIVATE_NETWORK = """\
PrivateNetwork=yes
IPAddressDeny=any
"""

_NETWORK = """\
# {needs_network}
RestrictAddressFamilies=AF_UNIX AF_INET AF_INET6
"""

_SANDBOX = """\
# {sandbox}
PrivateUsers=yes
ProtectSystem=strict
ProtectHome=read-only
{folders}PrivateTmp=yes
ProtectKernelTunables=yes
ProtectKernelModules=yes
ProtectControlGroups=yes
"""

_NO_SANDBOX = """\
# {no_sandbox}
"""

_UNIT = """\
# {written}
[Unit]
Description={description}
After=pipewire-pulse.service pipewire.service pulseaudio.service
StartLimitIntervalSec=0

[Service]
Type=notify
{variables}ExecStart={command}
# {watched}
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
{sandbox}
{network}

[Install]
WantedBy=default.target
"""
