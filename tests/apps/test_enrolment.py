"""Speaker enrolment."""

import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from assistant.apps.demo.story import Story, StoryLine, StoryMicrophone
from assistant.apps.enrolment.enrolment import (
    Enrolment,
    open_enrolment_components,
    save_pronunciation,
)
from assistant.apps.enrolment.flow import MISSES, TAKES, EnrolmentState, TakeQuality, begin, step
from assistant.apps.enrolment.prompts import load_enrolment_texts
from assistant.apps.enrolment.scoring import Take, combine_takes
from assistant.asr import model_store
from assistant.asr.graph.const_fst import ARC, STATE, ConstFst
from assistant.asr.graph.phone_map_reader import load_phone_map
from assistant.asr.graph.second_pass_export import export_graph
from assistant.asr.graph.speaker_pronunciation import (
    MOST,
    SpeakerPronunciation,
    personalise,
    read_speaker_pronunciation,
)
from assistant.asr.second_pass.forward_backward import ForwardBackward
from assistant.audio.interfaces import Clip
from assistant.audio.wav_player import WavPlayer
from assistant.core.errors import InputError
from assistant.core.event_log import EventLog, Record
from assistant.core.paths import OWN_PHONE_MAP, OWN_PHRASES
from assistant.dialogue.notes import ProfileChange, ProfileForget
from assistant.nlu.templates import load_phrases
from assistant.runtime.profile_store import ProfileStore
from assistant.runtime.session_options import SessionOptions
from tests.support.fresh_process import speak_fresh
from tests.support.paths import ROOT

pytestmark = pytest.mark.decodes_sound

LINES = load_enrolment_texts(OWN_PHRASES / "enrol.yaml")
TWO = replace(LINES, phrases=("kaki saya kram", "ulangi"))


def test_shipped_phrases_are_heard_in_a_conversation() -> None:
    known = {phrase.text for phrase in load_phrases(OWN_PHRASES).for_state("conversation")}
    assert set(LINES.phrases) <= known


