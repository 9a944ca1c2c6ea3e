"""The phone map: allophone rules from Indonesian phonemes to the phones of a base model.

A rule maps phonemes in a context to weighted alternatives over the base model's phones. A "base
phone" (``kinds`` in the YAML file) is a phone regardless of its position in the word; phone ids
are Kaldi's word-position-dependent ones, four per base phone. All costs are in nats.
"""

import hashlib
import heapq
import itertools
import math
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import yaml

from assistant.asr.graph.g2p import SOUNDS
from assistant.asr.graph.rule_conditions import CONDITIONS, holds
from assistant.core.errors import InputError

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
                for phones, rule_cost in rule.alternatives:
                    more = rule_cost + self.entry_costs(phones)
                    key = prefix + phones
                    found[key] = min(found.get(key, math.inf), cost + more)
            beam = heapq.nsmallest(most, ((cost, phones) for phones, cost in found.items()))
            place += length
        return [(phones, cost) for cost, phones in beam if phones]

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
            f"phone table {self.name}: no case for the sound {sounds[place]!r} in "
            f"{' '.join(sounds)!r}",
            "add one without conditions",
        )


def load_phone_map(path: Path) -> PhoneMap:
    """Read a phone map from YAML; raises ``InputError`` naming what is wrong with it."""
    try:
        data = path.read_bytes()
    except OSError as error:
        raise InputError(
            f"no phone table {path}", "write one (see models/phones/ko.yaml)"
        ) from error
    digest = hashlib.sha256(data).hexdigest()
    try:
        tree = yaml.safe_load(data)
        fitted = tree.pop("fitted", None)
        table = _read_table(tree, digest)
        if fitted is not None:
            table = replace(table, fitted=_read_table({**tree, **fitted}, digest))
    except (yaml.YAMLError, KeyError, TypeError, ValueError, AttributeError) as error:
        raise InputError(f"{path}: {str(error).splitlines()[0]}", "compare with ko.yaml") from error
    for one in (table, table.fitted):
        if one is not None:
            _check(path, one)
    return table


def _read_table(tree: Mapping[str, Any], digest: str) -> PhoneMap:
    kinds = {str(name): int(number) for name, number in tree["kinds"].items()}
    return PhoneMap(
        name=str(tree["name"]),
        tuples=int(tree["tuples"]),
        first=int(tree["first"]),
        silence=int(tree["silence"]),
        sounds={
            tuple(str(key).split()): tuple(_read_rule(case, kinds) for case in cases)
            for key, cases in tree["sounds"].items()
        },
        fingerprint=digest,
        words={
            str(word): _read_alternatives(say, kinds) for word, say in tree.get("words", {}).items()
        },
        entry_cost=_read_costs(tree.get("enter", {}), kinds),
        self_loop_cost=_read_costs(tree.get("stay", {}), kinds),
        flow=Flow(**{str(name): float(cost) for name, cost in tree.get("flow", {}).items()}),
        changes=_read_changes(tree.get("alike", {}), kinds),
        drops=_read_drops(tree.get("faint", {}), kinds),
    )


def _read_rule(case: Mapping[str, Any], kinds: Mapping[str, int]) -> Rule:
    unknown = set(case) - {"when", "say"}
    if unknown:
        raise ValueError(f"unknown key {sorted(unknown)[0]}")
    conditions = tuple(str(case.get("when", "")).split())
    for condition in conditions:
        if condition.partition(":")[0] not in CONDITIONS:
            raise ValueError(f"unknown condition {condition}")
    return Rule(conditions, _read_alternatives(case["say"], kinds))


def _read_alternatives(say: Mapping[str, float], kinds: Mapping[str, int]) -> Alternatives:
    return tuple(
        (tuple(kinds[name] for name in str(names).split()), float(cost))
        for names, cost in say.items()
    )


def _read_changes(
    groups: Mapping[float, list[str]], kinds: Mapping[str, int]
) -> dict[tuple[int, int], float]:
    """``0.3: ["PH B"]``: substitution cost of any two base phones of a group, at most."""
    found: dict[tuple[int, int], float] = {}
    for cost, members in groups.items():
        for member in members:
            names = [kinds[name] for name in str(member).split()]
            for pair in itertools.permutations(names, 2):
                found[pair] = min(float(cost), found.get(pair, 1.0))
    return found


def _read_drops(groups: Mapping[float, str], kinds: Mapping[str, int]) -> dict[int, float]:
    return {kinds[name]: float(cost) for cost, names in groups.items() for name in names.split()}


def _read_costs(costs: Mapping[str, float], kinds: Mapping[str, int]) -> dict[int, float]:
    return {kinds[str(name)]: float(cost) for name, cost in costs.items()}


def _check(path: Path, table: PhoneMap) -> None:
    for key in table.sounds:
        strange = [sound for sound in key if sound not in SOUNDS]
        if strange:
            raise InputError(f"{path}: {strange[0]!r} is not an Indonesian sound", f"remove {key}")
    for word, alternatives in table.words.items():
        if not alternatives or any(not phones for phones, _ in alternatives):
            raise InputError(f"{path}: words: {word} has an empty pronunciation", "remove it")
    for sound in sorted(SOUNDS):
        rules = table.sounds.get((sound,), ())
        if not any(not rule.conditions for rule in rules):
            raise InputError(f"{path}: sound {sound!r} needs a case without conditions", "add one")
