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
from assistant.nlu.courtesies import (
    COURTESIES,
    PAUSE,
    STOP,
    Courteous,
    Span,
    as_listed,
    find_courtesies,
    repeated_verbs_left_out,
)
from assistant.nlu.courtesy_rules import Omission, may_be_left_out
from assistant.nlu.home_names import HomeNames, plainer
from assistant.nlu.intent import Intent, Interpretation
from assistant.nlu.interpreter import Interpreter
from assistant.nlu.reason import InterpretationReason
from assistant.nlu.templates.normalise import normalise
from assistant.nlu.templates.number_words import merges, number_vocabulary
from assistant.nlu.templates.phrases import Phrase, Phrasebook
from assistant.nlu.templates.plain_writing import plain_writing, respelled

_PAUSES = re.compile(r"([,;:!?….]+(?=[\s)]|$)|[()]|\s[-–—]\s(?!\d))")  # noqa: RUF001
_STOP = re.compile(r".*[!?].*|\.")
_TITLE = re.compile(
    r"(?<![^\W\d_])((?i:bu|pak|dr|tn|ny|sdr)(?=\.\s+\w)|[^\W\d_]{1,3}(?=\.\s+[a-z]))\."
)
"""A short word with a full stop within a sentence: an abbreviation as in "Bu. Yati"."""

_DOUBLED = re.compile(r"\b([^\W\d_]+)[-‐‑]\1\b", re.IGNORECASE)  # noqa: RUF001
"""A word that is doubled for another meaning: "kunci-kunci" are keys."""

_DIGITS = re.compile(r"\d+(?:[.,]\d+)*")
_ASKING = ("apa", "apakah", "berapa", "siapa", "kapan", "mana", "di", "bagaimana", "gimana")

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
        self._names = HomeNames(self._exact, book.names)
        self._signs = book.signs

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
        if len(text) > _LONGEST:
            return self._refused(words, state, confidence, InterpretationReason.NOT_VERBATIM)
        writing = plain_writing(self._without_signs(text))
        if writing is None:
            return self._refused(words, state, confidence, InterpretationReason.NOT_PLAIN)
        for one in dict.fromkeys((writing, respelled(writing))):
            if _runs_numbers_together(one.text):
                break
            found = self._said(_tokens(one.text), state, _DOUBLED.search(text) is None)
            if found is not None:
                phrase, meant = found
                if not (meant and one.suits(dict(phrase.slots), self._names.names)):
                    break
                intent = Intent(phrase.intent, dict(phrase.slots), confidence, words)
                reason = InterpretationReason.VERBATIM
                return Interpretation(intent, True, 1.0, phrase.text, reason=reason)
        return self._refused(words, state, confidence, InterpretationReason.NOT_VERBATIM)

    def _without_signs(self, text: str) -> str:
        """``text`` with this home's names that are written with signs in their words."""
        for written, words in self._signs:
            text = re.sub(rf"(?i)(?<!\S){re.escape(written)}(?!\w)", words, text)
        return text

    def _refused(
        self, words: str, state: ListeningState, confidence: float, reason: InterpretationReason
    ) -> Interpretation:
        allowed = [text for text in self._exact if self._phrase(text, state) is not None]
        near = process.extractOne(words, allowed, scorer=fuzz.ratio, score_cutoff=_ALIKE)
        if near is None:
            return Interpretation(None, False, 0.0, reason=reason)
        score = round(min(near[1] / 100, 0.99), 3)
        phrase = self._phrase(near[0], state)
        assert phrase is not None
        intent = Intent(phrase.intent, dict(phrase.slots), confidence * score, words)
        return Interpretation(intent, False, score, phrase.text, reason=reason)

    def _said(
        self, tokens: Sequence[str], state: ListeningState, repeats: bool
    ) -> tuple[Phrase, bool] | None:
        """The phrase that the words are, with as few courtesies left out as possible.

        Also whether it is meant: what was left out may make it another sentence.
        """
        ways = [list(tokens), _simpler(tokens, repeats)]
        if self._skipped:
            ways += [self._without_skipped(one) for one in ways]
        for place, one in enumerate(ways):
            if one not in ways[:place]:
                found = self._with_courtesies(one, state)
                if found is not None:
                    return found
        return None

    def _with_courtesies(
        self, tokens: Sequence[str], state: ListeningState
    ) -> tuple[Phrase, bool] | None:
        """The phrase that ``tokens`` are without some courtesies, and whether it is meant."""
        polite = find_courtesies(tokens, self._names.distinguishing)
        if len(polite.inner) > _MOST_COURTESIES:
            return None
        starts = [0, *(stop for _, stop in polite.opening[-_MOST_COURTESIES:])]
        stops = [start for start, _ in polite.closing[:_MOST_COURTESIES]]
        bounds = itertools.product(starts, [len(tokens), *reversed(stops)])
        for (start, stop), left_out in itertools.product(bounds, _subsets(polite.inner)):
            words = list(_without(tokens, start, stop, left_out))
            found = self._find_plainer(words, state, large=left_out in ((), polite.inner))
            if found is None:
                continue
            omitted = _omitted(tokens, polite, (start, stop), left_out)
            others = (tokens[end:stop] for _, end in left_out)
            meant = may_be_left_out(
                omitted, found.text.split(), self._names, _asks(found)
            ) and not any(self._is_another(one, found, state) for one in others)
            return found, meant
        return None

    def _find_plainer(
        self, words: Sequence[str], state: ListeningState, large: bool
    ) -> Phrase | None:
        """The phrase with these words, or with their plainer forms."""
        found = self._find(" ".join(words), state, large)
        if found is None and words and (plain := plainer(words)) != words:
            found = self._find(" ".join(plain), state, large)
        return found

    def _is_another(self, tokens: Sequence[str], found: Phrase, state: ListeningState) -> bool:
        """Whether what follows a courtesy is a command by itself: "buka, eh, kunci pintu"."""
        marks = (PAUSE, STOP)
        rest = [one for one in tokens if as_listed(one) not in COURTESIES and one not in marks]
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


