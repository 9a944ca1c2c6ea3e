"""Run a measurement of the folder bench/."""

import argparse
import importlib
import re
import sys

from assistant.apps.bootstrap.plan import Needs
from assistant.apps.cli.commands.common import ONLY_IN_CLONE
from assistant.core.errors import InputError
from assistant.core.paths import HOME, IN_CLONE
from assistant.core.translation import Translatable, _, reason

_MAIN = re.compile(r"^def main\(", re.MULTILINE)


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options."""
    names = ", ".join(measurements())
    parser.add_argument("name", metavar="NAME", help=_("which: {names}").format(names=names))
    parser.add_argument(
        "rest", nargs=argparse.REMAINDER, metavar="...", help=_("its own arguments")
    )


def needs(args: argparse.Namespace) -> Needs:
    """The model, but for the list of what the program is made of."""
    return Needs(model=args.name != "sbom")


def measurements() -> dict[str, str]:
    """Name → module: those in the topic folders of bench/ that have a ``main``, sorted by name."""
    files = sorted((HOME / "bench").glob("*/*.py"), key=lambda file: file.stem)
    return {
        file.stem: f"bench.{file.parent.name}.{file.stem}"
        for file in files
        if file.parent.name != "common" and _MAIN.search(file.read_text(encoding="utf-8"))
    }


def run(args: argparse.Namespace) -> int:
    """Hand over to ``main(argv)`` of the measurement, which returns an exit code."""
    if not IN_CLONE:
        raise InputError(*ONLY_IN_CLONE)
    module = measurements().get(args.name)
    if module is None:
        raise InputError(
            _("no measurement {name!r}").format(name=args.name),
            _("name one of {measurements}").format(measurements=", ".join(measurements())),
        )
    # Imported by its full name, so that worker processes find its classes under the same name.
    if str(HOME) not in sys.path:
        sys.path.insert(0, str(HOME))
    try:
        return int(importlib.import_module(module).main(args.rest) or 0)
    except OSError as error:
        if error.filename is None:
            raise
        raise InputError(
            Translatable("{filename}: {reason}").format(
                filename=error.filename, reason=reason(error)
            ),
            _("check the options of the measurement"),
        ) from error
