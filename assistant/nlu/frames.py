"""Frames in which a sign is mentioned but is none of now: supposed, feared, or long past.

A framed sign becomes a concept of its own, which is no danger word. Whatever sign stands outside
the frame stays a danger, and in doubt the sign is left to be asked about.
"""

import itertools
from dataclasses import dataclass

from assistant.nlu.concept import WHETHER, Concept
from assistant.nlu.vocabulary import Vocabulary

SUPPOSED, FEARED, PAST = "andai_tanda", "takut_tanda", "dulu_tanda"
FEARED_FALL, FEARED_DEATH = "takut_jatuh", "takut_mati"
FRAMED = frozenset({SUPPOSED, FEARED, PAST, FEARED_FALL, FEARED_DEATH})
"""Concepts of framed signs; the phrases of ``phrases/id`` reach them by the same frames."""

_IF, _FEAR, _ONCE, _EVER, _DIED = "kalau", "takut", "dulu", "pernah", "meninggal"
_FALLS = frozenset({"jatuh", "terpeleset"})
_HISTORY = frozenset({"riwayat_sakit", _DIED})
_TURNED_OUT = frozenset({"kram", "tahu", "kena", "sampai"})
"""What may stand between "dulu" and the sign of a relative."""
_CALLS = frozenset({"panggil", "tolong", "telepon"})
_PAST_TIMES = frozenset({"lalu", "kecil", "muda", "kemarin"})
_TIME_UNITS = frozenset({"tahun", "bulan", "waktu"})
_RECENT_UNITS = frozenset({"minggu", "hari"})
_YESTERDAY = "terakhir"
_TOLD = frozenset({"film", "filmnya", "pilem", "sinetron", "drama", "berita", "novel", "lagu"})

_WARNS = frozenset({"jangan", "awas", "hati"})
_LATER = "nanti"
_WELL = frozenset({"sehat", "reda", "baik", "baik_saja", "normal"})
"""Concepts of who is well now."""

_RELATIVES = frozenset(
    [
        "keluarga",
        "bapak",
        "ibu",
        "bapakku",
        "ibuku",
        "nenek",
        "kakek",
        "mbah",
        "simbah",
        "eyang",
        "opa",
        "oma",
        "om",
        "tante",
        "kakak",
        "adik",
        "bapake",
        "ibune",
        "mamak",
        "abah",
        "teman",
    ]
)


@dataclass(frozen=True)
class _Run:
    """Where the signs behind a frame begin and end."""

    begin: int
    end: int


def apply_frames(concepts: list[Concept], vocabulary: Vocabulary) -> list[Concept]:
    """Replace the signs that are only supposed, feared or remembered."""
    if not any(concept.name in vocabulary.danger for concept in concepts) and not any(
        concept.name == "mati" for concept in concepts
    ):
        return concepts
    concepts = _supposed(concepts, vocabulary)
    concepts = _feared(concepts, vocabulary)
    return _past(concepts, vocabulary)


def _run_after(concepts: list[Concept], at: int, vocabulary: Vocabulary) -> _Run | None:
    """The signs that follow ``at``, beyond words of ``frame_gap`` and fillers."""
    gap = vocabulary.frame_gap | vocabulary.fillers
    begin = at + 1
    while begin < len(concepts) and concepts[begin].name in gap:
        begin += 1
    end = begin
    while end < len(concepts) and concepts[end].name in vocabulary.danger:
        end += 1
    return _Run(begin, end) if end > begin else None


def _is_now(concepts: list[Concept], vocabulary: Vocabulary) -> bool:
    return any(concept.name in vocabulary.now for concept in concepts)


def _place(concepts: list[Concept], name: str) -> int | None:
    return next((at for at, concept in enumerate(concepts) if concept.name == name), None)


def _outside(concepts: list[Concept], run: _Run, vocabulary: Vocabulary) -> bool:
    """Whether there is a sign outside the run."""
    rest = concepts[: run.begin] + concepts[run.end :]
    return any(concept.name in vocabulary.danger for concept in rest)


def _supposed(concepts: list[Concept], vocabulary: Vocabulary) -> list[Concept]:
    """ "kalau bengkak gimana": a question; "kalau napas dada sakit" stays a sign."""
    at = _place(concepts, _IF)
    if at is None and (warned := _warned(concepts)) is not None:
        at = warned
    run = _run_after(concepts, at, vocabulary) if at is not None else None
    if at is None or run is None or _is_now(concepts, vocabulary):
        return concepts
    signs = {one.name for one in concepts[run.begin : run.end]} & vocabulary.danger
    if concepts[at].name == _LATER and signs <= _FALLS:
        return [*concepts[:at], Concept(SUPPOSED), *concepts[run.end :]]
    asks = any(concept.name in vocabulary.questions for concept in concepts) or (
        concepts[-1].name in vocabulary.negations
    )
    if not asks or not signs <= vocabulary.supposable or _outside(concepts, run, vocabulary):
        return concepts
    return [*concepts[:at], Concept(SUPPOSED), *concepts[run.end :]]


def _warned(concepts: list[Concept]) -> int | None:
    """The place of "nanti" in a warning: "jangan lari-lari nanti jatuh"."""
    at = _place(concepts, _LATER)
    warns = at is not None and any(one.name in _WARNS for one in concepts[:at])
    return at if warns else None


