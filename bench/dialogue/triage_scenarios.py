"""Whole conversations in which a danger sign comes up: drawn from a seed, independent of the guide.

A scenario says who speaks how, when and how the sign is told, who plays it down, and what the user
does afterwards. It has no answer of the guide in it: ``triage_user`` lives it through.
"""

from dataclasses import dataclass, replace
from enum import StrEnum
from random import Random

from bench.dialogue.triage_signs import REGISTERS, SIGNS, Sign, wordings


class Telling(StrEnum):
    """How a sign comes up."""

    AT_ONCE = "at once"
    """The very first words."""
    IN_ONE_BREATH = "in one breath"
    """Together with the cramp."""
    EARLY = "early"
    """At the first thing that the guide says."""
    LATE = "late"
    """Somewhere on the way, also while getting up, or after the good night."""
    DOUBTED = "doubted"
    """The user is not sure, and never clearly denies it."""
    DENIED_FIRST = "denied first"
    """Denied, and then affirmed."""
    ASKED = "asked"
    """Affirmed when the guide asks by name; said later if it does not ask."""


class Behaviour(StrEnum):
    """What the user does once the sign has been told."""

    SILENT = "silent"
    EAGER = "eager"
    """Agrees to everything, and asks for what is forbidden."""
    SLEEPY = "sleepy"
    """Says thanks and wants to sleep."""
    STOPS = "stops"
    """Ends the guide."""


OPENINGS = {
    "formal": ("betis saya kram", "kaki kanan saya kram", "tolong kaki saya kram"),
    "jakarta": ("aduh kaki gue kram", "betis gue kram nih", "kram nih kaki kiri gue"),
    "jawa": ("sikilku kram", "aduh bitisku kram", "sikil kula kram mbak"),
    "tua": ("kaki bapak kram nak", "betis saya kram nak", "aduh nak kaki saya kram"),
}
SPORT = {
    "formal": "betis saya kram sehabis berlari",
    "jakarta": "abis futsal betis gue kram",
    "jawa": "bar bal balan sikilku kram",
    "tua": "kaki saya kram habis senam nak",
}
HELPER_OPENINGS = {
    "formal": ("suami saya kakinya kram", "kaki ibu saya kram"),
    "jakarta": ("kaki nyokap kram nih", "laki gue kakinya kram"),
    "jawa": ("sikile simbah kram", "bojoku sikile kram"),
    "tua": ("kaki istri saya kram nak", "istri saya kram kakinya nak"),
}
DOUBTS = {
    "formal": ("sepertinya {}", "saya tidak yakin tapi {}", "mungkin {}"),
    "jakarta": ("kayaknya {}", "nggak tau ya tapi kayaknya {}", "{} kali ya"),
    "jawa": ("ketoke {}", "koyoke {}", "mbok menowo {}"),
    "tua": ("rasa rasanya {}", "{} barangkali nak", "kok sepertinya {}"),
}
CORRECTIONS = {
    "formal": ("maaf ternyata {}", "tadi tidak sekarang {}", "sebentar ternyata {}"),
    "jakarta": ("eh ternyata {}", "eh bentar {}", "tadinya nggak sekarang {}"),
    "jawa": ("lho jebule {}", "eh jebul {}", "mau ora saiki {}"),
    "tua": ("eh kok ternyata {}", "tadi tidak nak sekarang {}", "lho ternyata {}"),
}
PLAYED_DOWN = {
    "formal": (
        "kata anak saya cuma masuk angin",
        "menurut suami saya ini hanya kelelahan",
        "kata istri saya tidak apa apa",
    ),
    "jakarta": (
        "kata anak gue cuma masuk angin",
        "laki gue bilang paling kecapekan doang",
        "kata temen gue sih biasa aja nanti juga ilang",
    ),
    "jawa": (
        "jare anakku mung masuk angin",
        "jarene bojoku mung kesel wae",
        "sanjange anak kula mung masuk angin mboten nopo nopo",
    ),
    "tua": (
        "kata anak saya cuma masuk angin nak",
        "kata cucu saya sudah biasa orang tua begini",
        "kata tetangga tidak usah ke dokter",
    ),
}
BY_THE_RELATIVE = (
    "ah bapak cuma masuk angin",
    "halah paling pegel doang",
    "biasa itu bu nanti juga hilang",
    "mung masuk angin iku pak",
    "paling cuma kurang minum",
)
"""Said by the relative, beside the user."""


