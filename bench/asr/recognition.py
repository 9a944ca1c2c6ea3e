"""``bench recognition``: sentence accuracy, speed and memory on a corpus.

Closed set: the phrases are the corpus's own sentences, as in any user's phrases folder.
"""

import argparse
import re
import resource
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import yaml

from assistant.asr.model_store import build
from assistant.asr.vosk_recognizer import VoskRecognizer
from assistant.audio.pcm import amplitude, saturate
from assistant.audio.room_simulation import add_noise, add_reverb
from assistant.core.errors import InputError, KramError
from assistant.core.listening_state import ListeningState
from assistant.core.numerals import integer
from bench.common.corpus import RATE, Recording, read_corpus
from bench.common.paths import OUT
from bench.common.rows import Row, share_right, write_json
from bench.common.whisper import NearestSentence, progress

CHUNK = RATE // 4


@dataclass(frozen=True)
class Distant(Recording):
    """A recording in a small simulated room with noise, as in ``bench rejection``."""

    noise: int
    """Signal-to-noise ratio in dB."""

    seed: int

    def samples(self) -> npt.NDArray[np.int16]:
        wet = add_reverb(super().samples().astype(np.float32) / 32768, seed=self.seed)
        return add_noise(wet, self.noise, self.seed // 2)


@dataclass(frozen=True)
class Scaled(Recording):
    """A recording at another level, rounded with TPDF dither as a converter's noise does."""

    peak: float
    """Its loudest sample in dB of full scale."""

    seed: int

    def samples(self) -> npt.NDArray[np.int16]:
        sound = super().samples().astype(np.float64)
        sound *= 32768 * amplitude(self.peak) / max(1.0, float(np.abs(sound).max(initial=0.0)))
        random = np.random.default_rng(self.seed)
        return saturate(np.rint(sound + random.random(len(sound)) - random.random(len(sound))))


@dataclass(frozen=True)
class RecognitionRow(Row):
    """One recording, decoded."""

    file: str
    confidence: float
    seconds: float
    audio_seconds: float


def main(argv: Sequence[str]) -> int:
    """Measure and print a table; returns the exit code."""
    arguments = _parser().parse_args(argv)
    try:
        recordings = read_corpus(arguments.corpus, arguments.limit, arguments.seed)
        everything = read_corpus(arguments.corpus)
        if arguments.room is not None and arguments.level is not None:
            raise InputError("--room and --level cannot be combined", "choose one")
        if arguments.room is not None:
            recordings = [
                Distant(one.path, one.text, arguments.room, number)
                for number, one in enumerate(recordings)
            ]
        if arguments.level is not None:
            recordings = [
                Scaled(one.path, one.text, arguments.level, number)
                for number, one in enumerate(recordings)
            ]
        with tempfile.TemporaryDirectory() as temporary:
            summary, rows = measure(recordings, everything, Path(temporary))
        with_whisper: list[RecognitionRow] = []
        if arguments.whisper:
            texts = {one.text for one in everything}
            more, with_whisper = measure_whisper(recordings, sorted(texts), arguments.beam)
            summary |= more
    except KramError as error:
        print(error, file=sys.stderr)
        return error.exit_code
    report = OUT / "recognition.json"
    decoded = {
        "rows": [asdict(row) for row in rows],
        "whisper": [asdict(row) for row in with_whisper],
    }
    write_json(report, {"summary": summary, **decoded})
    for name, value in summary.items():
        print(f"{name:<29} {value}")
    print(f"{'details':<29} {report}")
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="run.py bench recognition", description=__doc__)
    parser.add_argument("--corpus", type=Path, required=True, help="folder of *.wav and *.txt")
    parser.add_argument("--limit", type=integer, help="number of recordings, chosen at random")
    parser.add_argument("--seed", type=integer, default=1)
    parser.add_argument(
        "--room", type=integer, metavar="DB",
        help="add reverberation and noise at this signal-to-noise ratio",
    )  # fmt: skip
    parser.add_argument(
        "--level", type=integer, metavar="DB",
        help="scale each recording to this peak level in dB of full scale, such as -36",
    )  # fmt: skip
    parser.add_argument(
        "--whisper", action="store_true",
        help="also Whisper base (requirements-whisper.txt), mapped to the nearest sentence",
    )  # fmt: skip
    parser.add_argument("--beam", type=integer, default=5, help="beam size of Whisper")
    return parser


