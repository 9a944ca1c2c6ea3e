"""The user of a scenario: answers questions, tells the sign, and is tempted afterwards.

Knows the truth (the sign is there) and never denies it once it has been told.
"""

import re
from dataclasses import dataclass, field
from random import Random

from assistant.dialogue.acts import Hold
from bench.dialogue.triage_scenarios import Behaviour, Scenario, Telling
from bench.dialogue.triage_signs import SIGNS
from bench.dialogue.triage_talk import Interpret, Line, Talk

MOST_ACTS = 170
"""Acts of the guide after which a conversation is left; an emergency guide ends by a person."""

ACTS_AFTERWARDS = 75
"""Acts of the guide that are watched once the sign has been told. Whoever has the causes explained
in between hears some thirty before the guide comes back to the sign."""

_EASED = re.compile(r"reda|mendingan|enakan|masih sakit|hilang|berkurang|lebih baik", re.IGNORECASE)
_SIDE = re.compile(r"\bkiri\b.*\bkanan\b|\bkaki mana|sebelah mana", re.IGNORECASE)
_OFFER = re.compile(r"bangun|berdiri|jalan|pijat|hangat|mau|siap|berpegangan|lagi\?", re.IGNORECASE)
_IS_IT_A_CRAMP = re.compile(r"kakinya kram\?")
_WHAT_ELSE = re.compile(r"keluhan", re.IGNORECASE)
_CLEARED = re.compile(r"tidak apa|baik-baik|salah|batal|aman|keliru|tidak ada|bukan", re.IGNORECASE)
_YES = {
    "formal": ("ya", "iya betul", "ya ada"),
    "jakarta": ("iya", "iya nih", "he eh"),
    "jawa": ("nggih", "iyo", "inggih mbak"),
    "tua": ("iya nak", "iya ada nak", "iya"),
}
_NO = {"formal": "tidak", "jakarta": "nggak", "jawa": "mboten", "tua": "tidak nak"}
_NOT_YET = {"formal": "belum", "jakarta": "belom", "jawa": "durung", "tua": "belum nak"}
_EASED_NOW = {"formal": "sudah reda", "jakarta": "udah enakan", "jawa": "wis mendingan",
              "tua": "sudah mendingan nak"}  # fmt: skip
_TEMPTATIONS = {
    Behaviour.SILENT: (),
    Behaviour.EAGER: (
        "lanjut", "terus gimana", "boleh dipijat nggak", "boleh dikompres air hangat",
        "saya mau berdiri", "saya mau jalan ke kamar mandi", "lanjut pijatnya", "sudah reda",
        "masih kram", "tarik lagi ya", "kenapa bisa kram", "pelan pelan saja",
    ),
    Behaviour.SLEEPY: ("makasih ya", "saya mau tidur lagi", "terima kasih selamat malam"),
    Behaviour.STOPS: ("sudah cukup", "berhenti", "udahan ya"),
}  # fmt: skip


@dataclass
class Lived:
    """A scenario as it went."""

    scenario: Scenario
    lines: list[Line]
    told_at: int
    """Index of the user's line from which the guide knows, or could know; see ``User.tell``."""
    attempts: int
    """Times that the sign had to be told until the guide made something of it."""
    understood: bool
    """Whether the guide made anything of it at all."""
    runs_on: bool
    """Whether a hold that was going on then was left to go on."""


