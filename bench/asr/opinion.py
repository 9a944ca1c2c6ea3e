"""Benefit of Whisper as a verifier: `python3 run.py bench opinion --corpus DIR`.

Decodes everything in the idle state, as ``bench rejection`` does. Doubtful results, for which the
guide would ask for confirmation, are also transcribed by Whisper and compared as the guide does.
Needs requirements-whisper.txt. Emergencies are always confirmed by the user and are left out.
"""

import argparse
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from assistant.asr.model_store import OWN_PHRASES, ensure_model
from assistant.asr.verifier.compare import Comparison, Verdict, compare
from assistant.asr.verifier.pending import ALWAYS_ASKED
from assistant.asr.verifier.whisper_process import COMMAND, WhisperProcess
from assistant.asr.vosk_recognizer import VoskRecognizer
from assistant.audio.pcm import BLOCK, RATE, Samples
from assistant.core.errors import KramError
from assistant.core.listening_state import ListeningState
from assistant.core.numerals import integer
from assistant.nlu import Interpreter
from assistant.nlu.templates import load_phrases
from bench.common.paths import OUT
from bench.common.rejection_data import (
    COMMANDS,
    DIGITS,
    SENTENCES,
    Clip,
    recordings,
    synthesised,
    words_of,
    write_phrases,
)
from bench.common.rows import Row, write_json
from bench.common.whisper import progress

GROUPS = ("commands", "digits", "own-20", "own-10", "own-sentences", "own-digits")
PATIENCE = 120.0


@dataclass(frozen=True)
class OpinionRow(Row):
    """A doubtful clip; ``heard`` is the phrase that the guide would ask to confirm."""

    group: str
    file: str
    same_meaning: bool
    """Whether the recognised phrase equals the spoken one, or has the same meaning."""

    written: str
    likeness: float
    same: bool
    seconds: float
    processor: float

    @property
    def verdict(self) -> Verdict:
        return Comparison(self.likeness, self.same).verdict


@dataclass(frozen=True)
class Group:
    """Clips of one kind."""

    name: str
    clips: int
    asked: int


def main(argv: Sequence[str]) -> int:
    """Measure, print a table, write JSON; returns the exit code."""
    parser = argparse.ArgumentParser(prog="bench opinion", description=__doc__)
    parser.add_argument("--corpus", type=Path, required=True)
    parser.add_argument("--every", type=integer, default=1, help="only every n-th recording")
    parser.add_argument("--clips", type=integer, default=100, help="own phrases at each noise")
    parser.add_argument("--only", nargs="+", choices=GROUPS, default=GROUPS)
    parser.add_argument("--beam", type=integer, default=1)
    parser.add_argument("--seed", type=integer, default=5)
    parser.add_argument("--output", type=Path, default=OUT / "opinion.json")
    args = parser.parse_args(argv)
    try:
        whisper = WhisperProcess((*COMMAND, str(args.beam)))
        try:
            groups, rows = measure(args, whisper)
        finally:
            whisper.close()
    except KramError as error:
        print(error, file=sys.stderr)
        return error.exit_code
    report(groups, rows, args.output)
    return 0


def measure(
    args: argparse.Namespace, whisper: WhisperProcess
) -> tuple[list[Group], list[OpinionRow]]:
    """Decode every group and verify the doubtful results."""
    sentences = sorted((args.corpus / SENTENCES).glob("*.wav"))
    commands = [path for path in sentences if int(path.stem[-3:]) in COMMANDS]
    digits = sorted((args.corpus / DIGITS).glob("*.wav"))[:: args.every]
    groups: list[Group] = []
    rows: list[OpinionRow] = []
    with tempfile.TemporaryDirectory() as folder:
        write_phrases(Path(folder), sorted({words_of(path) for path in commands}))
        foreign = VoskRecognizer(ensure_model(Path(folder)), (ListeningState.IDLE,))
        known = Interpreter(load_phrases(Path(folder)))
    own = VoskRecognizer(ensure_model(), (ListeningState.IDLE,))
    ours = Interpreter(load_phrases(OWN_PHRASES))
    chosen = commands[:: args.every]
    plan: dict[str, tuple[VoskRecognizer, Interpreter, Iterator[Clip], int]] = {
        "commands": (foreign, known, recordings(chosen), len(chosen)),
        "digits": (foreign, known, recordings(digits), len(digits)),
        "own-20": (own, ours, synthesised(args.clips, 20, args.seed), args.clips),
        "own-10": (own, ours, synthesised(args.clips, 10, args.seed), args.clips),
        "own-sentences": (own, ours, recordings(sentences[:: args.every]),
                          len(sentences[:: args.every])),
        "own-digits": (own, ours, recordings(digits), len(digits)),
    }  # fmt: skip
    for name in args.only:
        recognizer, interpreter, clips, total = plan[name]
        found = list(doubtful(name, recognizer, interpreter, clips, total, whisper))
        rows += found
        groups.append(Group(name, total, len(found)))
        save(groups, rows, args.output)  # so that an interrupted run leaves its results
    return groups, rows


