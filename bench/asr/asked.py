"""``bench asked``: gain and cost of biasing recognition towards the answers to the open question.

Decodes every second common phrase, spoken by espeak-ng (synthetic, no people), in the conversation
state: once without a question and once with each of several questions open. Answers should gain;
commands, warning signs and everything else should not lose.
"""

import argparse
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass

from assistant.asr.model_store import OWN_PHRASES, ensure_model
from assistant.asr.recognizer_interface import NO_EXPECTATION
from assistant.asr.vosk_recognizer import VoskRecognizer
from assistant.core.errors import KramError
from assistant.core.listening_state import ListeningState
from assistant.core.numerals import integer
from assistant.dialogue.handlers import questions
from assistant.dialogue.script.loader import load_script
from assistant.nlu import Interpreter
from assistant.nlu.templates import load_phrases
from bench.asr.synthetic import clips
from bench.common.paths import OUT
from bench.common.rows import write_json

VOICES = ("id", "id+f2", "id+m4", "id+m7")
ASKED = {"danger": "guide/acute/check/0", "severity": "reply/severity", "more": "reply/more"}
"""Script paths of the questions: is anything swollen; how bad was it; continue?"""


@dataclass(frozen=True)
class QuestionRow:
    """One clip, decoded without and with one open question."""

    question: str
    phrase: str
    voice: str
    kind: str
    """``answer`` to the question, ``command`` (or warning sign), or ``other``."""

    plain: str
    """Accepted words without a question; empty if rejected."""

    asked: str
    """Accepted words while the question is open."""

    plain_right: bool
    asked_right: bool


def main(argv: Sequence[str]) -> int:
    """Measure and print a table; returns the exit code."""
    parser = argparse.ArgumentParser(prog="run.py bench asked", description=__doc__)
    parser.add_argument("--seed", type=integer, default=1)
    parser.add_argument("--voices", nargs="+", default=list(VOICES))
    parser.set_defaults(all=False, snr=[])
    try:
        rows = list(measure(parser.parse_args(argv)))
    except KramError as error:
        print(error, file=sys.stderr)
        return error.exit_code
    report = OUT / "asked.json"
    write_json(report, [asdict(row) for row in rows])
    print("synthetic (espeak-ng), no people; correct and falsely accepted")
    for question in ASKED:
        for kind in ("answer", "command", "other"):
            mine = [row for row in rows if (row.question, row.kind) == (question, kind)]
            print(f"{question:<9} {kind:<8} {_summary(mine)}")
    print(f"details: {report}")
    return 0


def measure(args: argparse.Namespace) -> Iterator[QuestionRow]:
    """Decode each clip without a question and with each of them."""
    script, interpreter = load_script(OWN_PHRASES), Interpreter(load_phrases(OWN_PHRASES))
    recognizer = VoskRecognizer(ensure_model(), (ListeningState.CONVERSATION,))
    asked = {name: questions.find(script, place) for name, place in ASKED.items()}
    answers = {name: one.intents if one else frozenset() for name, one in asked.items()}
    expected = {name: interpreter.expected(taken) for name, taken in answers.items()}

    def meant(words: str) -> object:
        intent = interpreter.interpret(words, ListeningState.CONVERSATION).intent
        return intent and (intent.name, sorted(intent.slots.items()))

    for number, (phrase, voice, _, _, samples) in enumerate(clips(args)):
        if number % 2:  # every second phrase, at both paces
            continue
        heard = {}
        for name in ("", *ASKED):
            recognizer.start(ListeningState.CONVERSATION, expected.get(name, NO_EXPECTATION))
            recognizer.feed(samples)
            result = recognizer.finish()
            heard[name] = result.words if result.accepted else ""
        intent = interpreter.interpret(phrase, ListeningState.CONVERSATION).intent
        for name in ASKED:
            kind = "command" if phrase in expected[name] else "other"
            kind = "answer" if intent and intent.name in answers[name] else kind
            right = [bool(one) and meant(one) == meant(phrase) for one in (heard[""], heard[name])]
            yield QuestionRow(name, phrase, voice, kind, heard[""], heard[name], *right)


def _summary(rows: Sequence[QuestionRow]) -> str:
    plain = [(row.plain, row.plain_right) for row in rows]
    asked = [(row.asked, row.asked_right) for row in rows]
    lost = Counter((r.phrase, r.asked) for r in rows if r.plain_right and not r.asked_right)
    return (
        f"{len(rows):4} clips; nothing asked: {_counted(plain)}; asked: {_counted(asked)}; "
        f"lost {lost.most_common(3)}"
    )


def _counted(heard: Sequence[tuple[str, bool]]) -> str:
    right = sum(ok for _, ok in heard)
    return f"{right} right, {sum(bool(words) for words, _ in heard) - right} wrong"
