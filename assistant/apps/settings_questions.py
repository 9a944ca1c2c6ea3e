"""The questions of ``settings``, and writing the answers to ``config.toml``."""

from collections.abc import Callable, Iterator, Mapping, MutableMapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import tomlkit
from tomlkit.items import Table

from assistant.apps.indonesian_answers import is_none, switch_of, value_of
from assistant.core.atomic_file import write_atomic
from assistant.core.config_key import questions_of
from assistant.core.numerals import decimal
from assistant.core.toml_schema import InvalidValue
from assistant.core.translation import _
from assistant.runtime.config import SECTIONS, Config, check_config

Key = tuple[str, str]
"""Section and key."""

NOTHING = "-"
"""The answer that removes a setting."""


def _parse_switch(answer: str) -> bool:
    found = switch_of(answer)
    if found is None:
        raise InvalidValue(_("must be yes or no"))
    return found


def _parse_number(answer: str) -> float:
    try:
        return decimal(answer.replace(",", "."))
    except ValueError:
        raise InvalidValue(_("must be a number, such as 0.9")) from None


def _parse_list(key: str, answer: str) -> list[str]:
    if is_none(answer):
        return []
    return [value_of(key, word.strip()) for word in answer.split(",") if word.strip()]


@dataclass(frozen=True)
class SettingsQuestion:
    """A configuration key that ``settings`` asks for."""

    section: str
    key: str
    text: str
    read: Callable[[str], object]
    """Converts the typed answer to the value in the file; raises ``InvalidValue``."""

    hint: str = ""
    needs: Key | None = None
    """Asked only if this key has a value."""


def _questions(config: Config) -> Iterator[SettingsQuestion]:
    """The questions of all keys that have one; the type of the default selects the parser."""
    for section, key, question in questions_of(config):
        default = getattr(getattr(config, section), key)
        needs = (section, question.needs) if question.needs else None
        hint = question.hint or (_("yes/no") if isinstance(default, bool) else "")
        yield SettingsQuestion(section, key, question.text, _parser_for(key, default), hint, needs)


def _parser_for(key: str, default: object) -> Callable[[str], object]:
    match default:
        case bool():
            return _parse_switch
        case float():
            return _parse_number
        case tuple():
            return partial(_parse_list, key)
        case _:
            return partial(value_of, key)


QUESTIONS: Sequence[SettingsQuestion] = tuple(_questions(Config()))


def checked(question: SettingsQuestion, answer: str) -> object:
    """The validated value of ``answer``, as written to the file; raises ``InvalidValue``."""
    value = question.read(answer)
    SECTIONS[question.section][question.key](value)
    return value


def current(text: str) -> dict[Key, object]:
    """All keys of a configuration (TOML text) with their values."""
    document = tomlkit.parse(text).unwrap()
    return {(section, key): value
            for section, table in document.items() for key, value in table.items()}  # fmt: skip


def edited(text: str, answers: Mapping[Key, object | None]) -> str:
    """``text`` with the answers applied; comments, order and everything else are preserved.

    None removes a key.
    """
    document = tomlkit.parse(text)
    for (section, key), value in answers.items():
        if value is None:
            if section in document:
                document[section].pop(key, None)
            continue
        if section not in document:
            document.add(section, tomlkit.table())
        _put(document[section], key, value)
    return tomlkit.dumps(document)


def _put(table: MutableMapping[str, object], key: str, value: object) -> None:
    """Set a key; a new one goes directly behind the last key of the table.

    tomlkit appends it behind the comments and blank lines at the table's end, which belong to
    the next table.
    """
    if key in table or not isinstance(table, Table):
        table[key] = value
        return
    body = table.value.body
    end = len(body)
    while end and body[end - 1][0] is None:
        end -= 1
    behind = body[end:]
    del body[end:]  # entries without a key are in no index of tomlkit's
    table[key] = value
    body.extend(behind)


def save(path: Path, text: str) -> None:
    """Validate a configuration and replace the file atomically.

    Raises ``InputError`` if it is not a valid configuration, ``OSError`` if it cannot be written.
    """
    check_config(path, text)
    write_atomic(path, text, private=True)  # it may contain a password
