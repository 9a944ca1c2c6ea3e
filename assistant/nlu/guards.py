"""Checks on an interpretation that a similar phrase alone would get dangerously wrong.

"berdiri saja tidak bisa" resembles "saya berdiri", and "sudah reda eh belum" begins like "sudah
reda": both would be led to stand up.
"""

import re
from dataclasses import replace

from assistant.nlu.concept import Concept
from assistant.nlu.danger import DANGER_INTENTS
from assistant.nlu.intent import Intent, Interpretation
from assistant.nlu.reason import InterpretationReason
from assistant.nlu.sides import SIDES, corrected_side, side_in_trouble
from assistant.nlu.thresholds import CRAMP_INTENTS
from assistant.nlu.vocabulary import Vocabulary

BETTER, PARTLY, NOT_BETTER = "better", "better_partly", "still_hurts"
_RELIEF = frozenset({BETTER, PARTLY, NOT_BETTER})
CANNOT_STAND = "cannot_stand"
_STANDING = "standing"
_TROUBLE = frozenset(
    {"takut", "takut_jatuh", "susah", "sulit", "angel", "hese", "pusing", "lemas", "gemetar"}
    | {"mana", "kah", "kalau", "tak_berdiri"}
)
_COMPLAINTS = frozenset({"kram", "sakit", "kaku"})
_TURNS = frozenset(
    {"tapi", "tetapi", "namun", "nanging", "ning", "sekarang", "saiki", "cuma", "masih"}
)
_NOW = frozenset({"sekarang", "saiki"})
_NOT_SO = frozenset(
    {"bagaimana", "kah", "mana", "mungkin", "bisa", "semoga", "mau", "nanti", "biasa", "tadi"}
    | {"kemarin", "terakhir", "dulu", "sampai", "kalau"}
)
"""Concepts before "tidak sakit" with which it does hurt, or did, or is wished not to."""

_VERY = re.compile(r"(?<!sama )\b(sekali|banget|sangat)\b")
"""With it "tidak sakit" may be "not very", or a "no" before "sakit sekali"."""

_AGAINST = frozenset({"sudah", "lagi"})
"""Concepts with which "tidak kram" is clear: "sudah tidak kram", "tidak kram lagi"."""

_IN_PART = frozenset({"sebagian", "separuh", "setengah", "sebelah", "baru"})
_PARTICLES = frozenset({"kok", "ya", "nak", "pak", "bu", "sih", "deh", "nih", "kan", "saja", "aja"})
_AGAIN = "lagi"
_STOP, _TIME_LEFT, _ENOUGH = "stop", "time_left", "cukup"
_ASKS_WHETHER = frozenset({"belum", "tidak", "detik", "menit", "apa", "kah", "menit_pendek"})
"""Concepts beside which "cukup" asks and does not end: "udah cukup belum?"."""

_LEFT_BEHIND = frozenset({"masih", "denyut", "sedikit"})
"""Of "masih nyut-nyutan dikit": what a cramp leaves behind, and the leg is asked about anyway."""

_MEANT = re.compile(r"\b(kiri|kanan|kiwa|tengen|kedua)(?:nya)? (?:maksudnya|maksud saya|maksudku)$")
"""A side that is put right at the end: "betis kiri saya kram, eh bukan, kanan maksudnya"."""

_COLD = "cold_pale"
_NOT_ONLY_COLD = frozenset(
    {"pucat", "biru", "gelap", "kebas", "kaki_mati", "nadi", "satu", "sebelah"}
)
"""Concepts of a leg without blood besides the cold: the air is cold, and so are both feet."""

_STILL_THERE = frozenset({"lagi", "masih", "aduh", "sekarang", "tapi", "ganti"})

_EASED = frozenset({"reda", "mari"})
_NO_RELIEF = frozenset({"tidak", "belum", "jangan", "bukan", "supaya", "kalau", "kah"})
_HALT = frozenset({"henti", "berhenti", "stop", "cukup", "diam"})
"""Concepts that end the guide whatever else is said."""

_NOT_OF_SPEECH = frozenset(
    {"slower", "faster", "softer", "louder", "slower_or_softer", "skin_colour", "dont_know"}
)
_CHANGED_SPEECH = re.compile(
    r"\b(bicara|omong|ngomong)\w*"
    r"(( (saya|aku|gue|kula|kulo))? (menjadi|jadi|dadi|dados)|( \w+)? berubah)\b"
)
"""Somebody's speech has become something: hardly an order to the guide, whatever the next word."""


