"""Other ways to say a word: `python3 run.py bench variants [WORD ...]`.

The usual sentences with the word are spoken by espeak-ng's voices; in the stretch that belongs to
the word a free loop of phones says what the network hears there. What brings the sentence closest
to the sound, over all voices, is proposed for ``words:`` of the phone table (synthetic speech: look
at it before you believe it, and let ``bench synthetic`` judge with voices that had no part in it).
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
from assistant.asr.model_store import BASE
from assistant.asr.second_pass.ivector import IvectorExtractor
from assistant.asr.second_pass.mfcc import mfcc
from assistant.asr.second_pass.tdnn import TdnnF
from assistant.asr.second_pass.viterbi import BestPath, DecodingGraph, Floats, PhoneLoop
from assistant.audio.dither import add_dither
from assistant.audio.interfaces import SPEECH_RATE as SPOKEN_RATE
from assistant.core.paths import OWN_PHONE_MAP, OWN_PHRASES, OWN_WEIGHT_DELTA
from assistant.tts.espeak_voice import EspeakVoice
from bench.asr.synthetic import RATE, SOUNDS, to_int16, usual_phrases

VOICES = ("id", "id+m3", "id+f3", "id+m7", "id+m1", "id+f1", "id+m5", "id+f5")
"""``id+f2``, ``id+f4``, ``id+m2``, ``id+m4`` and ``id+m6`` are left to judge by."""

PACES = (145, 175)
CARRIERS = 3
PROPOSED = 45
PENALTY = 2.5
"""Nats that a new way has to make good before it counts: every way of a word is one more chance
to hear it wrongly."""

LEAST_GAIN = 1.5
"""Nats for each clip, on average, from which a way is proposed."""

LEAST_LENGTH = 0.55
"""Phones for each letter; what is shorter is found in anything."""


class Workshop:
    """Everything that it takes to look at clips."""

    def __init__(self, room: Path) -> None:
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
        """Log-likelihoods of ``text`` by each voice, at each pace, in two sounds."""
        chance = np.random.default_rng(len(text))
        for voice in VOICES:
            for pace in PACES:
                clip = EspeakVoice(voice=voice, words_per_minute=pace).speak(text).samples
                dry = soxr.resample(clip.astype(np.float32) / 32768, SPOKEN_RATE, RATE)
                for name in ("noise 20 dB", "room"):
                    sound = to_int16(SOUNDS[name](dry.astype(np.float32), chance))
                    features = mfcc(add_dither(sound))
                    chain, _ = self._network.prefinal(features, self._speaker.extract(features))
                    yield self._network.log_likelihoods(chain)

    def graph(self, text: str, word: str = "", kinds: tuple[int, ...] = ()) -> DecodingGraph:
        """A graph of one sentence, ``word`` said as ``kinds`` only."""
        say = {one: self.lexicon.pronounce(one) for one in text.split()}
        if kinds:
            way = ((self._table.phone_ids(kinds), self._table.entry_costs(kinds)),)
            say[word] = WordPronunciations(way, way)
        plan = GraphSpec(
            {text: 0.0}, say.__getitem__, self._table.silence, self._contexts,
            flow=self._table.flow, self_loop_costs=self._table.self_loop_costs(),
        )  # fmt: skip
        graph, words = compile_graph(plan)
        second_pass_export.export_graph(self._path, graph, self._tuples)
        return DecodingGraph(self._path, tuple(words))

    def heard(self, likelihoods: Floats) -> tuple[int, ...]:
        """The phones of a stretch as the free loop hears them, silence left out."""
        places = self._loop.best_phones(likelihoods)
        kinds = (self._kinds[place] for place in places if place < len(self._kinds))
        return tuple(kind for kind in kinds if kind in self._names)

    def written(self, kinds: tuple[int, ...]) -> str:
        """``kinds`` as the phone table has them."""
        return " ".join(self._names[kind] for kind in kinds)


def _kind_names() -> dict[int, str]:
    kinds = yaml.safe_load(OWN_PHONE_MAP.read_text(encoding="utf-8"))["kinds"]
    return {int(number): str(name) for name, number in kinds.items()}


def main(argv: Sequence[str]) -> int:
    """Print proposals, one line a word; returns the exit code."""
    parser = argparse.ArgumentParser(prog="run.py bench variants", description=__doc__)
    parser.add_argument("words", nargs="*", metavar="WORD", help="all of the usual sentences")
    parser.add_argument("--alone", action="store_true", help="said alone, not in sentences")
    args = parser.parse_args(argv)
    chosen = set(args.words)
    carriers: dict[str, list[str]] = {}
    for phrase in usual_phrases():
        for word in phrase.split():
            carriers.setdefault(word, []).append(phrase)
    for word in chosen if args.alone else chosen - carriers.keys():
        carriers[word] = [word]
    with tempfile.TemporaryDirectory() as folder:
        workshop = Workshop(Path(folder))
        for word in sorted(chosen or carriers):
            found = propose(workshop, word, list(dict.fromkeys(carriers[word]))[:CARRIERS])
            ways = ", ".join(f"{kinds}  (gains {gain:.1f})" for kinds, gain in found)
            print(f"{word:<14} {ways or '-'}", flush=True)
    return 0


def propose(workshop: Workshop, word: str, texts: list[str]) -> list[tuple[str, float]]:
    """At most two other ways to say ``word``, with the nats that each gains for a clip."""
    clips: list[tuple[str, Floats]] = []
    heard: Counter[tuple[int, ...]] = Counter()
    base: list[float] = []
    for text in texts:
        graph = workshop.graph(text)
        for likelihoods in workshop.sounds(text):
            way = graph.best_path(likelihoods)
            if way is None:
                continue
            clips.append((text, likelihoods))
            base.append(way.score)
            for begin, end in _stretches_of(word, way):
                kinds = workshop.heard(likelihoods[begin:end])
                if max(2, LEAST_LENGTH * len(word)) <= len(kinds) <= 14:
                    heard[kinds] += 1
    ways = [kinds for kinds, _ in heard.most_common(PROPOSED)]
    scores = np.array([_scores(workshop, word, kinds, clips) for kinds in ways])
    return list(_best(workshop, ways, scores - PENALTY, np.array(base)))


def _stretches_of(word: str, way: BestPath) -> Iterator[tuple[int, int]]:
    begin: int | None = None
    for stretch in way.segments:
        if stretch.silent:
            continue
        begin = stretch.begin if begin is None else begin
        if stretch.word:
            if stretch.word == word:
                yield begin, stretch.end
            begin = None


def _scores(
    workshop: Workshop, word: str, kinds: tuple[int, ...], clips: list[tuple[str, Floats]]
) -> list[float]:
    graphs = {text: workshop.graph(text, word, kinds) for text in {text for text, _ in clips}}
    return [graphs[text].score(likelihoods) for text, likelihoods in clips]


def _best(
    workshop: Workshop, ways: list[tuple[int, ...]], scores: npt.NDArray[np.float64],
    now: npt.NDArray[np.float64],
) -> Iterator[tuple[str, float]]:  # fmt: skip
    for _ in range(2 if ways else 0):
        gains = np.maximum(scores - now, 0).mean(axis=1)
        best = int(gains.argmax())
        if gains[best] < LEAST_GAIN:
            return
        yield workshop.written(ways[best]), float(gains[best])
        now = np.maximum(now, scores[best])