def measure(
    recordings: list[Recording], everything: list[Recording], folder: Path
) -> tuple[dict[str, object], list[RecognitionRow]]:
    """Build a model of all sentences in ``folder`` and decode ``recordings`` with it."""
    begun = time.perf_counter()
    model = build(
        write_phrases({one.text for one in everything}, folder / "phrases"), folder / "model"
    )
    built = time.perf_counter() - begun
    begun = time.perf_counter()
    recognizer = VoskRecognizer(model, (ListeningState.ALL,))
    loaded = time.perf_counter() - begun
    rows = []
    for number, recording in enumerate(recordings, 1):
        rows.append(_decode(recognizer, recording))
        progress("recognition", number, len(recordings))
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    speed = sum(row.seconds for row in rows) / sum(row.audio_seconds for row in rows)
    several = [row for row in rows if " " in row.said]
    single = [row for row in rows if " " not in row.said]
    return {
        "recordings": len(rows),
        "phrases": len({one.text for one in everything}),
        "right, all": share_right(rows),
        "right, multi-word": share_right(several),
        "right, single word": share_right(single),
        "real-time factor": f"{speed:.3f}",
        "peak RSS, MB": round(memory),
        "model load, s": f"{loaded:.2f}",
        "model build, s": f"{built:.1f}",
    }, rows


def measure_whisper(
    recordings: list[Recording], sentences: list[str], beam: int
) -> tuple[dict[str, object], list[RecognitionRow]]:
    """The same with Whisper base, which does not know the sentences."""
    whisper = NearestSentence(sentences, beam)
    rows = []
    for number, recording in enumerate(recordings, 1):
        samples = recording.samples()
        sentence, likeness, taken = whisper.hear(samples)
        rows.append(
            RecognitionRow(recording.text, sentence, recording.path.name, round(likeness, 4),
                           round(taken, 4), len(samples) / RATE)
        )  # fmt: skip
        progress("Whisper", number, len(recordings))
    memory = whisper.close()
    speed = sum(row.seconds for row in rows) / sum(row.audio_seconds for row in rows)
    return {
        "Whisper: right, all": share_right(rows),
        "Whisper: right, multi-word": share_right([row for row in rows if " " in row.said]),
        "Whisper: right, single word": share_right([row for row in rows if " " not in row.said]),
        "Whisper: real-time factor": f"{speed:.3f}",
        "Whisper: peak RSS, MB": memory,
    }, rows


def write_phrases(sentences: set[str], folder: Path) -> Path:
    """Write a folder of hassil YAML, one intent for each sentence."""
    folder.mkdir(parents=True)
    intents = {
        "s_" + re.sub(r"\W+", "_", sentence): {"data": [{"sentences": [sentence]}]}
        for sentence in sorted(sentences)
    }
    tree = {"language": "id", "intents": intents}
    (folder / "corpus.yaml").write_text(yaml.safe_dump(tree, allow_unicode=True), encoding="utf-8")
    return folder


def _decode(recognizer: VoskRecognizer, recording: Recording) -> Row:
    samples = recording.samples()
    begun = time.process_time()
    recognizer.start(ListeningState.ALL)
    for place in range(0, len(samples), CHUNK):
        recognizer.feed(samples[place : place + CHUNK])
    result = recognizer.finish()
    seconds = time.process_time() - begun
    return RecognitionRow(
        recording.text,
        result.words,
        recording.path.name,
        round(result.confidence, 4),
        round(seconds, 4),
        len(samples) / RATE,
    )
