"""Ask in the terminal what Kram should know, and write it into config.toml."""

import argparse
from typing import TYPE_CHECKING

from assistant.apps.bootstrap.plan import Needs
from assistant.apps.cli.commands import common
from assistant.apps.cli.standard_streams import output_error

if TYPE_CHECKING:
    from rich.console import Console

    from assistant.apps.settings_questions import SettingsQuestion


def arguments(parser: argparse.ArgumentParser) -> None:
    """There are no options."""


def needs(args: argparse.Namespace) -> Needs:
    """The packages only."""
    return Needs()


def run(args: argparse.Namespace) -> int:
    """Ask, check, and write the file; an aborted session leaves it as it was."""
    from rich.console import Console

    from assistant.apps.bootstrap.voice_offer import voice_offer
    from assistant.apps.settings_questions import NOTHING, QUESTIONS, Key, current, edited, save
    from assistant.core.errors import InputError, KramError
    from assistant.core.paths import config_file
    from assistant.core.toml_schema import read_text
    from assistant.runtime.config import load_config

    path = config_file()
    load_config(path)  # a file with mistakes must be fixed by hand first: the message says where
    console = Console(highlight=False, soft_wrap=True)
    try:
        if offer := voice_offer(path):
            console.print(offer, markup=False)
        before = read_text(path)
        known = current(before)
        console.print(f'Enter or "belum tahu" keeps what is in brackets, {NOTHING} takes it back.')
        answers: dict[Key, object | None] = {}
        for question in QUESTIONS:
            place = (question.section, question.key)
            sought = question.needs is None or {**known, **answers}.get(question.needs)
            answer = _ask(question, known.get(place), console) if sought else None
            if answer != known.get(place):
                answers[place] = answer
    except EOFError:
        console.print()  # the question's line has no end yet
        raise InputError(
            "the answers ended too early, nothing was written", "run it again"
        ) from None
    except BrokenPipeError:
        raise
    except OSError as error:
        raise output_error(error) from error
    try:
        if answers:
            save(path, edited(before, answers))
    except OSError as error:
        raise KramError(
            f"{path} cannot be written ({error.strerror})", "check the folder's permissions"
        ) from error
    common.write(f"{path} {'is written' if answers else 'stays as it was'}.")
    return 0


def _ask(question: "SettingsQuestion", now: object, console: "Console") -> object | None:
    from rich.markup import escape
    from rich.prompt import Prompt

    from assistant.apps.indonesian_answers import is_unknown
    from assistant.apps.settings_questions import NOTHING, checked
    from assistant.core.toml_schema import InvalidValue

    hint = f" [dim]({escape(question.hint)})[/]" if question.hint else ""
    while True:
        answer = Prompt.ask(
            f"{question.text}{hint}",
            console=console,
            default=_shown(now),
            show_default=now is not None,
        ).strip()
        if answer == NOTHING:
            return None
        if answer == _shown(now) or is_unknown(answer):
            return now
        try:
            return checked(question, answer)
        except InvalidValue as wrong:
            console.print(f"[red]{escape(answer)}[/] {escape(str(wrong))}")


def _shown(value: object) -> str:
    """A value of the file as one would type it."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return ", ".join(map(str, value))
    return str(value)
