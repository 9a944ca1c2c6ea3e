"""Answers to ``settings`` as people give them: iya, nggak, belum tahu, kencing manis; in English
those that the questions name."""

from collections.abc import Mapping

_YES = frozenset({
    "y", "yes", "ya", "iya", "iyaa", "yah", "yap", "betul", "benar", "sudah", "ok", "oke", "boleh",
    "mau", "lanjut", "lanjutkan",
})  # fmt: skip
_NO = frozenset({
    "n", "no", "t", "tidak", "tak", "nggak", "enggak", "ngga", "engga", "gak", "ga", "ndak",
    "bukan", "belum",
})  # fmt: skip
_UNKNOWN = frozenset({
    "belum tahu", "belum tau", "tidak tahu", "tidak tau", "nggak tahu", "nggak tau", "enggak tahu",
    "gak tahu", "gak tau", "ga tau", "kurang tahu", "entah", "lewati", "nanti saja",
    "don't know", "dont know",
})  # fmt: skip
_NONE = frozenset({"tidak ada", "nggak ada", "enggak ada", "gak ada", "ga ada"})

_WORDS: Mapping[str, Mapping[str, str]] = {
    "address": {
        "bapak": "Bapak", "pak": "Bapak", "ibu": "Ibu", "bu": "Ibu", "kak": "Kak", "kakak": "Kak",
        "mas": "Mas", "mbak": "Mbak", "nenek": "Nenek", "nek": "Nenek", "kakek": "Kakek",
        "kek": "Kakek", "eyang": "Eyang",
    },
    "leg": {
        "kaki kiri": "left", "yang kiri": "left", "kaki kanan": "right", "yang kanan": "right",
        "dua-duanya": "both", "dua duanya": "both", "kedua kaki": "both", "dua kaki": "both",
    },
    "hearing": {
        "baik": "normal", "biasa": "normal", "kurang dengar": "high_tone_loss",
        "agak tuli": "high_tone_loss", "tuli": "high_tone_loss", "budeg": "high_tone_loss",
        "kurang": "high_tone_loss", "pakai alat bantu dengar": "high_tone_loss",
        "hard of hearing": "high_tone_loss", "deaf": "high_tone_loss",
    },
    "conditions": {
        "kencing manis": "diabetes", "sakit gula": "diabetes", "ginjal": "kidney",
        "sakit ginjal": "kidney", "hati": "liver", "lever": "liver",
        "minum dibatasi": "fluid_limit", "cairan dibatasi": "fluid_limit",
        "pengencer darah": "blood_thinner", "tangan tidak sampai": "cannot_reach",
        "tidak sampai": "cannot_reach", "kidney disease": "kidney", "liver disease": "liver",
        "limited drinking": "fluid_limit", "blood thinners": "blood_thinner",
        "hands do not reach the foot": "cannot_reach",
    },
}  # fmt: skip
"""What people say for a value of ``config.toml``, by key."""


def _plain(answer: str) -> str:
    """In small letters, without a dot at the end or the courtesies around it."""
    return " ".join(answer.lower().strip(" .,!?").split()).removesuffix(" kok").removesuffix(" sih")


def switch_of(answer: str) -> bool | None:
    """Yes or no; None for any other answer."""
    plain = _plain(answer)
    return True if plain in _YES else False if plain in _NO else None


def is_unknown(answer: str) -> bool:
    """Whether the user does not know, or does not want to say: the setting stays as it is."""
    return _plain(answer) in _UNKNOWN


def is_none(answer: str) -> bool:
    """Whether the user says that there is none."""
    return _plain(answer) in _NONE


def value_of(key: str, answer: str) -> str:
    """The value of ``key`` that the answer stands for; any other answer as it is."""
    return _WORDS.get(key, {}).get(_plain(answer), answer)
