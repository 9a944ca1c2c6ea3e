"""Barge-in: commands interrupt; coughs and the guide's own voice do not, even under load.

A simulated room in audio time; the speech is synthetic.
"""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from assistant.apps.simulation.overlapping_speech import (
    OverlapSimulation,
    RandomBlockLoss,
)
from assistant.asr.barge_in import (
    ECHO_TAIL,
    AnyPhrase,
    CommandsOnly,
    NoBargeIn,
    Overlap,
    PromptHistory,
)
from assistant.asr.listener_events import Utterance
from assistant.asr.model_store import OWN_PHRASES, ensure_model
from assistant.asr.rejection import RejectionReason
from assistant.asr.vosk_recognizer import VoskRecognizer
from assistant.audio.interfaces import Clip
from assistant.audio.pcm import RATE
from assistant.audio.room_simulation import EchoPath, users_voice
from assistant.core.errors import InputError
from assistant.nlu.templates import load_phrases
from tests.support.fresh_process import GUIDE_SENTENCES, speak_fresh

pytestmark = pytest.mark.decodes_sound

CALM = Overlap(
    prompt="Kalau mau berhenti, katakan berhenti.",
    during_prompt=True,
    echo_aligned=True,
    echo_converged=True,
)


class KnownVoice:
    """Speaks a few sentences, always in the same way."""

    def __init__(self, texts: tuple[str, ...] = GUIDE_SENTENCES) -> None:
        self._clips = dict(zip(texts, speak_fresh(texts, "id+m1"), strict=True))

    def speak(self, text: str, rate: float = 1.0) -> Clip:
        return self._clips[text]


@pytest.fixture(scope="module")
def recognizer() -> VoskRecognizer:
    return VoskRecognizer(ensure_model())


@pytest.fixture(scope="module")
def voice() -> Iterator[KnownVoice]:
    yield KnownVoice()


def heard(words: str, accepted: bool = True) -> Utterance:
    return Utterance(words, 0.95 if accepted else 0.3, accepted, 1.0, 2.0)


def obeyed(talk: OverlapSimulation, seconds: float) -> list[str]:
    events = talk.run(seconds)
    heard = [event for event in events if isinstance(event, Utterance)]
    return [one.words for one in heard if one.accepted and not one.rejection]


def test_what_each_strategy_lets_through() -> None:
    command, half, nothing = heard("lanjut"), heard("lanjut", False), heard("", False)
    objections = {
        kind.__name__: [bool(kind().reject_reason(one, CALM)) for one in (command, half, nothing)]
        for kind in (CommandsOnly, AnyPhrase, NoBargeIn)
    }
    assert objections == {
        "CommandsOnly": [False, True, True],
        "AnyPhrase": [False, False, True],
        "NoBargeIn": [False, False, False],
    }
    unsure, forced = replace(command, confidence=0.7), replace(CALM, was_stable=False)
    assert CommandsOnly().reject_reason(unsure, CALM) is RejectionReason.LOW_CONFIDENCE
    assert not CommandsOnly().reject_reason(replace(command, confidence=0.8), CALM)
    half_sure = replace(command, confidence=0.8)
    assert CommandsOnly().reject_reason(half_sure, forced) is RejectionReason.LOW_CONFIDENCE
    assert not CommandsOnly().reject_reason(replace(command, confidence=0.995), forced)
    assert not CommandsOnly().reject_reason(unsure, replace(CALM, during_prompt=False))
    kinds = (CommandsOnly, AnyPhrase, NoBargeIn)
    grammars = [kind().grammar_for("conversation") for kind in kinds]
    assert grammars == ["barge_in", "conversation", "conversation"]
    assert CommandsOnly().grammar_for("idle") == "idle"
    assert [kind.closed for kind in kinds] == [False, False, True]


@pytest.mark.parametrize("kind", [CommandsOnly, AnyPhrase])
def test_the_own_words_need_a_proven_echo(kind: type[CommandsOnly | AnyPhrase]) -> None:
    own, other = heard("berhenti"), heard("ulangi")
    shaky = Overlap(CALM.prompt, during_prompt=True, echo_aligned=True, echo_converged=False)
    lost = Overlap("", during_prompt=True, echo_aligned=False, echo_converged=False)
    after = Overlap(CALM.prompt, during_prompt=False, echo_aligned=True, echo_converged=False)
    assert not kind().reject_reason(own, CALM)
    assert kind().reject_reason(own, shaky) is RejectionReason.SELF_ECHO
    assert not kind().reject_reason(other, shaky)
    assert not kind().reject_reason(own, after)
    assert kind().reject_reason(other, lost) is RejectionReason.ECHO_NOT_ALIGNED


