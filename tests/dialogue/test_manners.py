"""Manners of the night: comfort, ways out, the one who helps, what survives a question."""

import pytest

from assistant.dialogue import policy
from assistant.dialogue.acts import Hold
from assistant.dialogue.events import Understood
from assistant.dialogue.state_json import from_json, to_json
from assistant.nlu.intent import Intent
from tests.support.dialogue_driver import SCRIPT, Talk


def holding(wait: float = 10.0, **slots: str) -> Talk:
    talk = Talk()
    talk.hear("cramp_now", **slots)
    while not talk.holds:
        talk.wait(talk.ends - talk.now)
    talk.wait(wait)
    return talk


@pytest.mark.parametrize(
    ("intent", "slots", "fact"),
    [("cramp_now", {"situation": "kidney"}, "kidney"), ("pregnant", {}, "pregnant"),
     ("cramp_night", {}, "night"), ("sports", {"leg": "left"}, "sport")],
)  # fmt: skip
def test_facts_survive_the_question_whether_it_is_a_cramp(
    intent: str, slots: dict[str, str], fact: str
) -> None:
    talk = Talk()
    talk.doubt(intent, **slots)
    assert talk.saying == "Ada yang kakinya kram?"
    talk.hear("yes")
    assert talk.state.name.startswith("acute") and ("situation", fact) in talk.state.facts
    denied = Talk()
    denied.doubt(intent, **slots)
    denied.hear("no")
    denied.to_end()
    assert denied.state.facts == frozenset()


def test_a_sign_survives_the_question_whether_it_is_a_cramp() -> None:
    talk = Talk()
    talk.doubt("cramp_now", sign="swollen")
    assert talk.saying == "Ada yang kakinya kram?"
    talk.hear("yes")
    assert "Satu kakinya bengkak?" in talk.saying
    talk.hear("no")
    talk.wait_for("Luruskan lutut")


def test_dialysis_keeps_its_limits() -> None:
    talk = Talk()
    talk.doubt("cramp_now", situation="kidney")
    talk.hear("yes")
    talk.wait_for("Sudah reda?")
    talk.hear("better")
    talk.wait_for("Mau bangun")
    talk.hear("yes")
    talk.to_end()
    assert talk.said("ikuti batas dari dokter") and not talk.said("teguk air")


@pytest.mark.parametrize("sign", ["cold_pale", "stroke", "breath"])
def test_silence_after_a_doubtful_emergency_is_not_no(sign: str) -> None:
    talk = holding()
    talk.doubt("emergency", sign=sign)
    talk.wait(30)
    assert talk.state.name.startswith("emergency") and talk.said("Telepon satu satu sembilan")
    idle = Talk()
    idle.doubt("emergency", sign=sign)
    idle.to_end()
    assert idle.said("Kalau benar, telepon satu satu sembilan.") and "alarm" not in idle.cues
    denied = holding()
    denied.doubt("emergency", sign=sign)
    denied.hear("no")
    assert denied.saying == "Baik, berarti tidak ada."


def test_an_alarm_always_says_how_to_end_it_and_ends() -> None:
    talk = Talk()
    talk.hear("emergency", sign="chest")
    talk.to_end(1200)
    alarms = [i for i, text in enumerate(talk.texts) if text.startswith("Tolong!")]
    assert len(alarms) == 20 and talk.now < 900
    for at in alarms:
        assert "Kalau saya salah dengar, bilang: tidak apa-apa." in talk.texts[at : at + 3]
    assert talk.said("Alarmnya saya hentikan") and talk.state.name == "idle"


@pytest.mark.parametrize("intent", ["no", "tolong", "emergency"])
def test_who_is_not_well_keeps_the_alarm(intent: str) -> None:
    talk = Talk()
    talk.hear("emergency", sign="chest")
    talk.hear("false_alarm")
    talk.hear(intent)
    assert talk.saying == "Baik, ini tetap darurat. Telepon satu satu sembilan."
    talk.wait_for("Tolong!")


