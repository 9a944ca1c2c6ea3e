"""The guide speaks, a user speaks over it, in audio time: one room, one ear, no conversation."""

import random
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from itertools import product
from pathlib import Path

import numpy as np
import yaml

from assistant.asr.barge_in import BargeInPolicy
from assistant.asr.endpointing import final_prefixes
from assistant.asr.events import SpeechStarted, Utterance
from assistant.asr.interfaces import Recognizer
from assistant.asr.listener import SpeechListener
from assistant.asr.model_store import OWN_PHRASES
from assistant.audio.interfaces import Voice
from assistant.audio.pcm import BLOCK, RATE, Samples
from assistant.core.listening_state import ListeningState
from assistant.nlu.templates import Phrasebook, load_phrases
from bench.common.simulated_room import Echo, Room, RoomPlayer

GRID = tuple(
    Echo(gain, delay, seed=number, ahead=ahead)
    for number, (gain, (delay, ahead)) in enumerate(
        product((-3.0, -6.0, -10.0), ((0.06, 0.0), (0.12, 50e-6), (0.18, -100e-6)))
    )
)
"""The rooms of every measurement: -3 to -10 dB, 60 to 180 ms, clocks 0 to 100 ppm apart."""

PAUSE = 0.4
"""Seconds between two sentences of the guide."""


@dataclass(frozen=True)
class Reaction:
    """What became of one thing that was said into the room."""

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
        """The words that would have been obeyed; empty if none."""
        heard = self.heard
        return heard.words if heard and heard.accepted and not heard.rejection else ""


@dataclass
class Losses:
    """A machine too busy: blocks of the microphone and of the loudspeaker that get lost."""

    every: float
    """Seconds from one loss to the next, on average."""
    longest: int = 5
    """Blocks lost at a time, at most."""
    chance: random.Random = field(default_factory=lambda: random.Random(4))

    def now(self) -> int:
        """How many blocks are lost at this moment."""
        if self.chance.random() < BLOCK / RATE / self.every:
            return self.chance.randint(1, self.longest)
        return 0


class Talk:
    """Runs block by block; ``events`` gathers what the ear said."""

    def __init__(
        self,
        recognizer: Recognizer,
        voice: Voice,
        sentences: Sequence[str],
        echo: Echo | None,
        turns: BargeInPolicy | None = None,
        losses: Losses | None = None,
    ) -> None:
        self._voice = voice
        self._sentences = sentences
        self._next = 0
        self._pause = 0.0
        self._losses = losses
        self.player = RoomPlayer(echo.ahead if echo else 0.0)
        self.room = Room(self.player, echo)
        self.ear = SpeechListener(
            recognizer,
            state=ListeningState.CONVERSATION,
            is_final=final_prefixes(own_phrases().phrases),
        )
        self.ear.set_echo_reference(self.player.reference, turns=turns)
        self.player.reference(0)
        self.quiet = False
        """Whether the guide is to be silent."""
        self.work = 0.0

    def step(self) -> list[SpeechStarted | Utterance]:
        """Twenty milliseconds."""
        if not self.quiet and not self.player.playing:
            self._pause -= BLOCK / RATE
            if self._pause <= 0:
                self._speak()
        block = self.room.block()
        self.player.advance(BLOCK / RATE)
        for _ in range(self._losses.now() if self._losses else 0):
            if self._losses and self._losses.chance.random() < 0.5:
                self.player.advance(BLOCK / RATE)  # played, and lost on the way to the tap
                self.player.reference(BLOCK)
            else:
                self.player.advance(BLOCK / RATE)
                block = self.room.block()  # the one before is lost
        begun = time.process_time()
        events = [e for e in self.ear.feed(block) if isinstance(e, SpeechStarted | Utterance)]
        self.work = time.process_time() - begun
        for event in events:
            self.player.duck(isinstance(event, SpeechStarted))
        return events

    def run(self, seconds: float) -> list[SpeechStarted | Utterance]:
        """Go on for a while; returns what the ear said meanwhile."""
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
        self.ear.on_prompt(text)
        self._pause = PAUSE


def guide_sentences(phrases: Path) -> list[str]:
    """Every text that the guides, answers and replies speak, names left out of their braces."""
    found: dict[str, None] = {}
    files = [*sorted((phrases / "guides").glob("*.yaml")), *sorted((phrases / "answers").glob("*"))]
    for path in [*files, phrases / "replies.yaml"]:
        for text in _texts(yaml.safe_load(path.read_text(encoding="utf-8"))):
            found[text] = None
    return list(found)


def _texts(tree: object) -> Iterator[str]:
    """The strings that end like a sentence: everything spoken does."""
    if isinstance(tree, dict):
        for value in tree.values():
            yield from _texts(value)
    elif isinstance(tree, list):
        for value in tree:
            yield from _texts(value)
    elif isinstance(tree, str) and tree.rstrip().endswith((".", "?", "!")) and " " in tree.strip():
        text = " ".join(tree.split())
        for name in ("{leg}", "{name}", "{step}", "{title}", "{sign}", "{minutes}", "{unsure}"):
            text = text.replace(name, "kiri" if name == "{leg}" else "")
        if "{" not in text:
            yield text


@cache
def own_phrases() -> Phrasebook:
    """The project's own, read once."""
    return load_phrases(OWN_PHRASES)


def level(samples: Samples) -> float:
    """Root mean square in dB of full scale."""
    return float(10 * np.log10(np.mean((samples / 32768.0) ** 2) + 1e-12))
