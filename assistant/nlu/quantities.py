"""Numbers as values: ages, durations and pain scores, whatever number words they are said with.

A quantity is replaced by one token that names its class, so that "umur saya dua puluh tujuh" does
not resemble "umur saya tujuh puluh dua". Numbers without a unit or context stay as they are.
"""

from collections.abc import Iterator

ELDERLY_YEARS = 65
"""Least age, in years, that counts as elderly."""

LONG_MINUTES = 10
"""Least duration of a cramp, in minutes, that counts as too long."""

OLD, YOUNG = "usia_lanjut", "usia_muda"
LONG, SHORT = "menit_lama", "menit_pendek"
FEVER_DEGREES = (38, 44)
"""Body temperatures in degrees Celsius that are a fever."""

LOW_SUGAR = (20, 69)
"""Blood sugar in mg/dl that is too low; below 70 by docs/content.md, B17."""

FEVER, SUGAR = "suhu_demam", "gula_angka_rendah"
MILD, MODERATE, SEVERE = "skala_ringan", "skala_sedang", "skala_berat"

_UNITS = {
    word: value
    for value, words in enumerate((
        "nol kosong", "satu se siji setunggal hiji", "dua loro rong kalih duo",
        "tiga telu telung tilu",
        "empat papat patang sekawan opat ampek", "lima limang gangsal limo",
        "enam enem nem nam genep",
        "tujuh pitu pitung tujuah", "delapan wolu wolung lapan salapan dalapan",
        "sembilan sanga sangang sango ambilan",
    ))
    for word in words.split()
}  # fmt: skip
_WHOLE = {
    **dict.fromkeys(("sepuluh", "sedasa", "sadasa", "sapuluah"), 10),
    **dict.fromkeys(("sebelas", "sewelas", "sawelas"), 11),
    "selawe": 25,
}  # fmt: skip
_JAVANESE_TENS = {"seket": 50, "sewidak": 60, "suwidak": 60}
_TENS = frozenset({"puluh", "dasa", "puluah"})
_TEENS = frozenset({"belas", "welas", "las", "baleh"})

_AGE_WORDS = frozenset(
    ["umur", "usia", "berumur", "berusia", "umurnya", "usianya", "umurku", "usiaku", "yuswa"]
)
_AGE_GAP = frozenset(
    [
        "saya",
        "aku",
        "gue",
        "kula",
        "kulo",
        "abdi",
        "ku",
        "beliau",
        "dia",
        "ibu",
        "bapak",
        "sudah",
        "udah",
        "wis",
        "sampun",
        "saat",
        "masih",
        "ini",
        "baru",
        "sekarang",
        "saiki",
        "kira",
        "hampir",
        "nenek",
        "kakek",
        "suami",
        "istri",
    ]
)
_YEARS = frozenset(["tahun", "thn", "th", "taun", "warsa", "taunan"])
_NOT_YEARS = frozenset(["bulan", "minggu", "hari", "sasi", "wulan", "bln"])
_MINUTES = {"menit": 1.0, "mnt": 1.0, "menitan": 1.0, "jam": 60.0, "jaman": 60.0, "detik": 1 / 60}
_HOURS = frozenset({"sejam", "sakjam", "sajam"})
_PARTS_OF_HOUR = {"setengah": 30, "separuh": 30, "seperempat": 15, "satengah": 30}
_TIMES_OF_DAY = frozenset(["malam", "pagi", "siang", "sore", "dini"])
_OF_TEN = frozenset(["dari", "per", "banding", "saking", "ti", "dr"])
_SCALES = frozenset(["skala", "skor", "nilai", "nilainya", "skalanya", "skornya"])
_TEMPERATURE = frozenset(["suhu", "suhunya", "suhuku", "temperatur", "temperaturnya"])
_BLOOD_SUGAR = frozenset(["gula", "gulanya", "gulaku", "gds"])
_MEASURED_GAP = _AGE_GAP | {
    *("badan", "badannya", "tubuh", "darah", "nya", "cuma", "hanya", "tinggal", "tadi"),
    *("barusan", "dicek", "cek", "diukur", "ukur", "panas", "sekarang", "ternyata", "sampai"),
    *("ibu", "bapak", "mama", "papa", "mamah", "emak", "suami", "istri", "nenek", "kakek", "mbah"),
    *("anak", "bapaknya", "ibunya", "dia", "beliau"),
}
_HUNDRED = "ratus"
_MOST_AGE = 120
_BEGINNINGS = frozenset({*_UNITS, *_WHOLE, *_JAVANESE_TENS, *_HOURS, *_PARTS_OF_HOUR, "sak", "sa"})
"""Words without one of which there is no quantity."""


