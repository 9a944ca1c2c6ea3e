"""The configuration file: valid values, and messages for mistakes."""

import string
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from assistant.core.errors import InputError
from assistant.core.paths import config_file
from assistant.core.translation import in_language
from assistant.dialogue import policy
from assistant.dialogue.script.loader import load_script
from assistant.dialogue.user_profile import (
    ADDRESSES,
    CONDITIONS,
    LEG_SPELLINGS,
    RATES,
    VOLUMES,
    Profile,
)
from assistant.runtime.config import SECTIONS, load_config
from tests.support.paths import ROOT


def read(tmp_path: Path, text: str) -> Profile:
    path = tmp_path / "config.toml"
    path.write_text(text, encoding="utf-8")
    return load_config(path).profile


def test_without_a_file_nothing_is_known(tmp_path: Path) -> None:
    assert load_config(tmp_path / "none" / "config.toml").profile == Profile()
    assert read(tmp_path, "") == Profile()
    assert read(tmp_path, "[profile]\n") == Profile()


def test_everything_that_can_be_written(tmp_path: Path) -> None:
    text = """
    [profile]
    name = "Sri"
    address = "Ibu"
    leg = "kiri"
    pregnant = false
    over_65 = true
    conditions = ["diabetes", "kidney", "diabetes"]
    rate = 0.9
    volume = 1
    """
    assert read(tmp_path, text) == Profile(
        "Sri", "Ibu", "left", False, True, ("diabetes", "kidney"), 0.9, 1.0
    )


@pytest.mark.parametrize(
    ("text", "where", "advice"),
    [
        ("[profile]\nnama = 'Sri'\n", "line 2: 'nama'", "write one of name, address"),
        ("[profil]\nname = 'Sri'\n", "line 1: 'profil'", "the sections are [profile]"),
        ("# of Ibu\nname = 'Sri'\n", "line 2: 'name'", "belongs below [profile]"),
        ("profile = 3\n", "line 1: 'profile'", "write [profile] on its own line"),
        ("[profile]\n\nrate = 9\n", "line 3: 'rate'", "a number from 0.55 to 1.45"),
        ("[profile]\nrate = nan\n", "line 2: 'rate'", "a number from 0.55 to 1.45"),
        ("[profile]\nvolume = true\n", "line 2: 'volume'", "a number from 0.3 to 1.9"),
        ("profile.pregnant = 'ya'\n", "line 1: 'pregnant'", "true or false, without quotes"),
        ("[profile]\naddress = 'Tuan'\n", "line 2: 'address'", '"Bapak", "Ibu"'),
        ("[profile]\nleg = 'middle'\n", "line 2: 'leg'", '"left", "right", "both"'),
        ("[profile]\nconditions = 'diabetes'\n", "line 2: 'conditions'", "must be a list"),
        ("[profile]\nconditions = ['flu']\n", "line 2: 'conditions'", "knows no 'flu'"),
        ("[profile]\nconditions = [[1]]\n", "line 2: 'conditions'", "knows no [1]"),
        (f"[profile]\nname = '{'a' * 41}'\n", "line 2: 'name'", "at most 40 letters"),
        ("[profile]\nname = 3\n", "line 2: 'name'", "must be a text in quotes"),
        ("[speaking]\nvoice = '~nobody-here/x'\n", "line 2: 'voice'", "home folder that does not"),
        ("[profile\n", "line 1", "not valid TOML"),
        ("[profile]\nleg = 'left'\nleg = 'left'\n", "line 3", "not valid TOML"),
        ("[profile]\nleg = 'left'\nleg = 'left'", "line 3", "not valid TOML"),
    ],
)
def test_mistakes_are_named_with_their_place(
    text: str, where: str, advice: str, tmp_path: Path
) -> None:
    with pytest.raises(InputError) as caught:
        read(tmp_path, text)
    message = str(caught.value)
    assert "config.toml" in message and where in message and advice in message
    assert "\n" not in message


def test_nobody_is_told_to_write_nothing(tmp_path: Path) -> None:
    """The empty text is allowed for what is not set, but it is no form of address and no leg."""
    for section, keys in SECTIONS.items():
        for name in keys:
            with pytest.raises(InputError) as caught:
                read(tmp_path, f"[{section}]\n{name} = [[1]]\n")
            assert '""' not in str(caught.value), name


