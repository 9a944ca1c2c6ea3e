"""Send a test message to whoever is to be told of an emergency."""

import argparse

from assistant.apps.bootstrap.plan import Needs
from assistant.apps.cli.commands import common
from assistant.core.translation import _


def arguments(parser: argparse.ArgumentParser) -> None:
    """There are no options: the recipient is in config.toml, section [tell]."""


def needs(args: argparse.Namespace) -> Needs:
    """The packages only."""
    return Needs()


def run(args: argparse.Namespace) -> int:
    """Send, wait for the acknowledgement, and say how it went; 1 if there was none."""
    from assistant.core.errors import InputError, KramError
    from assistant.core.paths import config_file
    from assistant.runtime.config import load_config
    from assistant.runtime.notify.factory import sender_for
    from assistant.runtime.notify.messages import Message, Undelivered

    file = config_file()
    recipient = load_config(file).tell
    if not recipient.is_configured:
        raise InputError(
            _("nobody is to be told: {file} has no mqtt and no webhook under [tell]").format(
                file=file
            ),
            _("see docs/configuration.md"),
        )
    try:
        sender_for(recipient).send(Message("test", "Kram: ini hanya percobaan."))
    except Undelivered as error:
        raise KramError(
            _("the test message was not acknowledged: {error}").format(error=error), _("see [tell]")
        ) from error
    common.write(_("The test message to {who} was acknowledged.").format(who=recipient.who))
    return 0
