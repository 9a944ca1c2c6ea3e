"""What is passed over out of idle while somebody snores."""

import pytest

from assistant.asr.listener_events import Utterance
from assistant.asr.rejection import RejectionReason
from assistant.core.listening_state import ListeningState
from assistant.nlu.alternatives import Alternative, Meaning
from assistant.nlu.intent import Intent, Interpretation
from assistant.nlu.reason import InterpretationReason
from assistant.runtime.others_talk import REPEATED, OthersTalk
from assistant.runtime.restless_room import SECONDS, SOUNDS, RestlessRoom

NOTHING = Meaning(
    Interpretation(None, False, 0.0, reason=InterpretationReason.TOO_FAR), "", 0.0, False, False
)


def meaning(words: str, name: str = "cramp_now", accepted: bool = True) -> Meaning:
    found = Interpretation(Intent(name, {}, 0.9), accepted, 1.0, reason=InterpretationReason.EXACT)
    return Meaning(found, words, 0.9, accepted, not accepted)


def room(sounds: int, heard: str = "malam") -> RestlessRoom:
    """A room in which, up to second 100, there were sounds that were nothing."""
    found = RestlessRoom()
    for number in range(sounds):
        at = 100.0 - 4 * (sounds - 1 - number)
        sound = Utterance("", 0.0, False, at - 1, at, alternatives=(Alternative(heard, 1.0),))
        assert found.weigh(sound, NOTHING) is None
    return found


def counts(found: RestlessRoom, said: Meaning, at: float = 102.0) -> bool:
    ignored = found.weigh(Utterance(said.words, 0.9, said.accepted, at, at + 1), said)
    assert ignored in (None, RejectionReason.RESTLESS)
    return ignored is None


@pytest.mark.parametrize("words", ["kram", "tolong", "muntah darah"])
def test_few_words_among_snores_are_passed_over_unless_they_come_twice(words: str) -> None:
    found = room(SOUNDS)
    assert not counts(found, meaning(words))
    assert counts(found, meaning(words), at=110)


def test_the_second_time_must_come_soon_and_mean_the_same() -> None:
    found = room(SOUNDS + 20)
    assert not counts(found, meaning("kram"))
    assert not counts(found, meaning("tolong", "help"), at=110)
    assert not counts(found, meaning("kram"), at=112 + REPEATED)


def test_a_clear_sentence_counts_at_once_a_doubtful_one_does_not() -> None:
    found = room(SOUNDS)
    assert counts(found, meaning("kaki saya kram"))
    assert not counts(found, meaning("kaki saya kram", accepted=False))


def test_among_others_talk_as_well_twice_is_enough() -> None:
    """Each of two rules passed it over once, so that a call had to come three times."""
    found, others = room(SOUNDS), OthersTalk()
    doubt = meaning("kaki kram", accepted=False)
    heard = [Utterance("kaki kram", 0.6, False, at, at + 1, crowded=True) for at in (102, 110)]
    counted = []
    for one in heard:
        weighed, ignored = others.weigh(one, doubt, ListeningState.IDLE, unconfirmed=False)
        counted.append(not (ignored or found.weigh(one, weighed)))
    assert counted == [False, True]


def test_in_a_quiet_room_one_word_is_enough() -> None:
    assert counts(room(SOUNDS - 1), meaning("tolong"))
    assert counts(room(SOUNDS), meaning("tolong"), at=102 + SECONDS)


def test_somebody_who_tries_in_other_words_is_no_sound() -> None:
    """Whoever is not understood time and again, and then calls, has called."""
    assert counts(room(3 * SOUNDS, heard="tungkaiku iki piye"), meaning("tolong"))
