"""Say what was spoken in WAV files, one utterance a file."""

import argparse
import time
from pathlib import Path
from typing import TYPE_CHECKING

from assistant.apps.bootstrap.plan import Needs
from assistant.apps.cli.commands import common
from assistant.core.errors import InputError
from assistant.core.listening_state import ListeningState
from assistant.core.paths import OWN_PHRASES
from assistant.core.translation import _

if TYPE_CHECKING:
    from assistant.asr.vosk_recognizer import VoskRecognizer
    from assistant.nlu.alternatives import SentenceInterpreter


LONGEST_SECONDS = 60.0
"""A file is decoded as one utterance; nobody speaks one of more than a minute."""


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options."""
    common.phrases_argument(parser)
    common.state_argument(parser)
    common.json_argument(parser)
    parser.add_argument(
        "wav", nargs="+", type=Path, metavar="WAV",
        help=_("8 to 48 kHz, mono or stereo; - is standard input"),
    )  # fmt: skip


def needs(args: argparse.Namespace) -> Needs:
    """The model."""
    return Needs(model=True)


def run(args: argparse.Namespace) -> int:
    """Print a line for each file; a bad one gets a line on stderr, and 2 at the end."""
    from assistant.asr.model_store import ensure_model
    from assistant.asr.understanding import load_heard_phrases
    from assistant.asr.vosk_recognizer import VoskRecognizer
    from assistant.nlu import interpreter_of

    interpreter = interpreter_of(load_heard_phrases(args.phrases or OWN_PHRASES))
    with common.build_progress() as bar:
        model = ensure_model(args.phrases, progress=bar.update)
    state = ListeningState(args.state)
    recognizer = VoskRecognizer(model, (state,))
    bad = 0
    for path in args.wav:
        try:
            record = decode(path, recognizer, interpreter, state)
        except InputError as error:
            common.write_stderr(f"kram: {' '.join(error.shown.split())}\n")
            bad = InputError.exit_code
            continue
        if args.json:
            common.write_json(record)
        else:
            common.write(f"{path}: {common.for_people(record)}")
    return bad


def decode(
    path: Path,
    recognizer: "VoskRecognizer",
    interpreter: "SentenceInterpreter",
    state: ListeningState,
) -> dict[str, object]:
    """Decode the whole file as one utterance, read in pieces; the record of ``--json``.

    ``doubtful``: not acted on, but asked about.
    ``best``, ``score``, ``threshold`` and ``runner_up`` say why it was accepted or rejected;
    ``seconds`` is the time taken, ``audio_seconds`` the length of the sound. Raises
    ``InputError`` for a file that is not audio.
    """
    from assistant.asr.understanding import understand
    from assistant.audio.pcm import BLOCK, RATE
    from assistant.audio.wav_source import WavSource

    source = WavSource(path)
    if source.seconds is not None and source.seconds > LONGEST_SECONDS:
        source.close()
        raise _too_long(_("{path} is {clock} long").format(path=path, clock=_clock(source.seconds)))
    begun = time.perf_counter()
    blocks = 0
    try:
        recognizer.start(state)
        for block in source.blocks():
            recognizer.feed(block)
            blocks += 1
            if blocks * BLOCK > LONGEST_SECONDS * RATE:  # a pipe has no length
                told = _("{path} gives more than {clock} of sound")
                raise _too_long(told.format(path=path, clock=_clock(LONGEST_SECONDS)))
    finally:
        source.close()
    heard = recognizer.finish()
    meaning = understand(interpreter, heard, state)
    return {
        "file": str(path),
        **common.meaning(meaning.intent, meaning.words, meaning.probability, meaning.accepted),
        "doubtful": meaning.doubtful,
        **heard.details.as_json(),
        "seconds": round(time.perf_counter() - begun, 3),
        "audio_seconds": round(blocks * BLOCK / RATE, 3),
    }


def _too_long(problem: str) -> InputError:
    advice = _("use `listen --input` for a whole night")
    return InputError(_("{problem}, too long for one utterance").format(problem=problem), advice)


def _clock(seconds: float) -> str:
    return (
        _("{seconds:.0f} minutes").format(seconds=seconds / 60)
        if seconds >= 120
        else _("{seconds:.0f} seconds").format(seconds=seconds)
    )
