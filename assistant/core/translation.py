"""Messages for people: English in the code, Indonesian from the catalogue in ``assistant/locale``.

A ``Translatable`` *is* its English text: log lines, JSON and comparisons get English without
knowing of languages. Only what writes to the terminal asks for ``shown``. Standard library only:
set-up speaks to people before any package is there.
"""

import gettext
import os
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from pathlib import Path
from typing import Self

DOMAIN = "kram"
LOCALE = Path(__file__).resolve().parents[1] / "locale"
ENGLISH = "en"
LANGUAGES = (ENGLISH, "id")

_of_process = ENGLISH
_of_request: ContextVar[str] = ContextVar("language of a request")


class Translatable(str):
    """English text that can be shown in the chosen language.

    ``template`` is the key in the catalogue; with ``values`` it is filled in as ``str.format``
    does, and values that are messages or errors are translated too.
    """

    _template: str
    _values: Mapping[str, object] | None
    _translated: str | None

    def __new__(
        cls,
        template: str,
        values: Mapping[str, object] | None = None,
        translated: str | None = None,
    ) -> Self:
        """``translated`` is what to show if the catalogue does not have the text as a whole."""
        new = super().__new__(cls, template if values is None else str.format(template, **values))
        new._template, new._values, new._translated = template, values, translated
        return new

    def format(self, *args: object, **values: object) -> "Translatable":
        """The message with its placeholders filled in; they have names, never numbers."""
        assert not args
        return Translatable(self._template, values)

    def replace(self, old: str, new: str, count: int = -1) -> "Translatable":  # type: ignore[override]
        """As of any text, in both languages; the language is the one chosen now."""
        english, translated = str(self), self.shown
        return Translatable(
            english.replace(old, new, count), None, translated.replace(old, new, count)
        )

    @property
    def shown(self) -> str:
        """The text in the chosen language."""
        if self._translated is not None:
            return self._translated
        text = translated(self._template)
        if self._values is None:
            return text
        return text.format(**{name: _for_people(value) for name, value in self._values.items()})


class Named(Translatable):
    """A word of a file, ``word``, for which people read and answer ``text``."""

    _text: Translatable

    def __new__(cls, word: str, text: Translatable) -> Self:
        """``str()`` and comparisons give the word."""
        new = super().__new__(cls, word)
        new._text = text
        return new

    @property
    def shown(self) -> str:
        """The text in the chosen language."""
        return self._text.shown


def _(text: str) -> Translatable:
    """Mark ``text`` for translation; Babel collects the arguments of this function."""
    return Translatable(text)


def joined(separator: str, parts: Iterable[object]) -> Translatable:
    """``separator.join`` of texts, messages among them; the separator is not translated."""
    values = {f"part{number}": part for number, part in enumerate(parts)}
    template = (
        separator.replace("{", "{{").replace("}", "}}").join(f"{{{name}}}" for name in values)
    )
    return Translatable(template, values)


def reason(error: OSError) -> Translatable:
    """The system's words for ``error``; the common ones are in the catalogue."""
    return Translatable(error.strerror or str(error))


def shown(text: object) -> str:
    """What the terminal shows of a message or an error; anything else as ``str`` gives it."""
    return str(_for_people(text))


def _for_people(value: object) -> object:
    if isinstance(value, Exception) and not hasattr(value, "shown") and len(value.args) == 1:
        value = value.args[0] if isinstance(value.args[0], Translatable) else value
    return getattr(value, "shown", value)


def translated(text: str) -> str:
    """A text of the catalogue in the chosen language; unchanged if it has none."""
    return _catalogue(language()).gettext(text) if text else ""


def translated_plural(one: str, many: str, count: int) -> str:
    """The same for a text that has a plural in English."""
    return _catalogue(language()).ngettext(one, many, count)


def language() -> str:
    """The language that messages are shown in now, one of ``LANGUAGES``."""
    return _of_request.get(_of_process)


def use_language(chosen: str) -> None:
    """Show messages in ``chosen``, one of ``LANGUAGES``, from now on, in this process."""
    global _of_process
    _catalogue(chosen)
    _of_process = chosen


@contextmanager
def in_language(chosen: str) -> Iterator[None]:
    """Show messages in ``chosen`` while the block runs, in this thread alone."""
    before = _of_request.set(chosen)
    try:
        yield
    finally:
        _of_request.reset(before)


@cache
def _catalogue(chosen: str) -> gettext.NullTranslations:
    return gettext.translation(DOMAIN, str(LOCALE), [chosen], fallback=chosen == ENGLISH)


def chosen_language(config: Path, environment: Mapping[str, str] = os.environ) -> str:
    """The language that was asked for, else the system's language.

    The system's is the first of ``$LC_ALL``, ``$LC_MESSAGES`` and ``$LANG`` that is set, as POSIX
    says. Anything but Indonesian is English.
    """
    return language_of(asked_language(config, environment) or _system_locale(environment))


def language_for_relatives(config: Path, environment: Mapping[str, str] = os.environ) -> str:
    """The language of what is read by others than the one at the terminal: page and report.

    Indonesian, unless English was asked for or is the system's. ``C`` and ``POSIX`` are none.
    """
    locale = asked_language(config, environment) or _system_locale(environment)
    return "id" if locale.split(".")[0] in ("", "C", "POSIX") else language_of(locale)


def asked_language(config: Path, environment: Mapping[str, str] = os.environ) -> str:
    """``$KRAM_LANG``, else ``[terminal] language`` of ``config``; empty if Kram was told none."""
    return environment.get("KRAM_LANG") or _configured(config)


def _system_locale(environment: Mapping[str, str]) -> str:
    names = ("LC_ALL", "LC_MESSAGES", "LANG")
    return next((environment[name] for name in names if environment.get(name)), "")


def language_of(locale: str) -> str:
    """Which of ``LANGUAGES`` belongs to ``id``, ``id_ID.UTF-8`` or ``en-GB``."""
    name = locale.lower().replace("-", "_").split("_")[0].split(".")[0]
    return "id" if name == "id" else ENGLISH


def _configured(config: Path) -> str:
    """The key as it is in the file; a file that cannot be used is reported by what needs it."""
    try:
        section = tomllib.loads(config.read_text(encoding="utf-8-sig")).get("terminal")
    except (OSError, ValueError, RecursionError):
        return ""
    found = section.get("language") if isinstance(section, dict) else None
    return found if isinstance(found, str) else ""
