"""E pepet and e taling in what the guide says, abbreviations, and word marks behind phonemes."""

import re
from collections.abc import Callable

import numpy as np
import pytest

from assistant.core.paths import OWN_PHRASES
from assistant.dialogue.dry_run import sentences
from assistant.dialogue.script.loader import load_script
from assistant.runtime.spoken_vowels import spell
from assistant.tts import espeak_binding
from assistant.tts.espeak_binding import VoiceSettings, synthesise
from assistant.tts.espeak_library import default_library
from assistant.tts.espeak_voice import GUIDE_VOICE
from assistant.tts.pronunciation import transcribe

GUIDE = sorted({one.text for one in sentences(load_script(OWN_PHRASES))})

DICTIONARY = {
    "betis": "ə", "kejang": "ə", "pelan": "ə", "dengar": "ə", "jelas": "ə", "lebih": "ə",
    "kering": "ə", "menit": "ə", "berhenti": "əə", "sesak": "ə", "perut": "ə", "segera": "əə",
    "boleh": "é", "telepon": "éé", "menelepon": "əéé", "geser": "éé", "efek": "éé",
    "merah": "é", "hebat": "é", "dokter": "ə", "kesehatan": "əé", "robek": "é",
}  # fmt: skip
"""The vowels that the big dictionary of Indonesian (KBBI) gives for the letters e."""


def phonemes(text: str) -> str:
    """espeak-ng's own phonemes for the guide's voice."""
    library = default_library()
    assert library.SetVoiceByName(GUIDE_VOICE.encode()) == library.EE_OK
    return espeak_binding._phonemes(library, text)


def spoken(word: str) -> str:
    """The vowels ə and é of ``word`` as it is said."""
    transcription = transcribe(word, spell, phonemes).text
    said = transcription[2:-2] if transcription.startswith("[[") else phonemes(word)
    plain = said.replace("eI", "").replace("@U", "")
    return "".join({"@": "ə"}.get(one, "é") for one in plain if one in "@Ee")


@pytest.mark.parametrize("word", sorted(DICTIONARY))
def test_the_vowels_are_those_of_the_dictionary(word: str) -> None:
    assert spoken(word) == DICTIONARY[word]


def test_every_sentence_of_the_guide_is_said_as_the_lexicon_has_it() -> None:
    words = {word for text in GUIDE for word in re.findall(r"[A-Za-z]+", text)}
    with_e = {word.lower() for word in words if "e" in word.lower()}
    assert len(with_e) > 150
    wrong = {
        word: (spoken(word), spell(word))
        for word in with_e
        if spoken(word) != "".join({"e": "ə"}.get(one, "é") for one in spell(word) if one in "eé")
    }
    assert wrong == {}


def test_the_emergency_ward_is_always_spelled_out() -> None:
    naming = [text for text in GUIDE if "IGD" in text]
    assert naming
    for text in naming:
        assert "IGD" in transcribe(text, spell, phonemes).text
        said = re.sub(r"[^A-Za-z@]", "", phonemes(text))
        assert "igede" in said, text


def test_the_ambulance_is_always_named_digit_by_digit() -> None:
    naming = [text for text in GUIDE if re.search("satu,? satu|sembilan belas|119|112", text)]
    assert len(naming) > 30
    for text in naming:
        assert re.search("satu satu (sembilan|dua)", text), text


def test_phonemes_reach_the_sound_and_other_words_stay_as_they_were() -> None:
    usual = VoiceSettings(GUIDE_VOICE, 125, 45)
    ours = VoiceSettings(GUIDE_VOICE, 125, 45, spell=spell)
    assert transcribe("kaki, lutut", spell, phonemes).text == "kaki, lutut"
    assert transcribe("Betis kanan", spell, phonemes).text == "[[b'@tis]] kanan"
    lengths = {
        way: [len(synthesise(text, sound).samples) for text in ("kaki kanan", "pelan, pelan")]
        for way, sound in (("usual", usual), ("ours", ours))
    }
    assert lengths["ours"][0] == pytest.approx(lengths["usual"][0], rel=0.01)
    assert lengths["ours"][1] < 0.97 * lengths["usual"][1], "e pepet is the shorter vowel"


@pytest.mark.parametrize("by", [spell, None], ids=["our vowels", "espeak-ng's"])
def test_sy_is_one_soft_sound_and_not_that_of_ich(by: Callable[[str], str] | None) -> None:
    assert phonemes("syukurlah") == "Cuk'uRlah", "as espeak-ng says it"
    said = transcribe("Syukurlah, syarat itu", by, phonemes).text
    assert said.startswith("[[Suk'uRlah]], [[S'a") and said.endswith("]] itu")
    assert transcribe("sayur", by, phonemes).text == "sayur"


def test_sy_reaches_the_sound_of_the_usual_voice() -> None:
    made = synthesise("Syukurlah, sudah enak.", VoiceSettings(GUIDE_VOICE, 125, 45))
    assert [(mark.start, mark.length) for mark in made.marks] == [(0, 9), (11, 5), (17, 4)]


def test_a_vowel_after_a_word_can_have_a_stop_before_it() -> None:
    text = "Periksa kaki Anda, ada otot, efek di IGD"
    said = transcribe(text, spell, phonemes, "_!")
    assert said.text.count("[[_!]]") == 3
    assert "kaki [[_!]]Anda, ada [[_!]]otot, " in said.text and said.text.endswith("[[_!]]IGD")
    for word in ("Anda", "otot", "IGD"):
        place = said.text.rindex(word)
        assert said.original(place) == (text.index(word), None)
        assert said.original(place - 3)[0] == text.index(word)
    plain = transcribe(text, spell, phonemes).text
    assert said.text.replace("[[_!]]", "") == plain


def test_marks_are_places_in_the_text_that_was_given() -> None:
    text = "Betis kering, tarik kaki. Tahan kejang, IGD."
    made = synthesise(text, VoiceSettings(GUIDE_VOICE, 125, 45, spell=spell))
    words = [text[mark.start : mark.start + mark.length] for mark in made.marks]
    assert words[:6] == ["Betis", "kering", "tarik", "kaki", "Tahan", "kejang"]
    assert text[made.marks[6].start :].startswith("IGD")
    assert np.all(np.diff([mark.at for mark in made.marks]) > 0)


def test_double_brackets_of_a_text_are_no_phonemes() -> None:
    sound = VoiceSettings(GUIDE_VOICE, 125, 45, spell=spell)
    as_words = synthesise("Ibu [[kanan kiri kanan kiri]]", sound)
    assert [mark.start for mark in as_words.marks][:1] == [0]
    assert len(as_words.marks) == 5
