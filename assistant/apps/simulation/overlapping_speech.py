"""A user speaks over the guide in a simulated room, in audio time.

One room and one ``SpeechListener``, without a dialogue; used to test and measure barge-in and
echo cancellation.
"""

import random
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from itertools import product
from pathlib import Path

from assistant.asr.barge_in import BargeInPolicy
from assistant.asr.endpointing import final_prefixes
from assistant.asr.listener import SpeechListener
from assistant.asr.listener_events import SpeechStarted, Utterance
from assistant.asr.recognizer_interface import Recognizer
from assistant.audio.interfaces import Voice
from assistant.audio.pcm import BLOCK, BLOCK_SECONDS, RATE, Samples
from assistant.audio.room_simulation import EchoPath, RoomPlayer, SimulatedRoom
from assistant.core.listening_state import ListeningState
from assistant.core.paths import OWN_PHRASES
from assistant.core.yaml_reader import Node, read_yaml
from assistant.nlu.templates import Phrasebook, load_phrases

GRID = tuple(
    EchoPath(gain, delay, seed=number, ahead=ahead)
    for number, (gain, (delay, ahead)) in enumerate(
        product((-3.0, -6.0, -10.0), ((0.06, 0.0), (0.12, 50e-6), (0.18, -100e-6)))
    )
)
"""Echo paths of every measurement: -3 to -10 dB, 60 to 180 ms, clock drift 0 to 100 ppm."""

PAUSE = 0.4
"""Pause between two sentences of the guide, in seconds."""


@dataclass(frozen=True)
class Reaction:
    """The listener's reaction to one user utterance; times in seconds of audio time."""

    said: str
    begun: float
    """Start of the utterance."""
    ended: float
    ducked: float | None = None
    """When the guide was ducked; None if it was not."""
    heard: Utterance | None = None
    known: float | None = None
    """When the utterance was reported."""
    work: float = 0.0
    """CPU seconds spent on the block that ended the utterance."""

    @property
    def obeyed(self) -> str:
        """The accepted words; empty if there are none."""
        heard = self.heard
        return heard.words if heard and heard.accepted and not heard.rejection else ""


@dataclass
class RandomBlockLoss:
    """Simulates an overloaded machine that drops microphone and loudspeaker blocks."""

    every: float
    """Mean time between losses, in seconds."""
    longest: int = 5
    """Largest number of blocks lost at a time."""
    chance: random.Random = field(default_factory=lambda: random.Random(4))

    def now(self) -> int:
        """Number of blocks lost now."""
        if self.chance.random() < BLOCK_SECONDS / self.every:
            return self.chance.randint(1, self.longest)
        return 0


class OverlapSimulation:
    """Advances block by block; the guide says ``sentences`` in turn unless ``quiet``."""

    def __init__(
        self,
        recognizer: Recognizer,
        voice: Voice,
        sentences: Sequence[str],
        echo: EchoPath | None,
        turns: BargeInPolicy | None = None,
        losses: RandomBlockLoss | None = None,
    ) -> None:
        self._voice = voice
        self._sentences = sentences
        self._next = 0
        self._pause = 0.0
        self._losses = losses
        self.player = RoomPlayer(echo.ahead if echo else 0.0)
        self.room = SimulatedRoom(self.player, echo)
        self.listener = SpeechListener(
            recognizer,
            state=ListeningState.CONVERSATION,
            is_final=final_prefixes(own_phrases().phrases),
        )
        self.listener.set_echo_reference(self.player.reference, turns=turns)
        self.player.reference(0)
        self.quiet = False
        """If True, the guide starts no further sentence."""
        self.work = 0.0

    def step(self) -> list[SpeechStarted | Utterance]:
        """Advance by one block, 20 ms; returns the events of the listener."""
        if not self.quiet and not self.player.playing:
            self._pause -= BLOCK_SECONDS
            if self._pause <= 0:
                self._speak()
        block = self.room.block()
        self.player.advance(BLOCK_SECONDS)
        for _ in range(self._losses.now() if self._losses else 0):
            if self._losses and self._losses.chance.random() < 0.5:
                self.player.advance(BLOCK_SECONDS)  # played, but lost before the tap
                self.player.reference(BLOCK)
            else:
                self.player.advance(BLOCK_SECONDS)
                block = self.room.block()  # the previous one is lost
        begun = time.process_time()
        events = [e for e in self.listener.feed(block) if isinstance(e, SpeechStarted | Utterance)]
        self.work = time.process_time() - begun
        for event in events:
            self.player.duck(isinstance(event, SpeechStarted))
        return events

    def run(self, seconds: float) -> list[SpeechStarted | Utterance]:
        """Advance by ``seconds`` of audio time; returns the events of the listener."""
        events: list[SpeechStarted | Utterance] = []
        for _ in range(round(seconds * RATE / BLOCK)):
            events += self.step()
        return events

    def say(self, text: str, samples: Samples, patience: float = 3.0) -> Reaction:
        """Speak into the room and wait for the reaction."""
        begun = self.room.time
        reaction = Reaction(text, begun, self.room.say(samples))
        while self.room.time < reaction.ended + patience:
            for event in self.step():
                if isinstance(event, SpeechStarted) and reaction.ducked is None:
                    reaction = replace(reaction, ducked=self.room.time)
                elif isinstance(event, Utterance) and event.end > begun and not reaction.obeyed:
                    reaction = replace(reaction, heard=event, known=self.room.time, work=self.work)
            if reaction.heard and self.room.time > reaction.ended + 0.3:
                break
        return reaction

    def _speak(self) -> None:
        text = self._sentences[self._next % len(self._sentences)]
        self._next += 1
        self.player.play(self._voice.speak(text))
        self.listener.on_prompt(text)
        self._pause = PAUSE


def guide_sentences(phrases: Path) -> list[str]:
    """Every text of the guides, answers and replies, with its placeholders filled or removed."""
    found: dict[str, None] = {}
    files = [*sorted((phrases / "guides").glob("*.yaml")), *sorted((phrases / "answers").glob("*"))]
    for path in [*files, phrases / "replies.yaml"]:
        for text in _texts(read_yaml(path)):
            found[text] = None
    return list(found)


def _texts(node: Node) -> Iterator[str]:
    """The strings that end like a sentence, as all spoken texts do."""
    if isinstance(node.value, dict):
        for value in node.value.values():
            yield from _texts(value)
    elif isinstance(node.value, list):
        for value in node.value:
            yield from _texts(value)
    else:
        text = " ".join((node.value or "").split())
        if not text.endswith((".", "?", "!")) or " " not in text:
            return
        for name in ("{leg}", "{name}", "{step}", "{title}", "{sign}", "{minutes}", "{unsure}"):
            text = text.replace(name, "kiri" if name == "{leg}" else "")
        if "{" not in text:
            yield text


@cache
def own_phrases() -> Phrasebook:
    """The project's own phrases, loaded once."""
    return load_phrases(OWN_PHRASES)
