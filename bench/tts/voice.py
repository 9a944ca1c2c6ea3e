"""``bench voice``: intelligibility of the guide; Whisper base transcribes every sentence.

Consecutive sentences share a recording, because Whisper always processes 30 seconds. Counts word
errors and, independent of word boundaries, character errors without spaces. This compares voices
and finds sentences that are easily misheard; it does not measure how well old people understand.
Needs ``pip install -r requirements-whisper.txt``.
"""

import argparse
import itertools
import json
import random
import re
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path

import numpy as np
import numpy.typing as npt
import soundfile
import soxr
from rapidfuzz.distance import Levenshtein

from assistant.audio.interfaces import SPEECH_RATE as SPOKEN_RATE
from assistant.audio.pcm import RATE
from assistant.core.errors import KramError
from assistant.core.numerals import integer
from assistant.core.paths import OWN_PHRASES
from assistant.dialogue.dry_run import sentences
from assistant.dialogue.script.loader import load_script
from assistant.nlu.templates.normalise import normalise
from assistant.tts.espeak_binding import VoiceSettings, synthesise
from assistant.tts.espeak_voice import CALM_WPM, trim_silence
from assistant.tts.piper_voice import PiperVoice
from bench.common.paths import OUT
from bench.common.rows import write_json
from bench.common.whisper import Whisper

VARIANTS = ("id+f3", "id", "id+f1", "id+f2", "id+f4", "id+f5", "id+m1", "id+m3", "id+m7",
            "id+Annie", "id+anika", "id+linda", "id+steph", "id+Andy", "id+Michael")  # fmt: skip
PACES = (CALM_WPM,)
LONGEST = 26.0
"""Maximum length of a recording in seconds."""

BETWEEN = 0.8
"""Seconds of silence between sentences."""

_DIGITS = ("nol", "satu", "dua", "tiga", "empat", "lima", "enam", "tujuh", "delapan", "sembilan")
Samples = npt.NDArray[np.int16]


@dataclass(frozen=True)
class VoiceRow:
    """One recording, transcribed."""

    voice: str
    pace: int
    gap: int
    pitch: int
    said: tuple[str, ...]
    written: str
    words: int
    word_errors: int
    letters: int
    letter_errors: int


@dataclass(frozen=True)
class VoiceSetup:
    """A voice with its speaking parameters."""

    voice: str
    pace: int
    gap: int
    pitch: int

    def sound(self) -> VoiceSettings:
        """The settings for espeak-ng, with the guide's intonation."""
        return VoiceSettings(self.voice, self.pace, self.pitch, 45, self.gap)


def main(argv: Sequence[str]) -> int:
    """Measure and print a table; returns the exit code."""
    arguments = _parser().parse_args(argv)
    try:
        if arguments.recordings:
            save_recordings(arguments)
            return 0
        rows = list(count_again(arguments.again) if arguments.again else measure(arguments))
    except KramError as error:
        print(error, file=sys.stderr)
        return error.exit_code
    content = {"speech": "synthetic (espeak-ng)", "listener": "Whisper base, int8",
               "rows": [asdict(row) for row in rows]}  # fmt: skip
    write_json(arguments.output, content)
    for line in table(rows):
        print(line)
    print(f"\nmisheard, by sentence (all voices together; details in {arguments.output}):")
    for errors, words, sentence, heard in misheard(rows)[: arguments.worst]:
        print(f"{errors:5.1f} of {words:2}  {sentence}\n             {heard}")
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="run.py bench voice", description=__doc__)
    parser.add_argument(
        "--voices", nargs="+", default=list(VARIANTS), metavar="VOICE",
        help="espeak-ng's names, or files of Piper voices (NAME.onnx)",
    )  # fmt: skip
    parser.add_argument(
        "--paces", nargs="+", type=integer, default=list(PACES), help="words/minute"
    )
    parser.add_argument("--gaps", nargs="+", type=integer, default=[0], help="between words, 10 ms")
    parser.add_argument("--pitches", nargs="+", type=integer, default=[45])
    parser.add_argument("--sample", type=integer, metavar="N", help="only about N sentences; all")
    parser.add_argument(
        "--worst", type=integer, default=25, help="number of misheard sentences to print"
    )
    parser.add_argument(
        "--texts",
        type=Path,
        metavar="FILE",
        help="one sentence per line; default: all of the guide",
    )
    parser.add_argument(
        "--recordings", type=Path, metavar="DIR",
        help="only write the recordings, as NAME.wav and NAME.txt",
    )  # fmt: skip
    parser.add_argument(
        "--again", type=Path, metavar="FILE", help="count the errors of an earlier run again"
    )
    parser.add_argument("--output", type=Path, default=OUT / "voice.json")
    return parser


