"""The example files have every key and load; so does every example in the docs."""

import re
from pathlib import Path

import pytest

from assistant.runtime.config import SECTIONS, Config, check_config
from assistant.runtime.notify.factory import sender_for
from tests.support.paths import ROOT

EXAMPLES = [ROOT / "docs" / name for name in ("config.example.toml", "config.contoh.toml")]
KEY = re.compile(r"^#(\w+ = .+)$", re.MULTILINE)
"""A key that is commented out; a comment for people has a space behind the #."""

IN_PAGES = {
    name: re.findall(
        r"```toml\n(.*?)```", (ROOT / "docs" / name).read_text(encoding="utf-8"), re.DOTALL
    )
    for name in ("configuration.md", "di-rumah.md")
}


@pytest.fixture(params=EXAMPLES, ids=lambda one: one.name)
def example(request: pytest.FixtureRequest) -> Path:
    return request.param


def test_as_it_is_nothing_is_configured(example: Path) -> None:
    assert check_config(example, example.read_text(encoding="utf-8")) == Config()


def test_every_key_of_the_schema_stands_in_its_section(example: Path) -> None:
    found: dict[str, list[str]] = {}
    section = ""
    for line in example.read_text(encoding="utf-8").splitlines():
        if line.startswith("["):
            section = line.strip("[]")
        elif match := KEY.match(line):
            found.setdefault(section, []).append(match[1].split(" = ")[0])
    assert {name: sorted(keys) for name, keys in found.items()} == {
        name: sorted(readers) for name, readers in SECTIONS.items()
    }


@pytest.mark.parametrize("way", ["mqtt", "webhook"])
def test_with_every_key_set_it_loads(way: str, example: Path) -> None:
    text = example.read_text(encoding="utf-8")
    other = {"mqtt": "webhook", "webhook": "mqtt"}[way]
    # of the two ways only one may be set, and a file of certificates must be there
    kept = KEY.sub(lambda found: found[0] if _is(found[1], other, "ca_file") else found[1], text)
    config = check_config(example, kept)
    assert (config.profile.name, config.profile.address) == ("Sri", "Nenek")
    assert config.tell.is_configured and getattr(config.tell, way)
    assert config.sound.night_from is not None


def _is(line: str, *keys: str) -> bool:
    return line.split(" = ")[0] in keys


def test_both_set_the_same() -> None:
    english, indonesian = (
        check_config(one, KEY.sub(_set, one.read_text(encoding="utf-8"))) for one in EXAMPLES
    )
    assert english == indonesian


def _set(found: re.Match[str]) -> str:
    return found[0] if _is(found[1], "mqtt", "ca_file") else found[1]


@pytest.mark.parametrize("text", [text for page in IN_PAGES.values() for text in page])
def test_the_examples_of_the_pages_load(text: str) -> None:
    tell = check_config(Path("config.toml"), text).tell
    if tell.is_configured:
        assert sender_for(tell)


@pytest.mark.parametrize("page", IN_PAGES)
def test_the_pages_have_the_recipes(page: str) -> None:
    found = "".join(IN_PAGES[page])
    for place in ("ntfy.sh", "api.telegram.org", "/api/webhook/"):
        assert place in found
