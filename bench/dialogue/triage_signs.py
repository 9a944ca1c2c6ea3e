"""Danger signs, from the medical side: how people say them, what they forbid, which advice is due.

Written from sources on calf cramp and its red flags without a look at the guide's texts, so that
it can contradict them. Tags in brackets are those of ``docs/content.md``.
"""

import csv
import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import IntEnum, StrEnum
from functools import cache
from pathlib import Path

WORDINGS = Path(__file__).with_suffix(".tsv")
"""Columns ``sign speaker register utterance``; speaker: ``self``, ``helper``, ``denial``."""

REGISTERS = ("formal", "jakarta", "jawa", "tua")
"""Standard, colloquial of Jakarta, mixed with Javanese, an old person's."""


class Step(StrEnum):
    """What a guide for cramps may let somebody do with the leg."""

    STRETCH = "stretch"
    MASSAGE = "massage"
    WARMTH = "warmth"
    STAND = "stand"
    WALK = "walk"


class Advice(IntEnum):
    """What must be told, by urgency; more urgent advice includes what is less urgent."""

    NONE = 0
    CAREFUL = 1
    """Stay down; do not stand up on your own."""
    DOCTOR = 2
    """See a doctor soon."""
    TODAY = 3
    """A doctor or the emergency room, today."""
    EMERGENCY = 4
    """Call the emergency number, or be brought to the emergency room."""


EVERYTHING = frozenset(Step)
_RUB = frozenset({Step.MASSAGE, Step.WARMTH})
_UP = frozenset({Step.STAND, Step.WALK})


@dataclass(frozen=True)
class Sign:
    """A danger sign."""

    name: str
    forbids: frozenset[Step]
    due: Advice
    named: re.Pattern[str]
    """Matches a question that asks about the sign by name."""


def _sign(name: str, forbids: frozenset[Step], due: Advice, named: str) -> Sign:
    return Sign(name, forbids, due, re.compile(rf"\b(?:{named})", re.IGNORECASE))


SIGNS: Mapping[str, Sign] = {
    sign.name: sign
    for sign in (
        # B1, B3, B4: emergencies end the guide for the leg, whatever the leg is like
        _sign("breath", EVERYTHING, Advice.EMERGENCY, "sesak|napas|bernapas"),
        _sign("chest", EVERYTHING, Advice.EMERGENCY, "dada"),
        _sign("blood", EVERYTHING, Advice.EMERGENCY, "batuk|darah"),
        _sign("faint", EVERYTHING, Advice.EMERGENCY, "pingsan|sadar"),
        _sign("stroke", EVERYTHING, Advice.EMERGENCY, "stroke|pelo|bicara|separuh|mencong|lemah"),
        _sign("artery", EVERYTHING, Advice.EMERGENCY, "pucat|dingin|digerakkan"),
        # B6: a limb with venom is kept still
        _sign("snake", EVERYTHING, Advice.EMERGENCY, "ular|digigit|gigitan|binatang"),
        _sign("poison", EVERYTHING, Advice.EMERGENCY, "racun|keracunan|pestisida"),
        _sign("nail", frozenset({Step.MASSAGE}), Advice.TODAY, "paku|luka"),
        # B15: a stiff jaw, or stiffness of the whole body, since a wound
        _sign("tetanus", EVERYTHING, Advice.EMERGENCY, "rahang|kaku|mulut"),
        # B2, B11: no massage; warmth follows the same caution
        _sign("clot", _RUB, Advice.TODAY, "bengkak|gelap|merah|panas|hangat"),
        _sign("pregnant_clot", _RUB, Advice.TODAY, "bengkak|gelap|merah|panas|hangat"),
        _sign("eclampsia", EVERYTHING, Advice.TODAY, "hamil|kepala|kabur|perut|pusing"),
        # B5: neither stretched, rubbed, warmed, nor put weight on before it has been looked at
        _sign("tear", EVERYTHING, Advice.TODAY, "krek|ditendang|jinjit|berjinjit|bunyi|memar"),
        # B7: stop the exercises, a doctor the same day
        _sign("duration", frozenset({Step.STRETCH, Step.MASSAGE}), Advice.TODAY, "menit|lama"),
        # B8, A4: no warmth on skin without feeling
        _sign("numb", _RUB, Advice.DOCTOR, "kebas|baal|mati rasa"),
        # A5: whoever fell or is dizzy does not stand up
        _sign("fall", _UP, Advice.CAREFUL, "jatuh|terbentur|cedera"),
        _sign("dizzy", _UP, Advice.CAREFUL, "pusing|goyah|berputar|kunang"),
    )
}


@cache
def wordings(sign: str, speaker: str, register: str) -> tuple[str, ...]:
    """What ``speaker`` says; the open wordings of other regions count for every register."""
    with WORDINGS.open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file, delimiter="\t") if row["sign"] == sign]
    return tuple(
        row["utterance"]
        for row in rows
        if row["speaker"] == speaker and row["register"] in (register, "daerah")
    )
