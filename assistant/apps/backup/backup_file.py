"""The backup: a ZIP file of known names, written at once and read with distrust."""

import json
import sqlite3
import stat
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from assistant.apps.backup.user_files import UserFile, database_bytes
from assistant.core.atomic_file import open_atomic
from assistant.core.errors import InputError, KramError
from assistant.core.translation import _, reason

MANIFEST = "kram-backup.json"
"""The member that makes a ZIP file a backup."""

FORMAT = 1

_MOST_MANIFEST = 10_000
"""Bytes of the manifest that are read at most."""

_KINDS = {0, stat.S_IFREG}
"""File types of members: none given, or a regular file."""


def write_backup(target: Path, files: Sequence[UserFile], version: str, now: datetime) -> list[str]:
    """Write those of ``files`` that exist to ``target``; returns their names.

    The old file stays until the new one is complete; only its owner can read it. Raises
    ``InputError`` if there is nothing to be kept, ``KramError`` if something cannot be read.
    """
    contents: dict[str, bytes] = {}
    for one in files:
        try:
            if one.path.exists():
                read = database_bytes if one.is_database else Path.read_bytes
                contents[one.name] = read(one.path)
        except (OSError, sqlite3.Error) as error:
            raise KramError(
                _("{path} cannot be read ({error})").format(path=one.path, error=error),
                _("nothing was written"),
            ) from error
    if not contents:
        raise InputError(
            _("there is nothing to keep yet"), _("no diary, profile or settings are there")
        )
    manifest = {
        "kram_backup": FORMAT,
        "version": version,
        "made": now.isoformat(timespec="seconds"),
    }
    try:
        with (
            open_atomic(target, durable=True, private=True) as file,
            zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive,
        ):
            archive.writestr(MANIFEST, json.dumps(manifest))
            for name, content in contents.items():
                archive.writestr(name, content)
    except OSError as error:
        raise KramError(
            _("{target} cannot be written ({reason})").format(target=target, reason=reason(error)),
            _("choose another file"),
        ) from error
    return list(contents)


def read_backup(source: Path, files: Sequence[UserFile]) -> dict[str, bytes]:
    """The content of a backup by member name, nothing of it used yet.

    Raises ``InputError`` for a file that is no backup of this format: an unknown or doubled name
    (so no path leads anywhere), a link, more bytes than such a file can have, a wrong checksum.
    """
    most = {one.name: one.most_bytes for one in files}
    with _refused(source), zipfile.ZipFile(source) as archive:
        _check_manifest(source, archive)
        contents: dict[str, bytes] = {}
        for member in archive.infolist():
            if member.filename == MANIFEST:
                continue
            if member.filename not in most or member.filename in contents:
                raise _bad(
                    source,
                    _("has {filename!r}, which no backup has").format(filename=member.filename),
                )
            contents[member.filename] = _content(source, archive, member, most[member.filename])
    if not contents:
        raise _bad(source, _("is empty"))
    return contents


@contextmanager
def _refused(source: Path) -> Iterator[None]:
    """What ``zipfile`` raises for a file that it cannot read, as one clear error."""
    try:
        yield
    except FileNotFoundError as error:
        raise InputError(
            _("{source} is not there").format(source=source), _("name the file that `backup` wrote")
        ) from error
    except OSError as error:
        raise InputError(
            _("{source} cannot be read ({reason})").format(source=source, reason=reason(error)),
            _("nothing changed"),
        ) from error
    except (
        zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, ValueError,
    ) as error:  # fmt: skip
        raise _bad(source, _("is damaged, or no ZIP file")) from error


def _check_manifest(source: Path, archive: zipfile.ZipFile) -> None:
    members = [one for one in archive.infolist() if one.filename == MANIFEST]
    if len(members) != 1:
        raise _bad(source, _("has no {manifest}").format(manifest=MANIFEST))
    try:
        told = json.loads(_content(source, archive, members[0], _MOST_MANIFEST))
        made_by = told["kram_backup"]
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise _bad(source, _("has a damaged {manifest}").format(manifest=MANIFEST)) from error
    if made_by != FORMAT:
        raise _bad(
            source,
            _("has the format {made_by!r}, known is {format}").format(
                made_by=made_by, format=FORMAT
            ),
        )


def _content(source: Path, archive: zipfile.ZipFile, member: zipfile.ZipInfo, most: int) -> bytes:
    """The bytes of a member; the size in its header is not believed."""
    if stat.S_IFMT(member.external_attr >> 16) not in _KINDS:
        raise _bad(
            source, _("has {filename!r} as a link, not as a file").format(filename=member.filename)
        )
    with archive.open(member) as file:
        content = file.read(most + 1)
        if len(content) > most:
            raise _bad(
                source,
                _("has more than {most:g} MB in {filename!r}").format(
                    most=most / 1e6, filename=member.filename
                ),
            )
        return content


def _bad(source: Path, why: str) -> InputError:
    return InputError(
        _("{source} is no backup of Kram: it {why}").format(source=source, why=why),
        _("nothing was changed"),
    )