def doubtful(
    group: str, recognizer: VoskRecognizer, interpreter: Interpreter, clips: Iterator[Clip],
    total: int, whisper: WhisperProcess,
) -> Iterator[OpinionRow]:  # fmt: skip
    """Yield the clips that would need confirmation, with Whisper's verdict."""
    for number, clip in enumerate(clips, 1):
        progress(group, number, total)
        words, sound = decoded(recognizer, clip.samples)
        meaning = interpreter.interpret(words, ListeningState.IDLE) if sound is not None else None
        if sound is None or meaning is None or not meaning.accepted or meaning.intent is None:
            continue
        if meaning.intent.name in ALWAYS_ASKED:
            continue
        begun, used = time.perf_counter(), whisper.cpu_seconds()
        written = whisper.transcribe(sound, PATIENCE)
        seconds, used = time.perf_counter() - begun, whisper.cpu_seconds() - used
        found = compare(written, words, meaning.intent, interpreter)
        said = interpreter.interpret(clip.said, ListeningState.IDLE).intent
        right = words == clip.said or (
            bool(clip.intent) and said is not None
            and (said.name, said.slots) == (meaning.intent.name, meaning.intent.slots)
        )  # fmt: skip
        yield OpinionRow(clip.said, words, group, clip.name, right, written, found.likeness,
                         found.same, seconds, used)  # fmt: skip


def decoded(recognizer: VoskRecognizer, samples: Samples) -> tuple[str, Samples | None]:
    """The recognised words, and the audio (int16) if the result is doubtful."""
    recognizer.start(ListeningState.IDLE)
    for at in range(0, len(samples), BLOCK):
        recognizer.feed(samples[at : at + BLOCK])
    result = recognizer.finish()
    return result.words, result.sound


def report(groups: Sequence[Group], rows: Sequence[OpinionRow], output: Path) -> None:
    """Print the table and write JSON."""
    print(f"{'group':14} {'clips':>6} {'doubtful':>9}   hypothesis correct / wrong: "
          "agrees, unsure, disagrees")  # fmt: skip
    for group in groups:
        mine = [row for row in rows if row.group == group.name]
        cells = [
            " ".join(str(sum(r.same_meaning == right and r.verdict is one for r in mine))
                     for one in Verdict)
            for right in (True, False)
        ]  # fmt: skip
        print(f"{group.name:14} {group.clips:6} {group.asked:9}   {cells[0]} / {cells[1]}")
    if rows:
        mean = sum(row.processor for row in rows) / len(rows)
        longest = max(row.seconds for row in rows)
        print(f"Whisper: {mean:.2f} processor seconds per clip on average; longest wait "
              f"{longest:.1f} s, {sum(r.seconds > 4 for r in rows)} longer than 4 s")  # fmt: skip
    save(groups, rows, output)
    print(f"details: {output}")


def save(groups: Sequence[Group], rows: Sequence[OpinionRow], output: Path) -> None:
    """Write the results so far as JSON."""
    record = {"groups": [asdict(one) for one in groups], "rate": RATE,
              "rows": [{**asdict(one), "verdict": one.verdict.name} for one in rows]}  # fmt: skip
    write_json(output, record)