@pytest.mark.parametrize(
    "text", ["say: {}", "[", "say: 3\nphrases: [ya]", "phrases: []", "say: {hello: '{x}'}"]
)
def test_broken_lines_name_their_file(tmp_path: Path, text: str) -> None:
    (tmp_path / "enrol.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(InputError, match=r"enrol\.yaml"):
        load_enrolment_texts(tmp_path / "enrol.yaml")


def asked(*answers: TakeQuality) -> tuple[list[str], EnrolmentState]:
    """What is said after each answer, and where that leads."""
    session, request = begin(TWO)
    said = [request.text]
    for answer in answers:
        session, request = step(session, answer, TWO)
        said.append(request.text)
    return said[1:], session


def test_each_phrase_is_wanted_twice() -> None:
    said, session = asked(*[TakeQuality.GOOD] * (2 * TAKES))
    assert said == ["Sekali lagi: kaki saya kram.", "Katakan: ulangi.", "Sekali lagi: ulangi.", ""]
    assert session.over


def test_it_asks_again_and_then_goes_on() -> None:
    said, session = asked(*[TakeQuality.UNCLEAR] * (MISSES + 1))
    assert [text.startswith("Maaf") for text in said] == [True] * MISSES + [False]
    assert said[-1] == "Tidak apa-apa, kita lanjut. Katakan: ulangi."
    assert session == EnrolmentState(1)


def test_silence_is_an_answer_and_enough_is_enough() -> None:
    said, session = asked(TakeQuality.NOTHING, TakeQuality.GOOD, TakeQuality.STOP)
    assert said == ["Katakan: kaki saya kram.", "Sekali lagi: kaki saya kram.",
                    "Baik, kita selesai."]  # fmt: skip
    assert session.over and step(session, TakeQuality.GOOD, TWO)[0] is session


def test_only_good_takes_count() -> None:
    takes = [Take(True, counts={"t||6": 0.7, "t||12": 0.3}), Take(True, counts={"t||6": 1.0})]
    assert combine_takes(takes) == {"t||12": 0.3, "t||6": 1.7}


def test_a_table_moves_towards_what_was_used() -> None:
    table = load_phone_map(OWN_PHONE_MAP)
    t = table.fitted.sounds["t",][-1] if table.fitted else None
    assert t is not None
    names = [f"t||{kinds[0]}" for kinds, _ in t.alternatives]

    def moved(count: float) -> list[float]:
        """How much dearer each way is when the second was used so often, and no other."""
        changed = personalise(table, SpeakerPronunciation("ko", {names[1]: count})).fitted
        assert changed is not None
        pairs = zip(changed.sounds["t",][-1].alternatives, t.alternatives, strict=True)
        return [new - old for (_, new), (_, old) in pairs]

    few, many = moved(2.0), moved(1e6)
    assert few[1] < 0 < few[0] and many[1] < few[1]
    assert max(map(abs, many)) <= MOST + 0.001
    other = personalise(table, SpeakerPronunciation("another", {names[1]: 9.0}))
    assert other is table
    same = personalise(table, SpeakerPronunciation("ko", {"t||6": 9.0}))
    assert same.sounds["b",] == table.sounds["b",]


@pytest.mark.parametrize(
    "text", ["", "{", "[]", '{"table": "ko"}', '{"table": "ko", "counts": {"a": -1}}',
             '{"table": "ko", "counts": {"a": "x"}}', '{"table": "ko", "counts": {"a": NaN}}',
             '{"table": "ko", "counts": 3}', '{"table": "ko", "counts": {"a": 1e300}}',
             '{"table": "ko", "counts": {"a": 1' + "0" * 400 + "}}", "[" * 100_000,
             '{"table": "ko", "counts": {}, "shrinkage": 5e-324}']
)  # fmt: skip
def test_a_broken_file_is_one_clear_line(tmp_path: Path, text: str) -> None:
    path = tmp_path / "pronunciation.json"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(InputError, match=r"damaged.*enroll --forget") as caught:
        read_speaker_pronunciation(path)
    assert "\n" not in str(caught.value)


def test_what_is_kept_is_read_again(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "pronunciation.json"
    assert read_speaker_pronunciation(path) is None
    save_pronunciation(path, "ko", [Take(True, counts={"t||6": 2.0})])
    assert read_speaker_pronunciation(path) == SpeakerPronunciation("ko", {"t||6": 2.0})
    assert path.stat().st_mode & 0o077 == 0


def test_own_phrases_only_know_the_person(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    before = [model_store._digest(folder, None) for folder in (OWN_PHRASES, tmp_path)]
    save_pronunciation(model_store.pronunciation_file(), "ko", [Take(True, counts={"t||6": 2.0})])
    after = [model_store._digest(folder, None) for folder in (OWN_PHRASES, tmp_path)]
    assert before[0] != after[0] and before[1] == after[1]


def test_it_goes_with_the_profile(tmp_path: Path) -> None:
    beside = tmp_path / "pronunciation.json"
    save_pronunciation(beside, "ko", [])
    book = ProfileStore(tmp_path / "profile.json", pronunciation=beside)
    book.answer(ProfileChange(leg="left"), 0.0)
    assert beside.exists()
    book.answer(ProfileForget(), 0.0)
    assert not beside.exists()


def test_shares_are_those_of_all_ways(tmp_path: Path) -> None:
    """Two ways, acoustic states 0 then 1 (label 1) or 0 then 2 (label 2)."""
    tuples = np.array([[11, 0, 0, 0], [12, 0, 1, 1], [13, 0, 2, 2]], np.int32)
    end, inner = 0.0, np.inf
    states = np.array(
        [(inner, 0, 1, 0, 0), (inner, 1, 3, 0, 0), (end, 4, 1, 0, 0), (end, 5, 1, 0, 0)], STATE
    )
    arcs = np.array(
        [(2, 0, 0.0, 1), (1, 0, 0.0, 1), (4, 1, 0.0, 2), (6, 2, 1.0, 3), (3, 0, 0.0, 2),
         (5, 0, 0.0, 3)], ARC
    )  # fmt: skip
    export_graph(tmp_path / "g.npz", ConstFst(0, states, arcs), tuples)
    ways = ForwardBackward(tmp_path / "g.npz")
    rows = np.array([[0, 0, 0], [0, 0, 0], [-50, 2, 1]], np.float32)
    # one step into either way at row 1 or 2: both rows count, the sound of row 2 decides
    first, second = (np.exp(2.0) * 2, np.exp(1.0 - 1.0) * 2)
    rows[1, 0] = 0
    found = ways.posteriors(rows)
    assert found[1] == pytest.approx(first / (first + second), abs=1e-6)
    assert found[1] + found[2] == pytest.approx(1.0)
    assert ways.posteriors(rows[:1]) == {}


def test_a_person_is_asked_and_known(tmp_path: Path) -> None:
    """Synthetic: a good take, another phrase, a good take again, then enough."""
    said = ("kaki saya kram", "tunggu sebentar", "kaki saya kram", "berhenti")
    clips = dict(zip(said, speak_fresh(said, "id+m3"), strict=True))
    after = ("Katakan: kaki", "Sekali lagi: kaki", "Maaf", "Katakan: ulangi")
    story = Story("", tuple(
        StoryLine(text, "", f"say_end:{prompt}", 0.8)
        for text, prompt in zip(said, after, strict=True)
    ), "", limit=60.0)  # fmt: skip
    first = story.turns[0]
    story = replace(story, turns=(replace(first, after="say_end:Saya ingin"), *story.turns[1:]))
    records: list[Record] = []

    def speak(text: str) -> Clip:
        return clips[text]

    microphone = StoryMicrophone(story, speak)
    with EventLog(None, (microphone.listen, records.append)) as log:
        components = open_enrolment_components(
            microphone, WavPlayer(None), log, SessionOptions(), TWO, tmp_path / "ways"
        )
        enrolment = Enrolment(components, TWO)
        enrolment.run()
    answers = [record["answer"] for record in records if record["event"] == "take"]
    assert answers == ["good", "unclear", "good", "stop"]
    assert records[-1]["text"] == f"{LINES.say['stopped']} {LINES.say['done']}"
    counts = combine_takes(enrolment.takes)
    sounds = {name.split("|")[0] for name in counts}
    assert {"k", "a", "i", "s", "y a", "r", "m"} <= sounds
    # the m of kram, twice
    assert sum(n for name, n in counts.items() if name[:2] == "m|") == pytest.approx(2, abs=0.1)
    save_pronunciation(tmp_path / "pronunciation.json", components.scorer.table, enrolment.takes)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["pronunciation.json", "ways"]
    phrases = tmp_path / "phrases"
    phrases.mkdir()
    (phrases / "t.yaml").write_text(
        "language: id\nintents: {t: {data: [{sentences: [kaki saya kram]}]}}", encoding="utf-8"
    )
    graphs = [
        (model_store.build(phrases, tmp_path / f"model{n}", personal=personal) / "graph/HCLG.fst")
        for n, personal in enumerate((None, tmp_path / "pronunciation.json"))
    ]
    assert graphs[0].read_bytes() != graphs[1].read_bytes()


class MutedMicrophone(StoryMicrophone):
    """A microphone that delivers nothing from second 8 on, as its detector says."""

    @property
    def muted(self) -> bool:
        return self._time >= 8.0


def test_a_muted_microphone_is_told_and_ends_it(tmp_path: Path) -> None:
    records: list[Record] = []
    story = Story("", (StoryLine("", "", "never"),), "tidak mendengar apa-apa", limit=60.0)
    microphone = MutedMicrophone(story)
    with EventLog(None, (microphone.listen, records.append)) as log:
        components = open_enrolment_components(
            microphone, WavPlayer(None), log, SessionOptions(), TWO, tmp_path / "ways"
        )
        enrolment = Enrolment(components, TWO)
        enrolment.run()
    assert enrolment.muted and not enrolment.takes
    said = [record for record in records if record["event"] == "say_start"]
    assert said[-1]["text"] == LINES.say["muted"] and 8.0 <= float(str(said[-1]["t"])) < 9.0
    assert records[-1]["event"] == "say_end" and not records[-1]["interrupted"]


def test_forgetting_on_the_command_line(tmp_path: Path) -> None:
    def forget() -> str:
        done = subprocess.run(
            [sys.executable, ROOT / "run.py", "enroll", "--forget"],
            env={"XDG_DATA_HOME": str(tmp_path), "PATH": "/usr/bin:/bin", "HOME": str(tmp_path)},
            capture_output=True, text=True, check=True, timeout=120,
        )  # fmt: skip
        return done.stdout

    path = tmp_path / "kram" / "pronunciation.json"
    save_pronunciation(path, "ko", [])
    assert "is deleted" in forget() and not path.exists()
    assert "nothing was kept" in forget()