def test_only_commands_and_calls_for_help_are_in_the_small_graph() -> None:
    phrases = load_phrases(OWN_PHRASES).for_state("barge_in")
    texts = {phrase.text for phrase in phrases}
    wanted = {"berhenti", "stop", "tunggu", "tunggu sebentar", "ulangi", "lanjut", "sudah reda"}
    assert wanted | {"masih sakit", "tolong", "saya sesak napas", "lebih keras"} <= texts
    assert len(texts) < 1500
    assert {"#em", "#aduh"} <= texts
    assert {"ask", "ya", "sports"}.isdisjoint(phrase.intent for phrase in phrases)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("barge_in: {usual: [nothing]}", "no intent 'nothing'"),
        ("barge_in: {often: [stop]}", "knows no 'often'"),
        ("barge_in: {all: [stop], fillers: [stop]}", "a template gives it a meaning"),
        ("barge_in: [stop]", "mapping"),
    ],
)
def test_a_wrong_list_is_pointed_at(tmp_path: Path, text: str, told: str) -> None:
    (tmp_path / "a.yaml").write_text(
        "language: id\nintents: {stop: {data: [{sentences: [stop]}]}}\n", encoding="utf-8"
    )
    (tmp_path / "b.yaml").write_text(f"language: id\n{text}\n", encoding="utf-8")
    with pytest.raises(InputError, match=f"b.yaml:2.*{told}"):
        load_phrases(tmp_path)


def test_commands_are_obeyed_over_the_guide(recognizer: VoskRecognizer, voice: KnownVoice) -> None:
    wishes = ("tunggu sebentar", "masih sakit", "lanjut", "sudah reda", "berhenti")
    talk = OverlapSimulation(recognizer, voice, GUIDE_SENTENCES, EchoPath(-6.0, 0.12))
    assert obeyed(talk, 13.0) == []
    reactions = []
    for wish, clip in zip(wishes, speak_fresh(wishes, "id+m3", 160), strict=True):
        reactions.append(talk.say(wish, users_voice(clip)))
        assert obeyed(talk, 2.0) == []
    right = [one for one in reactions if one.obeyed == one.said]
    assert len(right) >= 4, reactions
    assert all(one.ducked and one.ducked - one.begun < 0.4 for one in right)
    assert all(one.known and one.known - one.ended < 0.8 for one in right)


@pytest.mark.parametrize("ahead", [200e-6, -100e-6])
def test_commands_are_obeyed_where_two_cards_have_two_clocks(
    recognizer: VoskRecognizer, voice: KnownVoice, ahead: float
) -> None:
    """50 ppm were enough to lose half of them: the canceller's filter was always a bit off."""
    wishes = ("tunggu sebentar", "masih sakit", "lanjut", "sudah reda", "tunggu dulu")
    talk = OverlapSimulation(recognizer, voice, GUIDE_SENTENCES, EchoPath(-3.0, 0.12, ahead=ahead))
    assert obeyed(talk, 20.0) == []
    right = 0
    for wish, clip in zip(wishes, speak_fresh(wishes, "id+m3", 160), strict=True):
        right += talk.say(wish, users_voice(clip)).obeyed == wish
        assert obeyed(talk, 2.0) == []
    assert right >= 4
    talk.quiet = True
    talk.run(30.0)  # a long hold: what was learnt of the clocks must outlast it
    talk.quiet = False
    talk.run(1.0)
    (clip,) = speak_fresh(("tunggu sebentar",), "id+m3", 160)
    assert talk.say("tunggu sebentar", users_voice(clip)).obeyed == "tunggu sebentar"


