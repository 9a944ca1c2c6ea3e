"""Segmentation: self-repairs within a sentence, and several remarks in one utterance."""

import re
from collections.abc import Callable, Iterator
from dataclasses import replace

from assistant.nlu.concept import Concept
from assistant.nlu.intent import MINOR_INTENTS, Interpretation, add_slot
from assistant.nlu.reason import InterpretationReason
from assistant.nlu.templates.normalise import normalise
from assistant.nlu.vocabulary import Vocabulary

MAX_SEGMENTS = 3
"""Largest number of segments of a sentence without punctuation."""

_MAX_WORDS = 16
"""Longest sentence, in words, that is segmented without punctuation."""

_MIN_SINGLE_SCORE = 0.9
"""Score from which a sentence is a single remark and is not segmented."""

_MIN_CLAUSE_SCORE = 0.78
"""Score from which a clause counts although its concepts are not exactly those of a phrase."""

_DETAIL_INTENTS = frozenset({"situation", "left", "right", "both", "severity"})
"""Intents that only count as details if there is another one."""

_REPAIRABLE_INTENTS = frozenset({
    *("left", "right", "both", "yes", "no", "next", "back", "repeat", "pause", "continue", "stop"),
    *("better", "still_hurts", "slower", "faster", "louder", "softer"),
})  # fmt: skip
"""Answers and commands that a mere "eh" can correct."""

_DURATION_INTENT = "x_duration"
"""Intent of a danger sign (duration) that has no danger word."""

_MERGED_SLOTS = ("leg", "situation")
"""Slots that are merged from the other segments."""

_SEGMENT_CONFIDENCE = 0.95
"""Factor on the confidence of an intent from a segmented sentence."""

_SEQUELS = frozenset({"terus", "trus", "lalu"})
"""Conjunctions that stay with a short last clause, whose meaning they decide."""

_MAX_SEQUEL = 3
"""Most words of such a clause, the conjunction included."""

_PAUSES = re.compile(r"[,.;:!?–—…]")

_WAS_ABSENT = re.compile(
    r"^\W*(?:(?:eh|lho|lha|nah)\W+)?(?:tadi|tadinya|sebelumnya|awalnya|mau|maune|wau)\W+"
    r"(?:tidak|nggak|enggak|gak|ga|kagak|ndak|ora|mboten|belum)\W+(?:\w+\W+){0,2}?"
    r"(?:sekarang|saiki|sakniki|sakmenika)\W+(?=\w)",
    re.IGNORECASE,
)


_JAVANESE_DONT = re.compile(
    r"^\W*(?:aja|ampun(?=\s+(?:di|kes|mandeg|kendel|banter|seru|rikat|cepet|alon|lirih|terus|lajeng)))"
    r"\s+(?=\w)",
    re.IGNORECASE,
)


_JAVANESE_WILL = re.compile(
    r"\b(?:(?:aku|kula) )?tak "
    r"(?=(?:coba|jajal|pijet|pijeti|urut|ngadeg|lungguh|turu|mlaku|ngombe)\b)",
    re.IGNORECASE,
)
"""Before a verb of one's own "tak" is "I will": "aku tak ngadeg ae"."""


def since_now(text: str) -> str:
    """What is true now of "tadi tidak, sekarang sesak": "sesak"; any other text unchanged.

    "Aja" at the beginning is Javanese for "jangan"; in Jakarta it stands behind its word. So is
    "ampun" before an order; elsewhere it is a sigh.
    """
    will = _JAVANESE_WILL.sub("saya mau ", text)
    return _JAVANESE_DONT.sub("jangan ", _WAS_ABSENT.sub("", will))


