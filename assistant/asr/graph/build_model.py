"""Phrases to a Vosk model folder."""

import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from assistant.asr import model_format
from assistant.asr.graph import second_pass_export
from assistant.asr.graph.background import Background, frequent_words
from assistant.asr.graph.base_model import KEPT, BaseModel, open_base, replace_folder
from assistant.asr.graph.const_fst import write_fst
from assistant.asr.graph.context_dependency import read_tuples
from assistant.asr.graph.hclg import (
    GraphSpec,
    PronouncedVocabulary,
    compile_background,
    compile_graph,
    pronounce_all,
)
from assistant.asr.graph.lexicon import Lexicon, load_exceptions
from assistant.asr.graph.phone_map_reader import load_phone_map
from assistant.asr.graph.speaker_pronunciation import personalise, read_speaker_pronunciation
from assistant.asr.graph.weight_delta import load_weight_delta
from assistant.core.errors import InputError
from assistant.core.progress import Progress, no_progress
from assistant.nlu.templates import load_phrases

STATES = ("idle", "conversation", "barge_in")

DECODER = {
    "min-active": "200",
    "max-active": "3000",
    "beam": "16.0",
    "lattice-beam": "10.0",
    # Kaldi determinises by phones first, which many pronunciations make hundreds of times
    # slower than going straight to words; the words come out the same.
    "phone-determinize": "false",
    "acoustic-scale": "1.0",
    "frame-subsampling-factor": "3",
    "endpoint.silence-phones": "1:2:3:4:5:6:7:8:9:10",
    # The ear decides where an utterance ends, never the decoder.
    "endpoint.rule1.min-trailing-silence": "1000",
    "endpoint.rule2.min-trailing-silence": "1000",
    "endpoint.rule3.min-trailing-silence": "1000",
    "endpoint.rule4.min-trailing-silence": "1000",
    "endpoint.rule5.min-utterance-length": "100000",
}
"""Kaldi's decoder settings; see ``bench recognition`` for why these."""

FOLLOWING = DECODER | {"beam": "13.0", "lattice-beam": "2.0"}
"""Settings where the decoder's own list of what may have been said is not needed."""

RARE_SENTENCE_COST = 5.0
"""Cost (natural logarithm) of a sentence that is not among the usual ones of its folder."""

IDLE_RARE_SENTENCE_COST = 8.0
"""The same while nobody is expected to speak: the thousands of rare sentences are what other
people's talk is mistaken for."""

_NOT_SHARED = {model_format.DECODER_CONF, model_format.MFCC_CONF, model_format.WORD_BOUNDARY}
"""The settings are written anew; and with the word boundaries Vosk would align words, which our
pronunciations cannot always satisfy."""


@dataclass(frozen=True)
class BuildRequest:
    """What to build, from what, to where."""

    phrases: Path
    output: Path
    base: Path
    table: Path
    exceptions: tuple[Path, ...] = ()
    adaptation: Path | None = None
    """What is added to the base model's network."""

    sources: str = ""
    """Digest of the files that the phrases come from; kept in the manifest."""

    personal: Path | None = None
    """What ``enroll`` has kept of the person who is to be heard."""


def build_model(order: BuildRequest, progress: Progress = no_progress) -> bool:
    """Build a model unless the one in ``order.output`` has the same content.

    Returns whether it was built. Raises ``InputError`` for phrases or tables that cannot be
    used, ``MissingError`` without a base model.
    """
    progress("phrases", 0.0)
    changes = load_weight_delta(order.adaptation) if order.adaptation else None
    base = open_base(order.base, changes)
    table = load_phone_map(order.table)
    if order.personal is not None:
        table = personalise(table, read_speaker_pronunciation(order.personal))
    contexts = base.contexts()
    if table.tuples != contexts.size:
        raise _foreign(order)
    wording = read_sentences(order.phrases)
    progress("phrases", 1.0)
    background = frequent_words()
    exceptions = [load_exceptions(path) for path in order.exceptions]
    table = table.fitted or table
    manner = PronouncedVocabulary(
        table, pronounce_all(wording.places, background, Lexicon(table, *exceptions))
    )
    key = _key(wording, background, manner, base)
    if _same(order, key):
        return False
    order.output.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".build-", dir=order.output.parent) as temporary:
        room = Path(temporary) / "model"
        folders = _lay_out(wording.states)
        for number, (folder, sentences) in enumerate(folders.items()):
            progress("graph", number / len(folders))
            idle = sentences == wording.states["idle"]
            # Vosk only follows what is said in idle; the second pass finds the phrase.
            follow = idle and list(wording.states.values()).count(sentences) == 1
            plan = manner.spec(_costs(wording, sentences, follow), contexts, background)
            _write(room / folder, base, plan, FOLLOWING if follow else DECODER)
            if idle:
                _write_second(room / folder, base, plan)
        progress("graph", 1.0)
        names = {state: _folder_of(folders, wording.states[state]) for state in STATES}
        model_format.write_manifest(room, key, order.sources, names)
        replace_folder(room, order.output)
    return True


def _costs(
    wording: "SentenceSet", sentences: tuple[str, ...], rare_in_idle: bool
) -> dict[str, float]:
    """Negative log prior of each of ``sentences``, in nats."""
    costs = {sentence: wording.costs[sentence] for sentence in sentences}
    if rare_in_idle:
        return {one: IDLE_RARE_SENTENCE_COST if cost else 0.0 for one, cost in costs.items()}
    return costs


