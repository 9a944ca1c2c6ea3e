"""Complete conversations, as text and as audio for the real recogniser."""

from pathlib import Path

import pytest

from assistant.apps.demo.runner import DEFAULT_STORY, run_story
from assistant.apps.demo.story import (
    CONFIRMATION,
    CONFIRMED,
    Story,
    StoryLine,
    StoryMicrophone,
    load_story,
)
from assistant.audio.pcm import BLOCK_SECONDS
from assistant.core.errors import InputError
from assistant.core.paths import OWN_PHRASES
from assistant.nlu import Interpreter
from assistant.nlu.templates import load_phrases
from tests.support import paths
from tests.support.dialogue_driver import Talk

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


def test_a_confirmation_is_answered_but_is_no_line_of_the_story() -> None:
    story = Story(
        "", (StoryLine("kaki saya kram", "cramp_now", "never"),), "Selamat tidur", limit=3
    )
    microphone = StoryMicrophone(story)
    microphone.listen({"t": 0.0, "event": "say_end", "text": CONFIRMATION, "interrupted": False})
    assert len(list(microphone.blocks())) == 3 / BLOCK_SECONDS
    assert [line.text for line in microphone.spoken] == [CONFIRMED]
    assert microphone.confirmations == 1 and not microphone.all_spoken


def test_the_confirmation_is_what_the_guide_asks_after_a_doubtful_call() -> None:
    talk = Talk()
    talk.doubt("cramp_now")
    assert talk.saying == CONFIRMATION
    answer = Interpreter(load_phrases(OWN_PHRASES)).interpret(CONFIRMED).intent
    assert answer is not None and answer.name == "yes"
