"""``bench voice``: intelligibility of the guide; Whisper base transcribes every sentence.

Consecutive sentences share a recording, because Whisper always processes 30 seconds. Counts word
errors, character errors without spaces, which do not depend on word boundaries, sentences of
which no word came through, and those whose telephone number was written exactly (``119``). This
compares voices and finds sentences that are easily misheard; it does not measure how well old
people understand. ``--listen`` writes what people can compare.
Needs ``pip install -r requirements-whisper.txt``.
"""

import argparse
import itertools
import json
import random
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from pathlib import Path

import numpy as np
import numpy.typing as npt
import soundfile
import soxr

from assistant.audio.interfaces import SPEECH_RATE as SPOKEN_RATE
from assistant.audio.pcm import RATE
from assistant.core.errors import KramError
from assistant.core.numerals import integer
from assistant.core.paths import OWN_PHRASES
from assistant.dialogue.dry_run import sentences
from assistant.dialogue.script.loader import load_script
from assistant.tts.espeak_voice import CALM_WPM
from assistant.tts.hearing_loss import HIGH_TONE_LOSS, NORMAL
from assistant.tts.kokoro import KOKORO
from assistant.tts.mbrola import is_mbrola, missing_packages
from bench.common.paths import OUT
from bench.common.rows import write_json
from bench.common.whisper import Whisper
from bench.tts.first_sound import speak, timing
from bench.tts.rooms import ROOMS, heard_in
from bench.tts.voice_errors import (
    VoiceRow,
    VoiceSetup,
    misheard,
    score,
    table,
    telephone_numbers,
)

VARIANTS = ("id+f3", "id", "id+f1", "id+f2", "id+f4", "id+f5", "id+m1", "id+m3", "id+m7",
            "id+Annie", "id+anika", "id+linda", "id+steph", "id+Andy", "id+Michael")  # fmt: skip
"""espeak-ng's own voices."""

MBROLA = ("mb-id1", "mb-ma1")
"""Indonesian and Malay, measured where Debian's packages are installed."""

LISTENED = 10
"""Sentences in each recording for human ears."""

PACES = (CALM_WPM,)
LONGEST = 26.0
"""Maximum length of a recording in seconds."""

GROUP, SHORT_GROUP = 5, 12
"""Consecutive sentences that share a recording, if they fit: all sentences, or short ones only."""

BETWEEN = 0.8
"""Seconds of silence between sentences."""

Samples = npt.NDArray[np.int16]


