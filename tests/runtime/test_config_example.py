"""The example file has every key and loads; so does every example in docs/configuration.md."""

import re
from pathlib import Path

import pytest

from assistant.runtime.config import SECTIONS, Config, check_config
from assistant.runtime.notify.factory import sender_for
from tests.support.paths import ROOT

EXAMPLE = ROOT / "docs" / "config.example.toml"
TEXT = EXAMPLE.read_text(encoding="utf-8")
KEY = re.compile(r"^#(\w+ = .+)$", re.MULTILINE)
"""A key that is commented out; a comment for people has a space behind the #."""

IN_PAGE = re.findall(
    r"```toml\n(.*?)```",
    (ROOT / "docs" / "configuration.md").read_text(encoding="utf-8"),
    re.DOTALL,
)


def test_as_it_is_nothing_is_configured() -> None:
    assert check_config(EXAMPLE, TEXT) == Config()


def test_every_key_of_the_schema_stands_in_its_section() -> None:
    found: dict[str, list[str]] = {}
    section = ""
    for line in TEXT.splitlines():
        if line.startswith("["):
            section = line.strip("[]")
        elif match := KEY.match(line):
            found.setdefault(section, []).append(match[1].split(" = ")[0])
    assert {name: sorted(keys) for name, keys in found.items()} == {
        name: sorted(readers) for name, readers in SECTIONS.items()
    }


@pytest.mark.parametrize("way", ["mqtt", "webhook"])
def test_with_every_key_set_it_loads(way: str) -> None:
    other = {"mqtt": "webhook", "webhook": "mqtt"}[way]
    # of the two ways only one may be set, and a file of certificates must be there
    kept = KEY.sub(lambda found: found[0] if _is(found[1], other, "ca_file") else found[1], TEXT)
    config = check_config(EXAMPLE, kept)
    assert (config.profile.name, config.profile.address) == ("Sri", "Nenek")
    assert config.tell.is_configured and getattr(config.tell, way)
    assert config.sound.night_from is not None


def _is(line: str, *keys: str) -> bool:
    return line.split(" = ")[0] in keys


@pytest.mark.parametrize("text", IN_PAGE)
def test_the_examples_of_the_page_load(text: str) -> None:
    tell = check_config(Path("config.toml"), text).tell
    if tell.is_configured:
        assert sender_for(tell)


def test_the_page_has_the_recipes() -> None:
    found = "".join(IN_PAGE)
    for place in ("ntfy.sh", "api.telegram.org", "/api/webhook/"):
        assert place in found
