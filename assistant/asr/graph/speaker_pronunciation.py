"""Speaker adaptation of the pronunciation costs in a phone map.

``enroll`` accumulates, over phrases read on request, the expected count of each alternative of
each allophone rule. Here the counts become costs: an alternative that the speaker uses more often
than the phone map expects gets cheaper, the others dearer, in every word the rule applies to. With
few counts little changes: MAP estimate under a Dirichlet prior, in which the phone map weighs as
much as ``shrinkage`` uses of the rule.
"""

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from assistant.asr.graph.phone_map import PhoneMap, PhoneSeq, Rule
from assistant.core.errors import InputError
from assistant.core.translation import _

SHRINKAGE = 5.0
"""Weight of the prior, in uses of a rule; see ``bench enroll``."""

_LEAST_SHRINKAGE = 0.01
_MOST_COUNTED = 1e6
"""Bounds within which the posteriors stay above 0 and finite."""

MOST = 1.5
"""Largest change of a cost, in nats: a speaker may just have been hoarse at enrolment."""


@dataclass(frozen=True)
class SpeakerPronunciation:
    """Expected counts of one speaker's pronunciation."""

    table: str
    """Name of the phone map that the counts belong to."""

    counts: Mapping[str, float]
    """``choice()`` → expected count."""

    shrinkage: float = SHRINKAGE


def choice(sounds: tuple[str, ...], rule: Rule, phones: PhoneSeq) -> str:
    """Name of one alternative of a rule for the phonemes ``sounds``, such as ``t|final|15``."""
    return "|".join((" ".join(sounds), " ".join(rule.conditions), " ".join(map(str, phones))))


def read_speaker_pronunciation(path: Path) -> SpeakerPronunciation | None:
    """Read the file that ``enroll`` stored; None when there is none.

    Raises ``InputError`` for a file that cannot be used.
    """
    try:
        record = json.loads(path.read_text(encoding="utf-8"))
        counts = {str(name): float(count) for name, count in record["counts"].items()}
        found = SpeakerPronunciation(
            str(record["table"]), counts, float(record.get("shrinkage", SHRINKAGE))
        )
        usable = all(0 <= one <= _MOST_COUNTED for one in counts.values())
        if not usable or not _LEAST_SHRINKAGE <= found.shrinkage <= _MOST_COUNTED:
            raise ValueError(_("a number that is no count"))
    except FileNotFoundError:
        return None
    except (
        OSError, ValueError, KeyError, TypeError, AttributeError, OverflowError, RecursionError,
    ) as error:  # fmt: skip
        detail = " ".join(str(error).split())[:80]
        raise InputError(
            _("{path} is damaged ({detail})").format(path=path, detail=detail),
            _("run `python3 run.py enroll --forget`"),
        ) from error
    return found


def personalise(table: PhoneMap, personal: SpeakerPronunciation | None) -> PhoneMap:
    """``table`` with costs adapted to the speaker; ``table`` itself when nothing is known."""
    if personal is None or personal.table != table.name:
        return table
    sounds = {
        key: tuple(_adapt(table, key, rule, personal) for rule in rules)
        for key, rules in table.sounds.items()
    }
    fitted = personalise(table.fitted, personal) if table.fitted else None
    return replace(table, sounds=sounds, fitted=fitted)


def _adapt(
    table: PhoneMap, key: tuple[str, ...], rule: Rule, personal: SpeakerPronunciation
) -> Rule:
    """The rule with MAP-adapted costs; the rule itself without counts or alternatives."""
    counts = [
        personal.counts.get(choice(key, rule, phones), 0.0) for phones, _ in rule.alternatives
    ]
    total = sum(counts)
    if not total or len(counts) < 2:
        return rule
    weights = [math.exp(-cost - table.entry_costs(phones)) for phones, cost in rule.alternatives]
    strength = personal.shrinkage
    adapted = []
    for (phones, cost), count, weight in zip(rule.alternatives, counts, weights, strict=True):
        prior = weight / sum(weights)
        posterior = (count + strength * prior) / (total + strength)
        change = -math.log(posterior / prior)
        adapted.append((phones, round(cost + max(-MOST, min(MOST, change)), 3)))
    return Rule(rule.conditions, tuple(adapted))
