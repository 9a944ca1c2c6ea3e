"""``bench spoken``: what becomes of sentences in other people's words, spoken aloud.

Synthetic: espeak-ng in a simulated room (RT60 0.25 s), pink and white noise in turn. LIST has the
columns ``situation`` and ``utterance``; the default was written by somebody who had seen neither
the phrases nor the sentences of the language model.
"""

import argparse
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from assistant.asr.graph.background_words import general_words
from assistant.asr.graph.language_model import perplexity, read_corpus, train
from assistant.asr.model_store import OWN_PHRASES, ensure_model
from assistant.asr.understanding import understand
from assistant.asr.vosk_recognizer import VoskRecognizer
from assistant.audio.room_simulation import spoken_in_room
from assistant.core.errors import KramError
from assistant.core.numerals import integer
from assistant.core.paths import HOME
from assistant.nlu import Interpreter
from assistant.nlu.templates import load_phrases
from assistant.tts.espeak_voice import EspeakVoice
from bench.common.paths import OUT
from bench.common.rows import share, write_json
from bench.common.situations import Verdict, Wording, read_wordings

LIST = HOME / "tests" / "asr" / "strangers.tsv"
VOICES = ("id+f2", "id+m7")
WORDS_PER_MINUTE = 165


@dataclass(frozen=True)
class SpokenRow:
    """One clip, decoded and understood."""

    situation: str
    said: str
    voice: str
    snr_db: int
    heard: str
    intent: str | None
    confidence: float
    verdict: Verdict
    is_sign: bool


def main(argv: Sequence[str]) -> int:
    """Measure and print a table; returns the exit code."""
    parser = argparse.ArgumentParser(prog="run.py bench spoken", description=__doc__)
    parser.add_argument("list", nargs="?", type=Path, default=LIST, metavar="LIST")
    parser.add_argument("--voices", nargs="+", default=list(VOICES))
    parser.add_argument("--every", type=integer, default=1)
    parser.add_argument("--snr", nargs="+", type=integer, default=[30], metavar="DB")
    arguments = parser.parse_args(argv)
    try:
        wordings = read_wordings(arguments.list)[:: arguments.every]
        rows = list(measure(wordings, arguments.voices, arguments.snr))
    except KramError as error:
        print(error, file=sys.stderr)
        return error.exit_code
    report = OUT / "spoken.json"
    write_json(report, {"speech": "synthetic (espeak-ng)", "rows": [asdict(row) for row in rows]})
    for name, value in (*summary(rows), *language(wordings)):
        print(f"{name:<28} {value}")
    print(f"{'details':<28} {report}")
    return 0


def measure(
    wordings: Sequence[Wording], voices: Sequence[str], noise_levels: Sequence[int] = (30,)
) -> Iterator[SpokenRow]:
    """Speak, decode and understand each wording in each voice and signal-to-noise ratio in dB."""
    states = tuple({one.state for one in wordings})
    recognizer = VoskRecognizer(ensure_model(), states)
    interpreter = Interpreter(load_phrases(OWN_PHRASES))
    for voice in voices:
        speaker = EspeakVoice(voice, words_per_minute=WORDS_PER_MINUTE)
        for number, one in enumerate(wordings):
            for snr in noise_levels:
                recognizer.start(one.state)
                recognizer.feed(spoken_in_room(speaker.speak(one.utterance), snr, number))
                found = understand(interpreter, recognizer.finish(), one.state)
                verdict = one.verdict(found.intent, found.accepted, found.doubtful)
                yield SpokenRow(
                    one.situation, one.utterance, voice, snr, found.words,
                    found.intent.name if found.intent else None,
                    round(found.probability, 3), verdict, one.is_sign,
                )  # fmt: skip


def summary(rows: Sequence[SpokenRow]) -> Iterator[tuple[str, str]]:
    """Names and values of the table."""
    yield "speech", "synthetic (espeak-ng), no people"
    for name, part in (("", list(rows)), ("signs: ", [row for row in rows if row.is_sign])):
        count = Counter(row.verdict for row in part)
        good = [row.verdict in (Verdict.RIGHT, Verdict.ASKED) for row in part]
        yield f"{name}right or asked", share(good)
        for verdict in Verdict:
            yield f"{name}{verdict}", share([row.verdict is verdict for row in part])
        if part and not count[Verdict.DANGEROUS]:
            # 95 % upper bound of a rate of which no case was seen ("rule of three").
            yield f"{name}dangerous, at most", f"{300 / len(part):.1f} % (95 % upper bound)"
    for snr in sorted({row.snr_db for row in rows}):
        part = [row for row in rows if row.snr_db == snr]
        good = [row.verdict in (Verdict.RIGHT, Verdict.ASKED) for row in part]
        yield f"right or asked at {snr} dB", share(good)


def language(wordings: Sequence[Wording]) -> Iterator[tuple[str, str]]:
    """Perplexity of the language model on the wordings, and its unknown words."""
    corpus = read_corpus(OWN_PHRASES)
    if corpus is None:
        return
    book = load_phrases(OWN_PHRASES)
    phrases = (phrase.text for phrase in (*book.phrases, *book.text_only))
    model = train(corpus, phrases, general_words())
    value, unknown, words = perplexity(model, [one.utterance for one in wordings])
    yield "perplexity", f"{value:.0f} without unknown words"
    yield "unknown words", f"{100 * unknown / max(1, words):.1f} %  ({unknown} of {words})"
