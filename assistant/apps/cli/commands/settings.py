"""Ask in the terminal what Kram should know, and write it into config.toml."""

import argparse
from typing import TYPE_CHECKING

from assistant.apps.bootstrap.plan import Needs
from assistant.apps.cli.commands import common
from assistant.apps.cli.standard_streams import output_error
from assistant.core.translation import _, reason, shown

if TYPE_CHECKING:
    from pathlib import Path

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

    from assistant.apps.bootstrap.voice_offer import voice_offers
    from assistant.apps.settings_questions import NOTHING, QUESTIONS, Key, current, edited, save
    from assistant.core.errors import InputError, KramError
    from assistant.core.paths import config_file
    from assistant.core.toml_schema import read_text
    from assistant.runtime.config import load_config

    path = config_file()
    load_config(path)  # a file with mistakes must be fixed by hand first: the message says where
    console = Console(highlight=False, soft_wrap=True)
    try:
        for offer in voice_offers(path):
            console.print(shown(offer), markup=False)
        before = read_text(path)
        known = current(before)
        told = _('Enter or "don\'t know" keeps what is in brackets, {nothing} takes it back.')
        console.print(told.format(nothing=NOTHING).shown)
        answers: dict[Key, object | None] = {}
        for question in QUESTIONS:
            place = (question.section, question.key)
            sought = question.needs is None or {**known, **answers}.get(question.needs)
            answer = _ask(question, known.get(place), console) if sought else None
            if answer != known.get(place):
                answers[place] = answer
    except EOFError:
        console.print()  # the question's line has no end yet
        problem = _("the answers ended too early, nothing was written")
        raise InputError(problem, _("run it again")) from None
    except BrokenPipeError:
        raise
    except OSError as error:
        raise output_error(error) from error
    try:
        if answers:
            save(path, edited(before, answers))
    except OSError as error:
        problem = _("{path} cannot be written ({reason})").format(path=path, reason=reason(error))
        raise KramError(problem, _("check the folder's permissions")) from error
    _tell_of_result(path, bool(answers))
    return 0


def _tell_of_result(path: "Path", changed: bool) -> None:
    """Say what became of the file, and whether somebody is named whom no message can reach."""
    from assistant.apps.doctor.stored_files import recipient_problem
    from assistant.runtime.config import load_config

    told = _("{path} is written.") if changed else _("{path} stays as it was.")
    common.write(told.format(path=path))
    if problem := recipient_problem(load_config(path).tell):
        common.write(problem)


def _ask(question: "SettingsQuestion", now: object, console: "Console") -> object | None:
    from rich.markup import escape
    from rich.prompt import Prompt

    from assistant.apps.indonesian_answers import is_unknown
    from assistant.apps.settings_questions import NOTHING, checked
    from assistant.core.toml_schema import InvalidValue

    hint = f" [dim]({escape(shown(question.hint))})[/]" if question.hint else ""
    while True:
        answer = Prompt.ask(
            f"{shown(question.text)}{hint}",
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
            console.print(f"[red]{escape(answer)}[/] {escape(_as_answered(wrong.shown))}")


def _as_answered(problem: str) -> str:
    """``problem`` with the words that one can answer in place of the file's own."""
    from assistant.dialogue.user_profile import CONDITIONS
    from assistant.runtime.config import HEARING

    for value in (*CONDITIONS, *HEARING):
        problem = problem.replace(f'"{value}"', f'"{shown(value)}"')
    return problem


def _shown(value: object) -> str:
    """A value of the file as one would type it."""
    from assistant.dialogue.user_profile import CONDITIONS, LEGS
    from assistant.runtime.config import HEARING

    if value is None:
        return ""
    if isinstance(value, bool):
        return shown(_("yes") if value else _("no"))
    if isinstance(value, list):
        return ", ".join(map(_shown, value))
    named = next((one for one in (*LEGS, *CONDITIONS, *HEARING) if one == value), value)
    return shown(named)
