"""The messages of the program, collected anew from its source, and the catalogue made of them.

``python -m tests.support.message_catalogue`` brings ``kram.po`` up to date and compiles it:
messages that are gone go, new ones come untranslated, and the tests fail until they are translated.
"""

import ast
import errno
import os
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

from assistant.apps.cli.commands import COMMANDS
from assistant.core.translation import DOMAIN, LOCALE
from tests.support.paths import ROOT

PO = LOCALE / "id" / "LC_MESSAGES" / f"{DOMAIN}.po"
MO = PO.with_suffix(".mo")

REASONS = (
    errno.EACCES, errno.EADDRINUSE, errno.EADDRNOTAVAIL, errno.EBUSY, errno.ECONNREFUSED,
    errno.EEXIST, errno.EHOSTUNREACH, errno.EIO, errno.EISDIR, errno.ELOOP, errno.ENAMETOOLONG,
    errno.ENETUNREACH, errno.ENOENT, errno.ENOSPC, errno.ENOTDIR, errno.ENOTEMPTY, errno.ENXIO,
    errno.EPERM, errno.EPIPE, errno.EROFS, errno.ETIMEDOUT, errno.EXDEV,
)  # fmt: skip
"""Errors of the system whose words are translated: those that a file, a disk or a network gives."""

RESOLVER = ("Name or service not known", "Temporary failure in name resolution", "timed out")
"""What the system says of a name that it cannot look up, and of a network that is silent."""

TOML = (
    "Invalid value", "Invalid statement", "Unclosed array", "Unclosed inline table",
    "Cannot overwrite a value", "Expected ']' at the end of a table declaration",
    "Expected '=' after a key in a key/value pair", "Expected \"'\"", "Illegal character '\\n'",
    "Expected newline or end of document after a statement",
    "Invalid initial character for a key part", "Unescaped '\\' in a string",
)  # fmt: skip
"""What tomllib says of the common mistakes in a configuration."""

YAML = (
    "could not find expected ':'", "did not find expected '-' indicator",
    "did not find expected ',' or ']'", "did not find expected ',' or '}'",
    "did not find expected key", "did not find expected node content",
    "found a tab character that violates indentation",
    "found a tab character where an indentation space is expected",
    "found character that cannot start any token", "found unexpected document indicator",
    "found unexpected end of stream", "mapping values are not allowed in this context",
)  # fmt: skip
"""What libyaml says of the common mistakes in a file of phrases."""

PORTAUDIO = ("Error querying device -1",)
"""What PortAudio says where the system has no device of a kind at all."""

STEPS = ("unpack", "contexts", "phrases", "lexicon", "graph")
"""What the model's compiler reports in its JSON lines."""


ARGPARSE = (
    "usage: ", "positional arguments", "options", "show this help message and exit",
    "argument %(argument_name)s: %(message)s", "%(prog)s: error: %(message)s\n",
    "unknown parser %(parser_name)r (choices: %(choices)s)",
    "can't open '%(filename)s': %(error)s", "unrecognized arguments: %s",
    "not allowed with argument %s", "ignored explicit argument %r",
    "the following arguments are required: %s", "one of the arguments %s is required",
    "expected one argument", "expected at most one argument", "expected at least one argument",
    ("expected %s argument", "expected %s arguments"),
    "ambiguous option: %(option)s could match %(matches)s", "unexpected option string: %s",
    "invalid %(type)s value: %(value)r", "invalid choice: %(value)r (choose from %(choices)s)",
)  # fmt: skip
"""What argparse says to users; its other messages are for programmers."""


def messages() -> Catalog:
    """Every message that the catalogue must have, without translations."""
    found = Catalog(domain=DOMAIN)
    for path in sorted((ROOT / "assistant").rglob("*.py")):
        _add(found, path, str(path.relative_to(ROOT)))
    for text in ARGPARSE:
        found.add(text, locations=[("argparse", 1)])
    for name in COMMANDS:
        module = ROOT / "assistant/apps/cli/commands" / f"{name.replace('-', '_')}.py"
        found.add(_summary(module), locations=[(str(module.relative_to(ROOT)), 1)])
    found.add(_summary(ROOT / "assistant/__init__.py"), locations=[("assistant/__init__.py", 1)])
    for number in REASONS:
        found.add(os.strerror(number), locations=[("errno", 1)])
    for text in (*RESOLVER, *TOML, *YAML, *PORTAUDIO, *STEPS):
        found.add(text, locations=[("other programs", 1)])
    return found


def _add(found: Catalog, path: Path, name: str) -> None:
    data = BytesIO(path.read_bytes())
    for line, message, comments, _context in extract("python", data, {"_": None}):
        assert message, f"{name}:{line}: no literal text"
        found.add(message, locations=[(name, line)], auto_comments=comments)


def _summary(path: Path) -> str:
    text = ast.get_docstring(ast.parse(path.read_text(encoding="utf-8")))
    assert text
    return text.splitlines()[0]


def catalogue() -> Catalog:
    """The catalogue in git, obsolete messages included."""
    with PO.open("rb") as file:
        return read_po(file, locale="id", domain=DOMAIN)


def compiled(translations: Catalog) -> bytes:
    """What ``kram.mo`` must be."""
    file = BytesIO()
    write_mo(file, translations)
    return file.getvalue()


def main() -> None:
    """Update ``kram.po`` and ``kram.mo``."""
    old = catalogue()
    for message in messages():
        if message.id and message.id not in old:
            old.add(message.id)
    known = {message.id for message in messages()}
    for message in list(old):
        if message.id and message.id not in known:
            old.delete(message.id)
    with PO.open("wb") as file:
        write_po(file, old, width=100, no_location=True, sort_output=True, omit_header=False)
    MO.write_bytes(compiled(catalogue()))


if __name__ == "__main__":
    main()
