"""The results of the last ``doctor``, stored for the dashboard, which checks nothing itself."""

import dataclasses
import json
import logging
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from assistant.apps.doctor.checks import HealthCheck
from assistant.core.atomic_file import write_atomic
from assistant.core.checked_json import flag, many, members, plain_text

_LOGGER = logging.getLogger(__name__)


def save_checks(path: Path, results: Sequence[HealthCheck], now: datetime) -> None:
    """Store the results and ``now``, their time. Where nothing can be written, that is logged."""
    record = {"at": now.isoformat(), "checks": [dataclasses.asdict(one) for one in results]}
    try:
        write_atomic(path, json.dumps(record, indent=1), private=True)
    except OSError as error:
        _LOGGER.debug("the results are not stored in %s: %s", path, error)


def read_checks(path: Path) -> tuple[datetime | None, list[HealthCheck]]:
    """When the checks ran, and their results; None and none if no usable file is there."""
    try:
        record = members(json.loads(path.read_text(encoding="utf-8")))
        at = datetime.fromisoformat(plain_text(record["at"])).astimezone()
        return at, list(many(_check)(record["checks"]))
    except (OSError, ValueError, KeyError, OverflowError, RecursionError) as error:
        _LOGGER.debug("no results in %s: %s", path, error)
        return None, []


def _check(value: object) -> HealthCheck:
    fields = members(value)
    name, found, fix = (_shown(fields[key]) for key in ("name", "found", "fix"))
    return HealthCheck(name, flag(fields["ok"]), found, fix)


def _shown(value: object) -> str:
    """A text as the page can show it: a device may have any name."""
    if not isinstance(value, str):
        raise ValueError(f"no text: {value!r:.60}")
    return "".join(one if one.isprintable() else "\N{REPLACEMENT CHARACTER}" for one in value)
