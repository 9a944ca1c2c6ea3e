"""Graphs that tell in which way each word of a known sentence was said.

Unlike the decoding graph no two ways share anything but the words around them: every way of every
word has a number of its own, and a name for each rule of the phone table that it took.
"""

import json
import math
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from assistant.asr.graph import second_pass_export
from assistant.asr.graph.base_model import BaseModel
from assistant.asr.graph.context_dependency import read_tuples
from assistant.asr.graph.hclg import expand_contexts
from assistant.asr.graph.lexicon import Lexicon, Variants
from assistant.asr.graph.phone_fst import Arc, PhoneFst
from assistant.asr.graph.phone_map import PhoneMap, PhoneSeq
from assistant.asr.graph.speaker_pronunciation import choice
from assistant.asr.model_format import ACOUSTIC_MODEL, ALL_SENTENCES_GRAPH, LABELS, sentence_graph

_BEAM = 200
"""Half-said ways that are kept, more than the lexicon keeps whole ones."""


@dataclass(frozen=True)
class ArcLabel:
    """One way to say one word of one sentence."""

    text: int
    """Number of the sentence."""

    word: str
    choices: tuple[str, ...]
    """The rules' choices that make it, by name; empty for ways that come from no rule."""


class AlignmentGraphBuilder:
    """Sentences to networks in which each way to say a word has a label."""

    def __init__(self, table: PhoneMap, lexicon: Lexicon) -> None:
        self._table = table
        self._lexicon = lexicon

    def sentence(self, network: PhoneFst, text: str, number: int, labels: list[ArcLabel]) -> int:
        """Add a sentence, and its ways to ``labels``; returns the state of its beginning.

        Label numbers are places in ``labels``, the first one being 1.
        """
        flow, silence = self._table.flow, self._table.silence
        pause = (silence, 0, flow.pause, network.state([], 0.0))
        goal = network.state([pause], flow.no_pause)
        words = text.split()
        for place in range(len(words) - 1, -1, -1):
            word = words[place]
            said = self._lexicon.pronounce(word)
            rested = self._arcs(network, word, said.after_pause, True, number, labels, goal)
            flowing = rested
            if place:
                flowing = self._arcs(network, word, said.in_flow, False, number, labels, goal)
            pause = (silence, 0, flow.pause, network.state(rested))
            onward = [(p, label, cost + flow.no_pause, to) for p, label, cost, to in flowing]
            goal = network.state([*onward, pause])
        return goal

    def _arcs(
        self, network: PhoneFst, word: str, variants: Variants, rested: bool, number: int,
        labels: list[ArcLabel], goal: int,
    ) -> list[Arc]:  # fmt: skip
        names = self._names(word, rested)
        arcs: list[Arc] = []
        for phones, cost in variants:
            labels.append(ArcLabel(number, word, names.get(phones, ())))
            arc: Arc = (phones[-1], len(labels), 0.0, goal)
            for phone in reversed(phones[:-1]):
                arc = (phone, 0, 0.0, network.state([arc]))
            arcs.append((arc[0], arc[1], cost, arc[3]))
        return arcs

    def _names(self, word: str, rested: bool) -> dict[tuple[int, ...], tuple[str, ...]]:
        """The choices behind each way to say a word, by its phones; the cheapest if several."""
        found: dict[tuple[int, ...], tuple[float, tuple[str, ...]]] = {}
        for spoken in self._lexicon.spell(word):
            extra = -math.log(spoken.probability)
            for kinds, (cost, names) in self._traced(spoken.sounds, rested).items():
                phones = self._table.phone_ids(kinds)
                if phones not in found or cost + extra < found[phones][0]:
                    found[phones] = cost + extra, names
        return {phones: names for phones, (_, names) in found.items()}

    def _traced(
        self, sounds: tuple[str, ...], rested: bool
    ) -> dict[PhoneSeq, tuple[float, tuple[str, ...]]]:
        table = self._table
        beam: dict[PhoneSeq, tuple[float, tuple[str, ...]]] = {(): (0.0, ())}
        place = 0
        while place < len(sounds):
            length, case = table.matching_rule(sounds, place, rested)
            key = sounds[place : place + length]
            found: dict[PhoneSeq, tuple[float, tuple[str, ...]]] = {}
            for said, (cost, names) in beam.items():
                for kinds, extra in case.say:
                    entire = cost + extra + table.entry_costs(kinds)
                    if said + kinds not in found or entire < found[said + kinds][0]:
                        found[said + kinds] = entire, (*names, choice(key, case, kinds))
            best = sorted(found.items(), key=lambda pair: pair[1])[:_BEAM]
            beam = dict(best)
            place += length
        return {kinds: value for kinds, value in beam.items() if kinds}


def write_alignment_graphs(
    base: BaseModel, table: PhoneMap, lexicon: Lexicon, texts: Sequence[str], folder: Path
) -> None:
    """Write into ``folder`` a graph of each of ``texts`` (``0.npz`` …), one of all of them
    together, what the labels mean, and what the second look needs of the base model.

    Raises ``InputError`` for a word that cannot be said.
    """
    chosen = table.fitted or table
    contexts, tuples = base.contexts(), read_tuples(base.folder / ACOUSTIC_MODEL)
    weaver, stay = AlignmentGraphBuilder(chosen, lexicon), chosen.self_loop_costs()
    together, starts, labels = PhoneFst(), [], list[ArcLabel]()
    for number, text in enumerate(texts):
        starts.append(weaver.sentence(together, text, number, labels))
    start = together.state([(0, 0, 0.0, one) for one in starts])
    folder.mkdir(parents=True, exist_ok=True)
    second_pass_export.export_graph(
        folder / ALL_SENTENCES_GRAPH, expand_contexts(together, start, contexts, stay), tuples
    )
    for number, state in enumerate(starts):
        graph = expand_contexts(together, state, contexts, stay)
        second_pass_export.export_graph(folder / sentence_graph(number), graph, tuples)
    record = {
        "table": table.name,
        "texts": list(texts),
        "labels": [asdict(label) for label in labels],
        "arrays": str(second_pass_export.export_base(base)),
    }
    (folder / LABELS).write_text(json.dumps(record, ensure_ascii=False), encoding="utf-8")