def _feared(concepts: list[Concept], vocabulary: Vocabulary) -> list[Concept]:
    """ "takut jatuh" is fear; of another sign that is feared the guide asks."""
    at = _place(concepts, _FEAR)
    if at is None:
        return concepts
    later = concepts[at + 1 :]
    gap = vocabulary.frame_gap | vocabulary.fillers
    first = next((i for i, one in enumerate(later, at + 1) if one.name not in gap), None)
    if first is not None and concepts[first].name == "mati":
        return [*concepts[:at], Concept(FEARED_DEATH), *concepts[first + 1 :]]
    run = _run_after(concepts, at, vocabulary)
    if run is None:
        return concepts
    signs = {one.name for one in concepts[run.begin : run.end]} & vocabulary.danger
    alone = not _outside(concepts, run, vocabulary) and not _is_now(concepts, vocabulary)
    if signs <= _FALLS and alone:
        return [*concepts[:at], Concept(FEARED_FALL), *concepts[run.end :]]
    between = {one.name for one in concepts[at + 1 : run.begin]}
    if alone and signs <= vocabulary.supposable and not between.isdisjoint({"nanti", _IF}):
        return [*concepts[:at], Concept(FEARED), *concepts[run.end :]]
    return [*concepts, Concept(WHETHER)] if alone else concepts


def _past(concepts: list[Concept], vocabulary: Vocabulary) -> list[Concept]:
    """ "dulu pernah bengkak", "ibu saya pernah stroke"; of "saya pernah pingsan" the guide asks."""
    names = [concept.name for concept in concepts]
    concepts = _asked_about(concepts, names, vocabulary)
    is_now = _is_now(concepts, vocabulary)
    ended = is_now and _ended(concepts, names, vocabulary)
    if is_now and not ended:
        return concepts
    relative = not _RELATIVES.isdisjoint(names)
    at = next((i for i, name in enumerate(names) if name in _HISTORY or name == _EVER), None)
    if at is None and relative:
        at = _once_of_relative(names, vocabulary)
    if at is None:
        long_ago = _tells_past_time(names)
        if not (long_ago and (relative or ended)):
            return concepts
        at = -1
    denied = at > 0 and names[at - 1] in vocabulary.negations
    run = _first_run(concepts, at, vocabulary)
    if denied or run is None:
        return concepts
    long_ago = _ONCE in names or _tells_past_time(names)
    if relative or long_ago or ended or (at >= 0 and names[at] in _HISTORY):
        end = run.end + 2 * (names[run.end : run.end + 2] == ["waktu", "hamil"])
        return [*concepts[: run.begin], Concept(PAST), *concepts[end:]]
    return [*concepts, Concept(WHETHER)]


def _asked_about(
    concepts: list[Concept], names: list[str], vocabulary: Vocabulary
) -> list[Concept]:
    """A sign of a film, of a relative lately, or of last year: the guide asks whether it is now."""
    relative = not _RELATIVES.isdisjoint(names)
    lately = relative and (_YESTERDAY in names or _tells_past_time(names, _RECENT_UNITS))
    past = not relative and _tells_past_time(names)
    if _TOLD.isdisjoint(names) and not lately and not (past and not _is_now(concepts, vocabulary)):
        return concepts
    return [*concepts, Concept(WHETHER)]


def _ended(concepts: list[Concept], names: list[str], vocabulary: Vocabulary) -> bool:
    """Whether a sign of long ago comes before now: "dulu pernah stroke, sekarang cuma kram"."""
    said = set(names)
    if {_ONCE, _EVER} <= said:
        run = _run_after(concepts, names.index(_EVER), vocabulary)
    elif _tells_past_time(names) and not said.isdisjoint(_WELL):
        run = _first_run(concepts, -1, vocabulary)
    else:
        return False
    now = next(at for at, one in enumerate(concepts) if one.name in vocabulary.now)
    return run is not None and run.end <= now and not _outside(concepts, run, vocabulary)


def _first_run(concepts: list[Concept], at: int, vocabulary: Vocabulary) -> _Run | None:
    """The signs behind ``at``; from the beginning of the sentence if ``at`` is -1."""
    if at >= 0:
        return _run_after(concepts, at, vocabulary)
    first = next((i for i, one in enumerate(concepts) if one.name in vocabulary.danger), None)
    return None if first is None else _run_after(concepts, first - 1, vocabulary)


def _once_of_relative(names: list[str], vocabulary: Vocabulary) -> int | None:
    """ "ibu saya dulu stroke", "tetangga dulu kram taunya stroke": the place before the sign."""
    at = names.index(_ONCE) if _ONCE in names else 0
    if _RELATIVES.isdisjoint(names[:at]) or not _CALLS.isdisjoint(names):
        return None
    while names[at + 1 : at + 2] and names[at + 1] in _TURNED_OUT | vocabulary.fillers:
        at += 1
    return at if names[at + 1 : at + 2] and names[at + 1] in vocabulary.danger else None


def _tells_past_time(names: list[str], units: frozenset[str] = _TIME_UNITS) -> bool:
    """Whether "tahun lalu", "waktu muda" stands anywhere."""
    return any(unit in units and past in _PAST_TIMES for unit, past in itertools.pairwise(names))
