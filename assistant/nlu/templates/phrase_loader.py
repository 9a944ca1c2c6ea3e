"""Loads a folder of hassil YAML into a phrasebook."""

import hashlib
import logging
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from hassil.expression import Expression

from assistant.core.errors import InputError
from assistant.core.listening_state import ListeningState
from assistant.core.translation import _
from assistant.core.yaml_reader import Node, read_optional_yaml
from assistant.nlu.templates.expand import Scope, Value
from assistant.nlu.templates.normalise import normalise
from assistant.nlu.templates.phrase_collector import PhraseCollector
from assistant.nlu.templates.phrases import FILLER, Conflict, Phrase, Phrasebook
from assistant.nlu.templates.schema import (
    check_language,
    read_barge_in,
    read_blocks,
    read_scope,
    read_skip_words,
    read_usual,
)
from assistant.nlu.templates.unsupported_keys import UnsupportedKey, unsupported_keys
from assistant.nlu.templates.yaml_booleans import bare_booleans

TEXT_ONLY_FOLDER = "wordings"
"""Subfolder of text-only templates: understood, but not in the recognition grammar."""

SUFFIXES = (".yaml", ".yml", ".json")
"""JSON is YAML, too: Home Assistant's sentences come as such in the package of that name."""

_CAPITALS = re.compile(r"(?<![^\W\d_])[A-Z]{2,4}(?![^\W\d_])")

_log = logging.getLogger(__name__)


def load_phrases(folder: Path, warn: bool = True, spoken_only: bool = False) -> Phrasebook:
    """Read and expand every template of a folder.

    ``folder`` is any folder of hassil YAML or JSON files; a subfolder ``id`` or ``intents`` is
    descended into. Wildcards are not supported: the recognition grammar is exactly the expanded
    templates. Templates in a subfolder ``wordings`` are text-only; ``spoken_only`` leaves them
    out. With ``warn``, sentences with two meanings are logged, one line per pair of templates.
    Templates of too many sentences are kept as they are (``Phrasebook.large``); in a guide, whose
    phrases are understood by likeness, they are an error.

    Raises ``InputError`` with file and line for everything that is invalid.
    """
    foreign = not _is_guide(folder)
    folder = _template_folder(folder)
    files = _template_files(folder)
    roots = [root for path in files if (root := read_optional_yaml(path)) is not None]
    for root in roots:
        check_language(root)
    scope = _merge_scopes(roots)
    collected = PhraseCollector(scope, foreign)
    collected.add_blocks([b for root in roots for b in read_blocks(root)])
    text_only = () if spoken_only else _text_only(folder / TEXT_ONLY_FOLDER, scope, collected)
    phrases, fillers = _interrupting(_mark_usual(collected.phrases, roots), roots)
    if not phrases and not collected.large:
        raise InputError.at(
            folder, _("its templates make no sentence"), _("add intents: with sentences:")
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
        large=tuple(collected.large),
        skip_words=tuple(words for root in roots for words in read_skip_words(root)),
        names=frozenset(collected.names),
        signs=tuple(collected.signs.items()),
        unsupported=(*_without_effect(roots, files, foreign), *collected.unsupported),
        abbreviations=frozenset().union(*map(_abbreviations, files)),
        foreign=foreign,
    )


def _without_effect(
    roots: list[Node], files: list[Path], foreign: bool
) -> Iterator[UnsupportedKey]:
    for root in roots:
        yield from unsupported_keys(root)
    for path in files if foreign else ():
        yield from bare_booleans(path)


def _is_guide(folder: Path) -> bool:
    """Whether the folder is a guide's, like the project's own: it says something, too."""
    folder = folder.resolve()
    places = [folder, folder / "id", *([folder.parent] if folder.name == "intents" else [])]
    return any((place / "replies.yaml").is_file() for place in places)


def _mark_usual(phrases: Sequence[Phrase], roots: Sequence[Node]) -> list[Phrase]:
    usual = {sentence.text(): sentence for root in roots for sentence in read_usual(root)}
    for text in usual.keys() - {phrase.text for phrase in phrases}:
        raise usual[text].error(
            _("no template makes the usual sentence {text!r}").format(text=text)
        )
    return [replace(phrase, usual=phrase.text in usual) for phrase in phrases]


def _interrupting(
    phrases: list[Phrase], roots: Sequence[Node]
) -> tuple[list[Phrase], tuple[Phrase, ...]]:
    """The phrases, those that may interrupt the guide marked, and the fillers."""
    interrupting = [read_barge_in(root) for root in roots]
    phrases = _mark_barge_in(phrases, interrupting)
    return phrases, _fillers([name for one in interrupting for name in one["fillers"]], phrases)


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
            raise name.error(
                _("there is no intent {intent!r} to interrupt with").format(intent=intent)
            )
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
            raise sound.error(
                _("{text!r} cannot be a filler: a template gives it a meaning").format(text=text)
            )
        states = frozenset({ListeningState.BARGE_IN})
        found[text] = Phrase(FILLER + text, "", states=states, source=sound.place, usual=True)
    return tuple(found.values())


def _template_folder(folder: Path) -> Path:
    if not folder.is_dir():
        raise InputError.at(folder, _("no such folder"), _("name a folder of hassil YAML files"))
    for name in ("id", "intents"):
        if (folder / name).is_dir():
            folder = folder / name
    return folder


def _template_files(folder: Path) -> list[Path]:
    files = sorted(path for path in folder.iterdir() if path.suffix in SUFFIXES and path.is_file())
    if not files:
        raise InputError.at(
            folder, _("no YAML file in this folder"), _("name a folder of templates")
        )
    return files


def _merge_scopes(roots: list[Node]) -> Scope:
    """Merge the rules and lists of all files, as hassil does."""
    rules: dict[str, Expression] = {}
    lists: dict[str, tuple[Value, ...]] = {}
    wildcards: dict[str, str] = {}
    for root in roots:
        scope = read_scope(root.mapping(_("a template file")))
        for name in scope.rules:
            if name in rules:
                raise InputError.at(
                    root.path, _("rule <{name}> is defined twice").format(name=name), _("keep one")
                )
        for name in scope.lists:
            if name in lists:
                raise InputError.at(
                    root.path,
                    _("list {{{name}}} is defined twice").format(name=name),
                    _("keep one"),
                )
        rules.update(scope.rules)
        lists.update(scope.lists)
        wildcards.update(scope.wildcards)
    return Scope(rules, lists, wildcards)


def _text_only(folder: Path, scope: Scope, spoken: PhraseCollector) -> tuple[Phrase, ...]:
    """The text-only phrases, without the states in which they are also spoken phrases."""
    collected = PhraseCollector(scope, spoken.foreign)
    for path in sorted(folder.glob("*.yaml")):
        root = read_optional_yaml(path)
        if root is not None:
            check_language(root)
            local = read_scope(root.mapping(_("a template file")))
            collected.add_blocks(read_blocks(root), local)
    spoken.conflicts.extend(collected.conflicts)
    spoken.names |= collected.names
    spoken.signs |= collected.signs
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


def _abbreviations(path: Path) -> frozenset[str]:
    """Words in capitals; longer ones are words in a text that is all in capitals."""
    text = path.read_text(encoding="utf-8")
    return frozenset(word.lower() for word in _CAPITALS.findall(text))


def _fingerprint(files: list[Path]) -> str:
    digest = hashlib.sha256()
    for path in files:
        content = path.read_bytes()
        digest.update(f"{path.name}\0{len(content)}\0".encode())
        digest.update(content)
    return digest.hexdigest()
