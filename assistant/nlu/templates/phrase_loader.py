"""Loads a folder of hassil YAML into a phrasebook."""

import hashlib
import logging
from collections import Counter
from dataclasses import replace
from pathlib import Path

from hassil.expression import Expression

from assistant.core.errors import InputError
from assistant.core.listening_state import ListeningState
from assistant.core.yaml_reader import Node, read_optional_yaml
from assistant.nlu.templates.expand import Scope, Value, expand, parse
from assistant.nlu.templates.normalise import normalise
from assistant.nlu.templates.phrases import (
    FILLER,
    Conflict,
    Phrase,
    Phrasebook,
    Slots,
    Template,
)
from assistant.nlu.templates.schema import (
    Block,
    check_language,
    read_barge_in,
    read_blocks,
    read_scope,
    read_usual,
)

MOST_SENTENCES = 100_000
"""Largest number of sentences of a whole folder."""

TEXT_ONLY_FOLDER = "wordings"
"""Subfolder of text-only templates: understood, but not in the recognition grammar."""

_log = logging.getLogger(__name__)


def load_phrases(folder: Path, warn: bool = True, spoken_only: bool = False) -> Phrasebook:
    """Read and expand every template of a folder.

    ``folder`` is any folder of hassil YAML files; a subfolder ``id`` or ``intents`` is descended
    into. Wildcards, ``skip_words`` and contexts other than ``state`` are not supported: the
    recognition grammar is exactly the expanded templates. Templates in a subfolder ``wordings``
    are text-only; ``spoken_only`` leaves them out. With ``warn``, sentences with two meanings are
    logged, one line per pair of templates.

    Raises ``InputError`` with file and line for everything that is invalid.
    """
    folder = _template_folder(folder)
    files = _template_files(folder)
    roots = [root for path in files if (root := read_optional_yaml(path)) is not None]
    for root in roots:
        check_language(root)
    scope = _merge_scopes(roots)
    collected = _PhraseCollector()
    _expand_all([b for root in roots for b in read_blocks(root)], scope, collected)
    text_only = () if spoken_only else _text_only(folder / TEXT_ONLY_FOLDER, scope, collected)
    usual = {sentence.text(): sentence for root in roots for sentence in read_usual(root)}
    phrases = [replace(p, usual=p.text in usual) for p in collected.phrases]
    for text in usual.keys() - {phrase.text for phrase in phrases}:
        raise usual[text].error(f"no template makes the usual sentence {text!r}")
    interrupting = [read_barge_in(root) for root in roots]
    phrases = _mark_barge_in(phrases, interrupting)
    fillers = _fillers([name for one in interrupting for name in one["fillers"]], phrases)
    if not phrases:
        raise InputError(
            f"{folder}: its templates make no sentence", "add intents: with sentences:"
        )
    if warn:
        _warn(collected.conflicts)
    return Phrasebook(
        folder=folder,
        phrases=tuple(phrases),
        fingerprint=_fingerprint(files),
        templates=tuple(collected.templates),
        conflicts=tuple(collected.conflicts),
        fillers=fillers,
        text_only=text_only,
    )


def _warn(conflicts: list[Conflict]) -> None:
    """Log one line per pair of templates that conflict."""
    claims = Counter((one.winner.source, one.loser.source) for one in conflicts)
    for one in conflicts:
        more = claims.pop((one.winner.source, one.loser.source), 0) - 1
        if more >= 0:
            also = f" ({more} more like it)" if more else ""
            _log.warning("%s%s", one, also)


def _mark_barge_in(
    phrases: list[Phrase], interrupting: list[dict[str, list[Node]]]
) -> list[Phrase]:
    """Add the state ``barge_in`` to the phrases that may interrupt the guide."""
    known = {phrase.intent for phrase in phrases}
    intents: dict[str, bool] = {}
    names = [
        (name, key == "all") for one in interrupting for key in ("usual", "all")
        for name in one[key]
    ]  # fmt: skip
    for name, every in names:
        intent = str(name.value)
        if intent not in known:
            raise name.error(f"there is no intent {intent!r} to interrupt with")
        intents[intent] = every

    def interrupts(phrase: Phrase) -> bool:
        every = intents.get(phrase.intent)
        denial = ("negated", "yes") in phrase.slots  # can wait until the prompt has ended
        wanted = every is not None and (every or phrase.usual) and not denial
        return wanted and ListeningState.CONVERSATION in phrase.states

    return [
        replace(phrase, states=phrase.states | {ListeningState.BARGE_IN})
        if interrupts(phrase)
        else phrase
        for phrase in phrases
    ]


def _fillers(sounds: list[Node], phrases: list[Phrase]) -> tuple[Phrase, ...]:
    """The fillers as phrases without an intent, marked by the prefix ``FILLER``."""
    meant = {phrase.text for phrase in phrases if ListeningState.BARGE_IN in phrase.states}
    found: dict[str, Phrase] = {}
    for sound in sounds:
        text = normalise(str(sound.value))
        if text in meant:
            raise sound.error(f"{text!r} cannot be a filler: a template gives it a meaning")
        states = frozenset({ListeningState.BARGE_IN})
        found[text] = Phrase(FILLER + text, "", states=states, source=sound.place, usual=True)
    return tuple(found.values())


