"""Which existing files and folders an output may replace: nothing that was not made by Kram."""

import os
import stat
from collections.abc import Iterable
from pathlib import Path

from assistant.core.errors import InputError
from assistant.core.translation import _


def check_outputs(outputs: Iterable[Path | None], inputs: Iterable[Path | None]) -> None:
    """Raise ``InputError`` if an output is the same file as an input or as another output.

    ``-`` among the inputs is standard input. Devices and pipes are no files in this sense.
    """
    read = [Path("/dev/stdin") if str(one) == "-" else one for one in inputs if one is not None]
    written: list[Path] = []
    for output in outputs:
        if output is None:
            continue
        for other in (*read, *written):
            if _is_same_file(output, other):
                raise InputError(
                    _("{output} would be overwritten while it is in use ({other})").format(
                        output=output, other=other
                    ),
                    _("choose another output file"),
                )
        written.append(output)


def check_wav_output(path: Path) -> None:
    """Raise ``InputError`` if ``path`` is a file with other content than a WAV file's.

    A missing or empty file, a device or a pipe may be written.
    """
    _check_begin(path, (b"RIFF", b"RIFX", b"RF64", b"BW64"), _("WAV file"))


def check_events_output(path: Path) -> None:
    """Raise ``InputError`` if ``path`` is a file with other content than an event log's."""
    _check_begin(path, (b"{",), _("event log"))


def _check_begin(path: Path, starts: tuple[bytes, ...], kind: str) -> None:
    try:
        if not path.is_file() or not path.stat().st_size:
            return
        with path.open("rb") as file:
            begin = file.read(max(map(len, starts)))
    except OSError:
        return  # opening it for writing tells why
    if not begin.startswith(starts):
        raise InputError(
            _("{path} is there already and is no {kind}").format(path=path, kind=kind),
            _("choose another name, or delete it"),
        )


def _is_same_file(one: Path, other: Path) -> bool:
    """Whether both are the same regular file, or the same path of a file that is to be made."""
    try:
        return stat.S_ISREG(one.stat().st_mode) and os.path.samefile(one, other)  # noqa: PTH121
    except OSError:
        return one.resolve() == other.resolve()
