"""Pronunciation variants of a word: `python3 run.py bench variants [WORD ...]`.

Common sentences with the word are spoken by espeak-ng's voices; a free phone loop decodes the
segment of the word. The variants that raise the likelihood most over all voices are proposed for
``words:`` of the phone table. This is synthetic speech: check every proposal, and evaluate it by
``bench synthetic`` with the voices held out here. With ``--home FOLDER`` the true sentences of a
home (``tests/homes``) are spoken instead, and ``bench homes --spoken`` evaluates.
"""

import argparse
import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt
import soxr
import yaml

from assistant.asr.graph import second_pass_export
from assistant.asr.graph.base_model import open_base
from assistant.asr.graph.context_dependency import SILENCES, read_tuples
from assistant.asr.graph.hclg import GraphSpec, compile_graph
from assistant.asr.graph.lexicon import Lexicon, WordPronunciations, load_exceptions
from assistant.asr.graph.phone_map_reader import load_phone_map
from assistant.asr.graph.weight_delta import load_weight_delta
from assistant.asr.graph.word_grammar import SentenceCosts
from assistant.asr.model_store import BASE
from assistant.asr.second_pass.ivector import IvectorExtractor
from assistant.asr.second_pass.mfcc import mfcc
from assistant.asr.second_pass.tdnn import TdnnF
from assistant.asr.second_pass.viterbi import BestPath, DecodingGraph, Floats, PhoneLoop
from assistant.audio.dither import add_dither
from assistant.audio.interfaces import SPEECH_RATE as SPOKEN_RATE
from assistant.core.paths import OWN_PHONE_MAP, OWN_PHRASES, OWN_WEIGHT_DELTA
from assistant.nlu.templates.normalise import normalise
from assistant.tts.espeak_voice import EspeakVoice
from bench.asr.synthetic import RATE, SOUNDS, to_int16, usual_phrases
from bench.nlu.homes import read_home

VOICES = ("id", "id+m3", "id+f3", "id+m7", "id+m1", "id+f1", "id+m5", "id+f5")
"""``id+f2``, ``id+f4``, ``id+m2``, ``id+m4`` and ``id+m6`` are held out for evaluation."""

PACES = (145, 175)
CARRIERS = 3
PROPOSED = 45
PENALTY = 2.5
"""Cost in nats of a new variant, because each one adds a chance of false recognition."""

LEAST_GAIN = 1.5
"""Mean gain in nats per clip from which a variant is proposed."""

LEAST_LENGTH = 0.55
"""Smallest number of phones per letter; shorter variants match almost anything."""


