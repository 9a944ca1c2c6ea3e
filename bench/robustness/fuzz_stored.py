"""Mutations of ``config.toml`` and of the JSON files that Kram stores."""

import json
import random
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from assistant.apps import settings_questions
from assistant.apps.dashboard.page import PageData, make_page
from assistant.apps.dashboard.timeline import Records
from assistant.apps.doctor.stored_checks import read_checks
from assistant.asr.graph.phone_map_reader import load_phone_map
from assistant.asr.graph.speaker_pronunciation import personalise, read_speaker_pronunciation
from assistant.core.paths import OWN_PHONE_MAP, OWN_PHRASES
from assistant.dialogue import policy
from assistant.dialogue.events import Event, Finished, NotUnderstood, Tick, Understood
from assistant.dialogue.script.loader import load_script
from assistant.dialogue.state import State
from assistant.dialogue.state_json import to_json
from assistant.dialogue.user_profile import Profile
from assistant.nlu.intent import Intent
from assistant.runtime.config import check_config, load_config
from assistant.runtime.conversation_snapshot import ConversationSnapshot
from assistant.runtime.deaf_notice import deaf_until
from assistant.runtime.diary.texts import load_diary_texts
from assistant.runtime.night_log import NightKind, read_night_log
from assistant.runtime.profile_store import ProfileStore
from assistant.runtime.transcript_log import read_transcript
from bench.common.paths import ROOT
from bench.robustness.attempt import OwnProcess
from bench.robustness.mutations import changed_json, changed_text

_NOW = datetime(2026, 3, 10, 8, 0, tzinfo=UTC)
_EXAMPLE = ROOT / "docs" / "config.example.toml"

Read = Callable[[Path], bool]
"""Reads a file and uses what was read; False if it was passed over."""


