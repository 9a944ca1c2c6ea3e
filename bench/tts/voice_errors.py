"""Counts what Whisper wrote wrongly: words, letters, and sentences that were lost."""

import itertools
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from rapidfuzz.distance import Levenshtein

from assistant.nlu.templates.normalise import normalise
from assistant.runtime.spoken_vowels import spell
from assistant.tts.espeak_binding import VoiceSettings

_DIGITS = ("nol", "satu", "dua", "tiga", "empat", "lima", "enam", "tujuh", "delapan", "sembilan")

_NUMERAL = "|".join((*_DIGITS, "sebelas", "belas", "puluh", "seratus", "ratus", "satus"))
_NUMERALS = re.compile(rf"(?:{_NUMERAL})\b")
"""Also joined to the word before: "teleponsatu"; "satus" is how Whisper writes "satu s…"."""

_TELEPHONE = re.compile(r"\bsatu satu (?:sembilan|dua)\b")
"""The numbers that the guide has people dial."""


@dataclass(frozen=True)
class VoiceSetup:
    """A voice with its speaking parameters."""

    voice: str
    pace: int
    gap: int
    pitch: int
    vowels: str = "espeak"
    """Who decides between the two vowels of the letter e: ``espeak`` or our ``lexicon``."""

    room: str = "quiet"
    """Where it is heard: a name of ``rooms.ROOMS``."""

    hearing: str = "normal"
    """For whose ears it is equalised, as in ``config.toml``."""

    def sound(self) -> VoiceSettings:
        """The settings for espeak-ng, with the guide's intonation."""
        by_lexicon = spell if self.vowels == "lexicon" else None
        return VoiceSettings(self.voice, self.pace, self.pitch, 45, self.gap, by_lexicon)


@dataclass(frozen=True)
class VoiceRow:
    """One recording, transcribed."""

    voice: str
    pace: int
    gap: int
    pitch: int
    vowels: str
    said: tuple[str, ...]
    written: str
    words: int
    word_errors: int
    letters: int
    letter_errors: int
    delays: tuple[float, ...] = ()
    """Milliseconds from each text to its first sound, which is the whole synthesis."""

    room: str = "quiet"
    hearing: str = "normal"

    @property
    def setup(self) -> VoiceSetup:
        """How it was spoken."""
        manner = (self.voice, self.pace, self.gap, self.pitch, self.vowels)
        return VoiceSetup(*manner, self.room, self.hearing)


@dataclass(frozen=True)
class SentenceErrors:
    """The part of a recording that belongs to one sentence."""

    text: str
    words: int
    errors: int
    right: int
    """Words that came through."""

    written: str


def score(
    setup: VoiceSetup, said: tuple[str, ...], written: str, delays: Sequence[float] = ()
) -> VoiceRow:
    """Count the errors of a transcript."""
    reference = spelled(" ".join(said)).split()
    hypothesis = spelled(written).split()
    letters = "".join(reference)
    return VoiceRow(
        *(setup.voice, setup.pace, setup.gap, setup.pitch, setup.vowels, said, written),
        words=len(reference),
        # Whisper sometimes repeats itself endlessly: cap the errors at the reference length.
        word_errors=min(len(reference), Levenshtein.distance(reference, hypothesis)),
        letters=len(letters),
        letter_errors=min(len(letters), Levenshtein.distance(letters, "".join(hypothesis))),
        delays=tuple(delays),
        room=setup.room,
        hearing=setup.hearing,
    )


def spelled(text: str) -> str:
    """Normalised words; numbers of three or more digits are spelled digit by digit.

    So is "1,1,9", as Whisper writes a number that it hears digit by digit: the guide says no
    decimals.
    """
    text = re.sub(r"(?<=\d)[.,-](?=\d)", " ", text)
    digits = re.sub(r"\d{3,}", lambda m: " ".join(_DIGITS[int(d)] for d in m.group()), text)
    return normalise(digits)


def telephone_numbers(text: str) -> list[str]:
    """The telephone numbers that a text of the guide names, digit by digit."""
    return _TELEPHONE.findall(re.sub(r"(?<=satu) lalu (?=sembilan|dua)", " ", spelled(text)))


