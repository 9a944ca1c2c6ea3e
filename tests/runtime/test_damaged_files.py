"""Mutations of the files of 0.1.0: each is loaded as something valid, or set aside and reported.

The seeds are fixed. ``json_mutations`` is one change at a random place: another value, a value
left out or repeated, or a damaged byte.
"""

import copy
import json
import logging
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from assistant.apps.dashboard.page import PageData, make_page
from assistant.apps.dashboard.timeline import Records
from assistant.apps.doctor import checks
from assistant.apps.doctor.stored_checks import read_checks, save_checks
from assistant.core.errors import InputError
from assistant.dialogue import policy
from assistant.dialogue.acts import Ask, Hold, Listen, Say
from assistant.dialogue.events import Event, Finished, NotUnderstood, Tick, Understood
from assistant.dialogue.handlers import questions
from assistant.dialogue.state import State
from assistant.dialogue.state_json import from_json, to_json
from assistant.dialogue.user_profile import Profile
from assistant.nlu.intent import Intent
from assistant.runtime.conversation_snapshot import ConversationSnapshot
from assistant.runtime.diary.texts import load_diary_texts
from assistant.runtime.night_log import read_night_log
from assistant.runtime.profile_store import ProfileStore
from assistant.runtime.transcript_log import TranscriptLog, read_transcript
from tests.runtime.test_transcript_log import heard
from tests.support.dialogue_driver import SCRIPT
from tests.support.paths import DATA, PHRASES

OLD = DATA / "files_of_0.1.0"
FUZZ = settings(max_examples=300, deadline=None, derandomize=True, database=None,
                suppress_health_check=list(HealthCheck))  # fmt: skip

VALUES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-5, 70),
    st.sampled_from([10**9, -(10**9), 10**400, 1e300, float("nan"), float("inf"), -1.0, 0.5]),
    st.text(max_size=8),
    st.sampled_from(["guide", "answer", "talk", "acute", "emergency", "hold", "say", "ask", "x",
                     "reply/more", "guide/acute/stretch/99", "left", "\ud800", "{who}", "eased",
                     "x" * 5000]),
    st.lists(st.integers(0, 3), max_size=3),
    st.dictionaries(st.sampled_from(["type", "seconds", "x"]), st.integers(0, 3), max_size=2),
    st.just([[[[]]]] * 3),
)  # fmt: skip


def places(value: object, path: tuple[object, ...] = ()) -> Iterator[tuple[object, ...]]:
    """The paths of all values within a JSON value."""
    yield path
    if isinstance(value, dict | list):
        for key, one in value.items() if isinstance(value, dict) else enumerate(value):
            yield from places(one, (*path, key))


@st.composite
def json_mutations(draw: st.DrawFn, original: str) -> bytes:
    """``original``, changed at one to three places."""
    data = json.loads(original)
    for _ in range(draw(st.integers(1, 3))):
        path = draw(st.sampled_from(list(places(data))))
        if not path:
            if draw(st.integers(0, 9)) == 0:
                return json.dumps(draw(VALUES)).encode()
            continue
        parent = data
        for key in path[:-1]:
            parent = parent[key]
        kind = draw(st.sampled_from(["change", "change", "change", "drop", "repeat", "add"]))
        if kind == "change":
            parent[path[-1]] = copy.deepcopy(draw(VALUES))
        elif kind == "drop":
            del parent[path[-1]]
        elif isinstance(parent, list):
            parent.append(copy.deepcopy(parent[path[-1]]))  # type: ignore[index]
        else:
            parent[draw(st.text(max_size=4))] = copy.deepcopy(draw(VALUES))
    raw = bytearray(json.dumps(data).encode())
    if draw(st.integers(0, 4)) == 0:
        raw[draw(st.integers(0, len(raw) - 1))] = draw(st.integers(0, 255))
    return bytes(raw)


def text_of(name: str) -> str:
    return (OLD / name).read_text(encoding="utf-8")


TEXTS = load_diary_texts(PHRASES)
WORDS = ["yes", "no", "better", "still_hurts", "pause", "continue", "next", "back", "repeat",
         "time_left", "right", "slower", "louder", "severity", "causes", "stop"]  # fmt: skip


def drive(state: State, words: list[str]) -> None:
    """Resume ``state`` and talk; every act can be performed, every state stored again."""
    state, acts = policy.resume(state, 0.0, SCRIPT)
    now = 0.0
    for word in words:
        now += 7.0
        following: tuple[Event, ...] = (Finished(now), Tick(now), Understood(now, Intent(word)))
        for event in (*following, NotUnderstood(now)):
            for act in acts:
                if isinstance(act, Say | Ask | Hold | Listen):
                    text = getattr(act, "text", "")
                    assert text.isprintable()
                    length = getattr(act, "seconds", 0.0)
                    assert 0 <= length <= 3600
            assert from_json(to_json(state)) == state
            questions.answers(state, SCRIPT)
            state, acts = policy.step(state, event, SCRIPT)


