"""Mutations of bytes, lines of text and JSON values; all chance comes from the argument."""

import copy
import json
import random
import re
import struct
from collections.abc import Iterator
from typing import Any

EXTREMES = (0, 1, 2, 0x7F, 0x80, 0xFF, 0x7FFF, 0xFFFF, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFE,
            0xFFFFFFFF)  # fmt: skip

PIECES = (
    "", "~", "null", "x", "-1", "0", "1e999", ".nan", "nan", "inf", "9" * 30, "999999999", "-7",
    "[]", "{}", "[[a]]", "{a: {b: c}}", "{x}", "'{'", "{x", "*a", "&a b", "!!int x", "'", '"', "\t",
    "\0", "\u202e", "\ufeff", "- ", ": ", "1_0", "yes", "true", "1979-05-27", "22:00Z", "'''", "#",
    "é" * 50, "x" * 3000, "(", ")", "|", "<r>", "{l}", "1..9", "\\", "[[", "a.b", "= ",
)  # fmt: skip

VALUES: tuple[object, ...] = (
    None, True, False, 0, 1, -1, 3, 70, 0.5, -1.0, 10**9, -(10**9), 10**40, 10**400, 1e300, -1e300,
    float("nan"), float("inf"), "", "x", "\ud800", "{who}", "é" * 300, "x" * 5000, "\0", "16000",
    "left", "guide", "emergency", "2026-03-10T08:00:00+07:00", "9999-12-31T23:59:59+00:00",
    "0001-01-01T00:00:00+14:00", [], [1], [[[[]]]] * 3, {}, {"type": "x"}, {"a": {"b": [None]}},
)  # fmt: skip


def changed_bytes(chance: random.Random, data: bytes, header: int = 64) -> bytes:
    """``data`` with one to three changes; half of them within the first ``header`` bytes."""
    new = bytearray(data)
    for _ in range(chance.choice((1, 1, 2, 3))):
        if not new:
            return bytes(new)
        near = min(header, len(new)) if chance.random() < 0.5 else len(new)
        at = chance.randrange(near)
        length = chance.choice((1, 2, 4, 7, 64, 700))
        match chance.randrange(8):
            case 0:
                for _ in range(chance.randint(1, 8)):
                    new[chance.randrange(near)] ^= 1 << chance.randrange(8)
            case 1:
                del new[at:]
            case 2:
                del new[at : at + length]
            case 3:
                new[at:at] = new[at : at + length]
            case 4:
                new[at:at] = chance.randbytes(length)
            case 5:
                new[at : at + length] = bytes(len(new[at : at + length]))
            case 6:
                new[at : at + length] = chance.randbytes(len(new[at : at + length]))
            case _:
                form = chance.choice(("<I", ">I", "<H", ">H", "B"))
                limit = 256 ** struct.calcsize(form)
                piece = struct.pack(form, chance.choice(EXTREMES) % limit)
                new[at : at + len(piece)] = piece
    return bytes(new)


def changed_text(chance: random.Random, text: str) -> bytes:
    """Lines of ``text`` with one to three edits, in UTF-8; sometimes with damaged bytes too."""
    for _ in range(chance.choice((1, 1, 2, 3))):
        lines = text.splitlines(keepends=True) or ["\n"]
        _edit(chance, lines, chance.randrange(len(lines)))
        text = "".join(lines)
    data = text.encode()
    return changed_bytes(chance, data, len(data)) if chance.random() < 0.1 else data


def _edit(chance: random.Random, lines: list[str], at: int) -> None:
    line, piece = lines[at], chance.choice(PIECES)
    match chance.randrange(9):
        case 0:
            lines[at] = re.sub(r"(?<=[:=-] )\S.*", lambda _: piece, line, count=1)
        case 1:
            words = [one.span() for one in re.finditer(r"[\w.]+", line)] or [(0, 0)]
            start, end = chance.choice(words)
            lines[at] = line[:start] + piece + line[end:]
        case 2:
            del lines[at : at + chance.choice((1, 1, 5))]
        case 3:
            lines[at] = line * chance.choice((2, 2, 300))
        case 4:
            lines[at] = " " * chance.randint(0, 8) + line.lstrip(" ")
        case 5:
            del lines[at:]
        case 6:
            other = chance.randrange(len(lines))
            lines[at], lines[other] = lines[other], line
        case 7:
            lines[at] = line + lines[chance.randrange(len(lines))]
        case _:
            spot = chance.randint(0, len(line))
            lines[at] = line[:spot] + piece + line[spot:]


def changed_json(chance: random.Random, original: object) -> bytes:
    """``original`` with one to three other values, as JSON; sometimes with damaged bytes too."""
    value = copy.deepcopy(original)
    for _ in range(chance.choice((1, 1, 2, 3))):
        places = list(_places(value))
        if not places or chance.random() < 0.02:
            value = copy.deepcopy(chance.choice(VALUES))
            continue
        parent, key = chance.choice(places)
        match chance.randrange(5):
            case 0 | 1 | 2:
                parent[key] = copy.deepcopy(chance.choice(VALUES))
            case 3:
                del parent[key]
            case _ if isinstance(parent, list):
                parent.extend([copy.deepcopy(parent[key])] * chance.choice((1, 1, 600)))
            case _:
                parent[chance.choice(("x", "", "type", str(key).upper()))] = parent[key]
    data = json.dumps(value).encode()
    return changed_bytes(chance, data, len(data)) if chance.random() < 0.2 else data


def _places(value: object) -> Iterator[tuple[Any, Any]]:
    """Every container within a JSON value with each of its keys."""
    if isinstance(value, dict):
        for key, one in value.items():
            yield value, key
            yield from _places(one)
    elif isinstance(value, list):
        for number, one in enumerate(value):
            yield value, number
            yield from _places(one)