def exact_numbers(rows: Sequence[VoiceRow]) -> tuple[int, int]:
    """In how many sentences with a telephone number all its digits, and no other, were written.

    "119", "1-1-9" and "satu satu, lalu sembilan" are right, also where a word between the digits
    was misheard; "1119" and "11, lalu 9" are not.
    """
    right = count = 0
    for row in rows:
        for one in aligned(row):
            if telephone_numbers(one.text):
                count += 1
                said = _NUMERALS.findall(spelled(one.text))
                right += _NUMERALS.findall(one.written) == said
    return right, count


def table(rows: Sequence[VoiceRow]) -> Iterator[str]:
    """Errors, lost sentences and delay of each setup, best first."""
    yield (
        f"{'voice':<17}{'room':<14}{'hearing':<15}{'vowels':<9}{'words/min':>10}{'gap':>5}"
        f"{'pitch':>6}{'word errors':>13}{'letters':>9}{'lost':>6}{'119':>8}"
        f"{'first sound, p95':>18}"
    )
    groups: dict[VoiceSetup, list[VoiceRow]] = {}
    for row in rows:
        groups.setdefault(row.setup, []).append(row)
    lines = []
    for setup, mine in groups.items():
        words = 100 * sum(row.word_errors for row in mine) / sum(row.words for row in mine)
        letters = 100 * sum(row.letter_errors for row in mine) / sum(row.letters for row in mine)
        lost = sum(not one.right for row in mine for one in aligned(row))
        numbers = "/".join(map(str, exact_numbers(mine)))
        delays = [delay for row in mine for delay in row.delays]
        delay = f"{np.percentile(delays, 95):.0f} ms" if delays else "-"
        name = f"{Path(setup.voice).name[:16]:<17}{setup.room:<14}{setup.hearing:<15}"
        manner = f"{setup.vowels:<9}{setup.pace:>10}{setup.gap:>5}{setup.pitch:>6}"
        figures = f"{words:>11.1f} %{letters:>7.1f} %{lost:>6}{numbers:>8}{delay:>18}"
        lines.append((letters, name + manner + figures))
    yield from (text for _, text in sorted(lines))


def misheard(rows: Sequence[VoiceRow]) -> list[tuple[float, int, str, str]]:
    """(mean word errors, words, sentence, worst transcript), highest error rate first."""
    found: dict[str, list[SentenceErrors]] = {}
    for row in rows:
        for one in aligned(row):
            found.setdefault(one.text, []).append(one)
    scored = []
    for text, seen in found.items():
        errors = sum(one.errors for one in seen) / len(seen)
        if errors:
            worst = max(seen, key=lambda one: (one.errors, one.written))
            scored.append((errors, worst.words, text, worst.written))
    return sorted(scored, key=lambda one: one[0] / one[1], reverse=True)


def aligned(row: VoiceRow) -> Iterator[SentenceErrors]:
    """Yield each sentence of a recording with its errors and its part of the transcript."""
    reference = spelled(" ".join(row.said)).split()
    hypothesis = spelled(row.written).split()
    lengths = [len(spelled(text).split()) for text in row.said]
    ends = list(itertools.accumulate(lengths))
    errors, right = [0] * len(ends), [0] * len(ends)
    heard: list[list[str]] = [[] for _ in ends]
    for code in Levenshtein.opcodes(reference, hypothesis):
        length = max(code.src_end - code.src_start, code.dest_end - code.dest_start)
        for step in range(length):
            source = min(code.src_start + step, max(code.src_end - 1, code.src_start))
            place = next((n for n, end in enumerate(ends) if source < end), len(ends) - 1)
            errors[place] += code.tag != "equal"
            right[place] += code.tag == "equal"
            if code.dest_start + step < code.dest_end:
                heard[place].append(hypothesis[code.dest_start + step])
    for place, text in enumerate(row.said):
        written = " ".join(heard[place])
        yield SentenceErrors(text, lengths[place], errors[place], right[place], written)
