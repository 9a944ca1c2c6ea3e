"""Messages: English for logs and JSON, the chosen language for people."""

import json
import pickle
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from assistant.core.errors import InputError, KramError
from assistant.core.translation import (
    Translatable,
    _,
    chosen_language,
    in_language,
    joined,
    language,
    reason,
    shown,
    translated_plural,
    use_language,
)


@pytest.fixture
def indonesian() -> Iterator[None]:
    """Messages are shown in Indonesian during the test."""
    use_language("id")
    yield
    use_language("en")


@pytest.mark.parametrize(
    ("environment", "config", "language"),
    [
        ({}, "", "en"),
        ({"LANG": "id_ID.UTF-8"}, "", "id"),
        ({"LANG": "id"}, "", "id"),
        ({"LANG": "in_ID"}, "", "en"),
        ({"LANG": "idx"}, "", "en"),
        ({"LANG": "C.UTF-8"}, "", "en"),
        ({"LANG": "id_ID.UTF-8", "LC_MESSAGES": "en_US.UTF-8"}, "", "en"),
        ({"LANG": "en_US", "LC_ALL": "", "LC_MESSAGES": "id_ID"}, "", "id"),
        ({"LANG": "id_ID", "LC_MESSAGES": "id_ID", "LC_ALL": "C"}, "", "en"),
        ({"LANG": "C"}, '[terminal]\nlanguage = "id"', "id"),
        ({"LANG": "id_ID"}, '[terminal]\nlanguage = "en"', "en"),
        ({"LANG": "id_ID"}, '[terminal]\nlanguage = ""', "id"),
        ({"LANG": "C", "KRAM_LANG": "id-ID"}, '[terminal]\nlanguage = "en"', "id"),
        ({"LANG": "id_ID", "KRAM_LANG": "C"}, '[terminal]\nlanguage = "id"', "en"),
        ({"LANG": "id_ID"}, "[terminal", "id"),
        ({"LANG": "id_ID"}, "terminal = 3", "id"),
        ({"LANG": "id_ID"}, "[terminal]\nlanguage = 3", "id"),
    ],
)
def test_who_chooses_the_language(
    environment: dict[str, str], config: str, language: str, tmp_path: Path
) -> None:
    file = tmp_path / "config.toml"
    file.write_text(config, encoding="utf-8")
    assert chosen_language(file, environment) == language
    assert chosen_language(tmp_path / "none.toml", {}) == "en"


def test_a_message_is_english_and_is_shown_in_indonesian(indonesian: None) -> None:
    text = _("{path} cannot be written ({reason})").format(
        path="a.wav", reason=reason(PermissionError(13, "Permission denied"))
    )
    assert text == "a.wav cannot be written (Permission denied)"
    assert json.dumps(text) == '"a.wav cannot be written (Permission denied)"'
    assert shown(text) == text.shown == "a.wav tidak bisa ditulis (tidak diizinkan)"
    assert shown("no message") == "no message" and shown(Path("/a")) == "/a"
    use_language("en")
    assert text.shown == text


def test_braces_that_are_no_placeholders_stay(indonesian: None) -> None:
    assert _("write {leg} or no brace").shown == "Tulis {leg}, atau tanpa kurung kurawal"
    assert _("unknown {{{name}}}").format(name="{x}").shown == "{{x}} tidak dikenal"
    assert joined("{}", ("a", _("yes"))).shown == "a{}ya"
    assert _("").shown == ""


def test_errors_are_shown_with_what_is_in_them(indonesian: None) -> None:
    inner = KramError(_("it is cut off"), _("run this again"))
    outer = KramError(_("building the model failed ({last})").format(last=inner))
    assert str(outer) == "building the model failed (it is cut off; run this again)"
    assert outer.shown == "model gagal dibuat (berkasnya terpotong. Jalankan lagi.)"
    held = _("{name} breaks off: {error}").format(name="a", error=ValueError(_("holds no sound")))
    assert (held, held.shown) == (
        "a breaks off: holds no sound",
        "a terputus di tengah: tidak berisi suara",
    )
    place = InputError.at("a.yaml:3", _("nested too deeply"), _("write it out"))
    assert str(place) == "a.yaml:3: nested too deeply; write it out"
    assert place.shown == "a.yaml:3: terlalu banyak tingkat. Tulis lengkap."


def test_a_message_survives_pickling_and_replacing(indonesian: None) -> None:
    error = KramError(_("no token where one is due"), _("run `python3 run.py build`"))
    again = pickle.loads(pickle.dumps(error))
    assert (str(again), again.shown) == (str(error), error.shown)
    replaced = error.advice.replace("python3 run.py", "kram")
    assert (replaced, shown(replaced)) == ("run `kram build`", "Jalankan `kram build`")


def test_a_translation_from_another_process_is_shown_as_it_came() -> None:
    assert shown(Translatable("no words", None, "tidak ada kata")) == "tidak ada kata"


def test_plurals_of_argparse(indonesian: None) -> None:
    plural = ("expected %s argument", "expected %s arguments")
    assert translated_plural(*plural, 2) == "harus diikuti %s isi"
    use_language("en")
    assert (translated_plural(*plural, 1), translated_plural(*plural, 2)) == plural


def test_a_request_has_a_language_of_its_own() -> None:
    """Requests are served in threads, at the same time."""
    text, seen = _("choose another"), []
    with in_language("id"):
        other = threading.Thread(target=lambda: seen.append((language(), text.shown)))
        other.start()
        other.join()
        assert (language(), text.shown) == ("id", "pilih yang lain")
        with in_language("en"):
            assert text.shown == "choose another"
        assert language() == "id"
    assert seen == [("en", "choose another")] and language() == "en"


def test_advice_is_a_sentence_of_its_own_in_indonesian() -> None:
    error = InputError(_("cannot be read ({reason})").format(reason="x"), _("choose another"))
    assert str(error) == "cannot be read (x); choose another"
    with in_language("id"):
        assert error.shown == "tidak bisa dibaca (x). Pilih yang lain."
