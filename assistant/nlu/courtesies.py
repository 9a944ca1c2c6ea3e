"""Words of politeness and hesitation that may be left out of a command without changing it.

A closed list: whatever else is said beside a command may change it ("jangan", "nanti", "semua").
Some count in one place or together with others only: ``courtesy_rules``.
"""

import itertools
import re
from collections.abc import Iterator, Sequence, Set
from dataclasses import dataclass

from assistant.nlu.templates.number_words import beside_a_number

PAUSE = ","
"""A token for a pause in writing; it is left out under the same conditions."""

STOP = "."
"""A token for the end of a sentence in writing: what follows is no part of the one before."""


Expression = tuple[str, ...]
"""One word or several."""


def _expressions(*texts: str) -> frozenset[Expression]:
    return frozenset(tuple(part.split()) for text in texts for part in text.split("/"))


PLEAS = _expressions(
    "tolong/tlg/tolonglah/tolong banget/tolong sekali/tulung/minta tolong/mohon",
    "dong/donk/please/plis",
)
HESITATIONS = _expressions("e/eh/em/hm/ehm/mm/anu")
"""Behind a command they announce that it is taken back."""

SIH = ("sih",)
_ANYWHERE = PLEAS | HESITATIONS | {SIH} | _expressions(",/atuh/ya/yah/iya/yo/deh/nih")

AFTER_VERB = _expressions(
    "aja/aja dulu/saja/saja dulu/sekarang/sekarang juga/dulu/dulu aja/segera/cepat/tuh"
)
"""Directly behind a verb, or at the end."""

_GREETINGS = _expressions(
    "hai/halo/hallo/hei/hey/oke/ok/okay/permisi/maaf/mohon maaf/punten/selamat malam/selamat pagi",
    "selamat siang/selamat sore/assalamualaikum/assalamu alaikum/oh ya/oh iya/o ya/o iya",
)
_THANKS = _expressions(
    "makasih/terima kasih/terimakasih/trims/thanks/thank you/matur nuwun/suwun/nuhun",
    "terima kasih banyak/makasih banyak/mohon bantuannya/tolong bantuannya",
)
_ALIKE = (
    "bu ibu buk", "pak bapak", "kak kakak", "mas", "mbak", "bang abang", "bro", "sis",
    "dik dek adik adek", "nak", "sus suster", "sayang", "kram", "ma mama", "pa papa", "nek nenek",
    "kek kakek", "dok dokter", "mbah", "om", "tante", "opa", "oma",
)  # fmt: skip
SAME_PERSON = {word: frozenset(row.split()) for row in _ALIKE for word in row.split()}
"""Who is spoken to → all the words for the same person."""

ADDRESSES = frozenset((word,) for word in SAME_PERSON if word not in ("adik", "adek", "dokter"))
OWNERS = _expressions("kak/mas/mbak/bang/dik/dek/ma/pa/nek/kek")
"""Directly behind something that belongs to one person they may be whose it is."""

OWNED = frozenset(("kamar", "tidur", "lampu", "tv", "televisi", "ac", "kipas", "pintu", "radio"))
SAYANG = ("sayang",)
"""By itself before a verb it is "what a pity"."""

WHOLE_NAMES = _expressions(
    "ibu/bapak/kakak/abang/suster/mama/papa/nenek/kakek/mbah/om/tante/opa/oma"
)
"""By themselves before a verb they may be who does it ("ibu nyalakan lampu"), behind a name whose
room it is ("lampu kamar ibu")."""

_NO = ("nggak", "gak", "ga", "ngga", "enggak")
NEGATIONS = frozenset((word,) for word in (*_NO, "tidak"))
"""Only behind a question of politeness: "bisa nyalakan lampu nggak"."""

BARE_BOLEH = ("boleh",)
"""By itself it asks for permission: it needs "ya" or a negation at the end."""

_CAN = ("bisa", "bisakah", "bisa kan", "apakah bisa", "apa bisa", *(f"bisa {no}" for no in _NO))
REQUESTS = frozenset({BARE_BOLEH}) | frozenset(
    tuple(f"{way} {more}".split())
    for way in _CAN
    for more in ("", "kamu", "anda")
) | _expressions(
    "kamu bisa/anda bisa/kram bisa/apakah kamu bisa/apakah anda bisa/bolehkah/boleh tolong",
    "boleh minta tolong/bisa tidak ya/bisa tidak tolong/bisa tidak kamu/bisa minta tolong",
    "kalau bisa/kalau boleh",
)  # fmt: skip
WISHES = frozenset(
    tuple(f"{who} {wish} {more}".split())
    for who in ("saya", "aku")
    for wish in ("mau", "ingin", "minta")
    for more in ("", "kamu")
)
"""What the speaker wants; with "dulu" or "ya" it is the speaker who will do it."""