def apply_guards(
    found: Interpretation, sequence: list[Concept], vocabulary: Vocabulary, corrects: bool = False
) -> Interpretation:
    """Correct "standing" and "better"; ``sequence`` are all concepts of the sentence, in order.

    ``corrects``: a clause of it is nothing but a negation, as in "kanan, bukan, kiri".
    """
    if not corrects:
        found = _doubt_pain(found, sequence, vocabulary)
    intent = found.intent
    if intent is None:
        return found
    names = [concept.name for concept in sequence]
    if (turned := _turned_around(found, intent, names)) is not None:
        return turned
    denials = vocabulary.negations | vocabulary.prohibitions
    if not found.accepted and intent.name in DANGER_INTENTS:
        found = _beside_a_cramp(found, names, denials, vocabulary)
        intent = found.intent or intent
    situations = intent.slots.get("situation", "").split(",")
    if _STANDING in situations and not (denials | _TROUBLE).isdisjoint(names):
        changed = [CANNOT_STAND if one == _STANDING else one for one in situations]
        slots = {**intent.slots, "situation": ",".join(changed)}
        return replace(found, intent=replace(intent, slots=slots))
    if intent.name in SIDES.values():
        trouble = (
            corrected_side(names) if corrects else side_in_trouble(names, vocabulary.negations)
        )
        side = trouble or _side_after_turn(names, denials) or intent.name
        return replace(
            found, intent=replace(intent, name=side, slots={**intent.slots, "leg": side})
        )
    if intent.name not in _RELIEF and "leg" in intent.slots:
        trouble = "" if corrects else side_in_trouble(names, vocabulary.negations)
        side = trouble or intent.slots["leg"]
        return replace(found, intent=replace(intent, slots={**intent.slots, "leg": side}))
    meant = _relief(names, denials)
    if intent.name == PARTLY and meant == BETTER and {"ini", "baru"} <= set(names):
        return replace(found, intent=replace(intent, name=BETTER))  # "nah, ini baru enakan"
    if (intent.name == BETTER and meant != BETTER) or (intent.name, meant) == (PARTLY, NOT_BETTER):
        slots = {**intent.slots, **_side_that_hurts(names, denials)}
        return replace(found, intent=replace(intent, name=meant, slots=slots))
    return found


def _turned_around(
    found: Interpretation, intent: Intent, names: list[str]
) -> Interpretation | None:
    """``found`` where a small word makes it something else; None where none does."""
    if intent.name in _NOT_OF_SPEECH and _CHANGED_SPEECH.search(intent.text):
        slots = {"sign": "stroke", "negated": "unsure"}
        return replace(found, intent=replace(intent, name="emergency", slots=slots))
    if intent.name == _STOP and _ENOUGH in names and not _ASKS_WHETHER.isdisjoint(names):
        return replace(found, intent=replace(intent, name=_TIME_LEFT), accepted=True)
    if intent.name == _STOP and _has_eased(names) and _HALT.isdisjoint(names):
        return replace(found, intent=replace(intent, name=BETTER, slots={}))
    if (side := _meant(intent.text)) in SIDES:
        slots = {**intent.slots, "leg": SIDES[side]}
        return replace(found, intent=replace(intent, slots=slots))
    if intent.name in CRAMP_INTENTS and _has_eased(names) and _STILL_THERE.isdisjoint(names):
        return replace(found, intent=replace(intent, name=BETTER, slots={}))  # "kramnya ilang"
    cold = intent.slots.get("sign") == _COLD and "negated" not in intent.slots
    if cold and _NOT_ONLY_COLD.isdisjoint(names) and found.reason != InterpretationReason.EXACT:
        return replace(found, accepted=False)
    if intent.slots.get("sign") == "throbbing" and set(names) >= _LEFT_BEHIND:
        return replace(found, intent=replace(intent, name=PARTLY, slots={}), accepted=True)
    return None


def _has_eased(names: list[str]) -> bool:
    """Whether relief is told: "nah reda deh, makasih, saya tidur dulu" is more than an end."""
    at = names.index("reda") if "reda" in names else 0
    denied = not _NO_RELIEF.isdisjoint(names[max(0, at - 2) : at])
    return "reda" in names and not denied and _relief(names, _NO_RELIEF) == BETTER


def _meant(text: str) -> str:
    """The side that the end of ``text`` says was meant; empty without one."""
    found = _MEANT.search(text)
    return {"kiwa": "kiri", "tengen": "kanan"}.get(found[1], found[1]) if found else ""


