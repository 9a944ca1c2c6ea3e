"""The commands that every guide needs, said alone by a voice that trained nothing.

Pronunciations (``words:`` of the phone map) belong to one network: with the next one "cukup" was
heard as "suku" and "ulangi" as "lagi", and no other test said these words alone.
"""

import pytest

from assistant.asr.model_store import OWN_PHRASES, ensure_model
from assistant.asr.understanding import load_heard_phrases
from assistant.asr.vosk_recognizer import VoskRecognizer
from assistant.core.listening_state import ListeningState
from assistant.nlu import Interpreter
from tests.support.spoken_meaning import spoken_meanings

pytestmark = pytest.mark.decodes_sound

STATE = ListeningState.CONVERSATION
COMMANDS = {
    "ulangi": "repeat", "tunggu": "pause", "lanjut": "continue", "berhenti": "stop",
    "cukup": "stop", "stop": "stop", "sudah reda": "better", "belum": "no",
    "ya": "yes", "tidak": "no",
}  # fmt: skip
MORE = {
    "kaki kanan": "right", "kaki kiri": "left", "kaki saya kram": "cramp_now",
    "ulangi lagi": "repeat", "kaki saya masih sakit": "still_hurts", "sudah enakan": "better",
    "tolong tunggu sebentar": "pause", "dada saya sakit": "emergency",
    "saya tidak bisa berdiri": "situation",
}  # fmt: skip
ANSWERS = {
    "ya": "yes", "iya": "yes", "ada": "yes", "iya ada": "yes", "iya nak": "yes", "ya bu": "yes",
    "iya betul": "yes", "tidak": "no", "nggak": "no", "enggak": "no", "tidak ada": "no",
    "nggak ada": "no", "tidak nak": "no", "nggak bu": "no", "belum": "no", "mboten": "no",
    "betul": "yes", "benar": "yes", "nggih": "yes", "inggih mbak": "yes", "he eh": "yes",
    "iya nih": "yes", "durung": "no", "belom": "no",
}  # fmt: skip
"""What people answer to "is there any swelling?". "Iya ada" was "tidak ada" at 0.93 to 1.0, and
"betul" was "belum" at 0.91 to 1.0."""

DANGERS = {
    "kaki saya dipatuk ular": "bite", "sikilku dicathek ulo": "bite", "saya digigit ular": "bite",
    "napas terengah engah": "breath", "gue kok sesek ya": "breath", "ambegan kula sesek": "breath",
    "dodone loro": "chest", "dadane ampeg": "chest", "dadanya nyeri": "chest",
    "bicara saya jadi pelo nak": "stroke", "badan sebelah kanan lemas semua": "stroke",
    "rahang saya kaku": "jaw", "betisnya bunyi krek tadi": "pop", "muntah darah": "blood_cough",
}  # fmt: skip
"""Signs in words of several registers. Seven of them were heard as harmless, or as another."""


OPPOSITE = {"yes", "no"}
TALK = "tadi siang harga cabai di pasar naik lagi kata menteri nanti malam turun hujan lebat sekali"


def test_each_command_is_acted_on_as_what_it_is() -> None:
    interpreter = Interpreter(load_heard_phrases(OWN_PHRASES))
    recognizer = VoskRecognizer(ensure_model(), (STATE,))
    heard = spoken_meanings(recognizer, interpreter, tuple(COMMANDS), STATE)
    found = {
        text: one.intent.name if one.intent and one.accepted else one.words
        for text, one in zip(COMMANDS, heard, strict=True)
    }
    assert found == COMMANDS


def test_most_commands_are_heard_between_the_words_of_a_softer_voice() -> None:
    interpreter = Interpreter(load_heard_phrases(OWN_PHRASES))
    recognizer = VoskRecognizer(ensure_model(), (STATE,))
    heard = spoken_meanings(recognizer, interpreter, tuple(COMMANDS), STATE, behind=TALK)
    found = [one.intent.name if one.intent and one.accepted else "" for one in heard]
    right = [one == wanted for one, wanted in zip(found, COMMANDS.values(), strict=True)]
    assert sum(right) >= 8  # 9 as shipped; none with all that is said as one utterance
    assert not set(found) - set(COMMANDS.values()) - {""}


def test_commands_are_heard_beside_a_fan_as_loud_as_half_the_voice() -> None:
    interpreter = Interpreter(load_heard_phrases(OWN_PHRASES))
    recognizer = VoskRecognizer(ensure_model(), (STATE,))
    said = {**COMMANDS, **MORE}
    heard = spoken_meanings(recognizer, interpreter, tuple(said), STATE, noise_below=6.0)
    found = [one.intent.name if one.intent and one.accepted else "" for one in heard]
    right = [one == wanted for one, wanted in zip(found, said.values(), strict=True)]
    assert sum(right) >= 13  # 15 of 19 as shipped; 9 without the reduction of noise
    assert not set(found) - set(said.values()) - {""}


def test_a_yes_to_a_question_is_never_heard_as_a_no_nor_the_reverse() -> None:
    interpreter = Interpreter(load_heard_phrases(OWN_PHRASES))
    recognizer = VoskRecognizer(ensure_model(), (STATE,))
    expected = interpreter.expected(frozenset({"yes", "no"}))
    heard = spoken_meanings(recognizer, interpreter, tuple(ANSWERS), STATE, expected=expected)
    found = {
        text: one.intent.name if one.intent and one.accepted else ""
        for text, one in zip(ANSWERS, heard, strict=True)
    }
    contradicted = {text: name for text, name in found.items() if {name, ANSWERS[text]} == OPPOSITE}
    assert not contradicted
    assert sum(found[text] == ANSWERS[text] for text in ANSWERS) >= 21  # 23 as shipped


def test_dangers_are_heard_in_several_registers() -> None:
    interpreter = Interpreter(load_heard_phrases(OWN_PHRASES))
    recognizer = VoskRecognizer(ensure_model(), (STATE,))
    heard = spoken_meanings(recognizer, interpreter, tuple(DANGERS), STATE)
    missed = {
        text: one.words
        for (text, sign), one in zip(DANGERS.items(), heard, strict=True)
        if not (
            one.intent
            and (one.accepted or one.doubtful)
            and sign in one.intent.slots.get("sign", "").split(",")
        )
    }
    assert len(missed) <= 1, missed  # none as shipped


def test_out_of_nothing_a_swelling_beside_a_cramp_is_asked_about() -> None:
    interpreter = Interpreter(load_heard_phrases(OWN_PHRASES))
    idle = ListeningState.IDLE
    recognizer = VoskRecognizer(ensure_model(), (idle,))
    told = ("saya hamil kaki saya bengkak", "betis kiri saya bengkak dan kram")
    for one in spoken_meanings(recognizer, interpreter, told, idle):
        assert not one.accepted  # the second pass heard "saya hamil kaki saya kram"
        assert one.doubtful
        assert one.intent is not None
        assert "swollen" in one.intent.slots["sign"]
    (call,) = spoken_meanings(recognizer, interpreter, ("saya hamil kaki saya kram",), idle)
    assert call.accepted
