"""The phone map: allophone rules from Indonesian phonemes to the phones of a base model.

A rule maps phonemes in a context to weighted alternatives over the base model's phones. A "base
phone" (``kinds`` in the YAML file) is a phone regardless of its position in the word; phone ids
are Kaldi's word-position-dependent ones, four per base phone. All costs are in nats.
"""

import heapq
import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

from assistant.asr.graph.rule_conditions import holds
from assistant.core.errors import InputError
from assistant.core.translation import _

_LONGEST_KEY = 3

PhoneSeq = tuple[int, ...]
"""Base phones."""

Alternatives = tuple[tuple[PhoneSeq, float], ...]
"""Phone sequences and their costs."""


@dataclass(frozen=True)
class Rule:
    """How a phoneme, or several in a row, is realised if all conditions hold."""

    conditions: tuple[str, ...]
    """Such as ``initial`` or ``before:k,g``; ``models/phones/ko.yaml`` lists them."""

    alternatives: Alternatives


@dataclass(frozen=True)
class Flow:
    """Costs in nats that belong to no phoneme."""

    pause: float = 0.0
    """The optional silence phone between words, at the beginning or at the end."""

    no_pause: float = 0.0
    """Skipping it."""

    word: float = -2.0
    """Word insertion cost; negative, because the decoder prefers phrases that are too short."""


@dataclass(frozen=True)
class PhoneMap:
    """A phone map as read from YAML."""

    name: str
    tuples: int
    """Number of tuples in the transition model of the base model, to detect a mismatch."""

    first: int
    """Phone id of base phone 0 at the beginning of a word."""

    silence: int
    """Phone id of the silence phone."""

    sounds: Mapping[tuple[str, ...], tuple[Rule, ...]]
    """Phonemes → rules; the first rule whose conditions hold applies."""

    fingerprint: str
    """sha256 of the YAML file."""

    words: Mapping[str, Alternatives] = field(default_factory=dict)
    """Extra pronunciations of particular words; the cost is relative to the best pronunciation by
    the rules, entry costs not included."""

    entry_cost: Mapping[int, float] = field(default_factory=dict)
    """Base phone → cost added at every occurrence: the network was trained on another language
    and favours some of its phones too much."""

    self_loop_cost: Mapping[int, float] = field(default_factory=dict)
    """Base phone → cost of its self-loop, per output frame (30 ms) after the first; negative for
    vowels, which are long."""

    flow: Flow = field(default_factory=Flow)
    fitted: "PhoneMap | None" = None
    """The same map with jointly fitted costs, used for decoding only."""

    changes: Mapping[tuple[int, int], float] = field(default_factory=dict)
    """Perceptual substitution cost of two base phones, 0 to 1; missing pairs count as 1."""

    drops: Mapping[int, float] = field(default_factory=dict)
    """Perceptual deletion cost of a base phone, 0 to 1; missing ones count as 1."""

    def entry_costs(self, phones: PhoneSeq) -> float:
        """Sum of ``entry_cost`` over ``phones``, in nats."""
        return sum(self.entry_cost.get(phone, 0.0) for phone in phones)

    def self_loop_costs(self) -> dict[int, float]:
        """``self_loop_cost`` by phone id."""
        return {
            self.first + 4 * phone + position: cost
            for phone, cost in self.self_loop_cost.items()
            for position in range(4)
        }

    def change_cost(self, one: int, other: int) -> float:
        """Substitution cost of two base phones: 0 the same, 1 clearly different."""
        return 0.0 if one == other else self.changes.get((one, other), 1.0)

    def drop_cost(self, phone: int) -> float:
        """Deletion cost of a base phone: 0 inaudible, 1 clearly missing."""
        return self.drops.get(phone, 1.0)

    def phone_ids(self, phones: PhoneSeq) -> tuple[int, ...]:
        """Word-position-dependent phone ids of the base phones of one word.

        The order within a base phone is begin, end, internal, singleton.
        """
        last = len(phones) - 1
        if last == 0:
            return (self.first + 4 * phones[0] + 3,)
        return tuple(
            self.first + 4 * phone + (0 if index == 0 else 1 if index == last else 2)
            for index, phone in enumerate(phones)
        )

    def variants(
        self, sounds: tuple[str, ...], most: int, after_pause: bool
    ) -> list[tuple[PhoneSeq, float]]:
        """Return the ``most`` cheapest pronunciations of the phonemes ``sounds``, with costs.

        Beam search over the rules. ``after_pause``: the word begins the utterance or follows a
        pause; otherwise it follows another word directly.
        """
        beam: list[tuple[float, PhoneSeq]] = [(0.0, ())]
        place = 0
        while place < len(sounds):
            length, rule = self.matching_rule(sounds, place, after_pause)
            found: dict[PhoneSeq, float] = {}
            for cost, prefix in beam:
                for phones, more in self._with_entry_costs(rule):
                    key = prefix + phones
                    total = cost + more
                    if total < found.get(key, math.inf):
                        found[key] = total
            beam = heapq.nsmallest(most, ((cost, phones) for phones, cost in found.items()))
            place += length
        return [(phones, cost) for cost, phones in beam if phones]

    def _with_entry_costs(self, rule: Rule) -> Alternatives:
        """The alternatives of ``rule`` with their entry costs added."""
        known = self._totals.get(id(rule))
        if known is None:
            known = self._totals[id(rule)] = tuple(
                (phones, cost + self.entry_costs(phones)) for phones, cost in rule.alternatives
            )
        return known

    @cached_property
    def _totals(self) -> dict[int, Alternatives]:
        """Cache of ``_with_entry_costs``, by the identity of the rule."""
        return {}

    def matching_rule(
        self, sounds: tuple[str, ...], place: int, after_pause: bool
    ) -> tuple[int, Rule]:
        """How many phonemes the rule at the index ``place`` covers, and the rule; longest first.

        Raises ``InputError`` when no rule matches.
        """
        for length in range(min(_LONGEST_KEY, len(sounds) - place), 0, -1):
            for rule in self.sounds.get(sounds[place : place + length], ()):
                if all(holds(c, sounds, place, length, after_pause) for c in rule.conditions):
                    return length, rule
        raise InputError(
            _("phone table {name}: no case for the sound {sounds!r} in {sounds2!r}").format(
                name=self.name, sounds=sounds[place], sounds2=" ".join(sounds)
            ),
            _("add one without conditions"),
        )
