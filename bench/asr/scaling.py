"""Scaling with the number of phrases: 100, 1,000, 10,000. `python3 run.py bench scaling`.

Phrases are random sequences of two to six frequent words (fixed seed); 24 of them are synthesised
and decoded in the idle state by a new process per size, on one core.
"""

import argparse
import json
import random
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from assistant.asr.graph.background_words import frequent_words
from assistant.asr.model_store import build
from assistant.asr.vosk_recognizer import VoskRecognizer
from assistant.audio.pcm import BLOCK, RATE
from assistant.audio.room_simulation import spoken_in_room
from assistant.core.listening_state import ListeningState
from assistant.core.numerals import integer
from assistant.tts.espeak_voice import EspeakVoice
from bench.common.paths import OUT, ROOT
from bench.common.rejection_data import write_phrases
from bench.common.rows import write_json

SIZES = (100, 1_000, 10_000)
CLIPS = 24


def main(argv: Sequence[str]) -> int:
    """Build and measure each size; print a table, write JSON."""
    parser = argparse.ArgumentParser(prog="bench scaling", description=__doc__)
    parser.add_argument("--sizes", type=integer, nargs="+", default=SIZES)
    parser.add_argument("--seed", type=integer, default=5)
    parser.add_argument("--output", type=Path, default=OUT / "scaling.json")
    parser.add_argument("--measure", nargs=2, metavar=("MODEL", "PHRASES"), help=argparse.SUPPRESS)
    args = parser.parse_args(argv)
    if args.measure:
        model, phrases = (Path(path) for path in args.measure)
        print(json.dumps(measure(model, phrases.read_text(encoding="utf-8").splitlines())))
        return 0
    records = []
    print(f"{'phrases':>8} {'build s':>8} {'RTF':>7} {'RSS MB':>7} {'load s':>7} {'right':>7}")
    for size in args.sizes:
        record = one_size(size, args.seed)
        records.append(record)
        print(f"{size:8} {record['build']:8.1f} {record['rtf']:7.4f} {record['rss']:7.0f} "
              f"{record['load']:7.2f} {record['right']:4.0f}/{CLIPS}")  # fmt: skip
    write_json(args.output, records)
    return 0


def one_size(size: int, seed: int) -> dict[str, float]:
    """Build a model of ``size`` phrases and measure it in a separate process."""
    phrases = random_phrases(size, seed)
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary) / "phrases"
        folder.mkdir()
        write_phrases(folder, phrases)
        begun = time.perf_counter()
        model = build(folder, Path(temporary) / "model")
        built = time.perf_counter() - begun
        said = Path(temporary) / "said.txt"
        chosen = random.Random(seed).sample(phrases, CLIPS)
        said.write_text("\n".join(chosen), encoding="utf-8")
        command = [sys.executable, str(ROOT / "run.py"), "bench", "scaling"]
        command += ["--measure", str(model), str(said)]
        done = subprocess.run(command, check=True, capture_output=True, encoding="utf-8")
    record = json.loads(done.stdout.splitlines()[-1])
    return {"phrases": size, "build": built, **record}


def random_phrases(size: int, seed: int) -> list[str]:
    """``size`` distinct sequences of two to six of the most frequent words."""
    chance = random.Random(seed)
    words = sorted(frequent_words().words)
    found: set[str] = set()
    while len(found) < size:
        found.add(" ".join(chance.choices(words, k=chance.randint(2, 6))))
    return sorted(found)


def measure(model: Path, phrases: Sequence[str]) -> dict[str, float]:
    """Real-time factor (processor time), peak memory (MB), load time (s), sentences correct."""
    voice = EspeakVoice("id+f3")
    clips = [spoken_in_room(voice.speak(text), 30, number) for number, text in enumerate(phrases)]
    begun = time.perf_counter()
    recognizer = VoskRecognizer(model, (ListeningState.IDLE,))
    load = time.perf_counter() - begun
    begun = time.process_time()
    right = 0
    for text, samples in zip(phrases, clips, strict=True):
        recognizer.start(ListeningState.IDLE)
        for at in range(0, len(samples), BLOCK):
            recognizer.feed(samples[at : at + BLOCK])
        right += recognizer.finish().words == text
    taken = time.process_time() - begun
    seconds = sum(len(samples) for samples in clips) / RATE
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return {"rtf": taken / seconds, "rss": peak, "load": load, "right": right}
