"""Complete conversations, as text and as audio for the real recogniser."""

from pathlib import Path

import pytest

from assistant.apps.demo.runner import DEFAULT_STORY, run_story
from assistant.apps.demo.story import load_story
from assistant.core.errors import InputError
from tests.support import paths

STORIES = sorted(paths.STORIES.glob("*.yaml"))


@pytest.mark.parametrize("path", [DEFAULT_STORY, *STORIES], ids=lambda path: path.stem)
def test_story_as_text(path: Path) -> None:
    lines: list[str] = []
    outcome = run_story(load_story(path), None, lines.append, as_text=True)
    told = "\n".join(lines)
    assert outcome.right == outcome.lines, told
    assert outcome.extra == 0, told
    assert outcome.forbidden == (), told
    assert outcome.missing == (), told
    assert outcome.ended, told


def test_broken_stories_say_what_is_wrong(tmp_path: Path) -> None:
    late = "turns: [{user: a, expect: b, wait: soon}]\ntitle: a\nends: b"
    empty = "turns: []\ntitle: a\nends: b"
    for content in ("turns: [", "title: a", empty, "[1]", "turns: [{a: b}]", late, "turns: [a]"):
        path = tmp_path / "story.yaml"
        path.write_text(content)
        with pytest.raises(InputError, match=r"story\.yaml"):
            load_story(path)
    with pytest.raises(InputError, match="none.yaml"):
        load_story(tmp_path / "none.yaml")
