"""What the documents link to and name exists, and both READMEs name every command."""

import re
from collections import Counter
from pathlib import Path

import pytest

from assistant.apps.cli.commands import COMMANDS
from assistant.apps.cli.commands.bench import measurements
from tests.support.paths import ROOT

NOT_OURS = {".git", ".venv", ".setup", "models", "build", "out"}
"""Folders of a clone in which others' pages may lie; of ``models`` only its own page counts."""

PAGES = sorted(
    page for page in ROOT.rglob("*.md")
    if NOT_OURS.isdisjoint(page.relative_to(ROOT).parts[:-1])
    or page == ROOT / "models" / "README.md"
)  # fmt: skip
CURRENT = [page for page in PAGES if page.name != "CHANGELOG.md"]
"""Pages about the present version; the changelog also names what has been removed."""

SOURCES = ("assistant", "bench", "models/phones", "packaging", "phrases", "tests", ".github")
NAMED_PAGE = re.compile(r"(?<![\w/.-])(?:docs|models|findings|packaging)/[\w./-]*\.md\b")
"""A page as a comment, a message or a template names it."""

LINK = re.compile(r"\]\(([^)\s]+)\)")
BLOCK = re.compile(r"^```.*?^```", re.MULTILINE | re.DOTALL)
HEADING = re.compile(r"^#+ (.+)$", re.MULTILINE)
CODE = re.compile(r"(`+)(.+?)\1")
"""A code span on one line."""

PATH = re.compile(r"(?:assistant|tests|bench|phrases|models|docs)/\S*")
IN_A_ROOM = re.compile(r"(?:apps|runtime|asr|tts|dialogue|audio|nlu|core)/\S*")
"""A path as seen from ``assistant/``, as docs/house.md has them."""

PLACEHOLDER = re.compile(r"<|…|\.\.\.|\bxx\b")
GENERATED = re.compile(r"(models/(base|kram|cache)|bench/out)(/|$)")
"""Built or downloaded, and not in the repository."""

BENCH = re.compile(r"(?:run\.py |`)bench ([a-z][\w-]*)")


def anchor(heading: str) -> str:
    """As GitHub makes one of a heading."""
    plain = re.sub(r"[^\w\- ]", "", heading.replace("`", "").lower())
    return plain.replace(" ", "-")


def anchors(text: str) -> set[str]:
    """All of a page's headings; the second of a name ends in ``-1``."""
    found: Counter[str] = Counter()
    names = set()
    for heading in HEADING.findall(BLOCK.sub("", text)):
        name = anchor(heading)
        names.add(f"{name}-{found[name]}" if found[name] else name)
        found[name] += 1
    return names


def page_id(page: Path) -> str:
    """The path within the project."""
    return page.relative_to(ROOT).as_posix()


def named_paths(text: str) -> set[str]:
    """Every path of the project in a code span; not placeholders, not what is generated."""
    words = {word.strip("'\",;:()") for _, code in CODE.findall(text) for word in code.split()}
    paths = {word for word in words if PATH.fullmatch(word)}
    paths |= {f"assistant/{word}" for word in words if IN_A_ROOM.fullmatch(word)}
    return {path for path in paths if not PLACEHOLDER.search(path) and not GENERATED.match(path)}


@pytest.mark.parametrize("page", PAGES, ids=page_id)
def test_links_lead_somewhere(page: Path) -> None:
    lost = []
    for link in LINK.findall(page.read_text(encoding="utf-8")):
        if link.startswith(("http:", "https:", "mailto:")):
            continue
        name, _, part = link.partition("#")
        target = page.parent / name if name else page
        known = not part or target.exists() and part in anchors(target.read_text(encoding="utf-8"))
        if not (target.exists() and known):
            lost.append(link)
    assert not lost


def test_the_pages_that_sources_name_exist() -> None:
    lost = []
    for path in (path for folder in SOURCES for path in (ROOT / folder).rglob("*.*")):
        if path.suffix in {".py", ".yaml", ".yml", ".toml", ".sh", ".po"}:
            named = NAMED_PAGE.findall(path.read_text(encoding="utf-8"))
            lost += [(path.name, page) for page in named if not (ROOT / page).exists()]
    assert lost == []


def test_the_index_has_every_page() -> None:
    index = ROOT / "docs" / "README.md"
    listed = {index.parent / link for link in LINK.findall(index.read_text(encoding="utf-8"))}
    pages = {page for page in PAGES if index.parent in page.parents}
    assert pages - {index} - listed == set()


@pytest.mark.parametrize("page", CURRENT, ids=page_id)
def test_paths_in_code_spans_exist(page: Path) -> None:
    paths = named_paths(page.read_text(encoding="utf-8"))
    assert [path for path in sorted(paths) if not any(ROOT.glob(path))] == []


@pytest.mark.parametrize("page", CURRENT, ids=page_id)
def test_measurements_exist(page: Path) -> None:
    names = set(BENCH.findall(page.read_text(encoding="utf-8")))
    assert names - measurements().keys() == set()


@pytest.mark.parametrize("name", ["README.md", "README.id.md"])
def test_every_command_stands_in_the_readme(name: str) -> None:
    text = (ROOT / name).read_text(encoding="utf-8")
    assert [command for command in COMMANDS if not re.search(rf"`{command}\b", text)] == []


FIGURE = re.compile(r"(?<![\w.,/-])\d+(?:[.,]\d+)?(?![\w/]|[.,]\d)")


def figures(name: str) -> set[str]:
    """All numbers in the text of a page, with decimal points; no code, links or addresses."""
    page = (ROOT / name).read_text(encoding="utf-8")
    text = re.sub(r"```.*?```|`[^`]*`|\]\([^)]*\)", " ", page, flags=re.DOTALL)
    return {found.replace(",", ".") for found in FIGURE.findall(text)}


def test_the_indonesian_readme_has_no_figure_of_its_own() -> None:
    assert figures("README.id.md") - figures("README.md") == set()
    assert len(figures("README.id.md")) > 5