def _foreign(order: BuildRequest) -> InputError:
    return InputError(
        f"phone table {order.table} is for another base model than {order.base}; "
        "put a phones.yaml for it beside its files"
    )


@dataclass(frozen=True)
class SentenceSet:
    """The sentences of a phrasebook."""

    states: Mapping[str, tuple[str, ...]]
    """``idle``, ``conversation`` and ``all`` → their sentences, sorted."""

    costs: Mapping[str, float]
    """Sentence → negative natural logarithm of its prior probability."""

    places: Mapping[str, str]
    """Sentence → ``file:line`` of its template."""


def read_sentences(folder: Path) -> SentenceSet:
    """Load the sentences of a folder of phrases."""
    book = load_phrases(folder)
    states = {
        state: tuple(sorted({phrase.text for phrase in book.for_state(state)}))
        for state in ("all", *STATES)
    }
    spoken = (*book.phrases, *book.fillers)
    places = {phrase.text: phrase.source for phrase in spoken}
    costs: dict[str, float] = {}
    for phrase in spoken:
        cost = 0.0 if phrase.usual else RARE_SENTENCE_COST
        costs[phrase.text] = min(cost, costs.get(phrase.text, cost))
    return SentenceSet(states, costs, places)


def _key(
    wording: SentenceSet, background: Background, manner: PronouncedVocabulary, base: BaseModel
) -> str:
    content = [
        {state: list(sentences) for state, sentences in wording.states.items()},
        sorted(wording.costs.items()),
        repr(background),
        manner.content(),
        base.fingerprint,
        base.weight_delta and base.weight_delta.fingerprint,
        DECODER,
        FOLLOWING,
        IDLE_RARE_SENTENCE_COST,
        compiler_fingerprint(),
    ]
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()


def compiler_fingerprint() -> str:
    """sha256 of the compiler's own source: a changed compiler builds anew."""
    digest = hashlib.sha256()
    for path in (*sorted(Path(__file__).parent.glob("*.py")), Path(model_format.__file__)):
        digest.update(path.name.encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()


def _lay_out(states: Mapping[str, tuple[str, ...]]) -> dict[Path, tuple[str, ...]]:
    """Folders to build, equal sets of sentences sharing one; the top one hears everything."""
    folders = {Path(): states["all"]}
    for state in STATES:
        if states[state] and states[state] not in folders.values():
            folders[Path("states") / state] = states[state]
    return folders


def _folder_of(folders: Mapping[Path, tuple[str, ...]], sentences: tuple[str, ...]) -> str | None:
    return next((f.as_posix() for f, content in folders.items() if content == sentences), None)


def _write(folder: Path, base: BaseModel, plan: GraphSpec, decoder: Mapping[str, str]) -> None:
    graph, words = compile_graph(plan)
    for name in KEPT:
        if name not in _NOT_SHARED:
            source = base.network if name == model_format.ACOUSTIC_MODEL else base.folder / name
            _share(source, folder / name)
    for name in (model_format.GRAPH, model_format.DECODER_CONF):
        (folder / name).parent.mkdir()
    write_fst(folder / model_format.GRAPH, graph)
    lines = ["<eps> 0", *(f"{word} {number}" for number, word in enumerate(words, 1))]
    (folder / model_format.WORDS).write_text("\n".join(lines) + "\n", encoding="utf-8")
    features = (base.folder / model_format.MFCC_CONF).read_text(encoding="ascii")
    # Kaldi would add random noise of its own: the same sound shall always give the same words.
    (folder / model_format.MFCC_CONF).write_text(
        f"{features.rstrip()}\n--dither=0\n", encoding="ascii"
    )
    settings = "".join(f"--{name}={value}\n" for name, value in decoder.items())
    (folder / model_format.DECODER_CONF).write_text(settings, encoding="ascii")
    (folder / model_format.SENTENCES).write_text("\n".join(plan.sentences) + "\n", encoding="utf-8")


def _write_second(folder: Path, base: BaseModel, plan: GraphSpec) -> None:
    """What the second look needs, beside the graph of the idle state."""
    room = folder / model_format.SECOND_PASS
    room.mkdir(parents=True)
    for path in second_pass_export.export_base(base).iterdir():
        _share(path, room / path.name)
    phrases, _ = compile_graph(replace(plan, background=None))
    tuples = read_tuples(base.network)
    second_pass_export.export_graph(room / model_format.PHRASE_GRAPH, phrases, tuples)
    second_pass_export.export_graph(
        room / model_format.BACKGROUND_GRAPH, compile_background(plan), tuples
    )


def _share(source: Path, goal: Path) -> None:
    """A hard link where the disk allows it, else a copy."""
    goal.parent.mkdir(parents=True, exist_ok=True)
    try:
        os.link(source, goal)
    except OSError:
        shutil.copyfile(source, goal)


def _same(order: BuildRequest, key: str) -> bool:
    record = model_format.read_manifest(order.output)
    if record is None or record.get("key") != key:
        return False
    if record.get("sources") != order.sources:
        states = record["states"]
        if not isinstance(states, dict):
            return False
        model_format.write_manifest(order.output, key, order.sources, states)
    return True
