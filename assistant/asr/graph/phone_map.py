"""The phone table: how Indonesian sounds are said with the phones of a base model."""

import heapq
import math
from collections.abc import Mapping
from dataclasses import dataclass, field

from assistant.asr.graph.g2p import VOWELS
from assistant.core.errors import InputError

_LONGEST_KEY = 3
_GLIDES = frozenset({"w", "y"})
_LIQUIDS = frozenset({"l", "r"})
_STOPS = frozenset(["p", "t", "k", "b", "d", "g", "f", "s"])

CONDITIONS = frozenset(["start", "initial", "final", "onset", "coda", "before", "after"])
"""What a rule may ask about the place of its sound; the last two with sounds behind a colon."""

PhoneSeq = tuple[int, ...]


@dataclass(frozen=True)
class Rule:
    """What a sound is said as, if its conditions hold."""

    conditions: tuple[str, ...]
    say: tuple[tuple[PhoneSeq, float], ...]


@dataclass(frozen=True)
class Flow:
    """Costs (natural logarithm) that belong to no sound."""

    pause: float = 0.0
    """A pause between words, or at the beginning or the end."""

    no_pause: float = 0.0
    """Going on without one."""

    word: float = -2.0
    """Any word; below zero, because the decoder likes to hear short phrases in long ones."""


@dataclass(frozen=True)
class PhoneMap:
    """A phone table as read from YAML."""

    name: str
    tuples: int
    first: int
    silence: int
    sounds: Mapping[tuple[str, ...], tuple[Rule, ...]]
    fingerprint: str
    words: Mapping[str, tuple[tuple[PhoneSeq, float], ...]] = field(default_factory=dict)
    """More ways to say particular words, beside those that the sounds give; each with its cost
    beyond the best of those, the costs of kinds apart."""

    entry_cost: Mapping[int, float] = field(default_factory=dict)
    """What each kind costs beside, whatever sound it stands for: the network was made for
    another language and likes some of its phones too much."""

    self_loop_cost: Mapping[int, float] = field(default_factory=dict)
    """What each kind costs for every 30 ms after its first; below zero for vowels, which last."""

    flow: Flow = field(default_factory=Flow)
    fitted: "PhoneMap | None" = None
    """The same with costs that were fitted together, for decoding alone."""

    changes: Mapping[tuple[int, int], float] = field(default_factory=dict)
    """How different two kinds sound, from 0 to 1; pairs that are missing are quite different."""

    drops: Mapping[int, float] = field(default_factory=dict)
    """How much is missing when a kind is dropped, from 0 to 1; 1 for those that are missing."""

    def entry_costs(self, kinds: PhoneSeq) -> float:
        """Sum of ``enter`` over ``kinds``."""
        return sum(self.entry_cost.get(kind, 0.0) for kind in kinds)

    def self_loop_costs(self) -> dict[int, float]:
        """``stay`` by phone id."""
        return {
            self.first + 4 * kind + place: cost
            for kind, cost in self.self_loop_cost.items()
            for place in range(4)
        }

    def change_cost(self, one: int, other: int) -> float:
        """How different two kinds sound: 0 the same, 1 clearly different."""
        return 0.0 if one == other else self.changes.get((one, other), 1.0)

    def drop_cost(self, kind: int) -> float:
        """How clearly it is heard that ``kind`` is not there."""
        return self.drops.get(kind, 1.0)

    def phone_ids(self, kinds: PhoneSeq) -> tuple[int, ...]:
        """Turn the kinds of one word into phone ids by their position in the word."""
        last = len(kinds) - 1
        if last == 0:
            return (self.first + 4 * kinds[0] + 3,)
        return tuple(
            self.first + 4 * kind + (0 if place == 0 else 1 if place == last else 2)
            for place, kind in enumerate(kinds)
        )

    def variants(
        self, sounds: tuple[str, ...], most: int, rested: bool
    ) -> list[tuple[PhoneSeq, float]]:
        """Return the ``most`` cheapest ways to say ``sounds``, each with its cost.

        ``rested`` tells a word at the beginning or after a pause from one in the flow of speech.
        """
        beam: list[tuple[float, PhoneSeq]] = [(0.0, ())]
        place = 0
        while place < len(sounds):
            length, case = self.matching_rule(sounds, place, rested)
            found: dict[PhoneSeq, float] = {}
            for cost, said in beam:
                for kinds, extra in case.say:
                    more = extra + self.entry_costs(kinds)
                    key = said + kinds
                    found[key] = min(found.get(key, math.inf), cost + more)
            beam = heapq.nsmallest(most, ((cost, said) for said, cost in found.items()))
            place += length
        return [(said, cost) for cost, said in beam if said]

    def matching_rule(self, sounds: tuple[str, ...], place: int, rested: bool) -> tuple[int, Rule]:
        """How many of ``sounds`` the rule at ``place`` covers, and the rule."""
        for length in range(min(_LONGEST_KEY, len(sounds) - place), 0, -1):
            for case in self.sounds.get(sounds[place : place + length], ()):
                if all(_holds(c, sounds, place, length, rested) for c in case.conditions):
                    return length, case
        raise InputError(
            f"phone table {self.name}: no case for the sound {sounds[place]!r} in "
            f"{' '.join(sounds)!r}; add one without conditions"
        )


def _holds(condition: str, sounds: tuple[str, ...], place: int, length: int, rested: bool) -> bool:
    name, _, value = condition.partition(":")
    end = place + length
    match name:
        case "start":
            return place == 0 and rested
        case "initial":
            return place == 0
        case "final":
            return end == len(sounds)
        case "onset":
            return _onset(sounds, end)
        case "coda":
            return not _onset(sounds, end)
        case "before":
            return end < len(sounds) and _among(sounds[end], value)
        case _:
            return place > 0 and _among(sounds[place - 1], value)


def _among(sound: str, names: str) -> bool:
    return any(sound == name or (name == "V" and sound in VOWELS) for name in names.split(","))


def _onset(sounds: tuple[str, ...], end: int) -> bool:
    """Whether the consonant before ``end`` begins a syllable."""
    if end >= len(sounds):
        return False
    if sounds[end] in VOWELS or sounds[end] in _GLIDES:
        return True
    cluster = sounds[end] in _LIQUIDS and sounds[end - 1] in _STOPS
    return cluster and end + 1 < len(sounds) and sounds[end + 1] in VOWELS
