"""Checks on an interpretation that a similar phrase alone would get dangerously wrong.

"berdiri saja tidak bisa" resembles "saya berdiri", and "sudah reda eh belum" begins like "sudah
reda": both would be led to stand up.
"""

from dataclasses import replace

from assistant.nlu.concept import Concept
from assistant.nlu.intent import Interpretation
from assistant.nlu.vocabulary import Vocabulary

BETTER, NOT_BETTER = "better", "still_hurts"
PARTLY = "partly"
"""Slot of ``still_hurts`` and ``better``: "yes" if it has eased in part only."""

CANNOT_STAND = "cannot_stand"
_STANDING = "standing"
_TROUBLE = frozenset(
    {"takut", "takut_jatuh", "susah", "sulit", "angel", "hese", "pusing", "lemas", "gemetar"}
    | {"mana", "kah", "kalau", "tak_berdiri"}
)
_COMPLAINTS = frozenset({"kram", "sakit", "kaku"})
_TURNS = frozenset({"tapi", "tetapi", "namun", "nanging", "ning", "sekarang", "saiki", "cuma"})
_IN_PART = frozenset({"sebagian", "separuh", "setengah", "sebelah", "baru"})
_PARTICLES = frozenset({"kok", "ya", "nak", "pak", "bu", "sih", "deh", "nih", "kan", "saja", "aja"})
_AGAIN = "lagi"
_SIDES = {"kiri": "left", "kanan": "right"}


def apply_guards(
    found: Interpretation, sequence: list[Concept], vocabulary: Vocabulary
) -> Interpretation:
    """Correct "standing" and "better"; ``sequence`` are all concepts of the sentence, in order."""
    intent = found.intent
    if intent is None:
        return found
    names = [concept.name for concept in sequence]
    denials = vocabulary.negations | vocabulary.prohibitions
    situations = intent.slots.get("situation", "").split(",")
    if _STANDING in situations and not (denials | _TROUBLE).isdisjoint(names):
        changed = [CANNOT_STAND if one == _STANDING else one for one in situations]
        slots = {**intent.slots, "situation": ",".join(changed)}
        return replace(found, intent=replace(intent, slots=slots))
    if intent.name == BETTER and PARTLY not in intent.slots:
        if _still_there(names, denials):
            slots = {**intent.slots, PARTLY: "yes", **_side_that_hurts(names, denials)}
            return replace(found, intent=replace(intent, name=NOT_BETTER, slots=slots))
    return found


def _still_there(names: list[str], denials: frozenset[str]) -> bool:
    """Whether something is said beside the relief that speaks against it."""
    if not {"masih", "belum", "kambuh"}.isdisjoint(names):
        return True
    if {"kiri", "kanan"} <= set(names) and "juga" not in names:
        return True
    eased = next((at for at, name in enumerate(names) if name == "reda"), None)
    if eased is None:
        return False
    after = [name for name in names[eased + 1 :] if name not in _PARTICLES]
    if after[:1] == ["sedikit"] or not _IN_PART.isdisjoint(names[: eased + 3]):
        return True
    return any(
        name in _COMPLAINTS and not _denied(names, at, denials) and _returned(names, at)
        for at, name in enumerate(names)
    )


def _side_that_hurts(names: list[str], denials: frozenset[str]) -> dict[str, str]:
    """The leg that was named last before what still hurts, if both were named."""
    if not set(_SIDES) <= set(names):
        return {}
    hurts = [at for at, one in enumerate(names) if one in {"masih", "belum"} | _COMPLAINTS]
    before = names[: hurts[-1]] if hurts and not _denied(names, hurts[-1], denials) else []
    side = next((one for one in reversed(before) if one in _SIDES), "")
    return {"leg": _SIDES[side]} if side else {}


def _denied(names: list[str], at: int, denials: frozenset[str]) -> bool:
    """Whether a negation stands within two words before this place."""
    return not denials.isdisjoint(names[max(0, at - 2) : at])


def _returned(names: list[str], at: int) -> bool:
    """Whether the complaint at this place is one of now: "kram lagi", "sekarang kram"."""
    return names[at + 1 : at + 2] == [_AGAIN] or not _TURNS.isdisjoint(names[:at])