def clauses(text: str, conjunctions: frozenset[str] = frozenset()) -> list[str]:
    """Split at punctuation and ``conjunctions``; normalised clauses, empty if there is only one."""
    parts = [normalise(part) for part in _PAUSES.split(text)]
    found: list[str] = []
    for part in parts:
        begin = 0
        words = part.split()
        for index, word in enumerate([*words, ""]):
            if index == len(words) or word in conjunctions:
                found.append(" ".join(words[begin:index]))
                # "terus gimana" asks for the next step, "gimana" alone for the same once more.
                opens = word in _SEQUELS and 1 < len(words) - index <= _MAX_SEQUEL
                begin = index + (not opens)
    found = [part for part in found if part]
    return found if len(found) > 1 else []


def split_adversatives(
    words: str, sequence: Callable[[str], list[Concept]], vocabulary: Vocabulary
) -> list[str]:
    """Split at "tapi" and, behind a denial, at "cuma"; a quality keeps the subject before it.

    "dada saya tidak sakit tapi berat" is "dada saya tidak sakit" and "dada berat". ``sequence``
    gives the concepts of a text.
    """
    denials = vocabulary.negations | vocabulary.prohibitions
    remarks: list[list[str]] = [[]]
    signs = vocabulary.danger | vocabulary.qualities | vocabulary.topics
    for place, word in enumerate(all_words := words.split()):
        before = [one.name for one in sequence(" ".join(remarks[-1]))]
        limits = (
            word in vocabulary.limiters
            and not denials.isdisjoint(before[:-1])
            and (
                (len(remarks) == 1 and not vocabulary.danger.isdisjoint(before))
                or any(one.name in signs for one in sequence(" ".join(all_words[place + 1 :])))
            )
        )
        if word in vocabulary.adversatives or (limits and before[-1] not in denials):
            remarks.append([])
        else:
            remarks[-1].append(word)
    found, subject = [], ""
    for remark in remarks:
        said = [(word, one.name) for word in remark for one in sequence(word)]
        named = [word for word, name in said if name in vocabulary.subjects]
        if subject and not named and any(name in vocabulary.qualities for _, name in said):
            remark = [subject, *remark]
        subject = named[0] if named else subject
        if remark:
            found.append(" ".join(remark))
    return found


def self_repairs(words: str, markers: frozenset[tuple[str, ...]]) -> Iterator[tuple[str, str]]:
    """Yield (text before, after) each repair marker, last first: "kanan eh bukan yang kiri"."""
    said = words.split()
    for at in range(len(said) - 1, -1, -1):
        for marker in sorted(markers, key=len, reverse=True):
            end = at + len(marker)
            if tuple(said[at:end]) == marker and end < len(said):
                yield " ".join(said[:at]), " ".join(said[end:])
                break


def segment(words: str, is_phrase: Callable[[str], bool]) -> list[str]:
    """The fewest segments, each accepted by ``is_phrase``, that make up the sentence.

    Dynamic programming over word positions; empty if there is no such segmentation.
    """
    said = words.split()
    if not 2 <= len(said) <= _MAX_WORDS:
        return []
    best: list[list[str] | None] = [[]] + [None] * len(said)
    for end in range(1, len(said) + 1):
        for begin in range(end):
            before = best[begin]
            if before is None or len(before) >= MAX_SEGMENTS:
                continue
            now = best[end]
            if now is not None and len(now) <= len(before) + 1:
                continue
            part = " ".join(said[begin:end])
            if is_phrase(part):
                best[end] = [*before, part]
    whole = best[-1]
    return whole if whole and len(whole) > 1 else []