def test_five_times_not_yet_is_comforted_in_five_ways() -> None:
    talk = Talk()
    talk.hear("cramp_now")
    said = []
    for _ in range(4):
        talk.wait_for("Sudah reda?")
        talk.hear("no")
        said.append(talk.saying)
    assert len(set(said)) == 4 and "Tidak apa-apa, sabar ya. Kita tahan sekali lagi." in said
    moaning = holding(2)
    moaning.hear("still_hurts")
    first = moaning.saying
    moaning.wait(10)
    moaning.hear("still_hurts")
    assert moaning.saying != first


@pytest.mark.parametrize("sign", ["swollen", "nail"])
@pytest.mark.parametrize("eased", [True, False])
def test_no_good_night_after_a_sign_that_must_be_looked_at(sign: str, eased: bool) -> None:
    talk = holding()
    talk.hear("swollen", sign=sign)
    if eased:
        talk.hear("better")
    talk.to_end()
    assert not talk.said("Selamat tidur")
    end = "Istirahat dulu, dan jangan lupa periksa. Panggil saya kapan saja."
    assert talk.texts[-1] == end


def test_thanks_in_a_hold_is_a_short_way_out() -> None:
    talk = holding()
    talk.hear("thanks")
    assert talk.saying == "Sama-sama. Sudah reda?"
    talk.hear("yes")
    begun = talk.now
    talk.to_end()
    assert talk.now - begun < 25 and "Selamat tidur" in talk.texts[-1]
    assert not talk.said("Mau bangun") and not talk.said("Tadi sakitnya")
    still = holding()
    still.hear("thanks")
    still.hear("no")
    still.wait(10)
    assert isinstance(still.running, Hold)


def test_better_and_good_night_in_one_breath_is_a_short_way_out() -> None:
    talk = holding()
    farewell = Intent("better", text="makasih ya sudah enakan saya tidur lagi")
    talk.send(Understood(talk.now, farewell))
    begun = talk.now
    talk.to_end()
    assert talk.now - begun < 25 and not talk.said("Mau bangun")


def test_how_long_yet_is_true_to_the_hold() -> None:
    talk = holding(19)
    talk.hear("time_left")
    assert talk.saying == "Kira-kira sepuluh detik lagi, lalu saya tanya."
    late = holding(26)
    late.hear("time_left")
    assert late.saying == "Sebentar lagi selesai."


@pytest.mark.parametrize(
    ("situation", "words"),
    [("helper", "Minta dia mendorong lagi"), ("carer", "Dorong lagi telapak"),
     ("cannot_reach", "Tarik lagi handuknya"), ("standing", "Kembali ke dinding")],
)  # fmt: skip
def test_a_hold_resumes_with_the_position_of_its_user(situation: str, words: str) -> None:
    talk = holding(situation=situation)
    talk.hear("ask", topic="duration")
    talk.wait_for("Mau dengar lagi?")
    talk.hear("stop")
    talk.wait_for(words, limit=10)


@pytest.mark.parametrize("intent", ["still_hurts", "cramp_now", "better_partly"])
def test_after_good_night_a_few_words_wake_it_for_some_minutes(intent: str) -> None:
    talk = Talk()
    talk.hear("cramp_now", situation="kidney,carer")
    talk.hear("better")
    talk.to_end()
    assert talk.state.name == "idle"
    for ignored in ("yes", "stop", "continue", "better", "louder", "situation"):
        assert talk.hear(ignored) == ()
    assert from_json(to_json(talk.state)) == talk.state
    talk.wait(120)
    talk.hear(intent)
    assert talk.state.name.startswith("acute") and ("situation", "kidney") in talk.state.facts
    assert talk.saying.startswith("Saya di sini. Anda yang membantu")
    late = Talk()
    late.hear("cramp_now")
    late.hear("better")
    late.to_end()
    late.wait(SCRIPT.settings["wake_seconds"] + 1)
    state, _ = policy.step(late.state, Understood(late.now, Intent("yes")), SCRIPT)
    assert state.listening == "idle"


