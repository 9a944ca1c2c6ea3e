"""Interpreter of somebody's own commands: carried out is what was said, or nothing.

A home has rooms and devices whose names are alike on purpose. So nothing is bridged by likeness
and none of the project's synonyms is applied: a sentence must be one of the phrases, word for word
and number for number. Only courtesies may be added, and the home's own ``skip_words``.
"""

import itertools
import re
from collections.abc import Iterator, Sequence

from rapidfuzz import fuzz, process

from assistant.core.listening_state import ListeningState
from assistant.nlu.courtesies import COURTESIES, PAUSE, Span, find_courtesies
from assistant.nlu.intent import Intent, Interpretation
from assistant.nlu.interpreter import Interpreter
from assistant.nlu.reason import InterpretationReason
from assistant.nlu.templates.normalise import normalise
from assistant.nlu.templates.number_words import merges, number_vocabulary
from assistant.nlu.templates.phrases import Phrase, Phrasebook

_PAUSES = re.compile(r"[,;:!?…]+(?=\s|$)|\.+(?=\s|$)|\s[-–—]\s(?!\d)")  # noqa: RUF001
_DIGITS = re.compile(r"\d+(?:[.,]\d+)*")

_MOST_COURTESIES = 6
"""Courtesies inside a sentence up to which all ways to leave them out are tried."""

_LONGEST = 400
"""Characters of the longest sentence that is looked at."""

_ALIKE = 60.0
"""Least similarity, 0 to 100, of the phrase that a refused sentence is said to resemble."""


class VerbatimInterpreter:
    """Interprets sentences by the phrases alone; stateless between calls."""

    def __init__(self, book: Phrasebook) -> None:
        self._exact: dict[str, list[Phrase]] = {}
        for phrase in (*book.phrases, *book.text_only):
            self._exact.setdefault(phrase.text, []).append(phrase)
        self._large = book.large
        self._skipped = frozenset(tuple(words.split()) for words in book.skip_words)
        self._kept = _distinguishing(self._exact)

    def interpret(
        self, text: str, state: ListeningState = ListeningState.ALL, confidence: float = 1.0
    ) -> Interpretation:
        """Interpret ``text`` in a listening state (``idle``, ``conversation`` or ``all``).

        An intent that is not accepted is the most similar one: what the sentence was taken for.
        ``confidence`` is the recogniser's, 0 to 1.
        """
        words = normalise(text, chat=False)
        if not words:
            return Interpretation(None, False, 0.0, reason=InterpretationReason.NOTHING_SAID)
        if len(text) <= _LONGEST and not _runs_numbers_together(text):
            found = self._said(_tokens(text), state)
            if found is not None:
                intent = Intent(found.intent, dict(found.slots), confidence, words)
                reason = InterpretationReason.VERBATIM
                return Interpretation(intent, True, 1.0, found.text, reason=reason)
        return self._refused(words, state, confidence)

    def _refused(self, words: str, state: ListeningState, confidence: float) -> Interpretation:
        reason = InterpretationReason.NOT_VERBATIM
        allowed = [text for text in self._exact if self._phrase(text, state) is not None]
        near = process.extractOne(words, allowed, scorer=fuzz.ratio, score_cutoff=_ALIKE)
        if near is None:
            return Interpretation(None, False, 0.0, reason=reason)
        score = round(min(near[1] / 100, 0.99), 3)
        phrase = self._phrase(near[0], state)
        assert phrase is not None
        intent = Intent(phrase.intent, dict(phrase.slots), confidence * score, words)
        return Interpretation(intent, False, score, phrase.text, reason=reason)

    def _said(self, tokens: Sequence[str], state: ListeningState) -> Phrase | None:
        """The phrase that was said, with as few courtesies left out as possible."""
        found = self._with_courtesies(tokens, state)
        if found is None and self._skipped:
            found = self._with_courtesies(self._without_skipped(tokens), state)
        return found

    def _with_courtesies(self, tokens: Sequence[str], state: ListeningState) -> Phrase | None:
        """The phrase that ``tokens`` are without some courtesies; None if it may be another."""
        polite = find_courtesies(tokens, self._kept)
        if len(polite.inner) > _MOST_COURTESIES:
            return None
        starts = [0, *(stop for _, stop in polite.opening[-_MOST_COURTESIES:])]
        stops = [start for start, _ in polite.closing[:_MOST_COURTESIES]]
        bounds = itertools.product(starts, [len(tokens), *reversed(stops)])
        for (start, stop), left_out in itertools.product(bounds, _subsets(polite.inner)):
            whole = left_out == polite.inner and (start, stop) == (
                starts[-1], stops[0] if stops else len(tokens)
            )  # fmt: skip
            words = " ".join(_without(tokens, start, stop, left_out))
            found = self._find(words, state, whole or words == " ".join(tokens))
            if found is not None:
                after = (tokens[end:stop] for _, end in left_out)
                return None if any(self._is_another(one, found, state) for one in after) else found
        return None

    def _is_another(self, tokens: Sequence[str], found: Phrase, state: ListeningState) -> bool:
        """Whether what follows a courtesy is a command by itself: "buka, eh, kunci pintu"."""
        rest = [token for token in tokens if token not in COURTESIES and token != PAUSE]
        other = self._find(" ".join(rest), state)
        return other is not None and other.meaning != found.meaning

    def _find(self, words: str, state: ListeningState, large: bool = True) -> Phrase | None:
        """The phrase with this text; ``large``: also of the templates that are not expanded."""
        found = self._phrase(words, state)
        if found is not None or not large or not words:
            return found
        allowed = (one for one in self._large if _is_allowed(one.states, state))
        return next((found for one in allowed if (found := one.phrase(words)) is not None), None)

    def _phrase(self, words: str, state: ListeningState) -> Phrase | None:
        """The first phrase with this text that is allowed in ``state``."""
        phrases = self._exact.get(words, ())
        return next((one for one in phrases if _is_allowed(one.states, state)), None)

    def _without_skipped(self, tokens: Sequence[str]) -> list[str]:
        """``tokens`` without the home's skip words, the longest first, as hassil does."""
        rest, place = [], 0
        while place < len(tokens):
            lengths = [len(one) for one in self._skipped if tokens[place:][: len(one)] == [*one]]
            if not lengths:
                rest.append(tokens[place])
            place += max(lengths, default=1)
        return rest


