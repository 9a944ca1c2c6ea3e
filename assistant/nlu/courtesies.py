"""Words of politeness and hesitation that may be left out of a command without changing it.

A closed list: whatever else is said beside a command may change it ("jangan", "nanti", "semua").
"""

from collections.abc import Iterator, Sequence, Set
from dataclasses import dataclass

from assistant.nlu.templates.number_words import beside_a_number

PAUSE = ","
"""A token for a pause in writing; it is left out under the same conditions."""


Expression = tuple[str, ...]
"""One word or several."""


def _expressions(*texts: str) -> frozenset[Expression]:
    return frozenset(tuple(part.split()) for text in texts for part in text.split("/"))


_ANYWHERE = _expressions(
    ",/tolong/tolong banget/tolong sekali/tulung/minta tolong/mohon",
    "dong/donk/atuh/ya/yah/yaa/iya/yo/deh/nih/sih",
    "e/ee/eee/eh/em/emm/hm/hmm/ehm/anu/please/plis",
)
_GREETINGS = _expressions(
    "hai/halo/hallo/hei/hey/oke/ok/okay/permisi/maaf/mohon maaf/punten/selamat malam/selamat pagi",
    "selamat siang/selamat sore",
)
_THANKS = _expressions(
    "makasih/terima kasih/terimakasih/trims/thanks/thank you/matur nuwun/suwun/nuhun",
    "terima kasih banyak/makasih banyak/mohon bantuannya/tolong bantuannya",
)
_ADDRESSED = _expressions("kak/kakak/mas/mbak/bang/bro/sis/bu/pak/dik/dek/nak/sayang/kram")
"""Only together with another courtesy: by themselves they may name whose room is meant."""

_ADDRESSES = frozenset(
    (*before, *pause, *who)
    for before in (*_GREETINGS, *_THANKS, *_expressions("tolong/dong/ya/yuk/ayo"))
    for pause in ((), (PAUSE,))
    for who in _ADDRESSED
)
_OPENING = (
    _GREETINGS
    | _ADDRESSES
    | _expressions(
        "coba/ayo/yuk/baik/nah/bisa/bisakah/bantu/silakan/silahkan/sekarang/nyuwun tulung",
        "boleh minta tolong/boleh tolong/saya minta tolong/kalau bisa/kalau boleh",
    )
)
_CLOSING = (
    _THANKS
    | _ADDRESSES
    | _expressions(
        "saja/aja/sekarang/sekarang juga/segera/cepat/cepetan/gih/yuk/ayo/nggih",
    )
)
_BACKWARDS = frozenset(parts[::-1] for parts in _ANYWHERE | _CLOSING)
_LONGEST = max(map(len, _ANYWHERE | _OPENING | _CLOSING))

COURTESIES = frozenset(parts[0] for parts in _ANYWHERE | _OPENING | _CLOSING if len(parts) == 1) - {
    PAUSE
}
"""The single words of the list."""

Span = tuple[int, int]
"""Places of the first word and of the one after the last."""


@dataclass(frozen=True)
class Courteous:
    """The courtesies of one sentence, by place."""

    opening: tuple[Span, ...]
    """From the beginning, without a gap."""

    inner: tuple[Span, ...]
    closing: tuple[Span, ...]
    """To the end, without a gap."""


def find_courtesies(words: Sequence[str], kept: Set[str]) -> Courteous:
    """The courtesies in ``words``; one that contains a word of ``kept`` is none."""
    opening = tuple(_run(words, _ANYWHERE | _OPENING, kept))
    first = opening[-1][1] if opening else 0
    count = len(words)
    backwards = _run(words[first:][::-1], _BACKWARDS, kept)
    closing = tuple((count - stop, count - start) for start, stop in backwards)[::-1]
    last = closing[0][0] if closing else count
    return Courteous(opening, tuple(_inner(words[:last], first, kept)), closing)


def _run(words: Sequence[str], listed: Set[Expression], kept: Set[str]) -> Iterator[Span]:
    """The expressions that ``words`` begin with, one after the other."""
    place = 0
    while length := _length_at(words, place, listed, kept):
        yield place, place + length
        place += length


def _inner(words: Sequence[str], first: int, kept: Set[str]) -> Iterator[Span]:
    """Courtesies after the first word; none of those that stand between two number words."""
    place = first + 1
    while place < len(words):
        row = [
            (place + start, place + stop) for start, stop in _run(words[place:], _ANYWHERE, kept)
        ]
        stop = row[-1][1] if row else place + 1
        if row and not (stop < len(words) and beside_a_number(words[place - 1], words[stop])):
            yield from row
        place = stop


def _length_at(words: Sequence[str], place: int, listed: Set[Expression], kept: Set[str]) -> int:
    """How many words the longest expression at ``place`` has; 0 if there is none."""
    for length in range(_LONGEST, 0, -1):
        found = tuple(words[place : place + length])
        if len(found) == length and found in listed and kept.isdisjoint(found):
            return length
    return 0