def interpret_segments(
    text: str,
    whole: Interpretation,
    interpret_one: Callable[[str], Interpretation],
    has_danger: Callable[[str], bool],
    is_phrase: Callable[[str], bool],
    vocabulary: Vocabulary,
) -> Interpretation | None:
    """Interpret a sentence by its segments; None if the interpretation as a ``whole`` is better.

    ``interpret_one`` interprets one remark, ``has_danger`` tells whether it has a danger word,
    negated or not, and ``is_phrase`` whether its concepts are those of a phrase. A sentence with a
    danger word is not segmented, so that no sign and no negation is lost; only text before a
    self-repair may be dropped, if it has none.
    """
    said = normalise(text)
    for before, after in self_repairs(said, vocabulary.self_repairs):
        corrected = _corrected(before, after, said, interpret_one, has_danger, vocabulary)
        if corrected is not None:
            return corrected
    if has_danger(said) or _name(whole) == _DURATION_INTENT:
        return None
    parts = clauses(text) or clauses(text, vocabulary.conjunctions)
    opens_with_no = bool(parts) and all(_is_denial(word, vocabulary) for word in parts[0].split())
    if whole.accepted and whole.score >= _MIN_SINGLE_SCORE and not opens_with_no:
        return None
    if parts and (opens_with_no or not whole.accepted or all(is_phrase(part) for part in parts)):
        each = [(interpret_one(part), is_phrase(part)) for part in parts]
        reliable = [
            one for one, exact in each if one.accepted and (exact or one.score >= _MIN_CLAUSE_SCORE)
        ]
        found = merge_intents(reliable)
        # A "ya" or "sudah" means little next to a clause that was not understood.
        if found is not None and (_name(found) not in MINOR_INTENTS or len(reliable) == len(each)):
            return found
    if whole.accepted and whole.intent is not None and whole.intent.name not in MINOR_INTENTS:
        return None

    def remark(part: str) -> bool:
        # A final negation belongs to what follows: "jangan | berhenti" is not a command.
        return not _is_denial(part.split()[-1], vocabulary) and is_phrase(part)

    return merge_intents([interpret_one(part) for part in segment(said, remark)])


def _is_denial(word: str, vocabulary: Vocabulary) -> bool:
    """Whether a word negates or prohibits."""
    concept = vocabulary.synonyms.get(word, word)
    return concept in vocabulary.negations or concept in vocabulary.prohibitions


def _corrected(
    before: str, after: str, said: str, interpret_one: Callable[[str], Interpretation],
    has_danger: Callable[[str], bool], vocabulary: Vocabulary,
) -> Interpretation | None:  # fmt: skip
    """The intent after a self-repair; a danger sign before it is never taken back."""
    if has_danger(before):
        return None
    marker = tuple(said.removeprefix(before).removesuffix(after).split())
    repaired = interpret_one(after)
    if repaired.intent is None or not (repaired.accepted or has_danger(after)):
        return None
    if marker in vocabulary.corrections:
        return repaired
    # After a mere "eh" only if both sides are understood; else it was a filled pause.
    first = interpret_one(before) if before else repaired
    if first.intent is None or not first.accepted or has_danger(after):
        return None
    if before and repaired.intent.name not in _REPAIRABLE_INTENTS:
        return None
    return merge_intents([first, repaired])


def merge_intents(found: list[Interpretation]) -> Interpretation | None:
    """The last substantial intent, with the leg and situation slots of the others."""
    accepted = [one for one in found if one.intent is not None and one.accepted]
    if not accepted:
        return None
    main = next(
        (
            one
            for minor in (MINOR_INTENTS | _DETAIL_INTENTS, MINOR_INTENTS)
            for one in reversed(accepted)
            if _name(one) not in minor
        ),
        accepted[-1],
    )
    intent = main.intent
    assert intent is not None
    slots = dict(intent.slots)
    for other in accepted:
        for name in _MERGED_SLOTS:
            if other.intent is not None and name in other.intent.slots:
                for value in other.intent.slots[name].split(","):
                    add_slot(slots, name, value)
    confidence = intent.confidence * _SEGMENT_CONFIDENCE
    return replace(
        main,
        intent=replace(intent, slots=slots, confidence=confidence),
        reason=InterpretationReason.SEVERAL_REMARKS,
    )


def _name(one: Interpretation) -> str:
    return one.intent.name if one.intent is not None else ""
