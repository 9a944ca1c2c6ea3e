"""``config.toml``: what the guide should know of its user beforehand. See docs/configuration.md."""

import re
import tomllib
from collections.abc import Callable, Mapping
from pathlib import Path

from assistant.errors import InputError
from assistant.folders import config_folder
from assistant.guidance.state import Profile

ADDRESSES = ("", "Bapak", "Ibu", "Kak", "Mas", "Mbak")

LEGS = {
    "": "",
    "left": "left",
    "right": "right",
    "both": "both",
    "kiri": "left",
    "kanan": "right",
    "keduanya": "both",
}

CONDITIONS = ("diabetes", "kidney", "liver", "fluid_limit", "blood_thinner", "cannot_reach")

LONGEST_NAME = 40

RATES = (0.55, 1.45)
"""What "lebih lambat" and "lebih cepat" can reach too (phrases/id/replies.yaml)."""

VOLUMES = (0.3, 1.9)
"""What "lebih kecil" and "lebih keras" can reach too."""


class _Wrong(Exception):
    """A value that cannot be used; says what to write."""


def config_file() -> Path:
    """Where the configuration is looked for."""
    return config_folder() / "config.toml"


def load_profile(path: Path) -> Profile:
    """Read the profile; a missing file means an empty one.

    Raises ``InputError`` with the file, the line if it can be found, and what to write.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        return Profile()
    except (OSError, UnicodeDecodeError, ValueError) as error:
        raise InputError(f"{path}: cannot be read as UTF-8 text ({error}); mend it") from error
    try:
        data = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise InputError(f"{path}: no valid TOML ({error}); mend or remove the file") from error
    return _profile(path, text, data)


def _profile(path: Path, text: str, data: Mapping[str, object]) -> Profile:
    for name in data:
        if name != "profile":
            raise _error(path, text, name, "is unknown; the only section is [profile]")
    section = data.get("profile", {})
    if not isinstance(section, dict):
        raise _error(path, text, "profile", "must be a section; write [profile] on its own line")
    values: dict[str, object] = {}
    for name, value in section.items():
        if name not in _READERS:
            raise _error(path, text, name, f"is unknown; write one of {', '.join(_READERS)}")
        try:
            values[name] = _READERS[name](value)
        except _Wrong as wrong:
            raise _error(path, text, name, str(wrong)) from wrong
    return Profile(**values)  # type: ignore[arg-type]  # each reader gives its field's type


def _error(path: Path, text: str, key: str, what: str) -> InputError:
    found = re.compile(rf"\s*(\[?\s*|profile\s*\.\s*)[\"']?{re.escape(key)}[\"']?\s*[=.\]]")
    lines = (number for number, line in enumerate(text.splitlines(), 1) if found.match(line))
    number = next(lines, None)
    where = f"{path}, line {number}" if number else str(path)
    return InputError(f"{where}: {key!r} {what}")


def _name(value: object) -> str:
    if not isinstance(value, str) or len(value) > LONGEST_NAME or not value.isprintable():
        raise _Wrong(f'must be a name of at most {LONGEST_NAME} letters; write name = "Sri"')
    return " ".join(value.split())


def _address(value: object) -> str:
    if not isinstance(value, str) or value not in ADDRESSES:
        choices = ", ".join(f'"{one}"' for one in ADDRESSES)
        raise _Wrong(f"must be one of {choices}")
    return value


def _leg(value: object) -> str:
    if not isinstance(value, str) or value not in LEGS:
        raise _Wrong('must be "left", "right", "both" or ""')
    return LEGS[value]


def _switch(value: object) -> bool:
    if not isinstance(value, bool):
        raise _Wrong("must be true or false, without quotes")
    return value


def _conditions(value: object) -> tuple[str, ...]:
    known = ", ".join(f'"{one}"' for one in CONDITIONS)
    if not isinstance(value, list):
        raise _Wrong(f"must be a list of any of {known}, as in [{known.split(', ')[0]}]")
    for one in value:
        if one not in CONDITIONS:
            raise _Wrong(f"knows no {one!r}; write any of {known}")
    return tuple(dict.fromkeys(value))


def _number(low: float, high: float) -> Callable[[object], float]:
    def read(value: object) -> float:
        usable = isinstance(value, int | float) and not isinstance(value, bool)
        if not usable or not low <= float(value) <= high:  # type: ignore[arg-type]
            raise _Wrong(f"must be a number from {low} to {high}; 1.0 is the normal one")
        return float(value)  # type: ignore[arg-type]

    return read


_READERS: Mapping[str, Callable[[object], object]] = {
    "name": _name,
    "address": _address,
    "leg": _leg,
    "pregnant": _switch,
    "over_65": _switch,
    "conditions": _conditions,
    "rate": _number(*RATES),
    "volume": _number(*VOLUMES),
}