def main(argv: Sequence[str]) -> int:
    """Measure and print a table; returns the exit code."""
    arguments = _parser().parse_args(argv)
    try:
        if arguments.listen:
            save_for_listening(arguments)
            return 0
        if arguments.timing:
            for line in timing(_texts(arguments), _setups(arguments)):
                print(line)
            return 0
        if arguments.recordings:
            save_recordings(arguments)
            return 0
        rows = list(count_again(arguments.again) if arguments.again else measure(arguments))
    except KramError as error:
        print(error, file=sys.stderr)
        return error.exit_code
    content = {"speech": "synthetic", "listener": "Whisper base, int8",
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
        "--voices", nargs="+", default=list(_installed()), metavar="VOICE",
        help="espeak-ng's names, MBROLA's (mb-id1), kokoro, or files of Piper voices (NAME.onnx) "
        "and of Kokoro's speakers (NAME.bin of npm's kokoro-js)",
    )  # fmt: skip
    parser.add_argument(
        "--paces", nargs="+", type=integer, default=list(PACES), help="words/minute"
    )
    parser.add_argument("--gaps", nargs="+", type=integer, default=[0], help="between words, 10 ms")
    parser.add_argument("--pitches", nargs="+", type=integer, default=[45])
    parser.add_argument(
        "--vowels", nargs="+", choices=("espeak", "lexicon"),
        help="who tells e pepet from e taling; as the guide speaks with each voice",
    )  # fmt: skip
    parser.add_argument("--rooms", nargs="+", choices=tuple(ROOMS), default=["quiet"])
    parser.add_argument(
        "--hearing", nargs="+", choices=(NORMAL, HIGH_TONE_LOSS), default=[NORMAL],
        help="for whose ears the voice is equalised",
    )  # fmt: skip
    parser.add_argument("--sample", type=integer, metavar="N", help="only about N sentences; all")
    parser.add_argument(
        "--words", type=integer, metavar="N", help="only sentences of at most N words"
    )
    parser.add_argument(
        "--numbers", action="store_true",
        help="only sentences that name a telephone number, each in a recording of its own",
    )  # fmt: skip
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
        "--listen", type=Path, metavar="DIR",
        help=f"only write a WAV for each voice, with the same {LISTENED} sentences",
    )  # fmt: skip
    parser.add_argument(
        "--timing", action="store_true",
        help="only measure the time from a text to its first sound, without Whisper",
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
        for said, samples, delays in recordings(texts, setup, arguments.sample, _group(arguments)):
            row = score(setup, said, listener.transcribe(samples), delays)
            more = (row.words, row.word_errors, row.letters, row.letter_errors)
            count = [one + two for one, two in zip(count, more, strict=True)]
            yield row
        words, letters = 100 * count[1] / count[0], 100 * count[3] / count[2]
        rates = f"{words:.1f} % words, {letters:.1f} % letters"
        print(f"{setup}: {rates}, {time.monotonic() - begun:.0f} s", file=sys.stderr)


def _texts(arguments: argparse.Namespace) -> list[str]:
    if arguments.texts:
        texts = arguments.texts.read_text(encoding="utf-8").splitlines()
    else:
        texts = [one.text for one in sentences(load_script(OWN_PHRASES))]
    if arguments.numbers:
        texts = [one for one in texts if telephone_numbers(one)]
    return [one for one in texts if arguments.words is None or len(one.split()) <= arguments.words]


def _group(arguments: argparse.Namespace) -> int:
    if arguments.numbers:
        return 1
    return GROUP if arguments.words is None else SHORT_GROUP


def _setups(arguments: argparse.Namespace) -> Iterator[VoiceSetup]:
    """Every combination; without ``--vowels``, as the guide speaks with each voice."""
    names = (arguments.voices, arguments.paces, arguments.gaps, arguments.pitches)
    places = (arguments.rooms, arguments.hearing)
    for voice, *manner in itertools.product(*names):
        vowels = arguments.vowels or [
            "lexicon" if voice == KOKORO or is_mbrola(voice) else "espeak"
        ]
        for one, room, hearing in itertools.product(vowels, *places):
            yield VoiceSetup(voice, *manner, one, room, hearing)


def save_recordings(arguments: argparse.Namespace) -> None:
    """Write the recordings, each with a text file of one sentence per line."""
    arguments.recordings.mkdir(parents=True, exist_ok=True)
    for place, setup in enumerate(_setups(arguments)):
        made = recordings(_texts(arguments), setup, arguments.sample, _group(arguments))
        for number, (said, samples, _) in enumerate(made):
            path = arguments.recordings / f"{place}-{number:03d}.wav"
            soundfile.write(str(path), samples, RATE)
            path.with_suffix(".txt").write_text("\n".join(said), encoding="utf-8")


def save_for_listening(arguments: argparse.Namespace) -> None:
    """Write one WAV for each setup, its sentences spread over all that the guide can say."""
    arguments.listen.mkdir(parents=True, exist_ok=True)
    texts = _texts(arguments)
    chosen = random.Random(1).sample(texts, min(LISTENED, len(texts)))
    for setup in _setups(arguments):
        silence = np.zeros(round(BETWEEN * RATE), dtype=np.int16)
        parts = [part for text in chosen for part in (_spoken(text, setup)[0], silence)]
        manner = (setup.pace, setup.gap, setup.pitch, setup.vowels, setup.room, setup.hearing)
        name = "-".join(map(str, (Path(setup.voice).stem, *manner))) + ".wav"
        made = heard_in(setup.room, np.concatenate(parts))
        soundfile.write(str(arguments.listen / name), made, RATE)
    (arguments.listen / "sentences.txt").write_text("\n".join(chosen) + "\n", encoding="utf-8")


def count_again(path: Path) -> Iterator[VoiceRow]:
    """The rows of an earlier run, their errors counted again."""
    for row in json.loads(path.read_text(encoding="utf-8"))["rows"]:
        manner = (row["voice"], row["pace"], row["gap"], row["pitch"])
        places = (row.get("room", "quiet"), row.get("hearing", NORMAL))
        setup = VoiceSetup(*manner, row.get("vowels", "espeak"), *places)
        yield score(setup, tuple(row["said"]), row["written"], row.get("delays", ()))


def recordings(
    texts: Sequence[str], setup: VoiceSetup, sample: int | None, size: int = GROUP
) -> Iterator[tuple[tuple[str, ...], Samples, tuple[float, ...]]]:
    """Consecutive sentences in recordings of at most ``LONGEST`` seconds (int16, ``RATE`` Hz).

    Each with its texts and their delays in milliseconds. A sample consists of complete
    recordings, the same for every voice.
    """
    groups = [texts[at : at + size] for at in range(0, len(texts), size)]
    if sample is not None:
        groups = random.Random(1).sample(groups, min(len(groups), max(1, sample // size)))
    silence = np.zeros(round(BETWEEN * RATE), dtype=np.int16)
    speak("a", setup)  # loading the voice is no part of the first delay
    for group in groups:
        said: list[str] = []
        delays: list[float] = []
        parts: list[Samples] = [silence]
        for text in group:
            spoken, delay = _spoken(text, setup)
            if said and sum(map(len, parts)) + len(spoken) > LONGEST * RATE:
                yield tuple(said), heard_in(setup.room, np.concatenate(parts)), tuple(delays)
                said, delays, parts = [], [], [silence]
            said.append(text)
            delays.append(delay)
            parts += [spoken, silence]
        yield tuple(said), heard_in(setup.room, np.concatenate(parts)), tuple(delays)


def _spoken(text: str, setup: VoiceSetup) -> tuple[Samples, float]:
    """Speech (int16, ``RATE`` Hz), and the milliseconds until it can be played."""
    samples, delay = speak(text, setup)
    return np.asarray(soxr.resample(samples, SPOKEN_RATE, RATE), dtype=np.int16), delay


def _installed() -> Iterator[str]:
    yield from VARIANTS
    yield from (voice for voice in MBROLA if not missing_packages(voice))