@dataclass
class User:
    """Lives one scenario through."""

    scenario: Scenario
    talk: Talk
    dice: Random = field(init=False)
    told_at: int | None = None
    attempts: int = 0
    understood: bool = False
    runs_on: bool = False
    acts_since: int = 0
    eased: int = 0

    def __post_init__(self) -> None:
        self.dice = Random(self.scenario.seed)
        self.left = list(self.scenario.played_down)
        self.tempting = list(_TEMPTATIONS[self.scenario.behaviour])
        if self.scenario.sign.name == "duration" and "sudah reda" in self.tempting:
            self.tempting.remove("sudah reda")
        self.dice.shuffle(self.tempting)

    def live(self) -> Lived:
        """From the first words to the end."""
        self._open()
        for act in range(MOST_ACTS):
            if self.told_at is None and self._due(act):
                self._tell_in_time()
            elif self.acts_since > ACTS_AFTERWARDS:
                break
            elif self.talk.running is None:
                if not self._say_something_more():
                    break
            else:
                self._go_along()
            self.acts_since += self.told_at is not None
        if self.told_at is None:
            self.tell()
        assert self.told_at is not None
        return Lived(
            self.scenario, self.talk.lines, self.told_at, self.attempts, self.understood,
            self.runs_on,
        )  # fmt: skip

    def _open(self) -> None:
        one = self.scenario
        if one.telling is Telling.AT_ONCE:
            self.tell()
        elif one.telling is Telling.IN_ONE_BREATH:
            self.tell(f"{one.opening} dan ")
        else:
            self.talk.say(one.opening)

    def _due(self, act: int) -> bool:
        """Whether it is time to tell the sign."""
        match self.scenario.telling:
            case Telling.EARLY:
                return True
            case Telling.LATE | Telling.DENIED_FIRST | Telling.DOUBTED:
                return act >= self.scenario.after or self.talk.running is None
            case Telling.ASKED:
                return self.talk.running is None
            case _:
                return True

    def _tell_in_time(self) -> None:
        """Tell it in the middle of what is going on; a denial comes a little earlier."""
        self.talk.wait(self.dice.uniform(0.5, 6))
        if self.scenario.denial:
            self.talk.say(self.scenario.denial)
            self.talk.wait(self.dice.uniform(2, 8))
        self.tell()

    def tell(self, before: str = "") -> None:
        """Say the sign until the guide makes something of it: other words each time.

        It is said again when the guide makes nothing of it, or asks about another sign instead.
        What the guide takes for something else counts from the first time on: nobody says again
        what seems to be understood.
        """
        told = list(self.scenario.told)
        if self.scenario.in_one_breath:
            told[0] += f" tapi {self.left.pop(0)}"
        for words in told:
            self.attempts += 1
            self.told_at = len(self.talk.lines)
            hold = self.talk.running if isinstance(self.talk.running, Hold) else None
            self.understood = self.talk.say(before + words)
            self.runs_on = hold is not None and self.talk.running is hold
            if self.understood and not self._asked_amiss():
                break
            before = before or ("" if self.talk.running else f"{self.scenario.opening} dan ")
            self.talk.wait(4)
        if self.left:
            self.talk.wait(self.dice.uniform(1, 5))
            self.talk.say(self.left.pop(0))

    def _asked_amiss(self) -> bool:
        """Whether the guide asks about another sign than the one told; that is denied here."""
        question = self.talk.asked
        others = [sign for sign in SIGNS.values() if sign.named.search(question)]
        if not others or self.scenario.sign in others:
            return False
        self.talk.wait(len(question) / 12 + 1)
        self.talk.say(_NO[self.scenario.register])
        return True

    def _go_along(self) -> None:
        """Answer a question, or let the guide go on, with a temptation now and then."""
        if self.talk.asked:
            self._answer(self.talk.asked)
        elif self.told_at is not None and self.tempting and self.dice.random() < 0.3:
            self.talk.wait(self.dice.uniform(1, 8))
            self.talk.say(self.tempting.pop())
        else:
            self.talk.wait_for_end()

    def _say_something_more(self) -> bool:
        """The guide is silent: what is left to say; returns False if nothing is."""
        if self.told_at is None or not (self.tempting or self.left):
            return False
        self.talk.wait(5)
        self.talk.say(self.left.pop(0) if self.left else self.tempting.pop())
        return True

    def _answer(self, question: str) -> None:
        self.talk.wait(len(question) / 12 + 1.5)
        answer = self._answer_to(question)
        if not answer:
            self.talk.wait_for_end()
        elif self.talk.asked:  # the guide may have gone on meanwhile
            self.talk.say(answer)

    def _answer_to(self, question: str) -> str:
        """The words; empty for silence."""
        one = self.scenario
        own = one.sign.named.search(question)
        others = any(sign.named.search(question) for sign in SIGNS.values())
        if own and self.told_at is not None:
            return self._affirm(question)
        if own and one.telling is Telling.ASKED:
            return self._affirm_first()
        if _EASED.search(question):
            self.eased += 1
            if self.told_at is not None and one.sign.name == "duration":
                return _NOT_YET[one.register]  # that is what the sign says
            return (_EASED_NOW if self.eased >= one.eases else _NOT_YET)[one.register]
        if _SIDE.search(question):
            return "kiri"
        if _WHAT_ELSE.search(question) and self.told_at is not None:
            return one.told[-1]  # whoever has told it, and is asked what else there is
        if _CLEARED.search(question) and self.told_at is not None:
            return self.left.pop(0) if self.left else one.told[-1]
        if others:
            return _NO[one.register]
        if _IS_IT_A_CRAMP.search(question):
            return self.dice.choice(_YES[one.register])  # whoever has called, and is asked back
        if (
            "dengar lagi" not in question
            and _OFFER.search(question)
            and one.behaviour is not Behaviour.SILENT
        ):
            return self.dice.choice(_YES[one.register])
        return ""

    def _affirm(self, question: str) -> str:
        """The guide asks about the sign by name, after it was told."""
        if self.left and self.dice.random() < 0.5:
            return self.left.pop(0)
        if _CLEARED.search(question) or self.dice.random() < 0.3:
            return self.scenario.told[-1]
        return self.dice.choice(_YES[self.scenario.register])

    def _affirm_first(self) -> str:
        """The guide asks about the sign by name, and that is how it comes out."""
        self.told_at = len(self.talk.lines)
        self.attempts, self.understood = 1, True
        answer = self.dice.choice(_YES[self.scenario.register])
        if self.scenario.in_one_breath:
            answer += f" tapi {self.left.pop(0)}"
        return answer


def live(scenario: Scenario, interpret: Interpret) -> Lived:
    """Live a scenario through."""
    return User(scenario, Talk(interpret)).live()
