"""The log as people at a terminal read it: its messages in the chosen language."""

import copy
import logging
import sys

from assistant.core.translation import shown


class TranslatingFormatter(logging.Formatter):
    """Shows a ``Translatable`` message in the chosen language; any other stays as it is."""

    def format(self, record: logging.LogRecord) -> str:
        """The line, without a line break at its end."""
        told = copy.copy(record)
        told.msg = shown(record.msg)
        if isinstance(record.args, tuple):
            told.args = tuple(shown(one) if hasattr(one, "shown") else one for one in record.args)
        return super().format(told)


def start_log(verbose: bool) -> None:
    """Log to stderr, all of it if ``verbose``; only a terminal gets it in the user's language."""
    level = logging.DEBUG if verbose else logging.WARNING
    logging.basicConfig(level=level, format=_FORMAT, stream=sys.stderr)
    if sys.stderr is not None and sys.stderr.isatty():
        for handler in logging.getLogger().handlers:
            handler.setFormatter(TranslatingFormatter(_FORMAT))


_FORMAT = "kram: %(message)s"