def disturbances() -> dict[str, np.ndarray]:
    """A cough, a moan and a hum, made by arithmetic."""
    chance = np.random.default_rng(2)
    time = np.arange(int(0.9 * RATE)) / RATE
    cough = chance.normal(0, 1, int(0.25 * RATE)) * np.exp(-np.arange(int(0.25 * RATE)) / 900)
    pitch = 2 * np.pi * np.cumsum(190 - 60 * time) / RATE
    moan = sum(np.sin(k * pitch) / k for k in range(1, 9)) * np.sin(np.pi * time / 0.9)
    hum = np.sin(2 * np.pi * 130 * time) * np.sin(np.pi * time / 0.9)
    loud = {"cough": cough, "moan": moan, "hum": hum}
    return {name: (x / np.abs(x).max() * 9000).astype(np.int16) for name, x in loud.items()}


def test_coughs_and_moans_do_not_interrupt(recognizer: VoskRecognizer, voice: KnownVoice) -> None:
    talk = OverlapSimulation(recognizer, voice, GUIDE_SENTENCES, EchoPath(-6.0, 0.12))
    talk.run(6.0)
    for name, sound in disturbances().items():
        reaction = talk.say(name, sound, patience=2.0)
        assert not reaction.obeyed, name
        assert talk.player.playing or obeyed(talk, 1.0) == []


def test_its_own_voice_is_never_obeyed_on_a_busy_machine(
    recognizer: VoskRecognizer, voice: KnownVoice
) -> None:
    talk = OverlapSimulation(
        recognizer, voice, GUIDE_SENTENCES, EchoPath(-3.0, 0.12), losses=RandomBlockLoss(3.0)
    )
    assert obeyed(talk, 60.0) == []


def test_off_hears_nothing_while_the_guide_speaks(
    recognizer: VoskRecognizer, voice: KnownVoice
) -> None:
    (clip,) = speak_fresh(("tunggu sebentar",), "id+m3", 160)
    talk = OverlapSimulation(recognizer, voice, GUIDE_SENTENCES[1:2], None, NoBargeIn())
    talk.run(0.5)
    assert talk.say("tunggu sebentar", users_voice(clip), patience=0.5).heard is None


def test_what_outlasts_the_guide_may_be_anything(
    recognizer: VoskRecognizer, voice: KnownVoice
) -> None:
    (clip,) = speak_fresh(("berapa lama lagi",), "id+m3", 160)
    talk = OverlapSimulation(recognizer, voice, GUIDE_SENTENCES, None)
    while not talk.player.playing or talk.player.left > 0.3:
        talk.step()
    talk.quiet = True
    assert talk.say("berapa lama lagi", users_voice(clip)).obeyed == "berapa lama lagi"


FAREWELL = "Baik, kita berhenti."
"""The reply to "berhenti", whose last word the user says again in the next conversation."""


def test_a_prompt_of_long_ago_is_no_echo(recognizer: VoskRecognizer) -> None:
    """It was remembered without end, and "berhenti" over the next guide taken for its echo."""
    said = (FAREWELL, GUIDE_SENTENCES[0])
    talk = OverlapSimulation(recognizer, KnownVoice(said), said, EchoPath(-6.0, 0.12))
    while not talk.player.playing:
        talk.step()
    talk.quiet = True
    while talk.player.playing:
        assert not talk.step()
    talk.run(10.0)
    talk.quiet = False
    talk.run(0.5)
    assert talk.player.playing
    (clip,) = speak_fresh(("berhenti",), "id+m3", 160)
    reaction = talk.say("berhenti", users_voice(clip), patience=2.0)
    assert reaction.heard
    assert (reaction.obeyed, reaction.heard.rejection) == ("berhenti", None)
    assert reaction.heard.over_prompt


def test_a_prompt_is_an_echo_for_as_long_as_it_can_be_heard() -> None:
    prompts = PromptHistory()
    assert prompts.audible_since(0.0) == ""
    prompts.start("satu", 1.0)
    for block in range(50, 100):
        prompts.update(True, block * 0.02)
    prompts.start("dua", 2.0)
    prompts.update(True, 2.02)
    assert prompts.audible_since(2.1) == "satu dua"
    assert prompts.audible_since(1.98 + ECHO_TAIL - 0.01) == "satu dua"
    assert prompts.audible_since(1.98 + ECHO_TAIL + 0.01) == "dua"
    prompts.update(False, 2.9)
    assert prompts.audible_since(2.02 + ECHO_TAIL) == ""
    prompts.update(True, 60.0)  # counted aloud, with a long silence between two numbers
    assert prompts.audible_since(60.0) == "dua"
    prompts.start("tiga", 100.0)
    assert prompts.audible_since(0.0) == "tiga"