@dataclass(frozen=True)
class Scenario:
    """One conversation to be lived through."""

    number: int
    sign: Sign
    telling: Telling
    register: str
    helper: bool
    """Whether somebody else speaks for the one with the cramp."""

    opening: str
    told: tuple[str, ...]
    """Wordings of the sign, the next one after each that was not understood."""

    denial: str
    """Said first, if the telling is ``DENIED_FIRST``; else empty."""

    played_down: tuple[str, ...]
    """What a relative says against it, in order; empty if nobody does."""

    in_one_breath: bool
    """Whether the first of ``played_down`` comes in the same utterance as the sign."""

    after: int
    """Acts of the guide before the sign, if it comes late."""

    eases: int
    """Questions whether it has eased until the answer is yes; before that, "not yet"."""

    behaviour: Behaviour
    seed: int
    """For the user's small decisions on the way."""

    @property
    def kind(self) -> str:
        """Row of the table: how it was told, and by whom."""
        return f"{self.telling}, by a helper" if self.helper else str(self.telling)

    def without_relative(self) -> "Scenario":
        """The same conversation with nobody playing it down."""
        return replace(self, played_down=(), in_one_breath=False)


def scenarios(count: int, seed: int) -> list[Scenario]:
    """``count`` scenarios; signs and tellings take turns, everything else is drawn."""
    return [_scenario(number, Random(f"{seed}.{number}")) for number in range(count)]


def _scenario(number: int, dice: Random) -> Scenario:
    sign = list(SIGNS.values())[number % len(SIGNS)]
    telling = list(Telling)[number // len(SIGNS) % len(Telling)]
    register = dice.choice(REGISTERS)
    helper = dice.random() < 0.3
    openings = HELPER_OPENINGS[register] if helper else OPENINGS[register]
    opening = dice.choice(openings)
    if not helper and dice.random() < 0.25:
        opening = SPORT[register]
    speaker = "helper" if helper else "self"
    said = list(wordings(sign.name, speaker, register))
    said += [line for line in wordings(sign.name, speaker, "formal") if line not in said]
    first = dice.randrange(len(said))
    told = 3 * (said[first:] + said[:first])
    forms = {Telling.DOUBTED: DOUBTS, Telling.DENIED_FIRST: CORRECTIONS}.get(telling)
    if forms:
        told[0] = dice.choice(forms[register]).format(told[0])
    played_down = _played_down(register, dice)
    denial = dice.choice(wordings(sign.name, "denial", register))
    return Scenario(
        number=number,
        sign=sign,
        telling=telling,
        register=register,
        helper=helper,
        opening=opening,
        told=tuple(told[:3]),
        denial=denial if telling is Telling.DENIED_FIRST else "",
        played_down=played_down,
        in_one_breath=bool(played_down) and dice.random() < 0.5,
        after=dice.randrange(1, 45),
        eases=dice.choice((1, 1, 2, 3, 9)),
        behaviour=dice.choice(list(Behaviour)),
        seed=dice.randrange(2**31),
    )


def _played_down(register: str, dice: Random) -> tuple[str, ...]:
    """In two scenarios of three somebody plays it down, once to three times."""
    if dice.random() < 1 / 3:
        return ()
    lines = [*dice.sample(PLAYED_DOWN[register], 2), dice.choice(BY_THE_RELATIVE)]
    dice.shuffle(lines)
    return tuple(lines[: dice.randrange(1, 4)])
