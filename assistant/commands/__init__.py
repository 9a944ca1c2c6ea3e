"""The commands, one module each: ``arguments(parser)``, ``needs(args)`` and ``run(args)``."""

from types import ModuleType

from assistant.commands import (
    bench,
    build,
    demo,
    doctor,
    listen,
    phrases,
    recognize,
    report,
    serve,
    test,
    understand,
)

COMMANDS: dict[str, ModuleType] = {
    "listen": listen,
    "demo": demo,
    "recognize": recognize,
    "understand": understand,
    "build": build,
    "phrases": phrases,
    "doctor": doctor,
    "report": report,
    "serve": serve,
    "test": test,
    "bench": bench,
}