class Workshop:
    """Models and graphs needed to score the clips."""

    def __init__(self, room: Path, voices: Sequence[str] = VOICES) -> None:
        self._voices = voices
        base = open_base(BASE, load_weight_delta(OWN_WEIGHT_DELTA))
        arrays = second_pass_export.export_base(base)
        table = load_phone_map(OWN_PHONE_MAP)
        self._table = table.fitted or table
        self._names = _kind_names()
        self.lexicon = Lexicon(self._table, load_exceptions(OWN_PHRASES / "pronunciations.yaml"))
        self._contexts, self._tuples = base.contexts(), read_tuples(base.network)
        self._kinds = sorted({(p - SILENCES - 1) // 4 for p in self._tuples[:, 0] if p > SILENCES})
        self._network, self._speaker = TdnnF(arrays), IvectorExtractor(arrays)
        self._loop = PhoneLoop(arrays / "phones.npz")
        self._path = room / "graph.npz"

    def sounds(self, text: str) -> Iterator[Floats]:
        """Log-likelihoods of ``text`` for each voice and pace, in two acoustic conditions."""
        chance = np.random.default_rng(len(text))
        for voice in self._voices:
            for pace in PACES:
                clip = EspeakVoice(voice=voice, words_per_minute=pace).speak(text).samples
                dry = soxr.resample(clip.astype(np.float32) / 32768, SPOKEN_RATE, RATE)
                for name in ("noise 20 dB", "room"):
                    sound = to_int16(SOUNDS[name](dry.astype(np.float32), chance))
                    features = mfcc(add_dither(sound))
                    chain, _ = self._network.prefinal(features, self._speaker.extract(features))
                    yield self._network.log_likelihoods(chain)

    def graph(self, text: str, word: str = "", kinds: tuple[int, ...] = ()) -> DecodingGraph:
        """A graph of one sentence; ``kinds`` is then the only pronunciation of ``word``."""
        say = {one: self.lexicon.pronounce(one) for one in text.split()}
        if kinds:
            pronunciation = ((self._table.phone_ids(kinds), self._table.entry_costs(kinds)),)
            say[word] = WordPronunciations(pronunciation, pronunciation)
        plan = GraphSpec(
            SentenceCosts({text: 0.0}), say.__getitem__, self._table.silence, self._contexts,
            flow=self._table.flow, self_loop_costs=self._table.self_loop_costs(),
        )  # fmt: skip
        graph = compile_graph(plan)
        second_pass_export.export_graph(self._path, graph.fst, self._tuples)
        return DecodingGraph(self._path, tuple(graph.words))

    def heard(self, likelihoods: Floats) -> tuple[int, ...]:
        """The phones of a segment as decoded by the free loop, without silence."""
        places = self._loop.best_phones(likelihoods)
        kinds = (self._kinds[place] for place in places if place < len(self._kinds))
        return tuple(kind for kind in kinds if kind in self._names)

    def written(self, kinds: tuple[int, ...]) -> str:
        """``kinds`` in the notation of the phone table."""
        return " ".join(self._names[kind] for kind in kinds)


def _kind_names() -> dict[int, str]:
    kinds = yaml.safe_load(OWN_PHONE_MAP.read_text(encoding="utf-8"))["kinds"]
    return {int(number): str(name) for name, number in kinds.items()}


def main(argv: Sequence[str]) -> int:
    """Print the proposals, one line per word; returns the exit code."""
    parser = argparse.ArgumentParser(prog="run.py bench variants", description=__doc__)
    parser.add_argument("words", nargs="*", metavar="WORD", help="all of the usual sentences")
    parser.add_argument("--alone", action="store_true", help="isolated words instead of sentences")
    parser.add_argument("--home", type=Path, help="a home whose sentences are spoken")
    parser.add_argument("--voices", nargs="+", default=VOICES, help="espeak-ng's or MBROLA's")
    args = parser.parse_args(argv)
    chosen = set(args.words)
    carriers: dict[str, list[str]] = {}
    for phrase in home_sentences(args.home) if args.home else usual_phrases():
        for word in phrase.split():
            carriers.setdefault(word, []).append(phrase)
    for word in chosen if args.alone else chosen - carriers.keys():
        carriers[word] = [word]
    with tempfile.TemporaryDirectory() as folder:
        workshop = Workshop(Path(folder), args.voices)
        for word in sorted(chosen or carriers):
            found = propose(workshop, word, list(dict.fromkeys(carriers[word]))[:CARRIERS])
            variants = ", ".join(f"{kinds}  (gains {gain:.1f})" for kinds, gain in found)
            print(f"{word:<14} {variants or '-'}", flush=True)
    return 0


def home_sentences(folder: Path) -> list[str]:
    """The commands of a home as they are spoken."""
    commands = (one.text for one in read_home(folder, spoken_only=True) if one.intent)
    return [normalise(text.replace("%", " persen"), chat=False) for text in commands]


def propose(workshop: Workshop, word: str, texts: list[str]) -> list[tuple[str, float]]:
    """At most two further pronunciations of ``word``, with their mean gain in nats per clip."""
    clips: list[tuple[str, Floats]] = []
    heard: Counter[tuple[int, ...]] = Counter()
    base: list[float] = []
    for text in texts:
        graph = workshop.graph(text)
        for likelihoods in workshop.sounds(text):
            path = graph.best_path(likelihoods)
            if path is None:
                continue
            clips.append((text, likelihoods))
            base.append(path.score)
            for begin, end in _segments_of(word, path):
                kinds = workshop.heard(likelihoods[begin:end])
                if max(2, LEAST_LENGTH * len(word)) <= len(kinds) <= 14:
                    heard[kinds] += 1
    variants = [kinds for kinds, _ in heard.most_common(PROPOSED)]
    scores = np.array([_scores(workshop, word, kinds, clips) for kinds in variants])
    return list(_best(workshop, variants, scores - PENALTY, np.array(base)))


def _segments_of(word: str, path: BestPath) -> Iterator[tuple[int, int]]:
    begin: int | None = None
    for segment in path.segments:
        if segment.silent:
            continue
        begin = segment.begin if begin is None else begin
        if segment.word:
            if segment.word == word:
                yield begin, segment.end
            begin = None


def _scores(
    workshop: Workshop, word: str, kinds: tuple[int, ...], clips: list[tuple[str, Floats]]
) -> list[float]:
    graphs = {text: workshop.graph(text, word, kinds) for text in {text for text, _ in clips}}
    return [graphs[text].score(likelihoods) for text, likelihoods in clips]


def _best(
    workshop: Workshop, variants: list[tuple[int, ...]], scores: npt.NDArray[np.float64],
    now: npt.NDArray[np.float64],
) -> Iterator[tuple[str, float]]:  # fmt: skip
    for _ in range(2 if variants else 0):
        gains = np.maximum(scores - now, 0).mean(axis=1)
        best = int(gains.argmax())
        if gains[best] < LEAST_GAIN:
            return
        yield workshop.written(variants[best]), float(gains[best])
        now = np.maximum(now, scores[best])
