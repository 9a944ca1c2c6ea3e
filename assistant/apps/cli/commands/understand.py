"""Say what texts mean, without any sound."""

import argparse

from assistant.apps.bootstrap.plan import Needs
from assistant.apps.cli.commands import common
from assistant.core.listening_state import ListeningState
from assistant.core.paths import OWN_PHRASES
from assistant.core.translation import _, shown


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options."""
    common.phrases_argument(parser)
    common.state_argument(parser)
    common.json_argument(parser)
    parser.add_argument(
        "text", nargs="+", metavar=shown(_("TEXT")), help=_("each is one utterance")
    )


def needs(args: argparse.Namespace) -> Needs:
    """The packages only."""
    return Needs()


def run(args: argparse.Namespace) -> int:
    """Print a line for each text."""
    from assistant.nlu import interpreter_of
    from assistant.nlu.templates import load_phrases

    interpreter = interpreter_of(load_phrases(args.phrases or OWN_PHRASES))
    for text in args.text:
        found = interpreter.interpret(text, ListeningState(args.state), 1.0)
        confidence = found.intent.confidence if found.intent else 0.0
        record = common.meaning(found.intent, text, confidence, found.accepted)
        if args.json:
            common.write_json(record)
        else:
            common.write(common.for_people(record))
    return 0
