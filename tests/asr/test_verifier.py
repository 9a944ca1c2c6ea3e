"""The verifier: agreeing, disagreeing, late, dead or not installed."""

import sys
import time
from collections.abc import Iterator, Set
from dataclasses import replace

import numpy as np
import pytest

from assistant.apps.demo.story import silent_clip
from assistant.asr.listener_events import ListenerEvent, SpeechStarted, Utterance
from assistant.asr.verifier.compare import Comparison, Verdict, compare
from assistant.asr.verifier.verifier import NullVerifier, Verification, Verifier, WhisperVerifier
from assistant.asr.verifier.whisper import installed
from assistant.asr.verifier.whisper_process import WhisperProcess
from assistant.audio.interfaces import Clip
from assistant.audio.pcm import BLOCK, Samples
from assistant.audio.wav_player import WavPlayer
from assistant.core.errors import KramError, MissingError
from assistant.core.event_log import EventLog, Record
from assistant.core.paths import OWN_PHRASES
from assistant.dialogue.script.loader import load_script
from assistant.runtime.components import Components
from assistant.runtime.conversation_loop import ConversationLoop
from assistant.runtime.diary.store import SqliteDiary
from assistant.runtime.diary.texts import load_diary_texts
from tests.support.own_interpreter import KRAM

SCRIPT = load_script(OWN_PHRASES)
SOUND = np.ones(800, np.int16)

# What answers a request as Whisper's process does; the first word says how it behaves.
WORKER = """
import json, sys, time
how, text = sys.argv[1:]
if how == "absent":
    print(json.dumps({"error": "faster-whisper is not installed"}), flush=True)
    sys.exit(3)
print(json.dumps({"ready": True}), flush=True)
while len(head := sys.stdin.buffer.read(4)) == 4:
    data = sys.stdin.buffer.read(2 * int.from_bytes(head, "little"))
    if how == "slow":
        time.sleep(60)
    if how == "dying":
        sys.exit(1)
    print(json.dumps({"text": f"{text} {len(data)}"}), flush=True)
"""


def worker(how: str, text: str = "kaki") -> WhisperProcess:
    return WhisperProcess((sys.executable, "-c", WORKER, how, text), loading=30.0)


def test_sound_goes_to_another_process_and_text_comes_back() -> None:
    writer = worker("quick")
    try:
        assert writer.transcribe(SOUND, 30.0) == "kaki 1600"
        assert writer.transcribe(SOUND[:10], 30.0) == "kaki 20"
        assert writer.peak_memory() > 1000 and writer.cpu_seconds() >= 0
    finally:
        writer.close()
    writer.close()


@pytest.mark.parametrize(("how", "what"), [("slow", "no answer within"), ("dying", "ended")])
def test_a_process_that_fails_is_named(how: str, what: str) -> None:
    writer = worker(how)
    try:
        with pytest.raises(KramError, match=what):
            writer.transcribe(SOUND, 0.2 if how == "slow" else 30.0)
    finally:
        writer.close()


def test_without_the_extra_there_is_a_reason() -> None:
    with pytest.raises(MissingError, match="not installed"):
        worker("absent")


def wait_for(opinions: Verifier) -> Verification:
    until = time.monotonic() + 60
    while time.monotonic() < until:
        if (found := opinions.poll()) is not None:
            return found
        time.sleep(0.005)
    raise AssertionError("no answer at all")


def ask(opinions: Verifier) -> bool:
    """Ask as soon as somebody is there."""
    until = time.monotonic() + 60
    while time.monotonic() < until:
        if opinions.submit(SOUND):
            return True
        time.sleep(0.005)
    return False


def test_nobody_waits_for_an_opinion() -> None:
    opinions = WhisperVerifier(lambda: worker("quick"), patience=30.0)
    try:
        assert opinions.poll() is None
        assert ask(opinions)
        assert not opinions.submit(SOUND), "one at a time"
        assert wait_for(opinions).text == "kaki 1600"
        assert opinions.poll() is None
    finally:
        opinions.close()


def test_a_late_opinion_is_none_and_the_last() -> None:
    opinions = WhisperVerifier(lambda: worker("slow"), patience=0.2)
    try:
        assert ask(opinions)
        assert wait_for(opinions).text is None
        assert not opinions.submit(SOUND)
    finally:
        opinions.close()


def test_an_absent_extra_is_never_asked() -> None:
    opinions = WhisperVerifier(lambda: worker("absent"), patient=True)
    assert not opinions.submit(SOUND)
    assert opinions.poll() is None
    opinions.close()
    assert not NullVerifier().submit(SOUND)