@FUZZ
@given(raw=json_mutations(text_of("conversation.json")),
       words=st.lists(st.sampled_from(WORDS), min_size=3, max_size=8))  # fmt: skip
def test_any_conversation_is_resumed_or_dropped(
    raw: bytes, words: list[str], tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    path = tmp_path / "conversation.json"
    path.write_bytes(raw)
    caplog.clear()
    state = ConversationSnapshot(path).load(SCRIPT)
    assert not path.exists(), "it is loaded once"
    logged = [record for record in caplog.records if record.levelno >= logging.WARNING]
    assert len(logged) <= 1 and not any(record.exc_info for record in logged)
    assert all("\n" not in record.getMessage() for record in logged)
    if state is not None:
        drive(state, words)


def changed(change: Callable[[dict[str, object]], None]) -> str:
    data = json.loads(text_of("conversation.json"))
    change(data)
    return json.dumps(data)


@pytest.mark.parametrize(
    "key, value",
    [("step", 99), ("step", -3), ("part", 400), ("name", "gone"), ("kind", "song"),
     ("started", 1e6), ("items", [{"act": {"type": "say", "text": 5}}]), ("waited", -1e300)],
)  # fmt: skip
def test_what_cannot_be_is_dropped_with_one_line(
    key: str, value: object, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    path = tmp_path / "conversation.json"
    path.write_text(changed(lambda data: data["tasks"][0].update({key: value})))  # type: ignore[index]
    assert ConversationSnapshot(path).load(SCRIPT) is None
    assert len(caplog.records) == 1 and "beginning again" in caplog.text


def test_a_conversation_of_another_script_begins_again() -> None:
    text = changed(lambda data: data["tasks"][0].update({"name": "gone"}))  # type: ignore[index]
    state, acts = policy.resume(from_json(text), 0.0, SCRIPT)
    assert (state.name, state.person, state.tasks) == ("idle", "Ibu Sri", ())
    assert not any(isinstance(act, Say) for act in acts)


@FUZZ
@given(raw=json_mutations(text_of("profile.json")))
def test_any_profile_is_valid_or_refused_in_one_line(raw: bytes, tmp_path: Path) -> None:
    path = tmp_path / "profile.json"
    path.write_bytes(raw)
    try:
        profile = ProfileStore(path, Profile(conditions=("diabetes",))).profile
    except InputError as error:
        assert "\n" not in str(error) and "profile.json" in str(error)
        return
    policy.step(policy.initial(profile), Understood(0.0, Intent("cramp_now")), SCRIPT)


@FUZZ
@given(raw=json_mutations(text_of("heard.jsonl").splitlines()[0]))
def test_any_line_of_the_transcript_is_shown_or_passed_over(raw: bytes, tmp_path: Path) -> None:
    path = tmp_path / "heard.jsonl"
    path.write_bytes(raw + b"\n")
    log = TranscriptLog(path)
    log.record(heard(1))  # type: ignore[arg-type]
    entries = read_transcript(path)
    assert entries[0].text == "kalimat 1" and len(entries) <= 2
    now = datetime(2026, 3, 10, 8, 0, tzinfo=UTC)
    records = Records(heard=entries)
    page = make_page(PageData(records, TEXTS, True, (), now, ""), now)
    for one in (moment for night in page.nights for moment in night.moments):
        assert (one.clock + one.text + one.detail).encode()


RESULTS = json.dumps({
    "at": "2026-03-10T07:00:00+00:00",
    "checks": [{"name": "model", "ok": False, "found": "none", "fix": "build it"}],
})  # fmt: skip
NIGHT = json.dumps({"at": "2026-03-10T02:00:00+00:00", "kind": "message", "about": "emergency",
                    "detail": "no answer", "ok": False})  # fmt: skip


@FUZZ
@given(results=json_mutations(RESULTS), night=json_mutations(NIGHT))
def test_any_results_of_doctor_and_any_night_are_shown_or_passed_over(
    results: bytes, night: bytes, tmp_path: Path
) -> None:
    (tmp_path / "doctor.json").write_bytes(results)
    (tmp_path / "nights.jsonl").write_bytes(night + b"\n" + NIGHT.encode() + b"\n")
    checked, findings = read_checks(tmp_path / "doctor.json")
    records = Records(events=read_night_log(tmp_path / "nights.jsonl"))
    assert records.events
    now = datetime(2026, 3, 10, 8, 0, tzinfo=UTC)
    page = make_page(PageData(records, TEXTS, True, findings, checked, ""), now)
    shown = [*page.details, *page.warnings, page.checked]
    shown += [f"{one.text}{one.detail}" for night in page.nights for one in night.moments]
    assert "".join(shown).encode().decode().isprintable()


def test_a_device_of_any_name_is_in_the_results(tmp_path: Path) -> None:
    save_checks(
        tmp_path / "x", [checks.HealthCheck("air", True, "Mik\x00 \udcff")], datetime.now(UTC)
    )
    (found,) = read_checks(tmp_path / "x")[1]
    assert found.found == "Mik\ufffd \ufffd"
