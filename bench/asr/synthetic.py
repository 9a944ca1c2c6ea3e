"""``bench synthetic``: recognition of the most common commands, spoken by espeak-ng.

Synthetic speech, not people: several voices and paces; clean, in noise and in a room. The intent
counts. Uses the project's own model in the conversation state, background words included.
"""

import argparse
import sys
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import soxr
import yaml

from assistant.asr.model_store import OWN_PHRASES, ensure_model
from assistant.asr.understanding import understand
from assistant.asr.vosk_recognizer import VoskRecognizer
from assistant.audio.interfaces import SPEECH_RATE as SPOKEN_RATE
from assistant.audio.pcm import RATE
from assistant.audio.room_simulation import NOISE_DB, add_reverb, pink_noise
from assistant.core.errors import KramError
from assistant.core.listening_state import ListeningState
from assistant.core.numerals import integer
from assistant.nlu.intent import Intent
from assistant.nlu.interpreter import Interpreter
from assistant.nlu.templates import load_phrases
from assistant.tts.espeak_voice import EspeakVoice
from bench.common.paths import OUT
from bench.common.rows import Row, share, write_json

VOICES = ("id", "id+m3", "id+f3", "id+m7", "id+f2", "id+m1", "id+f4", "id+m5")
PACES = (150, 180)
BEFORE, AFTER = 0.45, 0.5
"""Seconds of padding around the words, as the endpointer leaves them."""

Sound = npt.NDArray[np.float32]


@dataclass(frozen=True)
class SyntheticRow(Row):
    """One clip, decoded."""

    voice: str
    pace: int
    sound: str
    accepted: bool
    same_intent: bool


def main(argv: Sequence[str]) -> int:
    """Measure and print a table; returns the exit code."""
    arguments = _parser().parse_args(argv)
    try:
        rows = measure(arguments)
    except KramError as error:
        print(error, file=sys.stderr)
        return error.exit_code
    report = OUT / "synthetic.json"
    content = {"speech": "synthetic (espeak-ng)", "rows": [asdict(row) for row in rows]}
    write_json(report, content)
    print(f"{'speech':<24} synthetic (espeak-ng), no people")
    for name, value in summary(rows):
        print(f"{name:<24} {value}")
    print(f"{'details':<24} {report}")
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="run.py bench synthetic", description=__doc__)
    parser.add_argument("--seed", type=integer, default=1)
    parser.add_argument("--model", type=Path, help="another model folder")
    parser.add_argument("--voices", nargs="+", default=list(VOICES))
    parser.add_argument(
        "--all", action="store_true", help="each clip in all conditions, instead of one in turn"
    )
    parser.add_argument(
        "--snr",
        nargs="+",
        type=integer,
        default=[],
        metavar="DB",
        help="conditions: pink noise at these signal-to-noise ratios, instead of the usual ones",
    )
    return parser


def usual_phrases(folder: Path = OWN_PHRASES) -> list[str]:
    """The sentences of ``_usual.yaml``, in its order."""
    tree = yaml.safe_load((folder / "intents" / "_usual.yaml").read_text(encoding="utf-8"))
    return [str(sentence) for sentence in tree["usual"]]


def measure(arguments: argparse.Namespace) -> list[SyntheticRow]:
    """Decode and interpret every common phrase in every voice and pace."""
    recognizer = VoskRecognizer(arguments.model or ensure_model(), (ListeningState.CONVERSATION,))
    interpreter = Interpreter(load_phrases(OWN_PHRASES))
    intents: dict[str, object] = {}

    def meant(words: str) -> object:
        if words not in intents:
            intents[words] = _meaning(interpreter, words)
        return intents[words]

    rows: list[SyntheticRow] = []
    for phrase, voice, pace, sound, samples in clips(arguments):
        recognizer.start(ListeningState.CONVERSATION)
        recognizer.feed(samples)
        found = understand(interpreter, recognizer.finish(), ListeningState.CONVERSATION)
        same = found.intent is not None and _named(found.intent) == meant(phrase)
        rows.append(SyntheticRow(phrase, found.words, voice, pace, sound, found.accepted, same))
        if sys.stderr.isatty():
            print(f"\r{len(rows)}", end="", file=sys.stderr, flush=True)
    return rows


