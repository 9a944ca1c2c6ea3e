"""argparse in the chosen language: its own words, and the help texts of the commands."""

import argparse

from assistant.core.numerals import decimal, integer
from assistant.core.translation import _, shown, translated, translated_plural


def translate_argparse() -> None:
    """Let argparse look its own words up in Kram's catalogue ("usage:", "invalid choice: …").

    It takes them from the global catalogue of ``gettext``, which knows ``$LANGUAGE`` alone.
    """
    vars(argparse).update(_=translated, ngettext=translated_plural)


class TranslatedHelp(argparse.HelpFormatter):
    """Shows help texts in the chosen language."""

    def _get_help_string(self, action: argparse.Action) -> str | None:
        return None if action.help is None else shown(action.help)

    def add_text(self, text: str | None) -> None:
        """A description, or what stands below the options."""
        super().add_text(None if text is None else shown(text))


def whole_number(value: str) -> int:
    """The type of an option; argparse itself would name Python's word for it."""
    try:
        return integer(value)
    except ValueError:
        told = _("{value!r} is not a whole number").format(value=value)
        raise argparse.ArgumentTypeError(shown(told)) from None


def decimal_number(value: str) -> float:
    """The same for numbers such as 0.5."""
    try:
        return decimal(value)
    except ValueError:
        told = _("{value!r} is not a number, such as 0.5").format(value=value)
        raise argparse.ArgumentTypeError(shown(told)) from None
