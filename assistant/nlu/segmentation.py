"""Sentences that are several: corrected in the middle, or two remarks in one breath."""

import re
from collections.abc import Callable, Iterator
from dataclasses import replace

from assistant.nlu.intent import Interpretation
from assistant.nlu.reason import InterpretationReason
from assistant.nlu.templates.normalise import normalise
from assistant.nlu.vocabulary import Vocabulary

MOST_PARTS = 3
"""Remarks that one sentence is cut into at most."""

_LONGEST = 16
"""Words of the longest sentence that is cut where no pause was written."""

_SURE = 0.9
"""Likeness from which a sentence is one remark and is not cut."""

_NEAR = 0.75
"""Likeness from which a remark between commas counts although it is no phrase."""

_PASSING = frozenset({"yes", "no", "thanks", "tolong"})
"""What is said along with what is meant."""

_DETAILS = frozenset({"situation", "left", "right", "both", "severity"})
"""What is meant only if nothing else is."""

_TAKEN_BACK = frozenset({
    *("left", "right", "both", "yes", "no", "next", "back", "repeat", "pause", "continue", "stop"),
    *("better", "still_hurts", "slower", "faster", "louder", "softer"),
})  # fmt: skip
"""Answers and commands that are corrected with a mere "eh"."""

_TOO_LONG = "x_duration"
"""A sign that has no word of danger."""

_ADDED = ("leg", "situation")
_CUT = 0.95
"""Confidence of what is left of a sentence that was cut."""

_PAUSES = re.compile(r"[,.;:!?–—…]")


def clauses(text: str, joints: frozenset[str] = frozenset()) -> list[str]:
    """What stands between commas and ``joints``, normalised; empty when nothing is cut."""
    parts = [normalise(part) for part in _PAUSES.split(text)]
    found: list[str] = []
    for part in parts:
        at = 0
        words = part.split()
        for place, word in enumerate([*words, ""]):
            if place == len(words) or word in joints:
                found.append(" ".join(words[at:place]))
                at = place + 1
    found = [part for part in found if part]
    return found if len(found) > 1 else []


def self_repairs(words: str, markers: frozenset[tuple[str, ...]]) -> Iterator[tuple[str, str]]:
    """Before and behind each word of correction, the last one first: "kanan eh bukan yang kiri"."""
    said = words.split()
    for at in range(len(said) - 1, -1, -1):
        for marker in sorted(markers, key=len, reverse=True):
            behind = at + len(marker)
            if tuple(said[at:behind]) == marker and behind < len(said):
                yield " ".join(said[:at]), " ".join(said[behind:])
                break


def split_points(words: str, known: Callable[[str], bool]) -> list[str]:
    """The fewest remarks, each ``known``, that make up the sentence; empty when there are none."""
    said = words.split()
    if not 2 <= len(said) <= _LONGEST:
        return []
    best: list[list[str] | None] = [[]] + [None] * len(said)
    for end in range(1, len(said) + 1):
        for begin in range(end):
            before = best[begin]
            if before is None or len(before) >= MOST_PARTS:
                continue
            now = best[end]
            if now is not None and len(now) <= len(before) + 1:
                continue
            part = " ".join(said[begin:end])
            if known(part):
                best[end] = [*before, part]
    whole = best[-1]
    return whole if whole and len(whole) > 1 else []


def interpret_segments(
    text: str,
    whole: Interpretation,
    once: Callable[[str], Interpretation],
    signs: Callable[[str], bool],
    known: Callable[[str], bool],
    words: Vocabulary,
) -> Interpretation | None:
    """What a sentence means that is no single remark; None where it is better taken as a whole.

    ``once`` understands one remark, ``signs`` tells whether a word of danger is in it, denied or
    not, and ``known`` whether it is a phrase. A sentence with a sign is taken as a whole, so that
    no sign and no denial is cut off; only what comes before a correction and holds none may go.
    """
    said = normalise(text)
    for before, behind in self_repairs(said, words.self_repairs):
        corrected = _corrected(before, behind, said, once, signs, words)
        if corrected is not None:
            return corrected
    if signs(said) or _name(whole) == _TOO_LONG:
        return None
    parts = clauses(text) or clauses(text, words.conjunctions)
    denied = words.negations | words.prohibitions
    opened = bool(parts) and all(words.synonyms.get(w, w) in denied for w in parts[0].split())
    if whole.accepted and whole.score >= _SURE and not opened:
        return None
    if parts and (opened or not whole.accepted or all(known(part) for part in parts)):
        each = [(once(part), known(part)) for part in parts]
        sure = [one for one, exact in each if one.accepted and (exact or one.score >= _NEAR)]
        found = merge_intents(sure)
        # A "ya" or "sudah" says little beside something that was not understood.
        if found is not None and (_name(found) not in _PASSING or len(sure) == len(each)):
            return found
    if whole.accepted and whole.intent is not None and whole.intent.name not in _PASSING:
        return None

    def remark(part: str) -> bool:
        # A "not" at the end is meant for what follows: "jangan | berhenti" is no command.
        last = part.split()[-1]
        return words.synonyms.get(last, last) not in denied and known(part)

    return merge_intents([once(part) for part in split_points(said, remark)])


def _corrected(
    before: str, behind: str, said: str, once: Callable[[str], Interpretation],
    signs: Callable[[str], bool], words: Vocabulary,
) -> Interpretation | None:  # fmt: skip
    """What is meant behind a correction; a sign that was named is never taken back by one."""
    if signs(before):
        return None
    marker = tuple(said.removeprefix(before).removesuffix(behind).split())
    after = once(behind)
    if after.intent is None or not (after.accepted or signs(behind)):
        return None
    if marker in words.corrections:
        return after
    # Behind a mere "eh" only if both sides mean something, else it was a pause for breath.
    first = once(before) if before else after
    if first.intent is None or not first.accepted or signs(behind):
        return None
    if before and after.intent.name not in _TAKEN_BACK:
        return None
    return merge_intents([first, after])


def merge_intents(found: list[Interpretation]) -> Interpretation | None:
    """The last remark that means something, with what the others name of leg and situation."""
    meant = [one for one in found if one.intent is not None and one.accepted]
    if not meant:
        return None
    chief = next(
        (
            one
            for passing in (_PASSING | _DETAILS, _PASSING)
            for one in reversed(meant)
            if _name(one) not in passing
        ),
        meant[-1],
    )
    intent = chief.intent
    assert intent is not None
    slots = dict(intent.slots)
    for other in meant:
        for name in _ADDED:
            if other.intent is not None and name in other.intent.slots:
                slots.setdefault(name, other.intent.slots[name])
    confidence = intent.confidence * _CUT
    return replace(
        chief,
        intent=replace(intent, slots=slots, confidence=confidence),
        reason=InterpretationReason.SEVERAL_REMARKS,
    )


def _name(one: Interpretation) -> str:
    return one.intent.name if one.intent is not None else ""
