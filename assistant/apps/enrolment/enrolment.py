"""One enrolment: asks, listens, scores; microphone and loudspeaker, or files in their place."""

import json
from collections.abc import Set
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from assistant.apps.enrolment.flow import Prompt, TakeQuality, begin, step
from assistant.apps.enrolment.prompts import EnrolmentTexts
from assistant.apps.enrolment.scoring import Take, TakeScorer, combine_takes
from assistant.asr.barge_in import POLICIES
from assistant.asr.listener import SpeechListener
from assistant.asr.listener_events import SpeechStarted, Utterance
from assistant.asr.model_store import build_alignment_graphs, ensure_model
from assistant.asr.recognizer_interface import NO_EXPECTATION, Listener, Recognition, Recognizer
from assistant.asr.vosk_recognizer import VoskRecognizer
from assistant.audio.interfaces import Player, Voice, paced_blocks
from assistant.audio.pcm import AudioSource, Samples
from assistant.core.atomic_file import write_atomic
from assistant.core.event_log import EventLog
from assistant.core.listening_state import ListeningState
from assistant.core.paths import OWN_PHRASES
from assistant.dialogue.acts import Adjust, Ask, Say
from assistant.nlu import Interpreter
from assistant.nlu.templates import load_phrases
from assistant.runtime.act_player import ActPlayer
from assistant.runtime.composition import echo_reference
from assistant.runtime.guide_voice import open_guide_voice
from assistant.runtime.session_options import SessionOptions

WAIT = 6.0
"""Seconds in which an answer has to begin."""

COUGH = 0.25
"""Seconds of speech without words below which nothing was said."""


class RecordingRecognizer:
    """A ``Recognizer`` that keeps the audio of its last utterance only."""

    def __init__(self, recognizer: Recognizer) -> None:
        self._inner = recognizer
        self._parts: list[Samples] = []

    @property
    def sound(self) -> Samples:
        """The last utterance, int16, mono, 16 kHz."""
        return np.concatenate(self._parts) if self._parts else np.zeros(0, np.int16)

    def start(self, state: ListeningState, expected: Set[str] = NO_EXPECTATION) -> None:
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
    listener: Listener
    """Listens through ``recorder``."""

    recorder: RecordingRecognizer
    scorer: TakeScorer
    interpreter: Interpreter
    voice: Voice
    player: Player
    log: EventLog
    voice_settings: Adjust = Adjust(1.0, 1.0)
    """Loudness and pace of the voice."""


class Enrolment:
    """Runs once; ``takes`` are the good ones, ``muted`` whether a muted microphone has ended it."""

    def __init__(self, components: EnrolmentComponents, lines: EnrolmentTexts) -> None:
        self._components = components
        self._lines = lines
        self._act_player = ActPlayer(components.voice, components.player, components.log)
        self._now = 0.0
        self._speaking = False
        self._session, self._request = begin(lines)
        self.takes: list[Take] = []
        self.muted = False

    def run(self) -> None:
        """Ask until every phrase has its takes, the user stops, or the source ends or is muted."""
        components = self._components
        components.log.write({"t": 0.0, "event": "ready"})
        self._act_player.perform((components.voice_settings,), 0.0)
        components.listener.set_grammar(ListeningState.CONVERSATION)
        self._say(self._request)
        for now, block in paced_blocks(components.source, components.player):
            self._now = now
            if components.source.muted and not self._session.over:
                self.muted, self._speaking = True, False
                self._session = replace(self._session, over=True)
                self._say(Prompt(self._lines.say["muted"], asks=False))
            for event in components.listener.feed(block):
                if isinstance(event, SpeechStarted):
                    self._speaking = True
                elif isinstance(event, Utterance):
                    self._speaking = False
                    self._hear(event)
            if self._speaking:
                self._act_player.wait_again(self._now)
            elif self._act_player.finished(self._now):
                if self._session.over:
                    break
                self._follow(TakeQuality.NOTHING)
        self._act_player.stop(self._now)

    def _hear(self, heard: Utterance) -> None:
        if self._session.over or (not heard.words and heard.end - heard.start < COUGH):
            return
        take = self._components.scorer.take(self._components.recorder.sound, self._session.phrase)
        meaning = self._components.interpreter.interpret(
            heard.words, ListeningState.CONVERSATION, heard.confidence
        )
        stops = meaning.intent is not None and meaning.intent.name == "stop"
        answer = TakeQuality.UNCLEAR
        if take.plausible:
            answer = TakeQuality.GOOD
            self.takes.append(take)
        elif stops and heard.accepted and meaning.accepted:
            answer = TakeQuality.STOP
        self._components.log.write(
            {
                "t": self._now,
                "event": "take",
                "phrase": self._lines.phrases[self._session.phrase],
                "answer": answer.name.lower(),
                "heard": heard.words,
                "behind": _rounded(take.behind),
                "fit": _rounded(take.fit),
            }
        )
        self._follow(answer)

    def _follow(self, answer: TakeQuality) -> None:
        self._session, request = step(self._session, answer, self._lines)
        if self._session.over:
            result = self._lines.say["done" if self.takes else "nothing"]
            request = Prompt(f"{request.text} {result}".strip(), asks=False)
        self._say(request)

    def _say(self, request: Prompt) -> None:
        act = Ask(request.text, WAIT) if request.asks else Say(request.text)
        self._act_player.perform((act,), self._now)
        self._components.listener.on_prompt(request.text)


def save_pronunciation(path: Path, table: str, takes: list[Take]) -> None:
    """Store which pronunciation variants fit this person; no audio. Raises ``OSError``."""
    record = {"table": table, "takes": len(takes), "counts": combine_takes(takes)}
    write_atomic(path, json.dumps(record, indent=1), durable=True, private=True)


def _rounded(value: float) -> float | None:
    return round(value, 2) if np.isfinite(value) else None


def open_enrolment_components(
    source: AudioSource,
    player: Player,
    log: EventLog,
    options: SessionOptions,
    lines: EnrolmentTexts,
    folder: Path,
) -> EnrolmentComponents:
    """Load the model and the pronunciations of each phrase; their graphs go into ``folder``.

    Raises ``InputError`` for a phrase that cannot be said, ``MissingError`` without a model.
    """
    recorder = RecordingRecognizer(VoskRecognizer(ensure_model(), (ListeningState.CONVERSATION,)))
    listener = SpeechListener(
        recorder, options.config.sound.endpointing(), state=ListeningState.CONVERSATION
    )
    # the prompts contain the phrases to be learned: the microphone is ignored while they play
    listener.set_echo_reference(echo_reference(source, player), "half", POLICIES["off"]())
    profile = options.config.profile
    return EnrolmentComponents(
        source=source,
        listener=listener,
        recorder=recorder,
        scorer=TakeScorer(build_alignment_graphs(lines.phrases, folder)),
        interpreter=Interpreter(load_phrases(OWN_PHRASES, spoken_only=True)),
        voice=open_guide_voice(options.config.speaking),
        player=player,
        log=log,
        voice_settings=Adjust(profile.volume, profile.rate),
    )