def _doubt_pain(
    found: Interpretation, sequence: list[Concept], vocabulary: Vocabulary
) -> Interpretation:
    """Of a pain that is denied: "betis saya tidak sakit" is relief, and no complaint.

    "Tidak sakit" alone, or after a word that calls or sighs, sounds like "tidak, sakit", so it is
    only asked about; "bagaimana tidak sakit", "semoga tidak sakit" are complaints.
    """
    intent, names = found.intent, [concept.name for concept in sequence]
    hurts = [at for at, name in enumerate(names) if name in _COMPLAINTS]
    if intent is None or intent.name not in (NOT_BETTER, BETTER) or not hurts:
        return found
    if not {"masih", "belum", *_EASED, *_TURNS - _NOW}.isdisjoint(names):
        return found
    before = names[: max(0, hurts[0] - 1)]
    denying = vocabulary.negations - {"bukan"}  # "ini bukan sakit biasa"
    is_denied = all(at and names[at - 1] in denying for at in hurts)
    is_told = is_denied and (len(hurts) > 1 or _is_told(before, vocabulary))
    if intent.name == BETTER:  # "tidak nak kram"
        is_clear = is_told or (is_denied and not _AGAINST.isdisjoint(names))
    elif not is_denied or not (_NOT_SO | vocabulary.negations).isdisjoint(before):
        return found
    else:
        is_clear = is_told and not _VERY.search(intent.text)
    accepted = found.accepted and is_clear
    return replace(found, intent=replace(intent, name=BETTER), accepted=accepted)


def _is_told(before: list[str], vocabulary: Vocabulary) -> bool:
    """Whether what stands before "tidak sakit" belongs to it: the leg, or that it is so now."""
    said = set(before)
    return bool(said) and said <= vocabulary.body | _NOW | {"saya", "sudah", "ini"}


def _beside_a_cramp(
    found: Interpretation, names: list[str], denials: frozenset[str], vocabulary: Vocabulary
) -> Interpretation:
    """Remember the cramp beside a doubted sign: "betis saya kram, saya takut stroke"."""
    cramps = any(
        name in vocabulary.topics and not _denied(names, at, denials)
        for at, name in enumerate(names)
    )
    intent = found.intent
    if intent is None or not cramps or vocabulary.body.isdisjoint(names):
        return found
    return replace(found, intent=replace(intent, slots={**intent.slots, "cramp": "yes"}))


def _side_after_turn(names: list[str], denials: frozenset[str]) -> str:
    """The leg of "yang kiri sudah, tapi sekarang yang kanan": of two legs the one of now."""
    turns = [at for at, name in enumerate(names) if name in _TURNS]
    if not turns or not set(SIDES) <= set(names):
        return ""
    after = [at for at in range(turns[0], len(names)) if names[at] in SIDES]
    return SIDES[names[after[0]]] if after and not _denied(names, after[0], denials) else ""


def _relief(names: list[str], denials: frozenset[str]) -> str:
    """What a sentence about relief means, by what is said beside the relief."""
    said = set(names)
    eased = next((at for at, name in enumerate(names) if name in _EASED), None)
    after = [name for name in names[eased or 0 :] if name not in _PARTICLES]
    complains = any(
        name in _COMPLAINTS and not _denied(names, at, denials) and _returned(names, at)
        for at, name in enumerate(names)
    )
    if complains or "kambuh" in said or after[-1:] == ["belum"]:
        return NOT_BETTER if not set(SIDES) <= said else PARTLY
    if "belum" in said:
        return NOT_BETTER if eased is None else PARTLY
    if "masih" in said or (set(SIDES) <= said and "juga" not in said):
        return PARTLY
    if eased is None and {"tapi", "sedikit"} <= said:
        return PARTLY
    in_part = not (_IN_PART - ({"baru"} if "ini" in said else set())).isdisjoint(
        names[: (eased or 0) + 3]
    )
    return PARTLY if eased is not None and (after[1:2] == ["sedikit"] or in_part) else BETTER


def _side_that_hurts(names: list[str], denials: frozenset[str]) -> dict[str, str]:
    """The leg that was named last before what still hurts, if both were named."""
    if not set(SIDES) <= set(names):
        return {}
    hurts = [at for at, one in enumerate(names) if one in {"masih", "belum"} | _COMPLAINTS]
    before = names[: hurts[-1]] if hurts and not _denied(names, hurts[-1], denials) else []
    side = next((one for one in reversed(before) if one in SIDES), "")
    return {"leg": SIDES[side]} if side else {}


def _denied(names: list[str], at: int, denials: frozenset[str]) -> bool:
    """Whether a negation stands within two words before; "tidak begitu", "tidak rasa" too."""
    before = names[max(0, at - 2) : at]
    return not (denials | {"sedikit", "kebas", "tak_terasa_lagi"}).isdisjoint(before)


def _returned(names: list[str], at: int) -> bool:
    """Whether the complaint is one of now: "kram lagi", "sekarang kram", "masih kram"."""
    after = names[at + 1 : at + 2]
    if after == ["sedikit"] or (after and after[0] in _EASED):
        return False  # what is left behind, and "sekarang sakitnya mendingan"
    return names[at + 1 : at + 2] == [_AGAIN] or not _TURNS.isdisjoint(names[:at])
