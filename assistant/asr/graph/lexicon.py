"""The pronunciation lexicon: words to weighted phone sequences, by exceptions or by rule (G2P)."""

import hashlib
import math
from collections.abc import Mapping, Set
from dataclasses import dataclass
from pathlib import Path

from assistant.asr.graph.abbreviations import spell_abbreviation
from assistant.asr.graph.background_words import MARK
from assistant.asr.graph.g2p import SOUNDS, Pronunciation, pronounce
from assistant.asr.graph.phone_map import PhoneMap
from assistant.core.errors import InputError
from assistant.core.translation import _
from assistant.core.yaml_reader import Node, parse_yaml, read_bytes

MAX_VARIANTS = 48
"""Pronunciations per word at most: all of its own in the phone map, the cheapest by the rules."""

VARIANT_BEAM = 4.0
"""Beam in nats: pronunciations by the rules that cost this much more than the best are dropped."""

Variants = tuple[tuple[tuple[int, ...], float], ...]
"""Phone ids and cost in nats of each pronunciation of a word, cheapest first."""


@dataclass(frozen=True)
class WordPronunciations:
    """The pronunciation variants of a word."""

    after_pause: Variants
    """At the beginning of an utterance or after a pause."""

    in_flow: Variants
    """Directly after another word, as in connected speech."""


@dataclass(frozen=True)
class Exceptions:
    """Pronunciations that the G2P rules get wrong, as read from ``pronunciations.yaml``."""

    words: Mapping[str, tuple[tuple[str, ...], ...]]
    """Word → its pronunciations, in phonemes."""

    fingerprint: str
    """sha256 of the file."""


NO_EXCEPTIONS = Exceptions({}, "")


def load_exceptions(path: Path) -> Exceptions:
    """Read ``words: {igd: [i g e d e]}``; a missing file means no exceptions.

    Raises ``InputError`` with file and line.
    """
    if not path.is_file():
        return NO_EXCEPTIONS
    data = read_bytes(path)
    root = parse_yaml(data, path)
    if root is None:
        raise InputError.at(
            f"{path}:1", _("the file is empty"), _("write words: and pronunciations")
        )
    entries = root.fields("", "words")["words"]
    words = {} if entries.value is None else entries.mapping("words")
    return Exceptions(
        {word: _read_entry(word, node) for word, node in words.items()},
        hashlib.sha256(data).hexdigest(),
    )


def _read_entry(word: str, entry: Node) -> tuple[tuple[str, ...], ...]:
    """The pronunciations of ``word`` as phonemes."""
    spoken = tuple(
        tuple(text.split())
        for text in entry.texts(_("the pronunciation of {word!r}").format(word=word))
    )
    if not spoken:
        raise entry.error(
            _("{word!r} has no pronunciation").format(word=word), _("write its sounds")
        )
    for sounds in spoken:
        for sound in sounds:
            if sound not in SOUNDS:
                raise entry.error(
                    _("{word}: {sound!r} is not a sound").format(word=word, sound=sound),
                    _("use {sounds}").format(sounds=" ".join(sorted(SOUNDS))),
                )
    return spoken


class Lexicon:
    """Looks up, or derives, the pronunciations of words; in phone ids, with costs."""

    def __init__(
        self, table: PhoneMap, *exceptions: Exceptions, abbreviations: Set[str] = frozenset()
    ) -> None:
        """Later ``exceptions`` override earlier ones, and all of them ``abbreviations``: words
        that are read letter by letter."""
        self._table = table
        self._abbreviations = abbreviations
        self._given: dict[str, tuple[tuple[str, ...], ...]] = {}
        for one in exceptions:
            self._given.update(one.words)
        self._known: dict[str, WordPronunciations] = {}

    def pronounce(self, word: str, where: str = "", most: int = MAX_VARIANTS) -> WordPronunciations:
        """Return the pronunciations of ``word``: ``most`` of them, or more if they are known.

        Raises ``InputError``, naming the place ``where`` the word comes from, when there is none.
        """
        if word not in self._known:
            self._known[word] = self._make(word, where, most)
        return self._known[word]

    def _make(self, word: str, where: str, most: int) -> WordPronunciations:
        spoken = self.spell(word, where)
        return WordPronunciations(
            self._variants(word, spoken, True, most), self._variants(word, spoken, False, most)
        )

    def spell(self, word: str, where: str = "") -> tuple[Pronunciation, ...]:
        """The phonemes of ``word``, by the exceptions or the rules; raises as ``pronounce``."""
        given = self._given.get(word)
        try:
            if given:
                return tuple(Pronunciation(sounds) for sounds in given)
            if word in self._abbreviations:
                return spell_abbreviation(word)
            return pronounce(word.removeprefix(MARK))
        except ValueError as error:
            place = f"{where}: " if where else ""
            raise InputError(
                _("{place}no pronunciation for {word!r} (what is {error!r}?)").format(
                    place=place, word=word, error=str(error)
                ),
                _("spell it in letters or add it to pronunciations.yaml"),
            ) from error

    def _variants(
        self, word: str, spoken: tuple[Pronunciation, ...], after_pause: bool, most: int
    ) -> Variants:
        best_probability = max(one.probability for one in spoken)
        table = self._table
        by_rule: dict[tuple[int, ...], float] = {}
        least = math.inf
        for one in spoken:
            extra = -math.log(one.probability / best_probability)
            for phones, cost in table.variants(one.sounds, most, after_pause):
                ids = table.phone_ids(phones)
                by_rule[ids] = min(by_rule.get(ids, math.inf), cost + extra)
                least = min(least, cost + extra - table.entry_costs(phones))
        # By the rules a long word has hundreds of variants of about the same cost; they must not
        # crowd out the pronunciations found for this very word.
        own: dict[tuple[int, ...], float] = {}
        for phones, cost in table.words.get(word, ()):
            ids = table.phone_ids(phones)
            own[ids] = min(by_rule.pop(ids, math.inf), least + cost + table.entry_costs(phones))
        cheapest = sorted(by_rule.items(), key=lambda pair: (pair[1], pair[0]))[
            : max(0, most - len(own))
        ]
        limit = min((*own.values(), *by_rule.values())) + VARIANT_BEAM
        variants = [*own.items(), *((ids, cost) for ids, cost in cheapest if cost <= limit)]
        return tuple(sorted(variants, key=lambda pair: (pair[1], pair[0])))
