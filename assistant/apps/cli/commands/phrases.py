"""Check, try and hear phrases: for whoever changes what is heard or said."""

import argparse
import dataclasses
import sys
from collections.abc import Iterator
from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING

from assistant.apps.bootstrap.plan import Needs
from assistant.apps.cli.commands import common
from assistant.apps.cli.translated_help import TranslatedHelp, decimal_number
from assistant.core.listening_state import ListeningState
from assistant.core.paths import HOME, OWN_PHRASES
from assistant.core.translation import _, shown

_SHOWN = 5
"""Alternatives of an utterance that ``try`` shows."""

if TYPE_CHECKING:
    from assistant.apps.authoring.explain import Explanation
    from assistant.apps.authoring.lint import LintRequest
    from assistant.asr.listener_events import Utterance
    from assistant.nlu.alternatives import Meaning

OWN_TESTS = HOME / "tests" / "sentences"
SOURCES = HOME / "docs" / "content.md"
"""Explains every source; not there where Kram was installed with pip."""


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options of the three."""
    what = parser.add_subparsers(dest="what", required=True, metavar=shown(_("WHAT")))
    check = _one(
        what, "check", _("proofread a folder of phrases; exit code 1 if something is found")
    )
    check.add_argument(
        "folder", nargs="?", type=Path, metavar="DIR",
        help=_("any folder of hassil YAML; without it, the project's own"),
    )  # fmt: skip
    check.add_argument(
        "--tests",
        type=Path,
        metavar="DIR",
        help=_("folder of test sentences; without it, DIR/tests"),
    )
    check.add_argument(
        "--closest", type=decimal_number, default=1.0, metavar="D",
        help=_("distance in sound that must be kept; 1.0 is one clearly different " "phone"),
    )  # fmt: skip
    common.json_argument(check)
    attempt = _one(what, "try", _("what a sentence means, and why"))
    attempt.add_argument(
        "text",
        nargs="*",
        metavar=shown(_("TEXT")),
        help=_("each is one utterance; without any, type them"),
    )
    attempt.add_argument("--input", type=Path, metavar="IN.wav", help=_("what was said in a file"))
    attempt.add_argument("--microphone", action="store_true", help=_("say it"))
    common.phrases_argument(attempt)
    common.state_argument(attempt)
    common.json_argument(attempt)
    say = _one(what, "say", _("hear a file of guides, answers or replies"))
    say.add_argument(
        "file", type=Path, metavar=shown(_("FILE")), help=_("such as guides/acute.yaml")
    )
    say.add_argument(
        "--output", type=Path, metavar="OUT.wav", help=_("in place of the loudspeaker")
    )
    say.add_argument("--every", action="store_true", help=_("every sentence, also of other cases"))
    say.add_argument("--whole", action="store_true", help=_("with all of its holds and waits"))


def _one(
    what: "argparse._SubParsersAction[argparse.ArgumentParser]", name: str, summary: str
) -> argparse.ArgumentParser:
    text = shown(summary)
    return what.add_parser(
        name,
        help=text,
        description=text[0].upper() + text[1:] + ".",
        formatter_class=TranslatedHelp,
    )


def needs(args: argparse.Namespace) -> Needs:
    """The model if something is to be heard; PortAudio for a microphone or loudspeaker."""
    if args.what == "try":
        return Needs(model=bool(args.microphone or args.input), microphone=args.microphone)
    return Needs(microphone=args.what == "say" and args.output is None)


def run(args: argparse.Namespace) -> int:
    """Do one of the three."""
    return {"check": _check, "try": _try, "say": _say}[args.what](args)


def _check(args: argparse.Namespace) -> int:
    from assistant.apps.authoring.lint import lint

    report = lint(_lint_request(args))
    for finding in report.findings:
        if args.json:
            common.write_json(dataclasses.asdict(finding))
        else:
            common.write(finding.line())
    if args.json:
        summary = {name: getattr(report, name) for name in ("sentences", "templates", "words")}
        common.write_json({**summary, "tests": report.tests, "findings": len(report.findings)})
    else:
        common.write(report.summary())
    return 1 if report.findings else 0


def _lint_request(args: argparse.Namespace) -> "LintRequest":
    from assistant.apps.authoring.lint import LintRequest
    from assistant.apps.authoring.script_findings import source_tags
    from assistant.core.paths import OWN_PHONE_MAP
    from assistant.dialogue.script.loader import load_script

    folder = args.folder or OWN_PHRASES
    own = folder.resolve() == OWN_PHRASES.resolve()
    tests = args.tests or (OWN_TESTS if own else folder / "tests")
    return LintRequest(
        phrases=folder,
        table=OWN_PHONE_MAP,
        exceptions=(OWN_PHRASES / "pronunciations.yaml", folder / "pronunciations.yaml"),
        tests=tests if args.tests or tests.is_dir() else None,
        script=load_script(folder) if (folder / "replies.yaml").is_file() else None,
        tags=source_tags(SOURCES) if own else None,
        closest=args.closest,
    )


def _try(args: argparse.Namespace) -> int:
    from assistant.apps.authoring.explain import Explainer
    from assistant.asr.understanding import understand
    from assistant.nlu import interpreter_of
    from assistant.nlu.templates import load_phrases

    state = ListeningState(args.state)
    book = load_phrases(args.phrases or OWN_PHRASES)
    explainer = Explainer(book)
    if args.input or args.microphone:
        heard = _hear(args)
        if heard is None:
            details: dict[str, object] = {"accepted": False, "best": _("no speech in it")}
            _show(explainer.explain("", state, 0.0), args.json, details)
            return 0
        meaning = understand(interpreter_of(book), heard, state)
        explanation = explainer.explain(meaning.words, state, heard.confidence)
        _show(explanation, args.json, _details(heard, meaning))
        return 0
    for text in args.text or _typed():
        _show(explainer.explain(text, state), args.json, {})
    return 0


def _typed() -> Iterator[str]:
    """The typed lines, a sentence each, until an empty line or the end."""
    if sys.stdin.isatty():
        common.write_stderr(_("Type a sentence; an empty line ends.\n"))
    for line in sys.stdin:
        if not line.strip():
            return
        yield line.strip()


def _show(explanation: "Explanation", as_json: bool, details: dict[str, object]) -> None:
    if as_json:
        common.write_json({**explanation.record(), **({"heard": details} if details else {})})
        return
    for line in explanation.lines():
        common.write(line)
    for name, value in details.items():
        common.write(_("  heard: {name:<12} {value}").format(name=name, value=value))


def _details(heard: "Utterance", meaning: "Meaning") -> dict[str, object]:
    """What was heard and why it counts: scores, the outcome, and the likeliest alternatives."""
    found: dict[str, object] = {"accepted": meaning.accepted, "doubtful": meaning.doubtful}
    found |= heard.details.as_json()
    likeliest = [
        f"{one.words or '(nothing)'} {one.probability:.2f}{'' if one.listed else ' free'}"
        for one in heard.alternatives[:_SHOWN]
    ]
    return found | ({"alternatives": "; ".join(likeliest)} if likeliest else {})


def _hear(args: argparse.Namespace) -> "Utterance | None":
    """Recognise one utterance; None without speech."""
    from assistant.asr.listener import SpeechListener
    from assistant.asr.listener_events import Utterance
    from assistant.asr.model_store import ensure_model
    from assistant.asr.vosk_recognizer import VoskRecognizer
    from assistant.audio.mute_detector import unmuted_blocks
    from assistant.runtime.composition import open_source
    from assistant.runtime.session_options import SessionOptions

    with common.build_progress() as bar:
        model = ensure_model(args.phrases, progress=bar.update)
    state = ListeningState(args.state)
    listener = SpeechListener(VoskRecognizer(model, (state,)), state=state)
    source = open_source(SessionOptions(input=args.input))
    if args.input is None:
        common.write_stderr(_("Say a sentence.\n"))
    heard: Utterance | None = None
    try:
        for block in unmuted_blocks(source):
            heard = next((one for one in listener.feed(block) if isinstance(one, Utterance)), None)
            if heard is not None:
                break
    finally:
        source.close()
    if heard is None:
        heard = next((one for one in listener.flush() if isinstance(one, Utterance)), None)
    return heard


def _say(args: argparse.Namespace) -> int:
    from assistant.apps.authoring.preview import pieces, say
    from assistant.core.paths import config_file, instance_lock_file, speech_cache_folder
    from assistant.core.single_instance import single_instance
    from assistant.runtime.config import load_config
    from assistant.runtime.guide_voice import open_guide_voice

    voice = open_guide_voice(load_config(config_file()).speaking, speech_cache_folder())
    spoken = pieces(args.file, voice, args.every, args.whole)
    # a Kram that listens would take these sentences for the user's
    with single_instance(instance_lock_file()) if args.output is None else nullcontext():
        seconds = say(spoken, args.output, common.write)
    if args.output is not None:
        common.write(
            _("{output}: {seconds:.0f} seconds").format(output=args.output, seconds=seconds)
        )
    return 0
