"""What is heard of other people's sentences, dangers and the own phrases: a guard.

Synthetic, in a voice that took no part in training. Each margin stands beside the count of the
model as shipped; all are exact and repeatable. `bench spoken` measures the whole list.
"""

from pathlib import Path

import pytest
import yaml

from assistant.asr.model_store import ensure_model
from assistant.asr.understanding import understand
from assistant.asr.vosk_recognizer import VoskRecognizer
from assistant.audio.room_simulation import spoken_in_room
from assistant.core.listening_state import ListeningState
from assistant.core.paths import OWN_PHRASES
from assistant.nlu.alternatives import Meaning
from assistant.nlu.danger import DANGER_INTENTS
from assistant.tts.espeak_voice import EspeakVoice
from tests.support.own_interpreter import KRAM

pytestmark = pytest.mark.decodes_sound

TALK = ListeningState.CONVERSATION
ALARMS = {*DANGER_INTENTS, "tolong"}
WANTED = {
    "pause": {"pause", "slower"},
    "go-on": {"next", "continue", "yes"},
    "repeat": {"repeat"},
    "better": {"better"},
    "still": {"still_hurts", "no"},
    "stop": {"stop"},
    "thanks": {"thanks"},
    "how-long": {"time_left"},
    "louder": {"louder"},
}


def strangers() -> list[tuple[str, str]]:
    """Situation and sentence of each line."""
    lines = (Path(__file__).parent / "strangers.tsv").read_text(encoding="utf-8").splitlines()
    return [(line.split("\t")[0], line.split("\t")[2]) for line in lines[1:]]


class Ear:
    def __init__(self, model: Path) -> None:
        self._recognizer = VoskRecognizer(model, (TALK,))
        self._interpreter = KRAM
        self._voice = EspeakVoice("id+f2", words_per_minute=165)

    def hear(self, text: str, seed: int) -> Meaning:
        self._recognizer.start(TALK)
        self._recognizer.feed(spoken_in_room(self._voice.speak(text), 30, seed))
        return understand(self._interpreter, self._recognizer.finish(), TALK)


@pytest.fixture(scope="module")
def ear() -> Ear:
    return Ear(ensure_model())


def test_sentences_of_others(ear: Ear) -> None:
    chosen = [one for one in strangers() if one[0] in WANTED][::5]
    assert len(chosen) >= 20
    good = acted_wrongly = 0
    for seed, (situation, text) in enumerate(chosen):
        found = ear.hear(text, seed)
        name = found.intent.name if found.intent else None
        good += name in WANTED[situation] and (found.accepted or found.doubtful)
        acted_wrongly += found.accepted and name not in WANTED[situation]
    assert good >= 10
    assert acted_wrongly <= 2


def test_danger_signs_of_others(ear: Ear) -> None:
    chosen = [one for one in strangers() if one[0].startswith("sign-")][3::8]
    assert len(chosen) >= 10
    good = harmless = 0
    for seed, (_, text) in enumerate(chosen):
        found = ear.hear(text, seed)
        alarms = found.intent is not None and found.intent.name in ALARMS
        denied = found.intent is not None and found.intent.slots.get("negated") == "yes"
        good += alarms and not denied and (found.accepted or found.doubtful)
        harmless += found.accepted and (denied or not alarms)
    assert good >= 10
    assert harmless == 0


def test_own_phrases(ear: Ear) -> None:
    tree = yaml.safe_load((OWN_PHRASES / "intents" / "_usual.yaml").read_text(encoding="utf-8"))
    phrases = [str(phrase) for phrase in tree["usual"]][::3]
    assert len(phrases) == 72
    heard = [ear.hear(phrase, seed).words for seed, phrase in enumerate(phrases)]
    right = sum(words == phrase for words, phrase in zip(heard, phrases, strict=True))
    assert right >= 66  # 70 as shipped