def interpreter_of(book: Phrasebook) -> Interpreter | VerbatimInterpreter:
    """The interpreter for a folder: of a guide by likeness, of other commands word for word."""
    return VerbatimInterpreter(book) if book.foreign else Interpreter(book)


def _is_allowed(states: frozenset[ListeningState], state: ListeningState) -> bool:
    return state == ListeningState.ALL or state in states


def _without(
    tokens: Sequence[str], start: int, stop: int, left_out: Sequence[Span]
) -> Iterator[str]:
    for place in range(start, stop):
        if not any(one <= place < other for one, other in left_out):
            yield tokens[place]


def _subsets(spans: Sequence[Span]) -> Iterator[tuple[Span, ...]]:
    for count in range(len(spans) + 1):
        yield from itertools.combinations(spans, count)


def _tokens(text: str) -> list[str]:
    """The normalised words, with ``PAUSE`` for every pause within the sentence."""
    parts = [normalise(part, chat=False).split() for part in _PAUSES.split(text)]
    tokens: list[str] = []
    for part in filter(None, parts):
        tokens += [PAUSE, *part] if tokens else part
    return tokens


def _runs_numbers_together(text: str) -> bool:
    """Whether digits stand beside other numbers, so that words alone would read "20 5" as 25."""
    run: list[str] = []
    digits = False
    for piece in re.findall(r"\d+(?:[.,]\d+)*|[^\W\d_]+", text.lower()):
        words = normalise(piece, chat=False)
        number = bool(_DIGITS.fullmatch(piece))
        if number or words in number_vocabulary():
            run.append(words)
            digits |= number
            if digits and len(run) > 1 and merges(run):
                return True
        else:
            run, digits = [], False
    return False


def _distinguishing(exact: dict[str, list[Phrase]]) -> frozenset[str]:
    """Courtesies that distinguish phrases of this home; they are never left out."""
    found = set()
    for text, phrases in exact.items():
        words = text.split()
        for word in COURTESIES.intersection(words):
            others = exact.get(" ".join(one for one in words if one != word), ())
            if any(one.meaning not in [other.meaning for other in others] for one in phrases) and (
                others
            ):
                found.add(word)
    return frozenset(found)
