"""Words of the regions, calls for help in idle, and denials that another remark follows."""

import pytest

from tests.support.own_interpreter import hear, meaning

CALLS = [
    "aduah kaki ambo kram", "tolong lah betisku ketarik", "sa pu kaki kram ini tolong dulu",
    "kita pe betis kaku ini tolong", "sikil kula kaku tulung", "kaki nenek ini kram nak",
]  # fmt: skip


@pytest.mark.parametrize("text", CALLS)
def test_a_cramp_at_hand_is_heard_in_idle(text: str) -> None:
    found = hear(text, "idle")
    assert found.accepted
    assert found.intent is not None
    assert found.intent.name == "cramp_now"


@pytest.mark.parametrize(
    "text",
    [
        "hari ini kita membahas soal kram pada kaki", "kram",
        "kalau betis saya kaku biasanya karena lari jauh sekali di lapangan",
        "nanti catat ya kaki saya kadang kram di kantor lantai dua",
    ],
)  # fmt: skip
def test_a_cramp_that_is_talked_about_is_not_acted_on_in_idle(text: str) -> None:
    assert not hear(text, "idle").accepted


REGIONAL = [
    ("watuk metu getih", "emergency", "blood_cough"), ("kula dhawah", "emergency", "fall"),
    ("ragrag tina kasur", "emergency", "fall"), ("nyanda bisa napas", "emergency", "breath"),
    ("chest pain", "emergency", "chest"), ("tadi blackout", "emergency", "faint"),
    ("napasku entek", "emergency", "breath"), ("struk", "emergency", "stroke"),
    ("ibu nggak bisa bangun dari lantai nak", "emergency", "fall"),
    ("tiis pisan suku", "skin_colour", "cold_pale"), ("suku abdi raheut", "wound", "wound"),
    ("besar sebelah", "swollen", "swollen"), ("uratnya putus", "x_pop", "pop"),
    ("celana saya sempit sebelah", "swollen", "swollen"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "intent", "sign"), REGIONAL)
def test_a_sign_in_other_words_is_affirmed(text: str, intent: str, sign: str) -> None:
    name, slots = meaning(text)
    assert name == intent
    assert sign in slots["sign"].split(",")
    assert "negated" not in slots


@pytest.mark.parametrize("text", ["jantung saya berdebar", "deg degan banget"])
def test_palpitations_are_asked_about(text: str) -> None:
    assert meaning(text)[1] == {"sign": "chest", "negated": "unsure"}


@pytest.mark.parametrize(
    ("text", "sign"),
    [("tidak bengkak cuma pegal", "swollen"), ("nggak sesak cuma capek", "breath")],
)
def test_a_denial_stands_beside_a_harmless_remark(text: str, sign: str) -> None:
    assert meaning(text)[1] == {"sign": sign, "negated": "yes"}


@pytest.mark.parametrize(
    "text",
    [
        "nggak bengkak tapi betisku lebih gendut dari satunya",
        "dada tidak sakit hanya ada yang tidak mau diam",
        "tidak bengkak hanya mengkilap terus",
    ],
)
def test_a_denial_beside_words_that_may_be_a_sign_is_asked_about(text: str) -> None:
    found = hear(text)
    assert found.intent is not None
    assert found.intent.slots["negated"] == "unsure"
    assert not found.accepted


@pytest.mark.parametrize(
    ("text", "sign"),
    [
        ("kagak jatoh tapi pala gue kejedot", "fall"), ("henteu bareuh tapi tiis", "cold_pale"),
        ("ora panas ning rodo abang", "red"), ("no bengkak tapi tadi aku blackout", "faint"),
    ],
)  # fmt: skip
def test_a_denial_of_one_sign_does_not_deny_another(text: str, sign: str) -> None:
    slots = meaning(text)[1]
    assert sign in slots["sign"].split(",")
    assert slots.get("negated") != "yes"


def test_a_cramp_in_full_comes_before_a_denial() -> None:
    assert meaning("tidak bengkak cuma betisku kram")[0] == "cramp_now"


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("sudah duduk bersandar sekarang terus bagaimana nak", "next"),
        ("uwis tak lurusne terus piye", "next"), ("sampun sekeca", "better"),
        ("alhamdulillah tos damang", "better"), ("still sakit", "still_hurts"),
        ("jangan buru buru", "slower"), ("cukuik", "stop"), ("salajengipun", "next"),
        ("go back", "back"), ("terima kasih sudah sabar", "thanks"),
    ],
)  # fmt: skip
def test_commands_in_other_words(text: str, intent: str) -> None:
    assert meaning(text)[0] == intent