class _TomlAttempt(OwnProcess):
    """The example of the documentation with its keys set, read as the program and by settings."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / "config.toml"
        text = _EXAMPLE.read_text(encoding="utf-8")
        # only one of the two ways may be set, and a file of certificates must be there
        self._valid = [
            re.sub(rf"^#((?!{other}|ca_file)\w+ = )", r"\1", text, flags=re.MULTILINE)
            for other in ("mqtt", "webhook")
        ]
        for one in self._valid:
            check_config(self._path, one)

    def __call__(self, chance: random.Random) -> bool:
        self._path.write_bytes(changed_text(chance, chance.choice(self._valid)))
        load_config(self._path)
        text = self._path.read_text(encoding="utf-8-sig")
        settings_questions.current(text)
        question = chance.choice(settings_questions.QUESTIONS)
        answers = {(question.section, question.key): chance.choice((None, "x", True, 0.9))}
        settings_questions.edited(text, answers)
        return True


@contextmanager
def open_toml(folder: Path) -> Iterator[_TomlAttempt]:
    """The kind ``toml``."""
    yield _TomlAttempt(folder)


class _JsonAttempt(OwnProcess):
    """The files of the data folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._script = load_script(OWN_PHRASES)
        self._table = load_phone_map(OWN_PHONE_MAP)
        self._words = load_diary_texts(OWN_PHRASES)
        self._readers: Mapping[str, Read] = {
            "conversation.json": self._resume,
            "profile.json": self._profile,
            "pronunciation.json": self._pronunciation,
            **dict.fromkeys(
                ("heard.jsonl", "nights.jsonl", "doctor.json", "deaf.json"), self._page
            ),
        }
        self._valid = self._valid_files()
        for name in self._readers:
            self._write_valid(name)

    def __call__(self, chance: random.Random) -> bool:
        name = chance.choice((*self._readers, "conversation.json", "conversation.json"))
        path = self._folder / name
        path.write_bytes(changed_json(chance, chance.choice(self._valid[name])))
        try:
            return self._readers[name](path)
        finally:
            self._write_valid(name)  # the page reads all of them

    def _write_valid(self, name: str) -> None:
        (self._folder / name).write_text(json.dumps(self._valid[name][0]), encoding="utf-8")

    def _valid_files(self) -> dict[str, list[object]]:
        counts = {f"{'t'}|final|{number}": 2.5 for number in range(4)}
        record = {
            "at": _NOW.isoformat(), "text": "kaki saya kram", "intent": "cramp_now",
            "accepted": True, "reason": "", "state": "idle", "confidence": 0.99, "threshold": 0.5,
        }  # fmt: skip
        check = {"name": "model", "ok": True, "found": "there", "fix": ""}
        at: dict[str, object] = {"at": _NOW.isoformat()}
        night = [
            at | {"kind": kind, "about": about, "detail": "muted", "ok": False}
            for kind in NightKind
            for about in ("microphone", "emergency")
        ]
        return {
            "conversation.json": [json.loads(to_json(one)) for one in self._conversation()],
            "profile.json": [{"name": "Sri", "address": "Ibu", "leg": "left", "over_65": True,
                              "conditions": ["diabetes"], "rate": 0.9, "volume": 1.2}],
            "pronunciation.json": [
                {"table": self._table.name, "counts": counts, "shrinkage": 5.0}
            ],
            "heard.jsonl": [record, record | {"ignored": "noise", "accepted": False}],
            "nights.jsonl": [*night],
            "doctor.json": [at | {"checks": [check, check]}],
            "deaf.json": [{"until": _NOW.timestamp() + 600}],
        }  # fmt: skip

    def _conversation(self) -> Iterator[State]:
        """The states of a guide with a question, a hold, a warning sign and a pause."""
        state = policy.initial(Profile(name="Sri", conditions=("diabetes",)))
        events: list[Event] = [
            Understood(0.0, Intent("cramp_now")), Finished(4.0), Understood(6.0, Intent("left")),
            Finished(9.0), Finished(12.0), Understood(20.0, Intent("causes")), Finished(25.0),
            Understood(30.0, Intent("swollen", {"sign": "swollen"})), Finished(34.0),
            Understood(40.0, Intent("pause")),
        ]  # fmt: skip
        for event in events:
            state, _ = policy.step(state, event, self._script)
            if state.tasks:
                yield state

    def _resume(self, path: Path) -> bool:
        state = ConversationSnapshot(path).load(self._script)
        if state is None:
            return False
        state, _ = policy.resume(state, 0.0, self._script)
        for number, word in enumerate(("yes", "no", "better", "still_hurts", "next", "stop"), 1):
            now = 7.0 * number
            following: list[Event] = [Finished(now), Tick(now), Understood(now, Intent(word))]
            for event in (*following, NotUnderstood(now)):
                state, _ = policy.step(state, event, self._script)
                to_json(state)
        return True

    def _profile(self, path: Path) -> bool:
        profile = ProfileStore(path, Profile()).profile
        policy.step(policy.initial(profile), Understood(0.0, Intent("cramp_now")), self._script)
        return True

    def _pronunciation(self, path: Path) -> bool:
        personalise(self._table, read_speaker_pronunciation(path))
        return True

    def _page(self, path: Path) -> bool:
        """The caregiver's page, from this file and the valid others."""
        checked, findings = read_checks(self._folder / "doctor.json")
        records = Records(
            events=read_night_log(self._folder / "nights.jsonl"),
            heard=read_transcript(self._folder / "heard.jsonl"),
        )
        deaf = deaf_until(self._folder / "deaf.json", _NOW)
        page = make_page(PageData(records, self._words, True, findings, checked, "", deaf), _NOW)
        texts = [*page.details, *page.warnings, page.summary, page.checked]
        texts += [f"{one.text} {one.detail}" for night in page.nights for one in night.moments]
        "".join(texts).encode()
        return bool({
            "nights.jsonl": records.events, "heard.jsonl": records.heard,
            "doctor.json": checked, "deaf.json": deaf,
        }[path.name])  # fmt: skip


@contextmanager
def open_json(folder: Path) -> Iterator[_JsonAttempt]:
    """The kind ``json``."""
    yield _JsonAttempt(folder)
