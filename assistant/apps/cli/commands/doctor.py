"""Check microphone, loudspeaker, voice, model and disk: ok, or how to fix it."""

import argparse
import dataclasses
from datetime import datetime

from assistant.apps.bootstrap.plan import Needs
from assistant.apps.cli.commands import common
from assistant.core.errors import MissingError
from assistant.core.paths import last_checks_file
from assistant.core.translation import _, shown


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options."""
    common.json_argument(parser)


def needs(args: argparse.Namespace) -> Needs:
    """The packages only: the command reports what else is missing."""
    return Needs()


def run(args: argparse.Namespace) -> int:
    """Print a line for each check; 3 if one of them fails."""
    from assistant.apps.doctor.checks import HealthCheck, run_checks
    from assistant.apps.doctor.stored_checks import save_checks
    from assistant.apps.doctor.stored_files import places

    findings = run_checks()
    save_checks(last_checks_file(), findings, datetime.now().astimezone())
    files = HealthCheck(_("files"), True, places())  # only told: a page for others needs no paths
    for finding in (*findings, files):
        if args.json:
            # "mend" is the key of version 0.1; it goes with the next release
            common.write_json(dataclasses.asdict(finding) | {"mend": finding.fix})
        else:
            sign = _("ok  ") if finding.ok else _("FIX ")
            fix = f"\n                   → {shown(finding.fix)}" if finding.fix else ""
            common.write(
                _("{sign}  {name:<11}  {found}{fix}").format(
                    sign=sign, name=finding.name, found=finding.found, fix=fix
                )
            )
    return 0 if all(finding.ok for finding in findings) else MissingError.exit_code