def test_who_helps_is_spoken_to_from_the_first_question_on() -> None:
    talk = Talk()
    talk.doubt("cramp_now")
    talk.hear("situation", situation="carer")
    assert talk.saying == "Saya di sini. Anda yang membantu, saya yang memandu."
    talk.wait_for("Sudah reda?")
    talk.hear("better")
    talk.wait_for("Dia mau bangun")
    talk.hear("yes")
    talk.to_end()
    for part in ("tangan di tumitnya", "ke arah badannya", "Bantu dia duduk", "Bantu dia berdiri"):
        assert talk.said(part), part
    assert not talk.said("Minta dia memegang") and not talk.said("di samping Anda")
    long = Talk()
    long.hear("cramp_now", situation="carer")
    long.hear("x_duration")
    long.wait_for("Apa dia sesak napas")


def until_massage(situation: str) -> Talk:
    talk = Talk()
    talk.hear("cramp_now", situation=situation)
    for _ in range(5):
        talk.wait_for("reda?")
        talk.hear("no")
    talk.wait_for("sebelum dipijat")
    talk.hear("no")
    return talk


def test_a_blood_thinner_means_no_hard_massage() -> None:
    talk = until_massage("blood_thinner")
    assert talk.saying.startswith("Diusap saja, jangan ditekan")
    talk.wait_for("memar")
    talk.to_end()
    assert not talk.said("ijat betis")
    told = holding()
    told.hear("situation", situation="blood_thinner")
    assert "jangan dipijat keras" in told.saying and "memar" in told.saying


def test_warmth_warns_before_it_is_offered() -> None:
    talk = until_massage("bed")
    talk.wait_for("kulitnya kebas, atau ada diabetes")
    talk.wait_for("handuk hangat di dekat")
    talk.hear("situation", situation="diabetes")
    assert "Kalau sudah dipasang, angkat." in talk.saying


def test_the_towel_is_in_the_guide() -> None:
    talk = Talk()
    talk.hear("cramp_now", situation="cannot_reach")
    talk.wait_for("lilitkan di telapak kaki")


def test_headache_within_a_guide_asks_about_pregnancy() -> None:
    talk = holding()
    talk.hear("other_sign", sign="headache,blurred")
    talk.wait_for("Apa Anda sedang hamil?", limit=30)
    talk.hear("yes")
    talk.wait_for("bidan", limit=20)
    talk.to_end()
    assert len(talk.holds) == 1


@pytest.mark.parametrize("sign", ["breath", "stroke", "bite", "swollen"])
def test_a_sign_that_is_asked_about_is_denied_by_its_name(sign: str) -> None:
    talk = holding()
    talk.doubt("emergency", sign=sign)
    talk.hear("emergency", sign=sign, negated="yes")
    assert talk.saying == "Baik, berarti tidak ada."
    talk.wait(60)
    assert talk.state.name.startswith("acute") and not talk.said("Telepon satu")


def test_another_sign_s_denial_leaves_the_question_open() -> None:
    talk = holding()
    talk.doubt("emergency", sign="stroke")
    talk.hear("numb", sign="weak", negated="yes")
    talk.wait(60)
    assert talk.state.name.startswith("emergency")


@pytest.mark.parametrize("named", [False, True])
def test_the_cramp_is_treated_once_the_doubted_sign_is_denied(named: bool) -> None:
    talk = Talk()
    talk.doubt("emergency", sign="stroke", negated="unsure", cramp="yes")
    if named:
        talk.hear("emergency", sign="stroke", negated="yes")
    else:
        talk.hear("no")
    talk.wait_for("Luruskan lutut")
    unspoken = Talk()
    unspoken.doubt("emergency", sign="stroke", negated="unsure")
    unspoken.hear("no")
    unspoken.to_end()
    assert not unspoken.said("Luruskan lutut")
