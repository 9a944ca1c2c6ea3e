"""What a sentence means beside its words: inability, doubt, fear, the past, values, relief in part.

Each family has wordings of several registers: standard, Jakarta, Javanese, Sundanese, an elder's.
"""

import pytest

from assistant.nlu.quantities import tag_quantities
from assistant.nlu.templates import normalise
from tests.support.own_interpreter import meaning


def situations(text: str) -> set[str]:
    return set(meaning(text)[1].get("situation", "").split(","))


@pytest.mark.parametrize(
    "text",
    [
        "saya tidak bisa berdiri", "mboten saged ngadeg", "gue nggak kuat berdiri",
        "berdiri saja nggak bisa", "kagak bisa bangun gue", "teu tiasa nangtung",
        "ora kuat ngadeg aku", "kula dereng saged ngadeg", "mboten kiyat ngadeg",
        "kayaknya saya nggak bisa berdiri", "suami saya tidak bisa berdiri",
        "tadi tidak bisa berdiri", "kalau nanti tidak bisa berdiri gimana",
        "sulit sekali untuk berdiri", "saya belum berdiri", "jangan suruh saya berdiri",
        "mau berdiri tapi lemas", "sudah tidak bisa berdiri",
    ],
)  # fmt: skip
def test_who_cannot_stand_is_not_standing(text: str) -> None:
    assert "standing" not in situations(text)
    assert "cannot_stand" in situations(text)


@pytest.mark.parametrize("text", ["saya sedang berdiri", "sambil berdiri", "saya sudah berdiri"])
def test_who_stands_is_standing(text: str) -> None:
    assert meaning(text) == ("situation", {"situation": "standing"})


@pytest.mark.parametrize(
    "text",
    [
        "saya pusing", "puyeng banget", "keliyengan nih", "agak goyah", "sempoyongan",
        "kleyengan gue", "aku nggliyeng", "badan saya oleng", "kula mumet", "kok ngelu nggliyeng",
        "waktu duduk jadi pusing", "nak ibu kok pusing", "kepala saya pusing sekali",
        "suami saya pusing", "saya hamil dan pusing",
    ],
)  # fmt: skip
def test_dizziness_is_known(text: str) -> None:
    assert "dizzy" in situations(text)


@pytest.mark.parametrize("text", ["saya tidak pusing", "nggak pusing kok", "tidak, tidak pusing"])
def test_dizziness_is_denied(text: str) -> None:
    assert meaning(text) == ("no", {})


def test_dizziness_in_pregnancy_is_a_sign() -> None:
    assert meaning("saya hamil dan pusing")[1]["sign"] == "headache"


ASKED = [
    ("saya ngos-ngosan", "breath"), ("ngos ngosan padahal cuma tiduran", "breath"),
    ("aku menggeh-menggeh", "breath"), ("terengah-engah", "breath"),
    ("habis lari saya ngos-ngosan", "breath"), ("bukan tidak sesak", "breath"),
    ("siapa bilang tidak sesak", "breath"), ("nggak mungkin nggak sesak", "breath"),
    ("kalau sesak gimana", "breath"), ("kata siapa nggak bengkak", "swollen"),
    ("sopo sing ngomong ora abuh", "swollen"), ("masa nggak bengkak", "swollen"),
    ("bukannya nggak bengkak", "swollen"), ("tidak ada yang tidak bengkak", "swollen"),
    ("bukan nggak bengkak", "swollen"), ("siapa bilang bengkak", "swollen"),
    ("kalau bengkak begini gimana", "swollen"), ("dudu ora abuh", "swollen"),
    ("kaki saya mati", "numb"), ("kakiku mati sebelah", "numb"), ("sikilku mati", "numb"),
    ("saya pernah pingsan", "faint"), ("takut stroke", "stroke"),
    ("saya takut dada saya sakit", "chest"), ("kalau jalan dada saya sakit harus gimana", "chest"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "sign"), ASKED)
def test_a_doubtful_sign_is_asked_about_by_its_name(text: str, sign: str) -> None:
    slots = meaning(text)[1]
    assert sign in slots["sign"].split(",")
    assert slots["negated"] == "unsure"