def measure(arguments: argparse.Namespace) -> Iterator[VoiceRow]:
    """Transcribe every sentence in every voice."""
    texts, listener = _texts(arguments), Whisper(beam=5)
    for setup in _setups(arguments):
        begun, count = time.monotonic(), [0, 0, 0, 0]
        for said, samples in recordings(texts, setup, arguments.sample):
            row = score(setup, said, listener.transcribe(samples))
            more = (row.words, row.word_errors, row.letters, row.letter_errors)
            count = [one + two for one, two in zip(count, more, strict=True)]
            yield row
        words, letters = 100 * count[1] / count[0], 100 * count[3] / count[2]
        rates = f"{words:.1f} % words, {letters:.1f} % letters"
        print(f"{setup}: {rates}, {time.monotonic() - begun:.0f} s", file=sys.stderr)


def _texts(arguments: argparse.Namespace) -> list[str]:
    if arguments.texts:
        return list(arguments.texts.read_text(encoding="utf-8").splitlines())
    return [one.text for one in sentences(load_script(OWN_PHRASES))]


def _setups(arguments: argparse.Namespace) -> Iterator[VoiceSetup]:
    names = (arguments.voices, arguments.paces, arguments.gaps, arguments.pitches)
    return itertools.starmap(VoiceSetup, itertools.product(*names))


def save_recordings(arguments: argparse.Namespace) -> None:
    """Write the recordings, each with a text file of one sentence per line."""
    arguments.recordings.mkdir(parents=True, exist_ok=True)
    for place, setup in enumerate(_setups(arguments)):
        made = recordings(_texts(arguments), setup, arguments.sample)
        for number, (said, samples) in enumerate(made):
            path = arguments.recordings / f"{place}-{number:03d}.wav"
            soundfile.write(str(path), samples, RATE)
            path.with_suffix(".txt").write_text("\n".join(said), encoding="utf-8")


def count_again(path: Path) -> Iterator[VoiceRow]:
    """The rows of an earlier run, their errors counted again."""
    for row in json.loads(path.read_text(encoding="utf-8"))["rows"]:
        setup = VoiceSetup(row["voice"], row["pace"], row["gap"], row["pitch"])
        yield score(setup, tuple(row["said"]), row["written"])


