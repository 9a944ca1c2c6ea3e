"""The questions of ``settings``, and how their answers get into ``config.toml``."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import tomlkit

from assistant.core.atomic_file import write_atomic
from assistant.core.toml_schema import InvalidValue
from assistant.dialogue.state import CONDITIONS
from assistant.runtime.config import ADDRESSES, SECTIONS, check_config

Key = tuple[str, str]
"""Section and key."""

NOTHING = "-"
"""What is answered to take a setting back."""


@dataclass(frozen=True)
class SettingsQuestion:
    """One thing that can be asked in a terminal."""

    section: str
    key: str
    text: str
    read: Callable[[str], object]
    """From the answer as typed to the value as written in the file; raises ``Wrong``."""

    hint: str = ""

    needs: Key | None = None
    """Makes sense only if this has a value."""


def _yes(answer: str) -> bool:
    known = {"y": True, "yes": True, "ya": True, "n": False, "no": False, "tidak": False}
    if answer.lower() not in known:
        raise InvalidValue("must be yes or no")
    return known[answer.lower()]


def _number(answer: str) -> float:
    try:
        return float(answer.replace(",", "."))
    except ValueError:
        raise InvalidValue("must be a number, as 0.9") from None


def _list(answer: str) -> list[str]:
    return [word.strip() for word in answer.split(",") if word.strip()]


QUESTIONS: Sequence[SettingsQuestion] = (
    SettingsQuestion("profile", "name", "Name of the one who has the cramps", str),
    SettingsQuestion("profile", "address", "Form of address", str, "/".join(filter(None, ADDRESSES))),
    SettingsQuestion("profile", "leg", "The usual leg", str, "left/right/both"),
    SettingsQuestion("profile", "over_65", "65 years old or more", _yes, "yes/no"),
    SettingsQuestion("profile", "pregnant", "Pregnant", _yes, "yes/no"),
    SettingsQuestion(
        "profile", "conditions", "What else changes the advice, with commas", _list,
        ", ".join(CONDITIONS),
    ),
    SettingsQuestion("profile", "rate", "Pace of the voice", _number, "0.55 to 1.45, 1 is calm"),
    SettingsQuestion("profile", "volume", "Loudness of the voice", _number, "0.3 to 1.9, 1 is normal"),
    SettingsQuestion("tell", "who", "Who is told of an emergency, a name for being spoken", str),
    SettingsQuestion(
        "tell", "mqtt", "by a message to your MQTT broker", str,
        "mqtt://HOST/TOPIC; user and password by hand", ("tell", "who"),
    ),
    SettingsQuestion(
        "tell", "webhook", "or by a webhook", str, "http://…", ("tell", "who"),
    ),
)  # fmt: skip


def checked(question: SettingsQuestion, answer: str) -> object:
    """The value that ``answer`` stands for, as the file holds it; raises ``Wrong``."""
    value = question.read(answer)
    SECTIONS[question.section][question.key](value)
    return value


def current(text: str) -> dict[Key, object]:
    """What a configuration says now."""
    document = tomlkit.parse(text).unwrap()
    return {(section, key): value
            for section, table in document.items() for key, value in table.items()}  # fmt: skip


def edited(text: str, answers: Mapping[Key, object | None]) -> str:
    """``text`` with the answers in it; comments, order and everything else stay.

    None takes a key out.
    """
    document = tomlkit.parse(text)
    for (section, key), value in answers.items():
        if value is None:
            if section in document:
                document[section].pop(key, None)
            continue
        if section not in document:
            document.add(section, tomlkit.table())
        document[section][key] = value
    return tomlkit.dumps(document)


def save(path: Path, text: str) -> None:
    """Put a checked configuration in its place, whole or not at all.

    Raises ``InputError`` if it cannot be read as one, ``OSError`` for a disk that refuses.
    """
    check_config(path, text)
    write_atomic(path, text, private=True)  # it may hold a password