@pytest.mark.parametrize(
    ("text", "verdict"),
    [
        ("Kaki saya kram.", Verdict.AGREES),
        ("aduh, kaki saya keram sekali", Verdict.AGREES),
        ("Terima kasih sudah menonton.", Verdict.DISAGREES),
        ("", Verdict.DISAGREES),
    ],
)
def test_what_agrees_with_a_phrase(text: str, verdict: Verdict) -> None:
    phrase = "kaki saya kram"
    intent = KRAM.interpret(phrase, "idle").intent
    assert intent is not None
    assert compare(text, phrase, intent, KRAM).verdict is verdict


def test_in_between_is_unsure() -> None:
    assert Comparison(0.65, same=False).verdict is Verdict.UNSURE
    assert Comparison(0.1, same=True).verdict is Verdict.AGREES


class Prepared:
    """``Opinions`` read beforehand; None: never an answer in time."""

    def __init__(self, text: str | None) -> None:
        self._text = text
        self.asked = 0

    def submit(self, samples: Samples) -> bool:
        self.asked += 1
        return True

    def poll(self) -> Verification | None:
        return Verification(self._text, 0.5) if self.asked else None

    def close(self) -> None:
        pass


class OneRemark:
    """An ``Ear`` that hears one doubtful phrase, and an ``AudioSource`` of two seconds."""

    def __init__(self, words: str, accepted: bool = False) -> None:
        self._heard = Utterance(words, 0.5, accepted, 0.1, 0.9, doubtful=not accepted, sound=SOUND)
        self._blocks = 0
        self.lost = self.muted = False

    def blocks(self) -> Iterator[Samples]:
        yield from [np.zeros(BLOCK, np.int16)] * 100

    def feed(self, block: Samples) -> list[ListenerEvent]:
        self._blocks += 1
        return [SpeechStarted(0.1), self._heard] if self._blocks == 50 else []

    def set_grammar(self, state: str, expected: Set[str] = frozenset()) -> None:
        pass

    def on_prompt(self, text: str) -> None:
        pass

    def addressed(self, heard: Utterance) -> None:
        pass

    def flush(self) -> list[ListenerEvent]:
        return []

    def close(self) -> None:
        pass


class SilentVoice:
    def speak(self, text: str, rate: float = 1.0) -> Clip:
        return silent_clip(text)


def evening(words: str, opinions: Verifier, accepted: bool = False) -> list[Record]:
    """Everything that was logged."""
    records: list[Record] = []
    ear = OneRemark(words, accepted)
    with EventLog(None, (records.append,)) as log:
        house = Components(
            source=ear, listener=ear, interpreter=KRAM, script=SCRIPT, voice=SilentVoice(),
            player=WavPlayer(None), diary=SqliteDiary(None, load_diary_texts(OWN_PHRASES)), log=log,
        )  # fmt: skip
        ConversationLoop(replace(house, verifier=opinions)).run()
    return records


def said(records: list[Record]) -> list[str]:
    return [str(record["text"]) for record in records if record["event"] == "say_start"]


ASKED = said(evening("kaki saya kram", NullVerifier()))


def test_without_an_opinion_it_asks() -> None:
    assert len(ASKED) == 1 and ASKED[0].endswith("?")
    assert said(evening("kaki saya kram", Prepared(None))) == ASKED


def test_agreement_begins_and_disagreement_is_decided() -> None:
    begun = evening("kaki saya kram", Prepared("Kaki saya kram."))
    assert [r["verdict"] for r in begun if r["event"] == "opinion"] == ["agrees"]
    assert said(begun) != ASKED and any(r["event"] == "state" for r in begun)
    silent = evening("kaki saya kram", Prepared("tiga puluh dua lima"))
    assert said(silent) == []
    assert "tiga" not in str(silent), "what others say is not logged"


def test_a_clear_hit_and_a_cry_for_help_wait_for_nobody() -> None:
    clear = Prepared("Kaki saya kram.")
    evening("kaki saya kram", clear, accepted=True)
    urgent = Prepared("tiga puluh")
    asked = said(evening("saya sesak napas", urgent))
    assert clear.asked == urgent.asked == 0
    assert asked == said(evening("saya sesak napas", NullVerifier())) and asked


def test_the_real_process_answers_or_says_why() -> None:
    """Without the extra the real process says so; with it, it writes."""
    if installed():
        writer = WhisperProcess()
        assert isinstance(writer.transcribe(np.zeros(16_000, np.int16), 60.0), str)
        writer.close()
    else:
        with pytest.raises(MissingError, match="pip install"):
            WhisperProcess()
