"""One enrolment: asks, listens, judges; microphone and loudspeaker, or files in their place."""

import json
from collections.abc import Set
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from assistant.apps.enrolment.flow import Prompt, TakeQuality, begin, step
from assistant.apps.enrolment.prompts import EnrolmentTexts
from assistant.apps.enrolment.scoring import Take, TakeScorer, combine_takes
from assistant.asr.barge_in import POLICIES
from assistant.asr.events import SpeechStarted, Utterance
from assistant.asr.interfaces import NO_EXPECTATION, Listener, Recognition, Recognizer
from assistant.asr.listener import SpeechListener
from assistant.asr.model_store import build_alignment_graphs, ensure_model
from assistant.asr.vosk_recognizer import VoskRecognizer
from assistant.audio.interfaces import Player, Voice, paced_blocks
from assistant.audio.pcm import AudioSource, Samples
from assistant.core.atomic_file import write_atomic
from assistant.core.event_log import EventLog
from assistant.core.paths import OWN_PHRASES
from assistant.dialogue.acts import Adjust, Ask, Say
from assistant.nlu import Interpreter
from assistant.nlu.templates import load_phrases
from assistant.runtime.act_player import ActPlayer
from assistant.runtime.composition import Settings, open_voice, reference_of

WAIT = 6.0
"""Seconds in which an answer has to begin."""

COUGH = 0.25
"""Seconds of speech without words below which nothing was said."""


class RecordingRecognizer:
    """A ``Recognizer`` that remembers the sound of its last utterance, and nothing before it."""

    def __init__(self, recognizer: Recognizer) -> None:
        self._inner = recognizer
        self._parts: list[Samples] = []

    @property
    def sound(self) -> Samples:
        """The last utterance, int16, mono, 16 kHz."""
        return np.concatenate(self._parts) if self._parts else np.zeros(0, np.int16)

    def start(self, state: str, expected: Set[str] = NO_EXPECTATION) -> None:
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

    def finish(self) -> Recognition:
        """See ``Recognizer``."""
        return self._inner.finish()


@dataclass(frozen=True)
class EnrolmentComponents:
    """Everything that an enrolment needs."""

    source: AudioSource
    ear: Listener
    """Listens through ``listening``."""

    listening: RecordingRecognizer
    judge: TakeScorer
    understander: Interpreter
    voice: Voice
    player: Player
    log: EventLog
    manner: Adjust = Adjust(1.0, 1.0)
    """Loudness and pace of the voice."""


class Enrolment:
    """Runs once; ``takes`` are the good ones."""

    def __init__(self, equipment: EnrolmentComponents, lines: EnrolmentTexts) -> None:
        self._with = equipment
        self._lines = lines
        self._performer = ActPlayer(equipment.voice, equipment.player, equipment.log)
        self._now = 0.0
        self._speaking = False
        self._session, self._request = begin(lines)
        self.takes: list[Take] = []

    def run(self) -> None:
        """Until everything was asked for, the user has had enough or the sound ends."""
        house = self._with
        house.log.write(0.0, "ready")
        self._performer.perform((house.manner,), 0.0)
        house.ear.set_grammar("conversation")
        self._say(self._request)
        for now, block in paced_blocks(house.source, house.player):
            self._now = now
            for event in house.ear.feed(block):
                if isinstance(event, SpeechStarted):
                    self._speaking = True
                elif isinstance(event, Utterance):
                    self._speaking = False
                    self._hear(event)
            if self._speaking:
                self._performer.wait_again(self._now)
            elif self._performer.finished(self._now):
                if self._session.over:
                    break
                self._follow(TakeQuality.NOTHING)
        self._performer.stop(self._now)

    def _hear(self, heard: Utterance) -> None:
        if self._session.over or (not heard.words and heard.end - heard.start < COUGH):
            return
        take = self._with.judge.take(self._with.listening.sound, self._session.phrase)
        meaning = self._with.understander.interpret(heard.words, "conversation", heard.confidence)
        stops = meaning.intent is not None and meaning.intent.name == "stop"
        answer = TakeQuality.UNCLEAR
        if take.plausible:
            answer = TakeQuality.GOOD
            self.takes.append(take)
        elif stops and heard.accepted and meaning.accepted:
            answer = TakeQuality.STOP
        self._with.log.write(
            self._now, "take", phrase=self._lines.phrases[self._session.phrase],
            answer=answer.name.lower(), heard=heard.words,
            behind=_rounded(take.behind), fit=_rounded(take.fit),
        )  # fmt: skip
        self._follow(answer)

    def _follow(self, answer: TakeQuality) -> None:
        self._session, request = step(self._session, answer, self._lines)
        if self._session.over:
            result = self._lines.say["done" if self.takes else "nothing"]
            request = Prompt(f"{request.text} {result}".strip(), asks=False)
        self._say(request)

    def _say(self, request: Prompt) -> None:
        act = Ask(request.text, WAIT) if request.asks else Say(request.text)
        self._performer.perform((act,), self._now)
        self._with.ear.on_prompt(request.text)


def save_pronunciation(path: Path, table: str, takes: list[Take]) -> None:
    """Keep which ways of saying things fit this person; no sound. Raises ``OSError``."""
    record = {"table": table, "takes": len(takes), "counts": combine_takes(takes)}
    write_atomic(path, json.dumps(record, indent=1), durable=True, private=True)


def _rounded(value: float) -> float | None:
    return round(value, 2) if np.isfinite(value) else None


def open_enrolment_components(
    source: AudioSource, player: Player, log: EventLog, settings: Settings, lines: EnrolmentTexts,
    room: Path,
) -> EnrolmentComponents:  # fmt: skip
    """Load the model, and the ways to say each phrase; their graphs go into ``room``.

    Raises ``InputError`` for a phrase that cannot be said, ``MissingError`` without a model.
    """
    listening = RecordingRecognizer(VoskRecognizer(ensure_model(), ("conversation",)))
    ear = SpeechListener(listening, settings.sound.endpointing(), state="conversation")
    # the prompts hold the very phrases that are to be learned: nothing is heard while they play
    ear.set_echo_reference(reference_of(source, player), "half", POLICIES["off"]())
    profile = settings.profile
    return EnrolmentComponents(
        source=source,
        ear=ear,
        listening=listening,
        judge=TakeScorer(build_alignment_graphs(lines.phrases, room)),
        understander=Interpreter(load_phrases(OWN_PHRASES, by_ear=True)),
        voice=open_voice(settings.voice),
        player=player,
        log=log,
        manner=Adjust(profile.volume, profile.rate),
    )