def _meaning(interpreter: Interpreter, words: str) -> object:
    intent = interpreter.interpret(words, ListeningState.CONVERSATION).intent
    return None if intent is None else _named(intent)


def _named(intent: Intent) -> object:
    return intent.name, sorted(intent.slots.items())


def clips(
    arguments: argparse.Namespace,
) -> Iterator[tuple[str, str, int, str, npt.NDArray[np.int16]]]:
    """Yield phrase, voice, words per minute, acoustic condition, samples (int16, 16 kHz)."""
    random = np.random.default_rng(arguments.seed)
    sounds = {f"noise {ratio} dB": _noisy(ratio) for ratio in arguments.snr} or SOUNDS
    turn = 0
    for voice in arguments.voices:
        for pace in PACES:
            speak = EspeakVoice(voice=voice, words_per_minute=pace).speak
            for phrase in usual_phrases():
                spoken = speak(phrase).samples.astype(np.float32) / 32768
                dry = soxr.resample(spoken, SPOKEN_RATE, RATE).astype(np.float32)
                turn += 1
                names = list(sounds) if arguments.all else [list(sounds)[turn % len(sounds)]]
                for name in names:
                    yield phrase, voice, pace, name, to_int16(sounds[name](dry, random))


def to_int16(sound: Sound) -> npt.NDArray[np.int16]:
    return (np.clip(sound, -1, 1) * 32767).astype(np.int16)


def _padded(dry: Sound) -> Sound:
    return np.pad(dry, (round(BEFORE * RATE), round(AFTER * RATE)))


def _clean(dry: Sound, random: np.random.Generator) -> Sound:
    """Digital silence around the words, the hardest clean condition."""
    return _padded(dry)


def _noisy(ratio: float) -> Callable[[Sound, np.random.Generator], Sound]:
    def mix(dry: Sound, random: np.random.Generator) -> Sound:
        level = float(np.sqrt(np.mean(dry**2))) * 10 ** (-ratio / 20)
        sound = _padded(dry)
        return sound + level * pink_noise(len(sound), random)

    return mix


def _room(dry: Sound, random: np.random.Generator) -> Sound:
    """A furnished room with the noise of a quiet night, as in the stories."""
    sound = _padded(add_reverb(dry))
    return sound + 10 ** (NOISE_DB / 20) * pink_noise(len(sound), random)


SOUNDS: dict[str, Callable[[Sound, np.random.Generator], Sound]] = {
    "clean": _clean,
    "noise 30 dB": _noisy(30),
    "noise 20 dB": _noisy(20),
    "room": _room,
}


def summary(rows: list[SyntheticRow]) -> Iterator[tuple[str, str]]:
    """Yield the lines of the table: name and value."""
    yield "clips", str(len(rows))
    yield "words right", share([row.right for row in rows])
    yield "intent right", share([row.same_intent for row in rows])
    yield "  and acted on", share([row.same_intent and row.accepted for row in rows])
    yield "wrong and acted on", share([not row.same_intent and row.accepted for row in rows])
    for sound in sorted({row.sound for row in rows}):
        yield f"intent, {sound}", share([row.same_intent for row in rows if row.sound == sound])
    for voice in dict.fromkeys(row.voice for row in rows):
        yield f"intent, {voice}", share([row.same_intent for row in rows if row.voice == voice])
    phrases: dict[str, list[SyntheticRow]] = defaultdict(list)
    for row in rows:
        phrases[row.said].append(row)
    for phrase, mine in sorted(phrases.items(), key=lambda p: sum(r.same_intent for r in p[1])):
        wrong = Counter(row.heard or "nothing" for row in mine if not row.same_intent)
        if wrong:
            instead = ", ".join(f"{words} {count}" for words, count in wrong.most_common(3))
            yield f"  {phrase}", f"{len(mine) - wrong.total()} of {len(mine)} (else {instead})"
