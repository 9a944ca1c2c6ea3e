"""One enrolment: asks, listens, judges; microphone and loudspeaker, or files in their place."""

import json
from collections.abc import Set
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from assistant.apps.enrolment.flow import Answer, Request, begin, step
from assistant.apps.enrolment.prompts import Lines
from assistant.apps.enrolment.scoring import Judge, Take, together
from assistant.asr.barge_in import STRATEGIES
from assistant.asr.events import Heard, SpeechStarted
from assistant.asr.interfaces import NOTHING, Ear, Hypothesis, Recognizer
from assistant.asr.listener import StreamingEar
from assistant.asr.model_store import model_for, ways_of
from assistant.asr.vosk_recognizer import VoskRecognizer
from assistant.audio.interfaces import Player, Voice
from assistant.audio.pcm import BLOCK, RATE, AudioSource, Samples
from assistant.core.atomic_file import put
from assistant.core.event_log import EventLog
from assistant.core.paths import OWN_PHRASES
from assistant.dialogue.acts import Adjust, Ask, Say
from assistant.nlu import Understander
from assistant.nlu.templates import load_phrases
from assistant.runtime.act_player import Performer
from assistant.runtime.composition import Settings, open_voice, reference_of

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
        meaning = self._with.understander.understand(heard.words, "conversation", heard.confidence)
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


def open_equipment(
    source: AudioSource, player: Player, log: EventLog, settings: Settings, lines: Lines,
    room: Path,
) -> Equipment:  # fmt: skip
    """Load the model, and the ways to say each phrase; their graphs go into ``room``.

    Raises ``InputError`` for a phrase that cannot be said, ``MissingError`` without a model.
    """
    listening = Listening(VoskRecognizer(model_for(), ("conversation",)))
    ear = StreamingEar(listening, settings.sound.endpointing(), state="conversation")
    # the prompts hold the very phrases that are to be learned: nothing is heard while they play
    ear.hear_past(reference_of(source, player), "half", STRATEGIES["off"]())
    profile = settings.profile
    return Equipment(
        source=source,
        ear=ear,
        listening=listening,
        judge=Judge(ways_of(lines.phrases, room)),
        understander=Understander(load_phrases(OWN_PHRASES, by_ear=True)),
        voice=open_voice(settings.voice),
        player=player,
        log=log,
        manner=Adjust(profile.volume, profile.rate),
    )