def _template_folder(folder: Path) -> Path:
    if not folder.is_dir():
        raise InputError(f"{folder}: no such folder", "name a folder of hassil YAML files")
    for name in ("id", "intents"):
        if (folder / name).is_dir():
            folder = folder / name
    return folder


def _template_files(folder: Path) -> list[Path]:
    files = sorted(
        path for path in folder.iterdir() if path.suffix in (".yaml", ".yml") and path.is_file()
    )
    if not files:
        raise InputError(f"{folder}: no YAML file in this folder", "name a folder of templates")
    return files


def _merge_scopes(roots: list[Node]) -> Scope:
    """Merge the rules and lists of all files, as hassil does."""
    rules: dict[str, Expression] = {}
    lists: dict[str, tuple[Value, ...]] = {}
    for root in roots:
        scope = read_scope(root.mapping("a template file"))
        for name in scope.rules:
            if name in rules:
                raise InputError(f"{root.path}: rule <{name}> is defined twice", "keep one")
        for name in scope.lists:
            if name in lists:
                raise InputError(f"{root.path}: list {{{name}}} is defined twice", "keep one")
        rules.update(scope.rules)
        lists.update(scope.lists)
    return Scope(rules, lists)


class _PhraseCollector:
    """Collects phrases and conflicts; one text has one meaning per state."""

    def __init__(self) -> None:
        self.phrases: list[Phrase] = []
        self.templates: list[Template] = []
        self.conflicts: list[Conflict] = []
        self._positions: dict[str, list[int]] = {}

    def with_text(self, text: str) -> list[Phrase]:
        """The collected phrases with this text."""
        return [self.phrases[place] for place in self._positions.get(text, ())]

    def add(self, phrase: Phrase) -> None:
        """Add a phrase, or merge its states into the one with the same text and meaning."""
        states = phrase.states
        for place in self._positions.get(phrase.text, ()):
            known = self.phrases[place]
            if known.meaning == phrase.meaning:
                merged = known.states | states
                self.phrases[place] = replace(known, states=merged)
                return
            if known.states & states:
                self.conflicts.append(Conflict(known, phrase))
                states -= known.states
        if states:
            added = replace(phrase, states=states)
            self._positions.setdefault(phrase.text, []).append(len(self.phrases))
            self.phrases.append(added)


def _text_only(folder: Path, scope: Scope, spoken: _PhraseCollector) -> tuple[Phrase, ...]:
    """The text-only phrases, without the states in which they are also spoken phrases."""
    collected = _PhraseCollector()
    for path in sorted(folder.glob("*.yaml")):
        root = read_optional_yaml(path)
        if root is not None:
            check_language(root)
            local = read_scope(root.mapping("a template file"))
            merged = Scope({**scope.rules, **local.rules}, {**scope.lists, **local.lists})
            _expand_all(read_blocks(root), merged, collected)
    spoken.conflicts.extend(collected.conflicts)
    found = []
    for phrase in collected.phrases:
        states = phrase.states
        for known in spoken.with_text(phrase.text):
            if states & known.states and known.meaning != phrase.meaning:
                spoken.conflicts.append(Conflict(known, phrase))
            states -= known.states
        if states:
            source = f"{TEXT_ONLY_FOLDER}/{phrase.source}"
            found.append(replace(phrase, states=states, source=source))
    return tuple(found)


def _expand_all(blocks: list[Block], scope: Scope, collected: _PhraseCollector) -> None:
    total = 0
    for block in blocks:
        local = Scope({**scope.rules, **block.scope.rules}, {**scope.lists, **block.scope.lists})
        for node in block.sentences:
            text = node.text("a sentence")
            variants = expand(parse(text, node.where), local, node.where)
            total += len(variants)
            if total > MOST_SENTENCES:
                raise InputError(
                    f"{node.where}: the templates up to here make more than "
                    f"{MOST_SENTENCES:,} sentences",
                    "take out optional parts",
                )
            place = node.place
            collected.templates.append(Template(text, block.intent, place, len(variants)))
            meanings: dict[Slots, Slots] = {}  # one shared object per meaning, to save memory
            for said, found in variants:
                slots = tuple(sorted({**dict(block.slots), **dict(found)}.items()))
                words = normalise(said)
                if words:
                    slots = meanings.setdefault(slots, slots)
                    collected.add(Phrase(words, block.intent, slots, block.states, place))


def _fingerprint(files: list[Path]) -> str:
    digest = hashlib.sha256()
    for path in files:
        content = path.read_bytes()
        digest.update(f"{path.name}\0{len(content)}\0".encode())
        digest.update(content)
    return digest.hexdigest()
