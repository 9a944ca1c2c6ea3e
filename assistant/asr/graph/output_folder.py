"""Which folder a build may replace: a model, or an empty place."""

import json
from pathlib import Path

from assistant.asr.model_format import MANIFEST
from assistant.core.errors import InputError
from assistant.core.paths import MODELS
from assistant.core.translation import _

_LEFTOVERS = (MANIFEST, f"{MANIFEST}.part", f"{MANIFEST}.new")
"""The manifest, and what a killed run may leave of it."""


def check_output(output: Path) -> None:
    """Raise ``InputError`` if ``output`` holds what is no part of a model.

    In Kram's own folder even a damaged model may be replaced.
    """
    if output.is_relative_to(MODELS.resolve()):
        return
    if (foreign := foreign_file(output)) is not None:
        raise InputError(
            _("{output} would be replaced, but {foreign} is no part of a model of Kram").format(
                output=output, foreign=foreign
            ),
            _("choose a new or an empty folder with --output"),
        )


def foreign_file(folder: Path) -> Path | None:
    """A file in ``folder`` that no build has put there; None in a model, or where nothing is.

    Leftovers of a killed run are not counted.
    """
    if not folder.is_dir():
        return folder if folder.exists() else None
    try:
        record = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
        ours = {folder / name for name in (*record["files"], *_LEFTOVERS)}
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        ours = set()
    found = (path for path in sorted(folder.rglob("*")) if not path.is_dir())
    return next((path for path in found if path not in ours), None)