def number_at(words: list[str], at: int) -> tuple[int, int] | None:
    """The number below 100 that begins at ``at``, and the place behind it, or None."""
    if at >= len(words):
        return None
    following = words[at + 1] if at + 1 < len(words) else ""
    unit = _UNITS.get(words[at])
    if words[at] in _WHOLE:
        return _WHOLE[words[at]], at + 1
    if words[at] in _JAVANESE_TENS:
        tens, last = _JAVANESE_TENS[words[at]], _UNITS.get(following)
        return (tens, at + 1) if last is None else (tens + last, at + 2)
    if unit is None:
        return None
    if following in _TEENS:
        return 10 + unit, at + 2
    if following not in _TENS:
        return unit, at + 1
    last = _UNITS.get(words[at + 2]) if at + 2 < len(words) else None
    return (10 * unit, at + 2) if last is None else (10 * unit + last, at + 3)


def tag_quantities(text: str) -> str:
    """Replace ages, durations and scores of a normalised sentence by the tokens of their class."""
    words = text.split()
    if _BEGINNINGS.isdisjoint(words):
        return " ".join(words)
    return " ".join(_tagged(words))


def _tagged(words: list[str]) -> Iterator[str]:
    at = 0
    while at < len(words):
        for reader in (_score, _age, _duration, _measured):
            found = reader(words, at)
            if found is not None:
                yield from found[0]
                at = found[1]
                break
        else:
            yield words[at]
            at += 1


_Found = tuple[list[str], int]


def _age(words: list[str], at: int) -> _Found | None:
    """ "umur saya 72 tahun", "saya 72 tahun": the words before the number stay."""
    gap = at + 1
    named = words[at] in _AGE_WORDS
    while named and gap < len(words) and words[gap] in _AGE_GAP:
        gap += 1
    number = number_at(words, gap if named else at)
    if number is None:
        return None
    value, end = number
    unit = words[end] if end < len(words) else ""
    if unit in _NOT_YEARS or value > _MOST_AGE or not (named or unit in _YEARS):
        return None
    after = words[end + 1] if end + 1 < len(words) else ""
    if not named and after not in _AGE_WORDS and (at == 0 or words[at - 1] not in _AGE_GAP):
        return None
    said = words[at:gap] if named else []
    token = OLD if value >= ELDERLY_YEARS else YOUNG
    return [*said, token], end + (unit in _YEARS)


def _measured(words: list[str], at: int) -> _Found | None:
    """ "suhunya tiga puluh sembilan", "gula saya empat puluh": a fever, a sugar too low."""
    if words[at] not in _TEMPERATURE | _BLOOD_SUGAR:
        return None
    gap = at + 1
    while gap < len(words) and words[gap] in _MEASURED_GAP:
        gap += 1
    number = number_at(words, gap)
    if number is None or words[number[1] : number[1] + 1] == [_HUNDRED]:
        return None
    value, end = number
    if words[at] in _TEMPERATURE:
        return ([FEVER], end) if FEVER_DEGREES[0] <= value <= FEVER_DEGREES[1] else None
    return ([SUGAR], end) if LOW_SUGAR[0] <= value <= LOW_SUGAR[1] else None


def _duration(words: list[str], at: int) -> _Found | None:
    """ "sudah tiga menit", "setengah jam"; not "jam dua", a time of day."""
    following = words[at + 1] if at + 1 < len(words) else ""
    if words[at] in _HOURS:
        return [LONG], at + 1
    if words[at] in ("sak", "sa") and following == "jam":
        return [LONG], at + 2
    if words[at] in _PARTS_OF_HOUR and following == "jam":
        return [LONG], at + 2
    number = number_at(words, at)
    if number is None or number[1] >= len(words) or (at and words[at - 1] in ("jam", "pukul")):
        return None
    value, end = number
    if words[end] not in _MINUTES:
        return None
    if words[end].startswith("jam") and end + 1 < len(words) and words[end + 1] in _TIMES_OF_DAY:
        return None
    return [LONG if value * _MINUTES[words[end]] >= LONG_MINUTES else SHORT], end + 1


def _score(words: list[str], at: int) -> _Found | None:
    """ "8 dari 10", "8/10", "skala 8": a pain score."""
    scaled = words[at] in _SCALES
    if not scaled and at and number_at(words, at - 1) is not None:
        return None  # counting: "delapan sembilan sepuluh"
    number = number_at(words, at + scaled)
    if number is None or number[0] > 10:
        return None
    value, end = number
    over = end + (end < len(words) and words[end] in _OF_TEN)
    of_ten = over < len(words) and words[over] in ("sepuluh", "sedasa", "sapuluah")
    if not (scaled or of_ten):
        return None
    token = MILD if value <= 3 else MODERATE if value <= 6 else SEVERE
    return [token], over + 1 if of_ten else end
