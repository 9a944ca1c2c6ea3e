"""The commands, one module each: ``arguments(parser)``, ``needs(args)`` and ``run(args)``."""

from types import ModuleType

from assistant.commands import (
    bench,
    build,
    demo,
    doctor,
    listen,
    recognize,
    test,
    understand,
)

COMMANDS: dict[str, ModuleType] = {
    "listen": listen,
    "demo": demo,
    "recognize": recognize,
    "understand": understand,
    "build": build,
    "doctor": doctor,
    "test": test,
    "bench": bench,
}
