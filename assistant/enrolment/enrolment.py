"""One enrolment: asks, listens, judges; microphone and loudspeaker, or files in their place."""

import json
from collections.abc import Set
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from assistant.enrolment.lines import Lines
from assistant.enrolment.session import Answer, Request, begin, step
from assistant.enrolment.takes import Judge, Take, together
from assistant.eventlog import EventLog
from assistant.files import put
from assistant.guidance.acts import Adjust, Ask, Say
from assistant.hearing.heard import Heard, SpeechStarted
from assistant.hearing.protocols import (
    BLOCK,
    NOTHING,
    RATE,
    AudioSource,
    Ear,
    Hypothesis,
    Recognizer,
    Samples,
)
from assistant.performer import Performer
from assistant.speaking.protocols import Player, Voice
from assistant.understanding import Understander

WAIT = 6.0
"""Seconds in which an answer has to begin."""

COUGH = 0.25
"""Seconds of speech without words below which nothing was said."""

_BLOCK_SECONDS = BLOCK / RATE


class Listening:
    """A ``Recognizer`` that remembers the sound of its last utterance, and nothing before it."""

    def __init__(self, recognizer: Recognizer) -> None:
        self._inner = recognizer
        self._parts: list[Samples] = []

    @property
    def sound(self) -> Samples:
        """The last utterance, int16, mono, 16 kHz."""
        return np.concatenate(self._parts) if self._parts else np.zeros(0, np.int16)

    def start(self, state: str, expected: Set[str] = NOTHING) -> None:
        """See ``Recognizer``."""
        self._parts = []
        self._inner.start(state, expected)

    def feed(self, samples: Samples) -> None:
        """See ``Recognizer``."""
        self._parts.append(samples)
        self._inner.feed(samples)

    def partial(self) -> str:
        """See ``Recognizer``."""
        return self._inner.partial()

    def complete(self) -> bool:
        """See ``Recognizer``."""
        return self._inner.complete()

    def whole(self) -> bool:
        """See ``Recognizer``."""
        return self._inner.whole()

    def finish(self) -> Hypothesis:
        """See ``Recognizer``."""
        return self._inner.finish()


@dataclass(frozen=True)
class Equipment:
    """Everything that an enrolment needs."""

    source: AudioSource
    ear: Ear
    """Listens through ``listening``."""

    listening: Listening
    judge: Judge
    understander: Understander
    voice: Voice
    player: Player
    log: EventLog
    manner: Adjust = Adjust(1.0, 1.0)
    """Loudness and pace of the voice."""


class Enrolment:
    """Runs once; ``takes`` are the good ones."""

    def __init__(self, equipment: Equipment, lines: Lines) -> None:
        self._with = equipment
        self._lines = lines
        self._performer = Performer(equipment.voice, equipment.player, equipment.log)
        self._now = 0.0
        self._speaking = False
        self._session, self._request = begin(lines)
        self.takes: list[Take] = []

    def run(self) -> None:
        """Until everything was asked for, the user has had enough or the sound ends."""
        house = self._with
        house.log.write(0.0, "ready")
        self._performer.perform((house.manner,), 0.0)
        house.ear.listen_for("conversation")
        self._say(self._request)
        for count, block in enumerate(house.source.blocks(), start=1):
            self._now = count * _BLOCK_SECONDS
            house.player.advance(_BLOCK_SECONDS)
            for event in house.ear.feed(block):
                if isinstance(event, SpeechStarted):
                    self._speaking = True
                elif isinstance(event, Heard):
                    self._speaking = False
                    self._hear(event)
            if self._speaking:
                self._performer.wait_again(self._now)
            elif self._performer.finished(self._now):
                if self._session.over:
                    break
                self._follow(Answer.NOTHING)
        self._performer.stop(self._now)

    def _hear(self, heard: Heard) -> None:
        if self._session.over or (not heard.words and heard.end - heard.start < COUGH):
            return
        take = self._with.judge.take(self._with.listening.sound, self._session.phrase)
        meaning = self._with.understander.understand(
            heard.words, "conversation", heard.confidence
        )
        stops = meaning.intent is not None and meaning.intent.name == "stop"
        answer = Answer.UNCLEAR
        if take.plausible:
            answer = Answer.GOOD
            self.takes.append(take)
        elif stops and heard.accepted and meaning.accepted:
            answer = Answer.STOP
        self._with.log.write(
            self._now, "take", phrase=self._lines.phrases[self._session.phrase],
            answer=answer.name.lower(), heard=heard.words,
            behind=_rounded(take.behind), fit=_rounded(take.fit),
        )  # fmt: skip
        self._follow(answer)

    def _follow(self, answer: Answer) -> None:
        self._session, request = step(self._session, answer, self._lines)
        if self._session.over:
            result = self._lines.say["done" if self.takes else "nothing"]
            request = Request(f"{request.text} {result}".strip(), asks=False)
        self._say(request)

    def _say(self, request: Request) -> None:
        act = Ask(request.text, WAIT) if request.asks else Say(request.text)
        self._performer.perform((act,), self._now)
        self._with.ear.guide_says(request.text)


def keep(path: Path, table: str, takes: list[Take]) -> None:
    """Keep which ways of saying things fit this person; no sound. Raises ``OSError``."""
    record = {"table": table, "takes": len(takes), "counts": together(takes)}
    put(path, json.dumps(record, indent=1), durable=True, private=True)


def _rounded(value: float) -> float | None:
    return round(value, 2) if np.isfinite(value) else None
