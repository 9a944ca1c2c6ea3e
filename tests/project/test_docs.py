"""What the documents link to is there, and the two READMEs tell of the same commands."""

import re
from pathlib import Path

import pytest

from assistant.apps.cli.commands import COMMANDS
from tests.support.paths import ROOT

PAGES = sorted(
    file for folder in (ROOT, ROOT / "docs", ROOT / "models", ROOT / "bench", ROOT / "tests")
    for file in folder.glob("*.md")
)  # fmt: skip
LINK = re.compile(r"\]\(([^)\s]+)\)")
HEADING = re.compile(r"^#+ (.+)$", re.MULTILINE)


def anchor(heading: str) -> str:
    """As GitHub makes one of a heading."""
    plain = re.sub(r"[^\w\- ]", "", heading.replace("`", "").lower())
    return plain.replace(" ", "-")


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_links_lead_somewhere(page: Path) -> None:
    lost = []
    for link in LINK.findall(page.read_text(encoding="utf-8")):
        if link.startswith(("http:", "https:", "mailto:")):
            continue
        name, _, part = link.partition("#")
        target = page.parent / name if name else page
        if not target.exists():
            lost.append(link)
        elif part:
            headings = HEADING.findall(target.read_text(encoding="utf-8"))
            if part not in {anchor(heading) for heading in headings}:
                lost.append(link)
    assert not lost


@pytest.mark.parametrize("name", ["README.md", "README.id.md"])
def test_every_command_stands_in_the_readme(name: str) -> None:
    text = (ROOT / name).read_text(encoding="utf-8")
    assert [command for command in COMMANDS if not re.search(rf"`{command}\b", text)] == []