def _omitted(
    tokens: Sequence[str], polite: Courteous, bounds: Span, inner: Sequence[Span]
) -> list[Omission]:
    """What is left out of ``tokens``, each with the number of words kept before it."""
    start, stop = bounds
    opening = [span for span in polite.opening if span[1] <= start]
    closing = [span for span in polite.closing if span[0] >= stop]
    omitted, left_out = [], 0
    for first, last in (*opening, *inner, *closing):
        expression = tuple(map(as_listed, tokens[first:last]))
        omitted.append(Omission(expression, first - left_out))
        left_out += last - first
    return omitted


def _asks(phrase: Phrase) -> bool:
    """Whether a phrase is a question, by the name of its intent or its first word."""
    return "Get" in phrase.intent or phrase.text.split()[0] in _ASKING


def _simpler(tokens: Sequence[str], repeats: bool) -> list[str]:
    """``tokens`` without repetitions if ``repeats``, and degrees as they are counted everywhere."""
    rest = repeated_verbs_left_out(tokens) if repeats else tokens
    return [
        word
        for before, word in zip(("", *rest), rest, strict=False)
        if not (before == "derajat" and word in ("celsius", "celcius"))
    ]


def _tokens(text: str) -> list[str]:
    """The normalised words, with ``PAUSE`` or ``STOP`` for every mark within the sentence."""
    tokens: list[str] = []
    marks: list[str] = []
    for part in _PAUSES.split(_TITLE.sub(r"\1", text)):
        if _PAUSES.fullmatch(part):
            marks.append(STOP if _STOP.fullmatch(part) else PAUSE)
        elif words := normalise(part, chat=False).split():
            tokens += [*marks, *words] if tokens else words
            marks = []
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
