"""Situations in which somebody spoke (column ``situation`` of a list), and what is right then."""

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from assistant.core.listening_state import ListeningState
from assistant.nlu.danger import DANGER_INTENTS
from assistant.nlu.intent import Intent

CRAMP = frozenset({"cramp_now", "cramp_night", "sports", "pregnant"})
SIGN = frozenset(DANGER_INTENTS) | {"x_duration", "tolong"}
ANSWERED = frozenset({"ask", "causes", "prevention", "see_doctor", "symptoms", "other_sign"})

FAMILY: Mapping[str, frozenset[str]] = {
    name: frozenset(intents.split())
    for name, intents in {
        "side": "left right both",
        "pause": "pause slower",
        "go-on": "next continue yes",
        "repeat": "repeat",
        "back": "back",
        "skip": "next skip",
        "how-long": "time_left",
        "slower": "slower slower_or_softer",
        "faster": "faster",
        "louder": "louder",
        "softer": "softer slower_or_softer",
        "quiet": "pause softer",
        "better": "better",
        "partly": "better_partly still_hurts",
        "still": "still_hurts no",
        "worse": "still_hurts cramp_now",
        "other-leg": "left right cramp_now",
        "return": "cramp_now still_hurts",
        "reach": "situation",
        "alone": "situation",
        "helper": "situation",
        "stand": "situation other_sign",
        "dizzy": "situation other_sign",
        "thanks": "thanks",
        "stop": "stop",
        "nevermind": "false_alarm stop",
        "false-alarm": "false_alarm",
        "ambulance": "emergency",
        "diary": "diary_count diary_last diary_add diary_tell",
        "profile": "remember situation",
        "bedtime": "start_stretch",
        "yes": "yes continue",
        "no": "no still_hurts",
        "other-person": "cramp_now cramp_night sports pregnant",
        "cramp-abdomen": "other_sign",
    }.items()
}
_IDLE = ("cramp", "other-person", "diary", "profile", "bedtime", "tv", "smalltalk")


class Verdict(StrEnum):
    """What became of an utterance."""

    RIGHT = "right"
    ASKED = "asked"
    """Not acted on, but asked about, with the right meaning."""

    LOST = "lost"
    ASKED_WRONG = "asked wrong"
    WRONG = "wrong"
    FALSE_SIGN = "false sign"
    DANGEROUS = "dangerous"
    """A danger sign acted on as something harmless, or as its denial."""


@dataclass(frozen=True)
class Wording:
    """A sentence that somebody wrote for a situation."""

    situation: str
    utterance: str

    @property
    def state(self) -> ListeningState:
        """The listening state in which it would be said."""
        idle = self.situation.startswith(_IDLE) and self.situation != "cramp-abdomen"
        return ListeningState.IDLE if idle else ListeningState.CONVERSATION

    @property
    def is_sign(self) -> bool:
        """Whether a danger is told."""
        return self.situation.startswith("sign-") or self.situation == "deny-but"

    @property
    def wanted(self) -> frozenset[str]:
        """The intents that are right; empty if it should be left alone."""
        if self.is_sign or self.situation == "deny":
            return SIGN
        if self.situation in FAMILY:
            return FAMILY[self.situation]
        if self.situation.startswith("cramp"):
            return CRAMP
        return ANSWERED if self.situation.startswith("q-") else frozenset()

    def verdict(self, intent: Intent | None, accepted: bool, doubtful: bool) -> Verdict:
        """Judge what was understood."""
        name = intent.name if intent else None
        denied = intent is not None and intent.slots.get("negated") == "yes"
        right = name in self.wanted and denied == (self.situation == "deny")
        if intent is None or not (accepted or doubtful):
            return Verdict.LOST if self.wanted else Verdict.RIGHT
        if not accepted:
            return Verdict.ASKED if name in self.wanted else Verdict.ASKED_WRONG
        if right:
            return Verdict.RIGHT
        if self.is_sign:
            return Verdict.DANGEROUS
        return Verdict.FALSE_SIGN if name in SIGN and not denied else Verdict.WRONG


def read_wordings(path: Path) -> list[Wording]:
    """Read a list with the columns ``situation`` and ``utterance``, separated by tabs."""
    with path.open(encoding="utf-8", newline="") as file:
        rows = csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE)
        return [Wording(row["situation"], row["utterance"]) for row in rows]