def recordings(
    texts: Sequence[str], setup: VoiceSetup, sample: int | None
) -> Iterator[tuple[tuple[str, ...], Samples]]:
    """Consecutive sentences in recordings of at most ``LONGEST`` seconds (int16, ``RATE`` Hz).

    A sample consists of complete recordings, the same for every voice.
    """
    groups = [texts[at : at + 5] for at in range(0, len(texts), 5)]
    if sample is not None:
        groups = random.Random(1).sample(groups, min(len(groups), max(1, sample // 5)))
    silence = np.zeros(round(BETWEEN * RATE), dtype=np.int16)
    for group in groups:
        said: list[str] = []
        parts: list[Samples] = [silence]
        for text in group:
            spoken = _speak(text, setup)
            if said and sum(map(len, parts)) + len(spoken) > LONGEST * RATE:
                yield tuple(said), np.concatenate(parts)
                said, parts = [], [silence]
            said.append(text)
            parts += [spoken, silence]
        yield tuple(said), np.concatenate(parts)


def _speak(text: str, setup: VoiceSetup) -> Samples:
    if setup.voice.endswith(".onnx"):
        samples = _piper(setup.voice).speak(text, setup.pace / CALM_WPM).samples
    else:
        samples = trim_silence(synthesise(text, setup.sound()).samples)
    return np.asarray(soxr.resample(samples, SPOKEN_RATE, RATE), dtype=np.int16)


@cache
def _piper(path: str) -> PiperVoice:
    return PiperVoice(Path(path))


def score(setup: VoiceSetup, said: tuple[str, ...], written: str) -> VoiceRow:
    """Count the errors of a transcript."""
    reference = spelled(" ".join(said)).split()
    hypothesis = spelled(written).split()
    letters = "".join(reference)
    return VoiceRow(
        *(setup.voice, setup.pace, setup.gap, setup.pitch, said, written),
        words=len(reference),
        # Whisper sometimes repeats itself endlessly: cap the errors at the reference length.
        word_errors=min(len(reference), Levenshtein.distance(reference, hypothesis)),
        letters=len(letters),
        letter_errors=min(len(letters), Levenshtein.distance(letters, "".join(hypothesis))),
    )


def spelled(text: str) -> str:
    """Normalised words; numbers of three or more digits are spelled digit by digit."""
    digits = re.sub(r"\d{3,}", lambda m: " ".join(_DIGITS[int(d)] for d in m.group()), text)
    return normalise(digits)


def table(rows: Sequence[VoiceRow]) -> Iterator[str]:
    """Word and letter errors of each setup, best first."""
    yield f"{'voice':<17}{'words/min':>10}{'gap':>5}{'pitch':>6}{'word errors':>13}{'letters':>9}"
    groups: dict[tuple[str, int, int, int], list[VoiceRow]] = {}
    for row in rows:
        groups.setdefault((row.voice, row.pace, row.gap, row.pitch), []).append(row)
    lines = []
    for (voice, pace, gap, pitch), mine in groups.items():
        words = 100 * sum(row.word_errors for row in mine) / sum(row.words for row in mine)
        letters = 100 * sum(row.letter_errors for row in mine) / sum(row.letters for row in mine)
        setup = f"{Path(voice).name[:16]:<17}{pace:>10}{gap:>5}{pitch:>6}"
        lines.append((letters, f"{setup}{words:>11.1f} %{letters:>7.1f} %"))
    yield from (text for _, text in sorted(lines))


def misheard(rows: Sequence[VoiceRow]) -> list[tuple[float, int, str, str]]:
    """(mean word errors, words, sentence, worst transcript), highest error rate first."""
    found: dict[str, list[tuple[int, str]]] = {}
    for row in rows:
        for text, errors, written in aligned(row):
            found.setdefault(text, []).append((errors, written))
    scored = []
    for text, seen in found.items():
        words = len(spelled(text).split())
        errors = sum(count for count, _ in seen) / len(seen)
        if errors:
            scored.append((errors, words, text, max(seen)[1]))
    return sorted(scored, key=lambda one: one[0] / one[1], reverse=True)


def aligned(row: VoiceRow) -> Iterator[tuple[str, int, str]]:
    """Yield each sentence of a recording with its word errors and its part of the transcript."""
    reference = spelled(" ".join(row.said)).split()
    hypothesis = spelled(row.written).split()
    place = 0
    ends = list(itertools.accumulate(len(spelled(text).split()) for text in row.said))
    errors = [0] * len(row.said)
    heard: list[list[str]] = [[] for _ in row.said]
    for code in Levenshtein.opcodes(reference, hypothesis):
        length = max(code.src_end - code.src_start, code.dest_end - code.dest_start)
        for step in range(length):
            source = min(code.src_start + step, max(code.src_end - 1, code.src_start))
            place = next((n for n, end in enumerate(ends) if source < end), len(ends) - 1)
            errors[place] += code.tag != "equal"
            if code.dest_start + step < code.dest_end:
                heard[place].append(hypothesis[code.dest_start + step])
    for number, text in enumerate(row.said):
        yield text, errors[number], " ".join(heard[number])
