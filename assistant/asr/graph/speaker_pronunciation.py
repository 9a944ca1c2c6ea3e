"""How one person speaks: which of the phone table's ways of saying a sound fit them.

``enroll`` counts, over what somebody said on request, how often each way of each rule was used.
Here the counts become costs: a way that this person uses more often than the table expects is
cheaper, the others are dearer, for every word that the rule belongs to. Few counts change little
(Dirichlet prior: the table counts like ``shrinkage`` uses of the rule).
"""

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from assistant.asr.graph.phone_map import PhoneMap, PhoneSeq, Rule
from assistant.core.errors import InputError

SHRINKAGE = 5.0
"""Uses of a rule that the table's own costs count like; see ``bench enroll``."""

MOST = 1.5
"""The most that a cost is changed, natural logarithm: a person may be hoarse one day."""


@dataclass(frozen=True)
class SpeakerPronunciation:
    """What is known of one person's pronunciation."""

    table: str
    """Name of the phone table that the counts belong to."""

    counts: Mapping[str, float]
    """``choice()`` → how often it was used."""

    shrinkage: float = SHRINKAGE


def choice(sounds: tuple[str, ...], case: Rule, kinds: PhoneSeq) -> str:
    """The name of one way to say ``sounds`` by one rule, as ``t|final|15``."""
    return "|".join((" ".join(sounds), " ".join(case.conditions), " ".join(map(str, kinds))))


def read_speaker_pronunciation(path: Path) -> SpeakerPronunciation | None:
    """Read what ``enroll`` has kept; None when nothing was.

    Raises ``InputError`` for a file that cannot be used.
    """
    try:
        record = json.loads(path.read_text(encoding="utf-8"))
        counts = {str(name): float(count) for name, count in record["counts"].items()}
        found = SpeakerPronunciation(
            str(record["table"]), counts, float(record.get("shrinkage", SHRINKAGE))
        )
        values = [*counts.values(), found.shrinkage]
        if not all(math.isfinite(one) and one >= 0 for one in values) or not found.shrinkage:
            raise ValueError("a number that is no count")
    except FileNotFoundError:
        return None
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        detail = " ".join(str(error).split())[:80]
        raise InputError(
            f"{path} is damaged ({detail})", "run `python3 run.py enroll --forget`"
        ) from error
    return found


def personalise(table: PhoneMap, personal: SpeakerPronunciation | None) -> PhoneMap:
    """``table`` with its costs moved towards this person; itself when nothing is known."""
    if personal is None or personal.table != table.name:
        return table
    sounds = {
        key: tuple(_moved(table, key, case, personal) for case in cases)
        for key, cases in table.sounds.items()
    }
    fitted = personalise(table.fitted, personal) if table.fitted else None
    return replace(table, sounds=sounds, fitted=fitted)


def _moved(
    table: PhoneMap, key: tuple[str, ...], case: Rule, personal: SpeakerPronunciation
) -> Rule:
    used = [personal.counts.get(choice(key, case, kinds), 0.0) for kinds, _ in case.say]
    total = sum(used)
    if not total or len(used) < 2:
        return case
    weights = [math.exp(-cost - table.entry_costs(kinds)) for kinds, cost in case.say]
    prior = personal.shrinkage
    say = []
    for (kinds, cost), count, weight in zip(case.say, used, weights, strict=True):
        expected = weight / sum(weights)
        share = (count + prior * expected) / (total + prior)
        change = -math.log(share / expected)
        say.append((kinds, round(cost + max(-MOST, min(MOST, change)), 3)))
    return Rule(case.conditions, tuple(say))
