"""``bench rivals``: what is taken for a command, or for an emergency, over the guide's voice.

Speaks (espeak-ng, synthetic, in a simulated room, 20 dB) a sample of the sentences that may not
interrupt the guide, of everyday talk, and of those that may, and decodes them with the barge-in
grammar as after perfect echo cancellation. Sentences are drawn from all intents in turn.
"""

import argparse
import random
import sys
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass

from assistant.apps.simulation.over_prompt import OverPromptOutcome, hear_over_prompt
from assistant.asr.graph.language_model import read_corpus
from assistant.asr.model_store import OWN_PHRASES, ensure_model
from assistant.asr.vosk_recognizer import VoskRecognizer
from assistant.audio.room_simulation import spoken_in_room
from assistant.core.errors import KramError
from assistant.core.listening_state import ListeningState
from assistant.core.numerals import integer
from assistant.nlu import Interpreter
from assistant.nlu.templates import Phrase, Phrasebook, load_phrases
from assistant.tts.espeak_voice import EspeakVoice
from bench.common.paths import OUT
from bench.common.rows import share, write_json

VOICES = ("id+m3", "id+f2")
WORDS_PER_MINUTE = 160
SNR_DB = 20

KINDS = ("outside", "text-only", "talk", "inside")
"""Listed sentences that may not interrupt, wordings known as text alone, everyday talk, and the
sentences that may interrupt."""


@dataclass(frozen=True)
class RivalRow:
    """One clip over the guide."""

    kind: str
    said: str
    intent: str
    """What was said means; empty for talk."""

    voice: str
    heard: str
    heard_intent: str
    confidence: float
    outcome: OverPromptOutcome


def main(argv: Sequence[str]) -> int:
    """Measure and print a table; returns the exit code."""
    parser = argparse.ArgumentParser(prog="run.py bench rivals", description=__doc__)
    parser.add_argument("--count", type=integer, default=200, help="sentences outside the grammar")
    parser.add_argument("--seed", type=integer, default=1)
    parser.add_argument("--voices", nargs="+", default=list(VOICES))
    arguments = parser.parse_args(argv)
    try:
        rows = list(measure(arguments.voices, arguments.count, arguments.seed))
    except KramError as error:
        print(error, file=sys.stderr)
        return error.exit_code
    report = OUT / "rivals.json"
    write_json(report, {"speech": "synthetic (espeak-ng)", "rows": [asdict(row) for row in rows]})
    for name, value in summary(rows):
        print(f"{name:<40} {value}")
    print(f"{'details':<40} {report}")
    return 0


def measure(voices: Sequence[str], count: int, seed: int) -> Iterator[RivalRow]:
    """Speak ``count`` sentences outside the barge-in grammar, half as many of each other kind."""
    book = load_phrases(OWN_PHRASES)
    recognizer = VoskRecognizer(ensure_model(), (ListeningState.BARGE_IN,))
    interpreter = Interpreter(book)
    said = sample(book, count, random.Random(seed))
    for voice in voices:
        speaker = EspeakVoice(voice, words_per_minute=WORDS_PER_MINUTE)
        for number, (kind, text, intent) in enumerate(said):
            clip = speaker.speak(text)
            found = hear_over_prompt(
                recognizer, interpreter, spoken_in_room(clip, SNR_DB, number), clip.seconds
            )
            yield RivalRow(
                kind, text, intent, voice, found.words, found.intent,
                round(found.confidence, 3), found.outcome,
            )  # fmt: skip


def sample(book: Phrasebook, count: int, chance: random.Random) -> list[tuple[str, str, str]]:
    """Kind, text and intent of what is said."""
    inside = [one for one in book.for_state(ListeningState.BARGE_IN) if one.intent]
    texts, meanings = {one.text for one in inside}, {one.meaning for one in inside}

    def others(phrases: Iterable[Phrase]) -> list[Phrase]:
        return [one for one in phrases if one.text not in texts and one.meaning not in meanings]

    corpus = read_corpus(OWN_PHRASES)
    known = {one.text for one in (*book.phrases, *book.text_only)}
    talk = sorted(set(corpus.other if corpus else ()) - known)
    half = count // 2
    listed = others(book.for_state(ListeningState.CONVERSATION))
    chosen = (
        _in_turn(listed, count, chance),
        _in_turn(others(book.text_only), half, chance),
        [Phrase(text, "") for text in chance.sample(talk, min(half, len(talk)))],
        _in_turn(inside, half, chance),
    )
    return [
        (kind, one.text, one.intent)
        for kind, some in zip(KINDS, chosen, strict=True)
        for one in some
    ]


def _in_turn(phrases: Iterable[Phrase], count: int, chance: random.Random) -> list[Phrase]:
    """``count`` phrases at random, of the intents in turn: some have a hundred times more."""
    groups: defaultdict[str, list[Phrase]] = defaultdict(list)
    for one in phrases:
        groups[one.intent].append(one)
    for group in groups.values():
        chance.shuffle(group)
    chosen: list[Phrase] = []
    while any(groups.values()) and len(chosen) < count:
        chosen += [group.pop() for group in groups.values() if group]
    return chosen[:count]


def summary(rows: Sequence[RivalRow]) -> Iterator[tuple[str, str]]:
    """Names and values of the table."""
    yield "speech", f"synthetic (espeak-ng), {SNR_DB} dB, no people"
    for kind in KINDS[:-1]:
        part = [row for row in rows if row.kind == kind]
        alarms = [row for row in part if row.heard_intent == "emergency"]
        yield f"{kind}: emergency acted on", share([_is(row, alarms, "obeyed") for row in part])
        yield f"{kind}: emergency asked about", share([_is(row, alarms, "asked") for row in part])
        yield f"{kind}: any command obeyed", share([_is(row, part, "obeyed") for row in part])
    inside = [row for row in rows if row.kind == KINDS[-1]]
    for name, part in (
        ("signs", [row for row in inside if row.intent == "emergency"]),
        ("commands", [row for row in inside if row.intent != "emergency"]),
    ):
        right = [row for row in part if row.heard_intent == row.intent]
        for outcome in (OverPromptOutcome.OBEYED, OverPromptOutcome.ASKED):
            yield f"{name}: {outcome}", share([_is(row, right, outcome) for row in part])


def _is(row: RivalRow, among: Sequence[RivalRow], outcome: str) -> bool:
    return row.outcome == outcome and row in among
