"""What invented homes carry out: `python3 run.py bench homes [HOME ...] [--spoken N]`.

A home is a folder of ``tests/homes`` with hassil YAML, ``near-misses.*.tsv`` (kind, sentence:
nothing of it may be carried out) and ``true-sentences.*.tsv`` (sentence, intent, slots: a command
with courtesies). The lists were written before a look at the matcher; half of each, by a hash of
the sentence, is kept: it was not looked at while the matcher was changed. ``--spoken``: every Nth
sentence, synthetic, in a small room (20 dB), without the lists ``-third``, which are about writing.
``home_assistant`` has the sentences of Home Assistant as they are, with ten devices and eight
areas; its true sentences and the Malay ones, which are near misses, are Home Assistant's tests.
"""

import argparse
import hashlib
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from assistant.asr.model_store import ensure_model
from assistant.asr.understanding import load_heard_phrases, understand
from assistant.asr.vosk_recognizer import VoskRecognizer
from assistant.audio.room_simulation import spoken_in_room
from assistant.core.listening_state import ListeningState
from assistant.core.paths import HOME
from assistant.nlu import Intent, interpreter_of
from assistant.nlu.templates import load_phrases
from assistant.tts.espeak_voice import EspeakVoice

HOMES = HOME / "tests" / "homes"
VOICES = ("id+f2", "id+m7")
WORDS_PER_MINUTE = 165
NOISE_DB = 20

CarriedOut = Callable[[str], Intent | None]
"""Sentence → the intent that is carried out."""


@dataclass(frozen=True)
class HomeSentence:
    """One sentence of a list."""

    text: str
    intent: str
    """Empty for a near miss."""

    slots: tuple[tuple[str, str], ...] = ()
    kind: str = ""
    """What kind of near miss."""

    @property
    def kept(self) -> bool:
        """Whether it belongs to the half that nothing is tuned on."""
        return hashlib.sha256(self.text.encode()).digest()[0] % 2 == 1

    def is_right(self, found: Intent | None) -> bool:
        """Whether exactly what was said is carried out."""
        meant = (self.intent, dict(self.slots)) if self.intent else None
        return meant == (None if found is None else (found.name, dict(found.slots)))


def read_home(folder: Path, spoken_only: bool = False) -> list[HomeSentence]:
    """The sentences of a home; ``spoken_only``: without those that were written to be typed."""
    found = []
    for path in sorted(folder.glob("*.tsv")):
        if spoken_only and path.stem.endswith("-third"):
            continue
        for line in path.read_text(encoding="utf-8").splitlines():
            columns = line.split("\t")
            if path.name.startswith("near-misses"):
                found.append(HomeSentence(columns[1], "", kind=columns[0]))
            else:
                pairs = [pair.split("=", 1) for pair in columns[2].split(";") if pair]
                slots = tuple((name, value) for name, value in pairs)
                found.append(HomeSentence(columns[0], columns[1], slots))
    return found


def typed(folder: Path) -> CarriedOut:
    """What is carried out of a text."""
    interpreter = interpreter_of(load_phrases(folder, warn=False))

    def carried_out(text: str) -> Intent | None:
        found = interpreter.interpret(text, ListeningState.ALL)
        return found.intent if found.accepted else None

    return carried_out


def spoken(folder: Path, voice: str) -> CarriedOut:
    """What is carried out of a synthetic clip."""
    interpreter = interpreter_of(load_heard_phrases(folder))
    recognizer = VoskRecognizer(ensure_model(folder), (ListeningState.ALL,))
    speaker = EspeakVoice(voice, words_per_minute=WORDS_PER_MINUTE)

    def carried_out(text: str) -> Intent | None:
        recognizer.start(ListeningState.ALL)
        recognizer.feed(spoken_in_room(speaker.speak(text), NOISE_DB, len(text)))
        found = understand(interpreter, recognizer.finish(), ListeningState.ALL)
        return found.intent if found.accepted else None

    return carried_out


def report(sentences: Sequence[HomeSentence], carried_out: CarriedOut) -> Iterator[str]:
    """A line for each half."""
    for kept in (False, True):
        half = [one for one in sentences if one.kept == kept]
        near = [one for one in half if not one.intent]
        acted = Counter(one.kind for one in near if carried_out(one.text) is not None)
        true = [(one, carried_out(one.text)) for one in half if one.intent]
        right = sum(one.is_right(found) for one, found in true)
        wrong = sum(found is not None and not one.is_right(found) for one, found in true)
        kinds = ", ".join(f"{kind} {count}" for kind, count in sorted(acted.items()))
        yield (
            f"{'kept' if kept else 'open'} half: {acted.total()} of {len(near)} near misses "
            f"acted on{f' ({kinds})' if kinds else ''}; of {len(true)} true sentences "
            f"{right} carried out, {wrong} wrongly"
        )


def main(argv: Sequence[str]) -> int:
    """Print two lines for each home; returns the exit code."""
    parser = argparse.ArgumentParser(prog="run.py bench homes", description=__doc__)
    parser.add_argument("homes", nargs="*", type=Path, help="all in tests/homes")
    parser.add_argument("--spoken", type=int, metavar="N", help="every Nth sentence, as clips")
    parser.add_argument("--voices", nargs="+", default=VOICES, help="espeak-ng's or MBROLA's")
    chosen = parser.parse_args(argv)
    for folder in chosen.homes or sorted(HOMES.iterdir()):
        sentences = read_home(folder, spoken_only=chosen.spoken is not None)
        ways = {"typed": typed(folder)} if chosen.spoken is None else {
            voice: spoken(folder, voice) for voice in chosen.voices
        }  # fmt: skip
        for name, way in ways.items():
            for line in report(sentences[:: chosen.spoken or 1], way):
                print(f"{folder.name}, {name}, {line}", flush=True)
    return 0
