"""Builds a Vosk model folder from phrases: HCLG per listening state, configuration, second pass."""

import hashlib
import json
import os
import shutil
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path

from assistant.asr import model_format
from assistant.asr.graph import second_pass_export
from assistant.asr.graph.background_words import Background, frequent_words, general_words
from assistant.asr.graph.base_model import KEPT, BaseModel, open_base
from assistant.asr.graph.const_fst import write_fst
from assistant.asr.graph.context_dependency import read_tuples
from assistant.asr.graph.decoder_settings import (
    DECODER,
    FOLLOWING,
    FREE_SPEECH,
    FREE_SPEECH_IDLE,
    HOME,
)
from assistant.asr.graph.hclg import (
    FreeSpeech,
    GraphSpec,
    PronouncedVocabulary,
    compile_background,
    compile_graph,
    free_speech,
    pronounce_all,
)
from assistant.asr.graph.ivector_pruning import EXTRACTOR, UBM, prune_gaussians
from assistant.asr.graph.language_model import BackoffBigram, read_corpus, sentence_costs, train
from assistant.asr.graph.lexicon import Lexicon, load_exceptions
from assistant.asr.graph.phone_map import PhoneMap
from assistant.asr.graph.phone_map_reader import load_phone_map
from assistant.asr.graph.sentence_set import (
    IDLE_RARE_SENTENCE_COST,
    SentenceSet,
    StateSentences,
    read_sentences,
)
from assistant.asr.graph.speaker_pronunciation import personalise, read_speaker_pronunciation
from assistant.asr.graph.spoken_courtesies import CLOSING_STATES
from assistant.asr.graph.weight_delta import load_weight_delta
from assistant.asr.graph.word_grammar import save_acceptor
from assistant.asr.graph.work_folder import replace_folder, work_folder
from assistant.core.errors import InputError
from assistant.core.listening_state import GRAPH_STATES, ListeningState
from assistant.core.progress import Progress, no_progress
from assistant.core.translation import _

_NOT_SHARED = {
    model_format.DECODER_CONF,
    model_format.MFCC_CONF,
    model_format.WORD_BOUNDARY,
    UBM,
    EXTRACTOR,
}
"""The settings are rewritten, the i-vector extractor is pruned. With the word boundaries Vosk would
align words, which fails for some of our pronunciations."""


@dataclass(frozen=True)
class BuildRequest:
    """Inputs and output of a build."""

    phrases: Path
    output: Path
    base: Path
    table: Path
    exceptions: tuple[Path, ...] = ()
    adaptation: Path | None = None
    """File of weight deltas for the base model's network."""

    sources: str = ""
    """Digest of all input files, stored in the manifest."""

    personal: Path | None = None
    """Pronunciation counts of the user, as stored by ``enroll``."""


def build_model(order: BuildRequest, progress: Progress = no_progress) -> bool:
    """Build a model unless the one in ``order.output`` is up to date.

    Returns whether it was built. Raises ``InputError`` for invalid phrases or tables,
    ``MissingError`` without a base model.
    """
    progress("phrases", 0.0)
    changes = load_weight_delta(order.adaptation) if order.adaptation else None
    base = open_base(order.base, changes)
    contexts = base.contexts()
    table = _phone_map(order, contexts.size)
    sentence_set = read_sentences(order.phrases)
    progress("lexicon", 0.0)
    background = frequent_words()
    model = _language_model(order.phrases, sentence_set)
    exceptions = [load_exceptions(path) for path in order.exceptions]
    lexicon = Lexicon(table, *exceptions, abbreviations=sentence_set.abbreviations)
    places = {**sentence_set.template_words, **sentence_set.places}
    vocabulary = PronouncedVocabulary(table, pronounce_all(places, background, lexicon, model))
    key = _key(sentence_set, background, vocabulary, base, model)
    if _same(order, key):
        return False
    with work_folder(order.output.parent, "build") as temporary:
        room = temporary / "model"
        folders = _lay_out(sentence_set.states)
        free = free_speech(model, sentence_set.spoken, vocabulary) if model else None
        for number, (folder, sentences) in enumerate(folders.items()):
            progress("graph", number / len(folders))
            idle = sentences == sentence_set.states[ListeningState.IDLE]
            follow = idle and list(sentence_set.states.values()).count(sentences) == 1
            spec = vocabulary.spec(*sentence_set.weighed(sentences, follow), contexts, background)
            spec = replace(spec, home=sentence_set.foreign)
            graph, decoder = spec, FOLLOWING if follow else HOME if spec.home else DECODER
            if free and sentences != sentence_set.states[ListeningState.BARGE_IN]:
                spec = replace(spec, vocabulary=free.words)
                graph, decoder = _beside(free, spec), FREE_SPEECH_IDLE if follow else FREE_SPEECH
            _write(room / folder, base, graph, decoder)
            if idle or spec.home:
                _write_second(room / folder, base, spec)
        progress("graph", 1.0)
        names = {state: _folder_of(folders, sentence_set.states[state]) for state in GRAPH_STATES}
        model_format.write_manifest(room, key, order.sources, names)
        replace_folder(room, order.output)
    return True


