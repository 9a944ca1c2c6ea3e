"""Whether a command is in letters, digits and plain punctuation, and how it is also spelled.

Normalisation drops every other character. In a command that is carried out word for word each may
change the meaning: "1²" is not 12, "+10" is not 10, "≠ dapur" is not the kitchen. Such a sentence
is not read at all.
"""

import re
import unicodedata
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from assistant.nlu.templates.normalise import normalise
from assistant.nlu.templates.number_words import NEGATIVE_WORDS, number_vocabulary

_LETTER = r"[^\W\d_]"
_SIGN = "[-−–]"  # noqa: RUF001 - as people type them
_WORD = rf"{_LETTER}+(?:['’`ʼ_‐‑-]?{_LETTER}+)*(?:[_-]?[0-9]+{_LETTER}*)?"  # noqa: RUF001
_NUMBER = rf"[0-9]+(?::[0-9]{{2}}|(?:[.,][0-9]+)*)(?:%|°[Cc]?|{_LETTER}+)?"
_MARKS = "[.,;:!?…()]"
_MARK = re.compile(rf"{_MARKS}+")
_DASH = re.compile("[-−–—]")  # noqa: RUF001
_UNIT = re.compile(rf"(?:%|°[Cc]?){_MARKS}*")
_CHUNK = re.compile(
    rf"\(*(?:(?P<word>{_WORD})|(?P<sign>{_SIGN})?(?P<number>{_NUMBER}))(?P<marks>{_MARKS}*)"
)
_UNFINISHED = re.compile(r"[0-9]\s*,\s*$")
"""A comma behind the last digit: decimals that are missing."""

_BETWEEN_LETTERS = re.compile(
    rf"(?<={_LETTER})([,;:!?…]+|\.{{1,3}})(?=\w)|(?<=[0-9]),(?={_LETTER})"
)
_HALF = re.compile(r"(?<![\d/.,½])\s*(?:½|(?<!\d)1/2)(?![\d/.,½])|(?<=\d)\s*½(?!\d)")
_QUOTED = re.compile(r"""(?<!\w)(["'“‘«])([^"'“”‘’«»]+)["'”’»](?!\w)""")  # noqa: RUF001

_GLUED = re.compile(rf"({_LETTER}+-([0-9]+)|{_LETTER}{{3,}}(2)(?![0-9]))")
_PADDED = re.compile(r"\d,0+(?!\d)|\d\.0{1,2}(?!\d)|(?<![\d.,])0\d")

_ONE = "satu|dua|tiga|empat|lima|enam|tujuh|delapan|sembilan"
_ZEROS = re.compile(
    rf"\bkoma(?: nol)+\b(?! (?:nol|{_ONE}|sepuluh|sebelas|setengah)\b)", re.IGNORECASE
)
_HOUR = re.compile(r"\b((?:jam|pukul)\s+)0?(\d{1,2})[.:]00(?![.,:]?\d)", re.IGNORECASE)
_ZERO = re.compile(r"(?<![\w.,:/+-])0(\d)(?!\w|[.,:]\d)")
_JOINED = re.compile(rf"\b({_ONE})(puluh|belas|ratus|ribu)({_ONE})?\b", re.IGNORECASE)
_SHORT: Mapping[re.Pattern[str], str] = {
    re.compile(r"(?<=\d)\s*mnt\b", re.IGNORECASE): " menit",
    re.compile(r"(?<=\d)\s*dtk\b", re.IGNORECASE): " detik",
    re.compile(r"\bno(?:mer)?\.?\s*(?=\d)", re.IGNORECASE): "nomor ",
    re.compile(r"\bse(menit|jam|detik)\b", re.IGNORECASE): r"satu \1",
    _JOINED: r"\1 \2 \3",
}
"""Spellings that mean the same in every home."""


