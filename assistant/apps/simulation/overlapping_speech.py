"""A user speaks over the guide in a simulated room, in audio time.

One room and one ``SpeechListener``, without a dialogue: what barge-in and echo cancellation are
tested and measured with.
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
"""The rooms of every measurement: -3 to -10 dB, 60 to 180 ms, clocks 0 to 100 ppm apart."""

PAUSE = 0.4
"""Seconds between two sentences of the guide."""


@dataclass(frozen=True)
class Reaction:
    """The reaction to one utterance of the user."""

    said: str
    begun: float
    """Second at which it could first be heard."""
    ended: float
    ducked: float | None = None
    """Second at which the guide was told to speak softly."""
    heard: Utterance | None = None
    known: float | None = None
    """Second at which it was known what was said."""
    work: float = 0.0
    """Seconds of computing at the end of the utterance, beyond the time of a block."""

    @property
    def obeyed(self) -> str:
        """The words that would have been acted on; empty if none."""
        heard = self.heard
        return heard.words if heard and heard.accepted and not heard.rejection else ""


@dataclass
class RandomBlockLoss:
    """An overloaded machine: blocks of the microphone and of the loudspeaker get lost."""

    every: float
    """Seconds from one loss to the next, on average."""
    longest: int = 5
    """Blocks lost at a time, at most."""
    chance: random.Random = field(default_factory=lambda: random.Random(4))

    def now(self) -> int:
        """How many blocks are lost at this moment."""
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
        """Whether the guide is to be silent."""
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
                self.player.advance(BLOCK_SECONDS)  # played, and lost on the way to the tap
                self.player.reference(BLOCK)
            else:
                self.player.advance(BLOCK_SECONDS)
                block = self.room.block()  # the one before is lost
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
    """Every text that the guides, answers and replies speak, names left out of their braces."""
    found: dict[str, None] = {}
    files = [*sorted((phrases / "guides").glob("*.yaml")), *sorted((phrases / "answers").glob("*"))]
    for path in [*files, phrases / "replies.yaml"]:
        for text in _texts(read_yaml(path)):
            found[text] = None
    return list(found)


def _texts(node: Node) -> Iterator[str]:
    """The strings that end like a sentence: everything spoken does."""
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
    """The project's own, read once."""
    return load_phrases(OWN_PHRASES)
