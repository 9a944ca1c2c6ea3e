"""How the loop handles speech with low confidence or uncertain meaning."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from assistant.apps.demo.story import StoryMicrophone, TextListener, load_story
from assistant.asr.listener_events import ListenerEvent, ScoreDetails, Utterance
from assistant.asr.rejection import RejectionReason
from assistant.audio.pcm import Samples
from assistant.audio.wav_player import WavPlayer
from assistant.core.event_log import EventLog, Record
from assistant.runtime.composition import open_components
from assistant.runtime.conversation_loop import ConversationLoop
from assistant.runtime.session_options import SessionOptions

pytestmark = pytest.mark.decodes_sound


class MishearingEar(TextListener):
    """Hands the lines over as text, but for some that it mishears."""

    def __init__(self, microphone: StoryMicrophone, instead: Mapping[str, Utterance]) -> None:
        super().__init__(microphone)
        self._instead = instead

    def feed(self, block: Samples) -> list[ListenerEvent]:
        """See ``Ear``."""
        events = super().feed(block)
        return [self._misheard(one) if isinstance(one, Utterance) else one for one in events]

    def _misheard(self, heard: Utterance) -> Utterance:
        wrong = self._instead.get(heard.words)
        return replace(wrong, start=heard.start, end=heard.end) if wrong else heard


def told(tmp_path: Path, story: str, instead: Mapping[str, Utterance]) -> list[str]:
    """What the guide says in a story with these lines misheard."""
    path = tmp_path / "story.yaml"
    path.write_text(story, encoding="utf-8")
    said: list[str] = []

    def listen(record: Record) -> None:
        if record["event"] == "say_start":
            said.append(str(record["text"]))

    microphone = StoryMicrophone(load_story(path))
    with EventLog(None, (microphone.listen, listen)) as log:
        ear = MishearingEar(microphone, instead)
        ConversationLoop(
            open_components(microphone, ear, WavPlayer(None), log, SessionOptions())
        ).run()
    return said


STOP = """
title: "berhenti"
turns:
  - {user: "kaki saya kram", expect: cramp_now}
  - {user: "berhenti", expect: stop, after: hold, wait: 5}
  - {user: "ya", expect: "yes", after: "say_end:Berhenti?", wait: 1}
ends: "kita berhenti"
"""


def test_a_refused_remark_whose_runner_up_is_stop_is_asked_about(tmp_path: Path) -> None:
    """As it once happened: "boleh berdiri" before "berhenti", both hardly believed."""
    bad = Utterance(
        "boleh berdiri", 0.024, False, 0, 0, ScoreDetails("boleh berdiri", 0, 0.4, "berhenti")
    )
    said = told(tmp_path, STOP, {"berhenti": bad})
    assert said[-2:] == ["Berhenti?", "Baik, kita berhenti. Kalau perlu, bilang: kaki saya kram."]


DENIED = """
title: "bengkak atau tidak"
turns:
  - {user: "kaki saya kram", expect: cramp_now}
  - {user: "bengkak nggak ya", expect: swollen, after: hold, wait: 5}
  - {user: "ya", expect: "yes", after: "say_end:ya, atau tidak", wait: 1}
ends: "telepon nomor satu satu, lalu sembilan"
"""


def test_words_heard_well_whose_negation_is_unsure_are_asked_about(tmp_path: Path) -> None:
    said = told(tmp_path, DENIED, {})
    assert "Maaf, kurang jelas. Satu kakinya bengkak? Bilang ya, atau tidak." in said
    assert any("gumpalan darah" in text for text in said)


CRY = """
title: "sesak di tengah langkah"
turns:
  - {user: "kaki saya kram", expect: cramp_now}
  - {user: "saya sesak napas", expect: emergency, after: hold, wait: 5}
  - {user: "ya", expect: "yes", after: "say_end:ya, atau tidak", wait: 1}
ends: "telepon nomor satu satu, lalu sembilan"
"""


def test_a_cry_for_help_that_may_be_an_echo_is_asked_about(tmp_path: Path) -> None:
    lost = Utterance(
        "saya sesak napas", 0.99, True, 0, 0, rejection=RejectionReason.ECHO_NOT_ALIGNED
    )
    said = told(tmp_path, CRY, {"saya sesak napas": lost})
    assert any("Napasnya sesak? Bilang ya" in one for one in said)
    assert any("satu satu, lalu sembilan" in one for one in said)
    own = replace(lost, rejection=RejectionReason.SELF_ECHO)
    assert not any("Napasnya" in one for one in told(tmp_path, CRY, {"saya sesak napas": own}))


def test_an_uncertain_danger_over_the_guide_is_asked_about(tmp_path: Path) -> None:
    unsure = Utterance("saya sesak napas", 0.9, True, 0, 0, over_prompt=True)
    dropped = replace(unsure, confidence=0.6, rejection=RejectionReason.LOW_CONFIDENCE)
    for one in (unsure, dropped):
        assert any("Bilang ya" in said for said in told(tmp_path, CRY, {one.words: one}))
    sure = replace(unsure, confidence=0.995)
    assert not any("Bilang ya" in said for said in told(tmp_path, CRY, {sure.words: sure}))