def _beside(free: FreeSpeech, spec: GraphSpec) -> GraphSpec:
    """The same sentences beside free speech, with costs in its scale."""
    return replace(spec, sentences=sentence_costs(spec.sentences), language_model=free)


def _phone_map(order: BuildRequest, tuples: int) -> PhoneMap:
    """The phone map to decode with; ``tuples`` is what the base model has."""
    table = load_phone_map(order.table)
    if order.personal:
        table = personalise(table, read_speaker_pronunciation(order.personal))
    if table.tuples != tuples:
        raise _foreign(order)
    return table.fitted or table


def _language_model(phrases: Path, sentence_set: SentenceSet) -> BackoffBigram | None:
    """The language model of a folder of phrases; None for one without a corpus."""
    corpus = read_corpus(phrases)
    phrases_too = (*sentence_set.every.listed, *sentence_set.text_only)
    return train(corpus, phrases_too, general_words()) if corpus else None


def _foreign(order: BuildRequest) -> InputError:
    return InputError(
        _("phone table {table} is for another base model than {base}").format(
            table=order.table, base=order.base
        ),
        _("put a phones.yaml for it beside its files"),
    )


def _key(
    sentence_set: SentenceSet,
    background: Background,
    vocabulary: PronouncedVocabulary,
    base: BaseModel,
    language_model: BackoffBigram | None,
) -> str:
    content = [
        {state: list(sentences.listed) for state, sentences in sentence_set.states.items()},
        sentence_set.templates,
        sorted(sentence_set.costs.items()),
        sorted(sentence_set.rivals.items()),
        repr(background),
        repr(language_model),
        vocabulary.content(),
        base.fingerprint,
        base.weight_delta and base.weight_delta.fingerprint,
        DECODER,
        FOLLOWING,
        HOME,
        IDLE_RARE_SENTENCE_COST,
        compiler_fingerprint(),
    ]
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()


def compiler_fingerprint() -> str:
    """sha256 of the compiler's own source: a changed compiler triggers a rebuild."""
    digest = hashlib.sha256()
    for path in (*sorted(Path(__file__).parent.glob("*.py")), Path(model_format.__file__)):
        digest.update(path.name.encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()


def _lay_out(states: Mapping[ListeningState, StateSentences]) -> dict[Path, StateSentences]:
    """Folder of each graph; equal sets of sentences share one, the top one has all sentences."""
    folders = {Path(): states[ListeningState.ALL]}
    for state in GRAPH_STATES:
        if states[state] and states[state] not in folders.values():
            folders[Path("states") / state] = states[state]
    return folders


def _folder_of(folders: Mapping[Path, StateSentences], sentences: StateSentences) -> str | None:
    return next((f.as_posix() for f, content in folders.items() if content == sentences), None)


def _write(folder: Path, base: BaseModel, spec: GraphSpec, decoder: Mapping[str, str]) -> None:
    graph = compile_graph(spec)
    for name in KEPT:
        if name not in _NOT_SHARED:
            source = base.network if name == model_format.ACOUSTIC_MODEL else base.folder / name
            _share(source, folder / name)
    prune_gaussians(base.folder, folder)
    for name in (model_format.GRAPH, model_format.DECODER_CONF):
        (folder / name).parent.mkdir()
    write_fst(folder / model_format.GRAPH, graph.fst)
    lines = ["<eps> 0", *(f"{word} {number}" for number, word in enumerate(graph.words, 1))]
    (folder / model_format.WORDS).write_text("\n".join(lines) + "\n", encoding="utf-8")
    features = (base.folder / model_format.MFCC_CONF).read_text(encoding="ascii")
    # No random dither by Kaldi, so that decoding is deterministic.
    (folder / model_format.MFCC_CONF).write_text(
        f"{features.rstrip()}\n--dither=0\n", encoding="ascii"
    )
    settings = (f"--{name}={value}\n" for name, value in decoder.items())
    (folder / model_format.DECODER_CONF).write_text("".join(settings), encoding="ascii")
    if spec.language_model or spec.home:
        name = model_format.FREE_SPEECH if spec.language_model else model_format.HOME
        (folder / name).touch()
    closing = CLOSING_STATES if spec.home else 0
    save_acceptor(folder / model_format.GRAMMAR, graph.grammar, closing)


def _write_second(folder: Path, base: BaseModel, spec: GraphSpec) -> None:
    """Write the arrays and graphs of the second pass beside a graph."""
    room = folder / model_format.SECOND_PASS
    room.mkdir(parents=True)
    for path in second_pass_export.export_base(base).iterdir():
        _share(path, room / path.name)
    phrases = compile_graph(replace(spec, background=None)).fst
    tuples = read_tuples(base.network)
    second_pass_export.export_graph(room / model_format.PHRASE_GRAPH, phrases, tuples)
    second_pass_export.export_graph(
        room / model_format.BACKGROUND_GRAPH, compile_background(spec), tuples
    )


def _share(source: Path, goal: Path) -> None:
    """Hard-link a file, or copy it where the file system does not allow that."""
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
        with suppress(OSError):  # on a full disk the model can be used as it is
            model_format.set_sources(order.output, record, order.sources)
    return True