EXCLAMATIONS = _expressions("aduh/duh/wah/waduh/astaga")
"""Only together with a plea: "aduh, nyalakan lampu" may also be a complaint."""

TRY = _expressions("coba/cobain/cobalah")
BEFORE_QUESTIONS = frozenset(
    tuple(f"{verb} {no}".split()) for verb in ("tahu", "tau") for no in ("", *_NO)
) | _expressions("cek")  # fmt: skip

_BREAKS = frozenset({(STOP,)})
_OPENING = (
    _GREETINGS | ADDRESSES | REQUESTS | WISHES | EXCLAMATIONS | TRY | BEFORE_QUESTIONS | _BREAKS
    | _expressions(
        "ayo/ayolah/yuk/yok/mari/monggo/baik/nah/bantu/bantuin/bantu saya/dibantu/silakan/silahkan",
        "sekarang/sekarang juga/cepat/cepetan/buruan/segera/langsung/nyuwun tulung",
        "saya minta tolong/aku minta tolong/mau minta tolong/saya mau minta tolong",
        "aku mau minta tolong/minta bantuannya/mohon bantuannya",
    )
)  # fmt: skip
THAT = ("itu",)
"""Directly behind the name of something."""

_TAGS = frozenset(
    (mark, *tag)
    for mark in (PAUSE, STOP)
    for tag in (("bisa",), ("bisa", "kan"), ("boleh",), *(("bisa", no) for no in (*_NO, "tidak")))
)
_CLOSING = (
    _THANKS | ADDRESSES | NEGATIONS | AFTER_VERB | _TAGS | _BREAKS | {THAT}
    | _expressions("langsung/cepetan/buruan/gih/yuk/ayo/nggih/lah/dong ah/oke/ok/okay")
)  # fmt: skip
_INNER = _ANYWHERE | AFTER_VERB
_BACKWARDS = frozenset(parts[::-1] for parts in (_ANYWHERE - HESITATIONS) | _CLOSING)
_LONGEST = max(map(len, _ANYWHERE | _OPENING | _CLOSING))

COURTESIES = frozenset(parts[0] for parts in _ANYWHERE | _OPENING | _CLOSING if len(parts) == 1) - {
    PAUSE, STOP,
}  # fmt: skip
"""The single words of the list."""

_DRAWN_OUT = re.compile(r"(\w)\1{2,}")

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
    words = [as_listed(word) for word in words]
    opening = tuple(_run(words, _ANYWHERE | _OPENING, kept))
    first = opening[-1][1] if opening else 0
    count = len(words)
    backwards = _run(words[first:][::-1], _BACKWARDS, kept)
    closing = tuple((count - stop, count - start) for start, stop in backwards)[::-1]
    last = closing[0][0] if closing else count
    return Courteous(opening, tuple(_inner(words[:last], first, kept)), closing)


def as_listed(word: str) -> str:
    """A word that is drawn out as it is listed: "yaaa" is "ya", "eee" is "e"."""
    short = _DRAWN_OUT.sub(r"\1", word)
    return {"ee": "e", "yaa": "ya", "emm": "em", "hmm": "hm"}.get(short, short)


def repeated_verbs_left_out(words: Sequence[str]) -> list[str]:
    """``words`` without a verb, or a whole command that begins with one, said twice on end."""
    rest = list(words)
    place = 0
    while place < len(rest):
        does = is_verb(rest[place]) and rest[place] not in MAYBE_A_NOUN
        again = _said_again(rest, place) if does else 0
        del rest[place : place + again]
        place += not again
    return rest


def is_verb(word: str) -> bool:
    """Whether ``word`` tells what to do, so that doing it twice is the same as once."""
    return word in _VERBS or (word.endswith(("kan", "in")) and not word.startswith(_RELATIVE))


MAYBE_A_NOUN = frozenset({"kunci"})
"""First words of commands that are things, too: "saya minta kunci …" wants a key."""

_VERBS = frozenset(
    ("buka", "tutup", "kunci", "putar", "setel", "set", "atur", "panggil", "pasang", "stop")
)
_RELATIVE = ("naik", "turun", "tambah", "kurang", "bukan")


def _said_again(words: Sequence[str], place: int) -> int:
    """How many words to leave out before the ones at ``place`` are said again; 0: they are not."""
    for length in itertools.count(1):
        second = place + length
        while second < len(words) and words[second] in (PAUSE, STOP, "ya"):
            second += 1
        end = second + length
        if end > len(words):
            return 0
        whole = length == 1 or end == len(words) or as_listed(words[end]) in (*COURTESIES, PAUSE)
        if whole and words[place : place + length] == words[second:end]:
            return second - place
    return 0


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
        row = [(place + start, place + stop) for start, stop in _run(words[place:], _INNER, kept)]
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
