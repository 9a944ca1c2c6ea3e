"""Alignment graphs: which pronunciation variant was used for each word of a known sentence.

Unlike in the decoding graph, variants share no states within a word: each variant of each word has
an arc label of its own, with the names of the allophone rules' alternatives that make it.
"""

import json
import math
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from assistant.asr.graph import second_pass_export
from assistant.asr.graph.base_model import BaseModel
from assistant.asr.graph.context_dependency import read_tuples
from assistant.asr.graph.context_expansion import expand_contexts
from assistant.asr.graph.lexicon import Lexicon, Variants
from assistant.asr.graph.phone_fst import Arc, PhoneFst
from assistant.asr.graph.phone_map import PhoneMap, PhoneSeq
from assistant.asr.graph.speaker_pronunciation import choice
from assistant.asr.model_format import ACOUSTIC_MODEL, ALL_SENTENCES_GRAPH, LABELS, sentence_graph

_BEAM = 200
"""Beam over partial variants; wider than the lexicon's, so that each of its variants gets names."""


@dataclass(frozen=True)
class ArcLabel:
    """One pronunciation variant of one word in one sentence."""

    text: int
    """Index of the sentence."""

    word: str
    choices: tuple[str, ...]
    """Names of the rules' alternatives that make it; empty if it comes from no rule."""


class AlignmentGraphBuilder:
    """Adds sentences to a phone FST in which each variant of a word carries a label."""

    def __init__(self, table: PhoneMap, lexicon: Lexicon) -> None:
        self._table = table
        self._lexicon = lexicon

    def sentence(self, fst: PhoneFst, text: str, number: int, labels: list[ArcLabel]) -> int:
        """Add a sentence to ``fst`` and its variants to ``labels``; returns its start state.

        The output label n stands for ``labels[n - 1]``; 0 is epsilon.
        """
        flow, silence = self._table.flow, self._table.silence
        pause = (silence, 0, flow.pause, fst.state([], 0.0))
        target = fst.state([pause], flow.no_pause)
        words = text.split()
        for place in range(len(words) - 1, -1, -1):
            word = words[place]
            both = self._lexicon.pronounce(word)
            after_pause = self._arcs(fst, word, both.after_pause, True, number, labels, target)
            in_flow = after_pause
            if place:
                in_flow = self._arcs(fst, word, both.in_flow, False, number, labels, target)
            pause = (silence, 0, flow.pause, fst.state(after_pause))
            no_pause = [(p, label, cost + flow.no_pause, to) for p, label, cost, to in in_flow]
            target = fst.state([*no_pause, pause])
        return target

    def _arcs(
        self, fst: PhoneFst, word: str, variants: Variants, after_pause: bool, number: int,
        labels: list[ArcLabel], target: int,
    ) -> list[Arc]:  # fmt: skip
        """First arcs of a linear path per variant; its last arc carries the label."""
        names = self._names(word, after_pause)
        arcs: list[Arc] = []
        for phones, cost in variants:
            labels.append(ArcLabel(number, word, names.get(phones, ())))
            arc: Arc = (phones[-1], len(labels), 0.0, target)
            for phone in reversed(phones[:-1]):
                arc = (phone, 0, 0.0, fst.state([arc]))
            arcs.append((arc[0], arc[1], cost, arc[3]))
        return arcs

    def _names(self, word: str, after_pause: bool) -> dict[tuple[int, ...], tuple[str, ...]]:
        """Phone ids of each variant → names of its alternatives; the cheapest derivation counts."""
        found: dict[tuple[int, ...], tuple[float, tuple[str, ...]]] = {}
        for spoken in self._lexicon.spell(word):
            extra = -math.log(spoken.probability)
            for phones, (cost, names) in self._derivations(spoken.sounds, after_pause).items():
                ids = self._table.phone_ids(phones)
                if ids not in found or cost + extra < found[ids][0]:
                    found[ids] = cost + extra, names
        return {ids: names for ids, (_, names) in found.items()}

    def _derivations(
        self, sounds: tuple[str, ...], after_pause: bool
    ) -> dict[PhoneSeq, tuple[float, tuple[str, ...]]]:
        """``PhoneMap.variants`` with backtrace: base phones → cost, names of the alternatives."""
        table = self._table
        beam: dict[PhoneSeq, tuple[float, tuple[str, ...]]] = {(): (0.0, ())}
        place = 0
        while place < len(sounds):
            length, rule = table.matching_rule(sounds, place, after_pause)
            key = sounds[place : place + length]
            found: dict[PhoneSeq, tuple[float, tuple[str, ...]]] = {}
            for prefix, (cost, names) in beam.items():
                for phones, extra in rule.alternatives:
                    total = cost + extra + table.entry_costs(phones)
                    longer = prefix + phones
                    if longer not in found or total < found[longer][0]:
                        found[longer] = total, (*names, choice(key, rule, phones))
            best = sorted(found.items(), key=lambda pair: pair[1])[:_BEAM]
            beam = dict(best)
            place += length
        return {phones: value for phones, value in beam.items() if phones}


def write_alignment_graphs(
    base: BaseModel, table: PhoneMap, lexicon: Lexicon, texts: Sequence[str], folder: Path
) -> None:
    """Write into ``folder`` an alignment graph of each of ``texts`` (``0.npz`` …), one of all of
    them in parallel, and the labels; exports the second-pass arrays of the base model as well.

    Raises ``InputError`` for a word without a pronunciation.
    """
    fitted = table.fitted or table
    contexts, tuples = base.contexts(), read_tuples(base.folder / ACOUSTIC_MODEL)
    builder, self_loop_costs = AlignmentGraphBuilder(fitted, lexicon), fitted.self_loop_costs()
    fst, starts, labels = PhoneFst(), [], list[ArcLabel]()
    for number, text in enumerate(texts):
        starts.append(builder.sentence(fst, text, number, labels))
    start = fst.state([(0, 0, 0.0, one) for one in starts])
    folder.mkdir(parents=True, exist_ok=True)
    second_pass_export.export_graph(
        folder / ALL_SENTENCES_GRAPH, expand_contexts(fst, start, contexts, self_loop_costs), tuples
    )
    for number, state in enumerate(starts):
        graph = expand_contexts(fst, state, contexts, self_loop_costs)
        second_pass_export.export_graph(folder / sentence_graph(number), graph, tuples)
    record = {
        "table": table.name,
        "texts": list(texts),
        "labels": [asdict(label) for label in labels],
        "arrays": str(second_pass_export.export_base(base)),
    }
    (folder / LABELS).write_text(json.dumps(record, ensure_ascii=False), encoding="utf-8")
