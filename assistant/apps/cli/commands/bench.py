"""Run a measurement of the folder bench/."""

import argparse
import importlib.util
import sys

from assistant.apps.bootstrap.plan import Needs
from assistant.apps.cli.commands.common import ONLY_IN_CLONE
from assistant.core.errors import InputError
from assistant.core.paths import HOME, IN_CLONE


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options."""
    parser.add_argument("name", metavar="NAME", help="which: " + ", ".join(names()))
    parser.add_argument("rest", nargs=argparse.REMAINDER, metavar="...", help="its own arguments")


def needs(args: argparse.Namespace) -> Needs:
    """The model."""
    return Needs(model=True)


def names() -> list[str]:
    """The measurements that there are."""
    found = (file.stem for file in (HOME / "bench").glob("*.py"))
    return sorted(name for name in found if not name.startswith("_"))


def run(args: argparse.Namespace) -> int:
    """Hand over to ``main(argv)`` of the measurement, which returns an exit code."""
    if not IN_CLONE:
        raise InputError(*ONLY_IN_CLONE)
    if args.name not in names():
        raise InputError(f"no measurement {args.name!r}", f"name one of {', '.join(names())}")
    file = HOME / "bench" / f"{args.name}.py"
    spec = importlib.util.spec_from_file_location(f"bench_{args.name}", file)
    if spec is None or spec.loader is None:
        raise InputError(f"{file} cannot be loaded", "check that it is a Python file")
    module = importlib.util.module_from_spec(spec)
    # Measurements import their neighbours, and pickle their own classes to worker processes.
    sys.path.insert(0, str(HOME / "bench"))
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return int(module.main(args.rest) or 0)
