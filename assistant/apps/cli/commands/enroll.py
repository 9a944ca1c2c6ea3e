"""Get to know how you speak: asks by voice for a few phrases, keeps no sound."""

import argparse
import tempfile
from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING

from assistant.apps.bootstrap.plan import Needs
from assistant.apps.cli.commands import common
from assistant.core.errors import KramError
from assistant.core.translation import _, reason

if TYPE_CHECKING:
    from assistant.apps.enrolment.enrolment import Enrolment
    from assistant.apps.enrolment.prompts import EnrolmentTexts


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options."""
    common.file_arguments(parser)
    parser.add_argument("--forget", action="store_true", help=_("delete what was kept"))


def needs(args: argparse.Namespace) -> Needs:
    """The model, and PortAudio unless a file is in the microphone's place."""
    if args.forget:
        return Needs()
    return Needs(model=True, microphone=args.input is None)


def run(args: argparse.Namespace) -> int:
    """Ask, store the pronunciation and build the model with it; or delete it."""
    from assistant.apps.enrolment.enrolment import save_pronunciation
    from assistant.apps.enrolment.prompts import load_enrolment_texts
    from assistant.asr.model_store import ensure_model
    from assistant.audio.mute_detector import microphone_is_muted
    from assistant.core.paths import (
        OWN_PHRASES,
        instance_lock_file,
        pronunciation_file,
    )
    from assistant.core.single_instance import single_instance

    path = pronunciation_file()
    if args.forget:
        return _forget(path)
    common.check_file_arguments(args)
    lines = load_enrolment_texts(OWN_PHRASES / "enrol.yaml")
    with single_instance(instance_lock_file()) if args.input is None else nullcontext():
        table, enrolment = _enrol(args, lines)
    if not enrolment.takes:
        if enrolment.muted:
            raise microphone_is_muted()
        _tell(args, _("no phrase was heard; nothing is kept"))
        return 0
    try:
        save_pronunciation(path, table, enrolment.takes)
    except OSError as error:
        raise KramError(
            _("{path} cannot be written ({reason})").format(path=path, reason=reason(error)),
            _("check the folder's permissions"),
        ) from error
    with common.build_progress() as bar:
        ensure_model(progress=bar.update)
    wanted = 2 * len(lines.phrases)
    _tell(
        args,
        _("{count} of {wanted} takes; {path} is written, no sound is kept").format(
            count=len(enrolment.takes), wanted=wanted, path=path
        ),
    )
    if enrolment.muted:
        raise microphone_is_muted()
    return 0


def _tell(args: argparse.Namespace, line: str) -> None:
    """To stdout, unless that is for the events."""
    if args.events == common.STDOUT:
        common.write_stderr(f"{line}\n")
    else:
        common.write(line)


def _forget(path: Path) -> int:
    there = path.exists()
    try:
        path.unlink(missing_ok=True)
    except OSError as error:
        raise KramError(
            _("{path} cannot be deleted ({reason})").format(path=path, reason=reason(error)),
            _("delete it"),
        ) from error
    common.write(
        (_("{path} is deleted") if there else _("{path} is not there; nothing was kept")).format(
            path=path
        )
    )
    return 0


def _enrol(args: argparse.Namespace, lines: "EnrolmentTexts") -> "tuple[str, Enrolment]":
    from assistant.apps.enrolment.enrolment import Enrolment, open_enrolment_components
    from assistant.core.event_log import EventLog
    from assistant.core.paths import config_file
    from assistant.runtime.composition import open_player, open_source
    from assistant.runtime.config import load_config
    from assistant.runtime.session_options import SessionOptions

    config = load_config(config_file())
    events = common.event_file(args)
    options = SessionOptions(config, input=args.input, output=args.output, events=events)
    source = open_source(options)
    try:
        player = open_player(options)
        try:
            subscribers = common.event_subscribers(args)
            with EventLog(events, subscribers) as log, tempfile.TemporaryDirectory() as folder:
                components = open_enrolment_components(
                    source, player, log, options, lines, Path(folder)
                )
                enrolment = Enrolment(components, lines)
                enrolment.run()
                return components.scorer.table, enrolment
        finally:
            player.close()
    finally:
        source.close()