@dataclass(frozen=True)
class Writing:
    """A sentence in plain writing."""

    text: str
    glued: frozenset[tuple[str, str]] = frozenset()
    """Words with digits, and the digits: "kamar2" is "kamar-kamar" in chat spelling, "ke-5" is 5
    or -5."""

    padded: bool = False
    """Whether zeros are written that change no number; a name has its number as it is."""

    def suits(self, slots: Mapping[str, str], names: Collection[str]) -> bool:
        """Whether its digits may be read as the numbers in ``slots``.

        ``names``: normalised names of the home, which may have digits of their own ("Lampu2").
        """
        for word, digits in self.glued:
            own = f" {normalise(word, chat=False)} "
            if digits in slots.values() and not any(own in f" {name} " for name in names):
                return False
        return not self.padded or any(map(_is_number, slots.values()))


def plain_writing(text: str) -> Writing | None:
    """``text`` with one form for every mark; None if something else than plain writing is in it."""
    text = _one_form(text)
    if any(map(_is_strange, text)) or _UNFINISHED.search(text):
        return None
    before = ""
    chunks = text.split()
    for place, chunk in enumerate(chunks):
        following = chunks[place + 1] if place + 1 < len(chunks) else ""
        if not _may_follow(before, chunk, following):
            return None
        before = chunk
    glued = frozenset((one[0], one[1] or one[2]) for one in _GLUED.findall(text))
    return Writing(text, glued, bool(_PADDED.search(text)))


def respelled(writing: Writing) -> Writing:
    """``writing`` with abbreviations and superfluous zeros written out."""
    text = writing.text
    shorter = _ZEROS.sub("", text)
    shorter = _ZERO.sub(r"\1", _HOUR.sub(r"\1\2", shorter))
    padded = writing.padded or shorter != text
    for pattern, written in _SHORT.items():
        shorter = pattern.sub(written, shorter)
    return Writing(" ".join(shorter.split()), writing.glued, padded)


def _one_form(text: str) -> str:
    """Latin full-width characters as usual ones, "½" in words, no quotation marks around words."""
    text = unicodedata.normalize("NFC", text).replace("\u00a0", " ").replace("℃", "°C")
    text = "".join(unicodedata.normalize("NFKC", c) if "！" <= c <= "～" else c for c in text)  # noqa: RUF001
    for _nested in range(2):
        text = _QUOTED.sub(r"\2", text)
    return _BETWEEN_LETTERS.sub(r"\g<0> ", _HALF.sub(" setengah ", text))


def _is_strange(char: str) -> bool:
    """Whether ``char`` only looks like a letter or a digit: "²", "Ⅲ", "①"."""
    if char.isascii() or char == "…":
        return False
    return char.isnumeric() or unicodedata.decomposition(char).startswith("<")


def _may_follow(before: str, chunk: str, following: str) -> bool:
    """Whether ``chunk`` is a word, a number or a mark that may stand there."""
    if _MARK.fullmatch(chunk):
        return True
    if _DASH.fullmatch(chunk):
        after = _core(following)
        if _starts_number(after):
            return chunk != "—" and following[0].isdigit() and not _ends_number(before)
        return bool(before and after) and not _ends_number(before)
    if _UNIT.fullmatch(chunk):
        return _is_counted(before)
    match = _CHUNK.fullmatch(chunk)
    if match is None:
        return False
    return not (match["sign"] and _ends_number(before))


def _core(chunk: str) -> str:
    match = _CHUNK.fullmatch(chunk)
    return (match["word"] or match["number"]).lower() if match else ""


def _is_counted(chunk: str) -> bool:
    core = _core(chunk)
    return core[-1:].isdigit() or core in number_vocabulary()


def _starts_number(core: str) -> bool:
    return core[:1].isdigit() or core in number_vocabulary()


def _ends_number(chunk: str) -> bool:
    """Whether a sign behind ``chunk`` would belong to two numbers, or be a second one."""
    core = _core(chunk)
    signed = core in NEGATIVE_WORDS or core == "plus" or bool(_DASH.fullmatch(chunk))
    return signed or _is_counted(chunk)


def _is_number(value: str) -> bool:
    return re.fullmatch(r"-?\d+(?:\.\d+)?", value) is not None
