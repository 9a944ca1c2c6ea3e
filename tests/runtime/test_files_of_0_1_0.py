"""A user's files as version 0.1.0 wrote them (``tests/data/files_of_0.1.0``) are taken over.

They were written by the code of that version: a configuration, a profile set by voice, a diary
with one cramp and one that a crash cut off, the snapshot of that crash, and a transcript.
"""

import shutil
import sqlite3
from contextlib import closing
from datetime import time
from pathlib import Path

import pytest

from assistant.dialogue.state_json import from_json, to_json
from assistant.runtime.config import load_config
from assistant.runtime.conversation_snapshot import ConversationSnapshot
from assistant.runtime.diary.store import SqliteDiary, read_episodes
from assistant.runtime.diary.texts import load_diary_texts
from assistant.runtime.profile_store import ProfileStore
from assistant.runtime.transcript_log import read_transcript
from tests.support.paths import DATA, PHRASES

OLD = DATA / "files_of_0.1.0"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in ("config.toml", "profile.json", "conversation.json", "heard.jsonl"):
        shutil.copy(OLD / name, tmp_path)
    with closing(sqlite3.connect(tmp_path / "diary.sqlite")) as database:
        database.executescript((OLD / "diary.sql").read_text(encoding="utf-8"))
    return tmp_path


def test_the_configuration_means_what_it_meant(folder: Path) -> None:
    config = load_config(folder / "config.toml")
    assert (config.profile.name, config.profile.address, config.profile.leg) == (
        "Sri",
        "Ibu",
        "left",
    )
    assert config.profile.over_65
    assert config.profile.conditions == ("diabetes",)
    assert (config.profile.rate, config.profile.volume) == (0.9, 1.2)
    assert (config.sound.microphone, config.sound.patience) == ("USB", 1.7)
    assert (config.sound.night_from, config.sound.night_to) == (time(22), time(6))
    assert (config.sound.night_volume, config.sound.night_answers) == (0.4, "words")
    assert (config.journal.heard, config.journal.entries) == (True, 50)
    assert config.serve.max_clients == 4
    assert (config.tell.who, config.tell.warnings, config.tell.timeout_seconds) == ("Budi", True, 5)
    assert config.tell.mqtt == "mqtt://192.168.1.5:1883/kram/darurat"


def test_the_profile_set_by_voice_is_known(folder: Path) -> None:
    configured = load_config(folder / "config.toml").profile
    profile = ProfileStore(folder / "profile.json", configured).profile
    assert (profile.name, profile.leg, profile.pregnant) == ("Sri", "right", True)
    assert profile.conditions == ("diabetes", "kidney")
    assert (profile.rate, profile.volume) == (0.9, 1.3)


def test_the_diary_is_read_and_goes_on(folder: Path) -> None:
    path = folder / "diary.sqlite"
    finished, cut_off = sorted(read_episodes(path), key=lambda episode: episode.started)
    assert (finished.leg, finished.seconds, finished.helped) == ("left", 62.0, "stretch")
    assert finished.severity == "severe"
    assert (cut_off.leg, cut_off.seconds) == ("right", None)
    with closing(SqliteDiary(path, load_diary_texts(PHRASES))) as diary:
        assert len(diary.episodes()) == 2


def test_the_conversation_is_resumed_in_its_hold(folder: Path) -> None:
    path = folder / "conversation.json"
    written = path.read_text(encoding="utf-8")
    state = ConversationSnapshot(path).load()
    assert state is not None
    assert state.name == "acute.stretch.say"
    assert ("leg", "right") in state.facts
    assert (state.person, state.tell) == ("Ibu Sri", "Budi")
    assert from_json(to_json(from_json(written))) == from_json(written)


def test_the_transcript_is_shown(folder: Path) -> None:
    entries = read_transcript(folder / "heard.jsonl")
    newest_first = [(entry.text, entry.accepted) for entry in entries]
    assert newest_first[:2] == [("tunggu", True), ("kaki kanan saya kram", True)]
    assert newest_first[-1] == ("panggil saya Ibu", False)
