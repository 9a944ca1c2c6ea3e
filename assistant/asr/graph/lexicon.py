"""Which phones each word is made of: rules, exceptions, and clear words when neither helps."""

import hashlib
import math
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from assistant.asr.graph.background import MARK
from assistant.asr.graph.g2p import SOUNDS, Pronunciation, pronounce
from assistant.asr.graph.phone_map import PhoneMap
from assistant.core.errors import InputError
from assistant.core.yaml_reader import Node, parse_yaml, read_bytes

MAX_VARIANTS = 48
"""Ways to say one word that are kept: its own ones, and by the rules the cheapest."""

MIN_PROBABILITY = 4.0
"""By the rules, what costs so much more (natural logarithm) than the best way is dropped."""

Variants = tuple[tuple[tuple[int, ...], float], ...]
"""Phone ids and cost of each way to say a word, cheapest first."""


@dataclass(frozen=True)
class WordPronunciations:
    """The ways to say a word."""

    after_pause: Variants
    """At the beginning or after a pause."""

    in_flow: Variants
    """Right after another word."""


@dataclass(frozen=True)
class Exceptions:
    """Pronunciations that the rules get wrong, as read from ``pronunciations.yaml``."""

    words: Mapping[str, tuple[tuple[str, ...], ...]]
    fingerprint: str


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
        raise InputError(f"{path}:1: the file is empty; write words: and pronunciations")
    entries = root.fields("", "words")["words"]
    words = {} if entries.value is None else entries.mapping("words")
    return Exceptions(
        {word: _read_entry(word, node) for word, node in words.items()},
        hashlib.sha256(data).hexdigest(),
    )


def _read_entry(word: str, entry: Node) -> tuple[tuple[str, ...], ...]:
    """The pronunciations of ``word``, each as its sounds."""
    spoken = tuple(tuple(text.split()) for text in entry.texts(f"the pronunciation of {word!r}"))
    if not spoken:
        raise entry.error(f"{word!r} has no pronunciation", "write its sounds")
    for sounds in spoken:
        for sound in sounds:
            if sound not in SOUNDS:
                raise entry.error(
                    f"{word}: {sound!r} is not a sound", f"use {' '.join(sorted(SOUNDS))}"
                )
    return spoken


class Lexicon:
    """Words to phone ids."""

    def __init__(self, table: PhoneMap, *exceptions: Exceptions) -> None:
        """Later ``exceptions`` go before earlier ones."""
        self._table = table
        self._given: dict[str, tuple[tuple[str, ...], ...]] = {}
        for one in exceptions:
            self._given.update(one.words)
        self._known: dict[str, WordPronunciations] = {}

    def pronounce(self, word: str, where: str = "") -> WordPronunciations:
        """Return the ways to say ``word``.

        Raises ``InputError`` naming ``where`` it stood when it cannot be said.
        """
        if word not in self._known:
            self._known[word] = self._make(word, where)
        return self._known[word]

    def _make(self, word: str, where: str) -> WordPronunciations:
        spoken = self.spell(word, where)
        return WordPronunciations(
            self._variants(word, spoken, True), self._variants(word, spoken, False)
        )

    def spell(self, word: str, where: str = "") -> tuple[Pronunciation, ...]:
        """The sounds of ``word``, by the exceptions or the rules; raises as ``say`` does."""
        given = self._given.get(word)
        try:
            if given:
                return tuple(Pronunciation(sounds) for sounds in given)
            return pronounce(word.removeprefix(MARK))
        except ValueError as error:
            place = f"{where}: " if where else ""
            raise InputError(
                f"{place}no pronunciation for {word!r} (what is {str(error)!r}?); "
                "spell it in letters or add it to pronunciations.yaml"
            ) from error

    def _variants(self, word: str, spoken: tuple[Pronunciation, ...], rested: bool) -> Variants:
        likeliest = max(one.probability for one in spoken)
        table = self._table
        found: dict[tuple[int, ...], float] = {}
        least = math.inf
        for one in spoken:
            extra = -math.log(one.probability / likeliest)
            for kinds, cost in table.variants(one.sounds, MAX_VARIANTS, rested):
                phones = table.phone_ids(kinds)
                found[phones] = min(found.get(phones, math.inf), cost + extra)
                least = min(least, cost + extra - table.entry_costs(kinds))
        # A long word can be said in hundreds of ways by the rules, all of them about as likely;
        # what was found for this very word must not drown in them.
        own: dict[tuple[int, ...], float] = {}
        for kinds, cost in table.words.get(word, ()):
            phones = table.phone_ids(kinds)
            own[phones] = min(found.pop(phones, math.inf), least + cost + table.entry_costs(kinds))
        ruled = sorted(found.items(), key=lambda pair: (pair[1], pair[0]))[
            : MAX_VARIANTS - len(own)
        ]
        enough = min((*own.values(), *found.values())) + MIN_PROBABILITY
        kept = [*own.items(), *((phones, cost) for phones, cost in ruled if cost <= enough)]
        return tuple(sorted(kept, key=lambda pair: (pair[1], pair[0])))
