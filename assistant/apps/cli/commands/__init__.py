"""The commands, one module each: ``arguments(parser)``, ``needs(args)`` and ``run(args)``."""

from types import ModuleType

from assistant.apps.cli.commands import (
    bench,
    build,
    dashboard,
    demo,
    doctor,
    enroll,
    install_service,
    listen,
    phrases,
    recognize,
    report,
    serve,
    settings,
    tell,
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
    "settings": settings,
    "enroll": enroll,
    "dashboard": dashboard,
    "tell": tell,
    "serve": serve,
    "install-service": install_service,
    "test": test,
    "bench": bench,
}