def test_the_legs_are_named_in_the_language_of_the_reader(tmp_path: Path) -> None:
    with in_language("id"), pytest.raises(InputError) as caught:
        read(tmp_path, "[profile]\nleg = 'tengah'\n")
    with in_language("id"):
        assert 'salah satu dari "kiri", "kanan", "keduanya"' in caught.value.shown


def test_a_file_of_windows_editor_is_read(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    path.write_bytes(b"\xef\xbb\xbf[profile]\r\nname = 'Sri'\r\n")
    assert load_config(path).profile.name == "Sri"


def test_what_is_no_text_is_told(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    path.write_bytes(b"\xff\xfe[\x00")
    for unreadable in (path, tmp_path):
        with pytest.raises(InputError, match="cannot be read"):
            load_config(unreadable)


values = st.recursive(
    st.one_of(st.booleans(), st.integers(), st.floats(), st.text(max_size=50),
              st.sampled_from([*ADDRESSES, *LEG_SPELLINGS, *CONDITIONS, "0.9"])),
    lambda inner: st.lists(inner, max_size=3),
    max_leaves=4,
)  # fmt: skip
keys = st.one_of(
    st.sampled_from([*Profile.__dataclass_fields__]),
    st.text(string.ascii_lowercase + "_", min_size=1, max_size=8),
)


def as_toml(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, list):
        return "[" + ", ".join(as_toml(one) for one in value) + "]"
    if isinstance(value, str):
        hard = '\\"' + "".join(map(chr, [*range(32), 127]))
        escaped = "".join(f"\\u{ord(c):04x}" if c in hard else c for c in value)
        return f'"{escaped}"'
    return str(value)


quick = settings(max_examples=300, suppress_health_check=[HealthCheck.function_scoped_fixture])


@quick
@given(st.dictionaries(keys, values, max_size=5), st.sampled_from(["profile", "profile", "x"]))
def test_any_toml_is_a_profile_or_one_clear_line(
    tmp_path: Path, entries: dict[str, object], section: str
) -> None:
    lines = [f"[{section}]", *(f"{key} = {as_toml(value)}" for key, value in entries.items())]
    try:
        profile = read(tmp_path, "\n".join(lines))
    except InputError as error:
        assert str(tmp_path) in str(error)
        assert "\n" not in str(error)
        return
    assert section == "profile" and set(entries) <= set(Profile.__dataclass_fields__)
    assert RATES[0] <= profile.rate <= RATES[1]
    assert VOLUMES[0] <= profile.volume <= VOLUMES[1]
    assert profile.address in ADDRESSES and profile.leg in LEG_SPELLINGS
    assert set(profile.conditions) <= set(CONDITIONS)
    state = policy.initial(profile)
    assert ("situation", "pregnant") in state.known or not profile.pregnant


@quick
@given(st.text(max_size=200))
def test_any_text_is_a_profile_or_one_clear_line(tmp_path: Path, text: str) -> None:
    try:
        assert isinstance(read(tmp_path, text), Profile)
    except InputError as error:
        assert str(tmp_path) in str(error)


def test_deep_nesting_is_told(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"config\.toml"):
        read(tmp_path, "[profile]\nconditions = " + "[" * 50_000)


def test_the_bounds_are_those_of_the_voice() -> None:
    script = load_script(ROOT / "phrases" / "id")
    assert (script.settings["pace_lowest"], script.settings["pace_highest"]) == RATES
    assert (script.settings["volume_lowest"], script.settings["volume_highest"]) == VOLUMES


def test_the_file_lies_in_the_configuration_folder(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    assert config_file() == tmp_path / "kram" / "config.toml"
    monkeypatch.setenv("XDG_CONFIG_HOME", "relative")
    monkeypatch.setenv("HOME", str(tmp_path))
    assert config_file() == tmp_path / ".config" / "kram" / "config.toml"


def test_the_example_of_the_documentation_can_be_used(tmp_path: Path) -> None:
    text = (ROOT / "docs" / "configuration.md").read_text(encoding="utf-8")
    example = text.split("```toml\n")[1].split("```")[0]
    profile = read(tmp_path, example)
    assert profile != Profile()
    for name in Profile.__dataclass_fields__:
        assert f"| `{name}` |" in text
    for condition in CONDITIONS:
        assert f"`{condition}`" in text
