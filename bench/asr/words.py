"""``bench words``: what becomes of people's single words in a conversation.

FOLDER holds recordings of one word each as WORD/*.wav (16 kHz, mono, 16 bit). A WORD that no phrase
has, such as ``buka``, must not be acted on. ``--talk`` mixes other people's recordings with each,
``--over`` dB softer by RMS. Recordings that may be used: ``models/README.md``.
"""

import argparse
import random
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from enum import StrEnum
from pathlib import Path

import numpy as np

from assistant.asr.model_store import OWN_PHRASES, ensure_model
from assistant.asr.understanding import load_heard_phrases, understand
from assistant.asr.vosk_recognizer import VoskRecognizer
from assistant.audio.pcm import BLOCK, FloatSamples, rms, truncate_to_int16
from assistant.core.errors import InputError, KramError
from assistant.core.listening_state import ListeningState
from assistant.core.numerals import integer
from assistant.nlu import Interpreter
from assistant.nlu.alternatives import Meaning
from assistant.nlu.intent import Intent
from bench.asr.wakes import read_talk
from bench.common.paths import OUT
from bench.common.rows import share, write_json

AUDIBLE = 0.05
"""Samples below this share of the peak do not count in a level."""

BINS = (0.0, 0.3, 0.5, 0.7, 0.9, 0.97, 1.01)
"""Edges of the probabilities in the table of reliability."""

_STATE = ListeningState.CONVERSATION


class Outcome(StrEnum):
    """What was made of a word."""

    RIGHT = "right"
    ASKED = "asked"
    ASKED_WRONG = "asked wrong"
    ANOTHER = "another"
    """Another meaning was acted on."""

    NOTHING = "nothing"


@dataclass(frozen=True)
class WordRow:
    """One recording, decoded and understood."""

    word: str
    file: str
    heard: str
    probability: float
    outcome: Outcome
    is_known: bool


def main(argv: Sequence[str]) -> int:
    """Measure and print tables; returns the exit code."""
    parser = argparse.ArgumentParser(prog="run.py bench words", description=__doc__)
    parser.add_argument("folder", type=Path, metavar="FOLDER")
    parser.add_argument("--talk", type=Path, metavar="FOLDER")
    parser.add_argument("--over", type=integer, default=10, metavar="DB")
    parser.add_argument("--every", type=integer, default=1)
    parser.add_argument("--seed", type=integer, default=1)
    arguments = parser.parse_args(argv)
    try:
        rows = list(measure(arguments))
    except KramError as error:
        print(error, file=sys.stderr)
        return error.exit_code
    report = OUT / "words.json"
    write_json(report, [asdict(row) for row in rows])
    for line in table(rows):
        print(line)
    print(f"details  {report}")
    return 0


def measure(arguments: argparse.Namespace) -> Iterator[WordRow]:
    """Decode and understand each recording as one utterance."""
    paths = sorted(arguments.folder.glob("*/*.wav"))[:: arguments.every]
    talk = sorted(arguments.talk.rglob("*.wav")) if arguments.talk else []
    if not paths or (arguments.talk and not talk):
        raise InputError("no WAV files there", "FOLDER holds WORD/*.wav, --talk any *.wav")
    recognizer = VoskRecognizer(ensure_model(), (_STATE,))
    interpreter = Interpreter(load_heard_phrases(OWN_PHRASES))
    rng = random.Random(arguments.seed)
    for path in paths:
        sound = read_talk(path)
        if talk:
            sound = mixed(sound, read_talk(rng.choice(talk)), arguments.over)
        recognizer.start(_STATE)
        samples = truncate_to_int16(sound)
        for place in range(0, len(samples), BLOCK):  # as a microphone delivers it
            recognizer.feed(samples[place : place + BLOCK])
        word = path.parent.name
        meant = interpreter.interpret(word, _STATE)
        wanted = meant.intent if meant.accepted else None
        found = understand(interpreter, recognizer.finish(), _STATE)
        yield WordRow(
            word, path.name, found.words, round(found.probability, 3), _outcome(found, wanted),
            wanted is not None,
        )  # fmt: skip


def mixed(sound: FloatSamples, talk: FloatSamples, over: float) -> FloatSamples:
    """``sound`` with ``talk`` behind it, ``over`` dB softer by the RMS of what is audible.

    float32, full scale 1, shape (n,); the peak stays below 0.9.
    """
    behind = np.resize(talk, len(sound))
    both = sound + behind * (_level(sound) / _level(behind)) * 10 ** (-over / 20)
    louder: FloatSamples = (both / max(1.0, float(np.abs(both).max()) / 0.9)).astype(np.float32)
    return louder


def table(rows: Sequence[WordRow]) -> Iterator[str]:
    """Lines of the tables: by word, what was acted on wrongly, reliability."""
    yield f"{'word':<12}{'clips':>6}  " + "".join(f"{one:<22}" for one in Outcome)
    known, unknown = [row for row in rows if row.is_known], [r for r in rows if not r.is_known]
    groups = {word: [r for r in rows if r.word == word] for word in sorted({r.word for r in rows})}
    for name, some in {**groups, "known": known, "not known": unknown}.items():
        counts = "".join(f"{share([row.outcome is one for row in some]):<22}" for one in Outcome)
        yield f"{name:<12}{len(some):>6}  {counts}"
    wrong = Counter((row.word, row.heard) for row in rows if row.outcome is Outcome.ANOTHER)
    yield "acted on as another: " + ", ".join(
        f"{word} → {heard} {count}" for (word, heard), count in wrong.most_common()
    )
    for low, high in zip(BINS, BINS[1:], strict=False):
        some = [row for row in known if row.heard and low <= row.probability < high]
        true = [row.outcome in (Outcome.RIGHT, Outcome.ASKED) for row in some]
        yield f"known words, probability {low:.2f} to {min(high, 1.0):.2f}: true {share(true)}"


def _outcome(found: Meaning, wanted: Intent | None) -> Outcome:
    if found.intent is None or not (found.accepted or found.doubtful):
        return Outcome.NOTHING
    same = wanted is not None and (found.intent.name, found.intent.slots) == (
        wanted.name, wanted.slots,
    )  # fmt: skip
    if found.accepted:
        return Outcome.RIGHT if same else Outcome.ANOTHER
    return Outcome.ASKED if same else Outcome.ASKED_WRONG


def _level(sound: FloatSamples) -> float:
    audible = sound[np.abs(sound) >= AUDIBLE * np.abs(sound).max()]
    return max(rms(audible), 1e-6)