AFFIRMED = [
    ("dada saya tidak sakit tapi berat", "chest"), ("dada nggak sakit, cuma berat", "chest"),
    ("dada nggak nyeri cuma kayak ditindih", "chest"), ("dodoku ora lara nanging abot", "chest"),
    ("dada mboten sakit namung abot", "chest"), ("dadanya bukan sakit melainkan berat", "chest"),
    ("dada saya bukan nyeri, kayak diremas gitu", "chest"), ("dadaku sakit enak", "chest"),
    ("aduh tadi dadaku sakit enak", "chest"), ("nih dadaku sakit enak saja", "chest"),
    ("kaki saya tidak bengkak tapi merah", "red"), ("nggak bengkak tapi merah", "red"),
    ("nggak cuma bengkak tapi panas juga", "swollen"), ("tadi jatuh saya takut", "fall"),
    ("tadinya nggak sesak sekarang sesak", "breath"), ("kaki saya dingin sekali", "cold_pale"),
    ("dulu pernah stroke dan dada saya sakit", "chest"), ("kakinya jadi gelap", "dark"),
    ("ibu saya pernah pingsan sekarang pingsan lagi", "faint"), ("bapak saya pingsan", "faint"),
    ("saya takut sekali dada saya sakit", "chest"), ("betis panas", "warm"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "sign"), AFFIRMED)
def test_an_affirmed_sign_stays_one(text: str, sign: str) -> None:
    slots = meaning(text)[1]
    assert sign in slots["sign"].split(",")
    assert "negated" not in slots


DENIED = [
    ("tidak pingsan", "faint"), ("saya tidak pernah pingsan", "faint"), ("tidak jatuh", "fall"),
    ("mana ada bengkak", "swollen"), ("nggak, nggak bengkak", "swollen"),
    ("enggak kok nggak bengkak", "swollen"), ("ora, ora abuh", "swollen"),
    ("dada saya tidak berat", "chest"), ("dadaku enak", "chest"), ("napas saya enak", "breath"),
    ("nggak ngos-ngosan", "breath"), ("bukan sesak cuma capek", "breath"),
    ("kaki saya tidak mati", "numb"), ("kakinya hangat biasa kok nggak dingin", "cold_pale"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "sign"), DENIED)
def test_a_denial_denies_its_own_sign(text: str, sign: str) -> None:
    assert meaning(text)[1] == {"sign": sign, "negated": "yes"}


OTHERWISE = [
    ("saya kepanasan", "situation", "too_warm"), ("gerah banget", "situation", "too_warm"),
    ("kedinginan", "situation", "cold"), ("kademen aku", "situation", "cold"),
    ("kamarnya gelap", "situation", "dark"), ("di sini gelap", "situation", "dark"),
    ("mati lampu", "situation", "dark"), ("takut jatuh", "situation", "fear_of_falling"),
    ("saya takut jatuh nak", "situation", "fear_of_falling"),
    ("aku wedi tibo", "situation", "fear_of_falling"),
    ("sieun labuh", "situation", "fear_of_falling"),
    ("saya takut", "situation", "fear"), ("saya takut mati", "situation", "fear"),
    ("takutnya nanti bengkak", "situation", "fear"), ("apa saya mau mati", "see_doctor", "fear"),
    ("apakah saya akan mati nak", "see_doctor", "fear"), ("kula piyambakan", "situation", "alone"),
    ("saya sendirian", "situation", "alone"), ("ibu saya pernah stroke", "situation", "history"),
    ("bapak saya dulu meninggal karena serangan jantung", "situation", "history"),
    ("dulu pernah bengkak waktu hamil", "situation", "history"),
    ("bapak saya stroke tahun lalu", "situation", "history"),
    ("dulu pernah gumpalan darah", "situation", "had_clot"),
    ("saya pernah kena dvt", "situation", "had_clot"), ("suami saya kram", "cramp_now", "carer"),
    ("bapak saya kram kakinya", "cramp_now", "carer"), ("bojoku kram", "cramp_now", "carer"),
    ("bukan saya, suami saya", "situation", "carer"),
    ("yang kram suami saya", "situation", "carer"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "intent", "value"), OTHERWISE)
def test_what_is_no_sign_of_now(text: str, intent: str, value: str) -> None:
    name, slots = meaning(text)
    assert (name, slots["situation"]) == (intent, value)
    assert "sign" not in slots


@pytest.mark.parametrize(
    "text",
    ["kalau bengkak gimana", "emang kalo merah kenapa", "nek abuh piye", "kalau jatuh gimana"],
)
def test_a_supposed_sign_is_a_question(text: str) -> None:
    assert meaning(text) == ("ask", {"topic": "if_sign"})


def test_commands_that_are_none() -> None:
    assert meaning("sudah minum")[0] == "continue"
    assert meaning("nggak jadi")[0] == "false_alarm"
    assert meaning("kaki satunya lagi") == ("cramp_now", {"leg": "other"})
    assert meaning("saiki pindah sing kiwo") == ("left", {"leg": "left"})
    assert meaning("datang lagi dia bah")[0] == "still_hurts"


