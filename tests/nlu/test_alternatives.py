"""Several alternatives of one utterance: meanings, dangers, denials."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.core.listening_state import ListeningState
from assistant.nlu import Interpreter
from assistant.nlu.alternatives import Alternative, Meaning, interpret_alternatives
from assistant.nlu.danger import DANGER_INTENTS
from tests.support.own_interpreter import KRAM

TALK = ListeningState.CONVERSATION
IDLE = ListeningState.IDLE


@pytest.fixture(scope="module")
def interpreter() -> Interpreter:
    return KRAM


def meant(
    interpreter: Interpreter,
    *said: tuple[str, float],
    state: ListeningState = TALK,
    with_talk: tuple[tuple[str, float], ...] = (),
) -> Meaning | None:
    listed = {
        "bengkak",
        "lanjut",
        "teruskan",
        "sudah reda",
        "saya sesak napas",
        "tidak bengkak",
        "ulangi",
    }
    alternatives, softer = (
        [Alternative(words, share, words in listed) for words, share in some]
        for some in (said, with_talk)
    )
    return interpret_alternatives(interpreter, alternatives, state, with_talk=softer)


def test_alternatives_of_one_meaning_count_together(interpreter: Interpreter) -> None:
    found = meant(interpreter, ("lanjut", 0.4), ("teruskan", 0.35), ("ulangi", 0.25))
    assert found is not None
    assert found.accepted
    assert found.probability == pytest.approx(0.75)


def test_a_danger_among_harmless_alternatives_is_asked_about(interpreter: Interpreter) -> None:
    found = meant(interpreter, ("sudah reda", 0.8), ("saya sesak napas", 0.2))
    assert found is not None
    assert not found.accepted
    assert found.doubtful
    assert found.interpretation.intent is not None
    assert found.interpretation.intent.name in DANGER_INTENTS


def test_a_denial_in_other_words_is_not_believed(interpreter: Interpreter) -> None:
    found = meant(interpreter, ("aku nggak semaput", 1.0))
    assert found is not None
    assert found.doubtful
    assert found.interpretation.intent is not None
    assert found.interpretation.intent.slots["negated"] == "unsure"


def test_a_denial_word_for_word_is_believed(interpreter: Interpreter) -> None:
    found = meant(interpreter, ("tidak bengkak", 0.95), ("", 0.05))
    assert found is not None
    assert found.accepted


def test_a_single_word_that_no_phrase_is_leads_to_nothing(interpreter: Interpreter) -> None:
    """A snore is near to the Sundanese "teu" (no)."""
    found = meant(interpreter, ("teu", 0.9), ("", 0.1))
    assert found is None or not found.accepted


def test_silence_means_nothing(interpreter: Interpreter) -> None:
    assert meant(interpreter, ("", 1.0)) is None


SENTENCES = ("lanjut", "sudah reda", "saya sesak napas", "tidak bengkak", "apa", "kaki kiri", "")


@given(st.lists(st.tuples(st.sampled_from(SENTENCES), st.floats(0.01, 1)), min_size=1, max_size=6))
def test_a_danger_from_a_tenth_on_never_becomes_harmless(
    interpreter: Interpreter, said: list[tuple[str, float]]
) -> None:
    shares: dict[str, float] = {}
    for words, weight in said:
        shares[words] = shares.get(words, 0.0) + weight
    total = sum(shares.values())
    found = meant(interpreter, *((words, weight / total) for words, weight in shares.items()))
    if shares.get("saya sesak napas", 0.0) / total >= 0.1:
        assert found is not None
        assert found.interpretation.intent is not None
        assert found.interpretation.intent.name in DANGER_INTENTS


def test_in_idle_a_danger_word_in_other_peoples_talk_is_not_asked_about(
    interpreter: Interpreter,
) -> None:
    found = meant(interpreter, ("kita kena semaput", 0.76), ("", 0.24), state=IDLE)
    assert found is None or not (found.accepted or found.doubtful)


def test_in_idle_a_call_in_other_words_is_asked_about(interpreter: Interpreter) -> None:
    found = meant(interpreter, ("jari kaki gue keriting kram", 0.55), ("", 0.45), state=IDLE)
    assert found is not None
    assert found.doubtful


def test_a_danger_along_with_a_call_is_asked_about_in_idle(interpreter: Interpreter) -> None:
    call, both = "betis gue ketarik kram", "betis gue kram terus sesak napas"
    found = meant(interpreter, (call, 0.7), (both, 0.3), state=IDLE)
    assert found is not None
    assert found.doubtful
    assert found.interpretation.intent is not None
    assert found.interpretation.intent.name in DANGER_INTENTS


def test_a_danger_beside_a_cramp_is_a_call(interpreter: Interpreter) -> None:
    said = "betis gue kram nih dan kayak ada yang nendang dari belakang"
    found = meant(interpreter, (said, 0.6), ("", 0.4), state=IDLE)
    assert found is not None
    assert found.doubtful
    assert found.interpretation.intent is not None
    assert found.interpretation.intent.slots["cramp"] == "yes"


@pytest.mark.parametrize("crowded", [False, True])
def test_a_probable_danger_is_asked_about_where_nobody_else_talks(
    interpreter: Interpreter, crowded: bool
) -> None:
    said = [Alternative("bojoku krungu krek ning bitis", 0.85), Alternative("", 0.15)]
    found = interpret_alternatives(interpreter, said, IDLE, crowded)
    assert found is not None
    assert found.doubtful is not crowded


def test_while_others_talk_a_danger_in_free_words_is_asked_about(interpreter: Interpreter) -> None:
    said = [Alternative("napas saya sesak sekali ini", 0.97), Alternative("", 0.03)]
    alone = interpret_alternatives(interpreter, said, TALK)
    crowded = interpret_alternatives(interpreter, said, TALK, crowded=True)
    assert alone is not None
    assert crowded is not None
    assert alone.accepted
    assert crowded.doubtful


def test_a_danger_word_alone_must_be_nearly_certain(interpreter: Interpreter) -> None:
    unsure = meant(interpreter, ("bengkak", 0.94), ("buka", 0.06))
    sure = meant(interpreter, ("bengkak", 0.99), ("buka", 0.01))
    assert unsure is not None
    assert unsure.doubtful
    assert sure is not None
    assert sure.accepted


def test_that_somebody_cannot_stand_is_not_all_that_was_said(interpreter: Interpreter) -> None:
    """Of a fall from the bed only the end was understood."""
    found = meant(interpreter, ("dong dari kasur nggak bisa bangun", 1.0))
    assert found is not None
    assert found.doubtful


def test_in_idle_a_newsreader_s_sentence_is_no_call(interpreter: Interpreter) -> None:
    call = "betis gue ketarik kram"
    news = (
        f"{call} kata seorang pemain usai pertandingan tadi malam di stadion utama itu kepada pers"
    )
    found = meant(interpreter, (news, 1.0), state=IDLE)
    assert found is None or not found.doubtful
    found = meant(interpreter, (call, 1.0), state=IDLE)
    assert found is not None
    assert found.doubtful


def test_a_loud_command_counts_whatever_harmless_talk_is_around_it(
    interpreter: Interpreter,
) -> None:
    talk = ("pak lurah naik sepeda lanjut nanti ke pasar", 1.0)
    found = meant(interpreter, ("lanjut", 1.0), with_talk=(talk,))
    assert found is not None
    assert found.accepted
    assert found.intent is not None
    assert found.intent.name == "continue"


def test_a_danger_around_a_cry_is_asked_about(interpreter: Interpreter) -> None:
    for alone in (("ha", 1.0), ("", 1.0), ("lanjut", 0.35), ("sudah reda", 1.0)):
        found = meant(interpreter, alone, with_talk=(("ha saya sesak napas", 0.8),))
        assert found is not None
        assert found.doubtful
        assert found.intent is not None
        assert found.intent.name in DANGER_INTENTS


def test_a_danger_among_softer_talk_is_never_acted_on(interpreter: Interpreter) -> None:
    found = meant(interpreter, ("ha", 1.0), with_talk=(("saya sesak napas", 1.0),))
    assert found is not None
    assert not found.accepted


def test_softer_talk_answers_nothing(interpreter: Interpreter) -> None:
    found = meant(interpreter, ("", 1.0), with_talk=(("sudah reda", 1.0),))
    assert found is None or not (found.accepted or found.doubtful)


def test_a_cramp_told_by_its_length_is_a_call(interpreter: Interpreter) -> None:
    said = ("kaki saya kram habis senam dan sudah setengah jam kramnya belum hilang", 0.9)
    found = meant(interpreter, said, state=IDLE)
    assert found is not None
    assert found.doubtful
    other = meant(interpreter, ("sudah lebih dari lima belas menit", 0.9), state=IDLE)
    assert other is None or not other.doubtful


@pytest.mark.parametrize(
    ("said", "asked"),
    [
        ((("kram", 0.6), ("", 0.4)), False),
        ((("kram", 0.9), ("", 0.1)), True),
        ((("aduh kram", 0.6), ("", 0.4)), True),
        ((("batuk darah", 0.93), ("", 0.07)), False),
        ((("batuk darah", 0.98), ("", 0.02)), True),
        ((("saya batuk darah", 0.93), ("", 0.07)), True),
        ((("batuk darah", 0.6), ("saya batuk darah", 0.33), ("", 0.07)), True),
    ],
)
def test_out_of_idle_few_words_need_more_than_many(
    interpreter: Interpreter, said: tuple[tuple[str, float], ...], asked: bool
) -> None:
    found = meant(interpreter, *said, state=IDLE)  # a sleeper's snores were "kram" at 0.57
    assert found is not None
    assert found.doubtful is asked
