"""The commands, one module each: ``arguments(parser)``, ``needs(args)`` and ``run(args)``.

``needs`` returns None for a command that runs on a bare Python.
"""

from importlib import import_module
from types import ModuleType

COMMANDS = (
    "listen",
    "demo",
    "recognize",
    "understand",
    "build",
    "phrases",
    "doctor",
    "report",
    "settings",
    "enroll",
    "dashboard",
    "tell",
    "serve",
    "install-service",
    "backup",
    "restore",
    "update",
    "uninstall",
    "completion",
    "test",
    "bench",
)


def load_command(name: str) -> ModuleType:
    """The module of a command; only the one that runs is imported, to start quickly."""
    return import_module(f"{__name__}.{name.replace('-', '_')}")