RELIEF = [
    ("sudah reda sedikit", "better_partly"), ("udah enakan dikit", "better_partly"),
    ("wis mari sithik", "better_partly"), ("baru reda sedikit", "better_partly"),
    ("sudah reda separuh", "better_partly"), ("mulai berkurang", "better_partly"),
    ("sudah berkurang cuma belum hilang semua", "better_partly"),
    ("rada mending tapi masih karasa", "better_partly"),
    ("yang kiri sudah enak yang kanan masih kram", "better_partly"),
    ("yang kiri sudah reda yang kanan belum", "better_partly"),
    ("sudah reda eh belum", "still_hurts"), ("kram lagi aduh baru juga hilang", "still_hurts"),
    ("tadi sudah hilang sekarang kram lagi", "still_hurts"), ("masih", "still_hurts"),
    ("taksih", "still_hurts"), ("isih", "still_hurts"), ("masih dong", "still_hurts"),
    ("sudah sembuh kok kambuh lagi", "still_hurts"), ("lumayan tapi masih sakit", "still_hurts"),
    ("sampun mantun nanging taksih sakit", "still_hurts"),
    ("belum lah sakit kali pun", "still_hurts"), ("sudah nggak sakit lagi", "better"),
    ("sudah hilang kramnya", "better"), ("sakitnya sudah hilang semua", "better"),
    ("dua duanya sudah reda", "better"), ("yang kiri sudah reda yang kanan juga", "better"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "intent"), RELIEF)
def test_relief_in_part_is_not_better(text: str, intent: str) -> None:
    assert meaning(text)[0] == intent


def test_the_leg_that_still_hurts_is_named() -> None:
    assert meaning("yang kiri sudah enak yang kanan masih kram")[1]["leg"] == "right"


VALUES = [
    ("8/10", "severity", {"severity": "severe"}), ("8 dari 10", "severity", {"severity": "severe"}),
    ("3 dari 10", "severity", {"severity": "mild"}),
    ("skala 9", "severity", {"severity": "severe"}),
    ("sakitnya 4 dari 10 lah", "severity", {"severity": "moderate"}),
    ("umur saya 27", "situation", {"situation": "under_65"}),
    ("umur saya 45 tahun", "situation", {"situation": "under_65"}),
    ("umur saya 64 tahun", "situation", {"situation": "under_65"}),
    ("umur kula selawe", "situation", {"situation": "under_65"}),
    ("umur saya 65", "situation", {"situation": "elderly"}),
    ("usia saya tujuh puluh delapan tahun", "situation", {"situation": "elderly"}),
    ("umur kula pitung dasa", "situation", {"situation": "elderly"}),
    ("kram sudah 3 menit", "cramp_now", {}), ("kram sudah 12 menit", "x_duration", {}),
    ("sampun setengah jam kram", "x_duration", {}),
]  # fmt: skip


@pytest.mark.parametrize(("text", "intent", "slots"), VALUES)
def test_numbers_are_values(text: str, intent: str, slots: dict[str, str]) -> None:
    assert meaning(text) == (intent, slots)


@pytest.mark.parametrize(
    ("text", "tagged"),
    [
        ("satu dua tiga empat lima enam tujuh delapan sembilan sepuluh", None),
        ("jam dua malam", None), ("hamil usia tujuh bulan", None), ("sudah dua hari", None),
        ("saya 30 tahun", "saya usia_muda"), ("wis telung menit", "wis menit_pendek"),
        ("sampun sewidak lima taun umur kula", "sampun usia_muda umur kula"),
    ],
)  # fmt: skip
def test_only_ages_durations_and_scores_are_tagged(text: str, tagged: str | None) -> None:
    assert tag_quantities(normalise(text)).replace("usia_lanjut", "usia_muda") == (tagged or text)


@pytest.mark.parametrize(
    "text",
    [
        "112", "119", "1-1-9", "1 1 2", "panggil 1 1 2", "tolong telepon 112", "satu satu sembilan",
        "seratus dua belas", "hubungi 118", "celukno siji siji loro", "11 9", "1 12",
    ],
)  # fmt: skip
def test_the_numbers_to_call_are_understood(text: str) -> None:
    assert meaning(text) == ("emergency", {"sign": "call"})


def test_in_idle_a_whole_sentence_about_the_leg_is_enough() -> None:
    assert meaning("kram sudah setengah jam", "idle")[0] == "x_duration"
    assert meaning("betis saya bengkak merah panas", "idle")[1] == {"sign": "swollen,red,warm"}
