"""What is known of a cramp is in the diary when it is known: no crash takes it away."""

import os
import signal
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from assistant.dialogue.acts import Note
from assistant.dialogue.notes import EpisodeUpdated, ProfileRecord
from assistant.dialogue.state import State
from assistant.dialogue.state_json import from_json, to_json
from assistant.dialogue.user_profile import Profile
from assistant.runtime.diary.store import Episode, SqliteDiary, read_episodes
from assistant.runtime.diary.texts import load_diary_texts
from tests.support.dialogue_driver import PHRASES, Talk
from tests.support.paths import ROOT

WORDS = load_diary_texts(PHRASES)


class NotedTalk(Talk):
    """A conversation whose notes go into a diary as they come, as the loop does it."""

    def __init__(self, path: Path, profile: Profile | None = None) -> None:
        self.path = path
        self.book = SqliteDiary(path, WORDS)
        super().__init__(profile)

    def take(self, acts: "tuple[object, ...]") -> None:
        super().take(acts)  # type: ignore[arg-type]
        for act in acts:
            if isinstance(act, Note) and not isinstance(act.record, ProfileRecord):
                self.book.take(act.record)

    @property
    def entry(self) -> Episode:
        """The only entry, as another process reads it."""
        (entry,) = read_episodes(self.path)
        return entry


@pytest.fixture
def talk(tmp_path: Path) -> NotedTalk:
    return NotedTalk(tmp_path / "diary.db", Profile(leg="left"))


def test_the_leg_that_is_said_replaces_that_of_the_profile(talk: NotedTalk) -> None:
    talk.hear("cramp_now")
    assert talk.entry.leg == "left"
    talk.wait_for("Luruskan lutut")
    talk.hear("right")
    assert talk.entry.leg == "right"
    talk.hear("both")
    assert talk.entry.leg == "both"


def test_signs_and_circumstances_are_written_at_once(talk: NotedTalk) -> None:
    talk.hear("cramp_now")
    talk.hear("situation", situation="pregnant")
    assert talk.entry.situation == "pregnant"
    talk.hear("swollen", sign="swollen")
    assert talk.entry.flags == "clot"
    talk.hear("emergency", sign="breath")
    assert talk.entry.flags == "clot,emergency"


def test_a_false_alarm_is_taken_back(talk: NotedTalk) -> None:
    talk.hear("cramp_now")
    talk.hear("emergency", sign="breath")
    assert talk.entry.flags == "emergency"
    talk.hear("false_alarm")
    talk.hear("yes")
    assert talk.entry.flags == ""


def test_a_sign_that_comes_with_the_first_word_is_written(talk: NotedTalk) -> None:
    talk.hear("cramp_now", sign="swollen")
    assert talk.entry.flags == "clot"


def test_duration_and_help_are_written_when_it_has_eased(talk: NotedTalk) -> None:
    talk.hear("cramp_now")
    assert talk.entry.seconds is None
    talk.wait_for("Sudah reda?")
    talk.hear("better")
    eased = talk.entry.seconds
    assert eased is not None and eased > 30 and talk.entry.helped == "stretch"
    talk.hear("still_hurts")
    assert (talk.entry.seconds, talk.entry.helped) == (None, ""), "it is back"
    talk.wait_for("eda?")
    talk.hear("better")
    seconds = talk.entry.seconds
    assert seconds is not None and seconds > eased
    talk.to_end()
    assert talk.entry.seconds == seconds


def test_what_is_said_after_the_entry_was_closed_is_added(talk: NotedTalk) -> None:
    talk.hear("cramp_now")
    talk.wait_for("Sudah reda?")
    talk.hear("better")
    talk.wait_for("Tadi sakitnya")
    closed = talk.entry.seconds
    talk.hear("swollen", sign="swollen")
    assert (talk.entry.flags, talk.entry.seconds) == ("clot", closed)
    talk.hear("right")
    assert (talk.entry.leg, talk.entry.helped) == ("right", "stretch")


def test_nothing_new_is_not_written_again(talk: NotedTalk) -> None:
    talk.hear("cramp_now")
    talk.wait(30)
    talk.hear("still_hurts")
    assert talk.notes(EpisodeUpdated) == []


def resumed(path: Path, state: State) -> NotedTalk:
    talk = NotedTalk(path)
    talk.state = from_json(to_json(state))
    return talk


def test_a_resumed_guide_goes_on_in_its_own_entry(talk: NotedTalk) -> None:
    talk.hear("cramp_now")
    talk.hear("right")
    again = resumed(talk.path, talk.state)
    again.hear("swollen", sign="swollen")
    assert (again.entry.leg, again.entry.flags) == ("right", "clot")
    again.hear("stop")
    assert again.entry.seconds is not None and len(read_episodes(talk.path)) == 1


def test_without_an_entry_of_its_own_a_guide_changes_no_other(tmp_path: Path) -> None:
    path = tmp_path / "diary.db"
    talk = NotedTalk(path)
    talk.hear("cramp_now", leg="left")
    talk.hear("stop")
    before = talk.entry
    talk.book._db.execute("PRAGMA query_only=ON")  # a disk that is full for a moment
    talk.hear("cramp_now", leg="right")
    talk.book._db.execute("PRAGMA query_only=OFF")
    talk.hear("swollen", sign="swollen")
    talk.hear("stop")
    assert talk.entry == before


KILLED = """
import os, signal, sys
from pathlib import Path
from tests.runtime.test_diary_progress import NotedTalk
talk = NotedTalk(Path(sys.argv[1]))
talk.hear("cramp_now")
talk.hear("right")
talk.wait(30)
talk.hear("better")
talk.hear("x_pop", sign="pop")
os.kill(os.getpid(), signal.SIGKILL)
"""


def test_nothing_that_was_said_is_lost_by_a_kill(tmp_path: Path) -> None:
    path = tmp_path / "diary.db"
    done = subprocess.run([sys.executable, "-c", KILLED, str(path)], cwd=ROOT, check=False,
                          env=os.environ | {"PYTHONPATH": str(ROOT)})  # fmt: skip
    assert done.returncode == -signal.SIGKILL
    (entry,) = read_episodes(path)
    assert (entry.leg, entry.flags, entry.seconds) == ("right", "tear", 30.0)
    with closing(SqliteDiary(path, WORDS)) as book:
        assert book.episodes() == [entry]
