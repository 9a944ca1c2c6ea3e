"""The one loop: a block of sound in, what the guide wants done, a block of sound out.

The microphone's blocks are the clock, so the same loop runs on files in audio time.
"""

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass, field, replace

from assistant.asr.barge_in import OUT_OF_STEP
from assistant.asr.events import PartialTranscript, SpeechStarted, Utterance
from assistant.asr.interfaces import Listener
from assistant.asr.verifier.compare import Verdict
from assistant.asr.verifier.pending import PendingVerification
from assistant.asr.verifier.verifier import NullVerifier, Verifier
from assistant.audio.interfaces import Player, Voice, paced_blocks
from assistant.audio.pcm import AudioSource
from assistant.core.event_log import EventLog
from assistant.dialogue import policy
from assistant.dialogue.acts import Act, Ask, Hold, Note, Say, Tell
from assistant.dialogue.events import (
    DeviceAway,
    DeviceBack,
    DiaryAnswer,
    Doubtful,
    Event,
    Finished,
    NotUnderstood,
    Started,
    Tick,
    Told,
    Understood,
)
from assistant.dialogue.handlers import questions
from assistant.dialogue.script.model import Script
from assistant.dialogue.state import State
from assistant.nlu import Interpreter
from assistant.nlu.danger import RISKY
from assistant.nlu.intent import Intent
from assistant.nlu.negation import doubtful_denial
from assistant.runtime.act_player import ActPlayer
from assistant.runtime.conversation_snapshot import ConversationSnapshot
from assistant.runtime.diary.store import Diary
from assistant.runtime.notify.messages import Message, Notifier, NullNotifier, Recipient
from assistant.runtime.profile_store import ProfileStore
from assistant.runtime.sd_notify import SystemdNotifier

_LOGGER = logging.getLogger(__name__)

TICK_SECONDS = 1.0

SHORTEST_REMARK = 0.3
"""Seconds of speech below which sound without words is a cough, not a remark."""


@dataclass(frozen=True)
class Components:
    """Everything the loop is wired to."""

    source: AudioSource
    listener: Listener
    interpreter: Interpreter
    script: Script
    voice: Voice
    player: Player
    diary: Diary
    log: EventLog
    dim: Callable[[], float] = lambda: 1.0
    """How loud to be at this time of the day, as a part of the usual loudness."""

    earcon_enough: Callable[[str], bool] = lambda text: False
    """Whether a soft tone says as much as this text, at this time of the day."""

    snapshot: ConversationSnapshot = field(default_factory=lambda: ConversationSnapshot(None))
    systemd: SystemdNotifier = field(default_factory=lambda: SystemdNotifier(None))
    recipient: Recipient = Recipient()
    notifier: Notifier = field(default_factory=NullNotifier)
    profiles: ProfileStore = field(default_factory=lambda: ProfileStore(None))
    verifier: Verifier = field(default_factory=NullVerifier)


class ConversationLoop:
    """Runs one conversation after another until the sound ends or ``stop`` is called."""

    def __init__(self, house: Components, state: State | None = None) -> None:
        self._house = house
        self._performer = ActPlayer(house.voice, house.player, house.log, house.earcon_enough)
        self._state = self._knowing(state or policy.initial(house.profiles.profile))
        self._now = 0.0
        self._speaking_user = False
        self._stopping = threading.Event()
        self._away: set[str] = set()
        self._doubts = PendingVerification(house.verifier, house.interpreter)

    @property
    def state(self) -> State:
        """Where the conversation is."""
        return self._state

    @property
    def now(self) -> float:
        """Seconds of audio time since the start."""
        return self._now

    def stop(self) -> None:
        """End the loop at the next block; may be called from a signal handler."""
        self._stopping.set()

    def run(self, until: Callable[[State], bool] = lambda state: False) -> bool:
        """Listen and guide until the source ends, ``stop`` is called or ``until`` says so.

        Only in the last case is what is going on kept for the next start; returns whether.
        """
        house = self._house
        house.log.write(0.0, "ready")
        next_tick, kept = TICK_SECONDS, False
        unfinished = house.snapshot.load()
        if unfinished is not None:
            self._follow(policy.resume(self._knowing(unfinished), 0.0, house.script))
        else:
            self._step(Started(0.0))
        for now, block in paced_blocks(house.source, house.player):
            self._now = now
            for event in house.listener.feed(block):
                self._hear(event)
            self._settle_doubts()
            self._watch("microphone", house.source.lost)
            if not house.source.lost:
                house.systemd.heartbeat()
            self._watch("loudspeaker", house.player.lost)
            for told in house.notifier.outcomes():
                house.log.write(self._now, "told", about=told.about, ok=told.ok, why=told.why)
                self._step(Told(self._now, told.about, told.ok))
            if self._now >= next_tick:
                next_tick += TICK_SECONDS
                house.player.dim(house.dim())
                self._step(Tick(self._now))
            if self._speaking_user:
                self._performer.wait_again(self._now)
            elif self._performer.finished(self._now):
                self._step(Finished(self._now))
            if self._stopping.is_set() or (kept := until(self._state)):
                break
        for event in house.listener.flush():
            self._hear(event)
        self._performer.stop(self._now)
        if not kept:
            house.snapshot.clear()  # ended on purpose; a crash does not come by here
        return kept

    def _knowing(self, state: State) -> State:
        """``state`` with who is to be told as it is configured now."""
        whom = self._house.recipient
        return replace(state, tell=whom.who if whom.is_there else "", tell_warnings=whom.warnings)

    def _watch(self, device: str, lost: bool) -> None:
        """Record, and let the guide know, that a device went away or came back."""
        if lost and device not in self._away:
            self._away.add(device)
            self._house.log.write(self._now, "error", text=f"the {device} is away", device=device)
            self._step(DeviceAway(self._now, device))
        elif not lost and device in self._away:
            self._away.remove(device)
            self._house.log.write(self._now, "error", text=f"the {device} is back", device=device)
            self._step(DeviceBack(self._now, device))

    def _hear(self, event: SpeechStarted | PartialTranscript | Utterance) -> None:
        if isinstance(event, SpeechStarted):
            self._speaking_user = True
            self._house.player.duck(True)
        elif isinstance(event, Utterance):
            self._speaking_user = False
            self._heard(event)
            self._house.player.duck(False)

    def _heard(self, heard: Utterance) -> None:
        listening = self._state.listening
        meaning = self._house.interpreter.interpret(heard.words, listening, heard.confidence)
        known = meaning.intent is not None and not heard.rejection
        accepted = heard.accepted and meaning.accepted and known
        self._house.log.write(
            self._now,
            "heard",
            text=heard.words,
            intent=meaning.intent.name if meaning.intent else None,
            confidence=round(heard.confidence, 3),
            accepted=accepted,
            doubtful=not accepted and heard.doubtful and meaning.intent is not None,
            speech_start=round(heard.start, 3),
            speech_end=round(heard.end, 3),
            best=heard.details.best,
            threshold=heard.details.threshold,
            runner_up=heard.details.runner_up,
            reason=meaning.reason,
            state=listening,
            ignored=heard.rejection,
        )
        if accepted and meaning.intent is not None:
            near = (self._meant(words) for words in heard.details.near)
            contested = doubtful_denial(meaning.intent, near)
            self._step(Understood(self._now, meaning.intent, contested))
        elif heard.rejection:
            # A filler, a cough, a moan, its own echo: the guide goes on at its full voice. But a
            # cry for help that may be an echo is asked about, never let go.
            intent = meaning.intent if heard.rejection == OUT_OF_STEP and heard.accepted else None
            if intent is not None and intent.name in RISKY:
                self._step(Doubtful(self._now, intent))
        elif (heard.accepted or heard.doubtful) and meaning.intent is not None:
            if not (listening == "idle" and self._doubts.submit(heard, meaning)):
                self._step(Doubtful(self._now, meaning.intent))
        elif listening != "idle" and (heard.words or heard.end - heard.start > SHORTEST_REMARK):
            self._step(NotUnderstood(self._now, self._maybe_stop(heard)))

    def _settle_doubts(self) -> None:
        """Do what a second opinion makes of a doubtful phrase, if it still matters."""
        settled = self._doubts.poll()
        if settled is None or self._state.listening != "idle":
            return
        self._house.log.write(
            self._now, "opinion", intent=settled.intent.name, verdict=settled.verdict.name.lower(),
            likeness=settled.likeness, seconds=round(settled.seconds, 3),
        )  # fmt: skip
        if settled.verdict is Verdict.AGREES:
            self._step(Understood(self._now, settled.intent))
        elif settled.verdict is Verdict.UNSURE:
            self._step(Doubtful(self._now, settled.intent))

    def _maybe_stop(self, heard: Utterance) -> bool:
        """Whether what was refused may have been "berhenti": it must always work."""
        likeliest = (heard.details.best, heard.details.runner_up)
        return any((one := self._meant(words)) and one.name == "stop" for words in likeliest)

    def _meant(self, words: str) -> Intent | None:
        """What a phrase would mean here."""
        found = self._house.interpreter.interpret(words, self._state.listening)
        return found.intent if found.accepted else None

    def _step(self, event: Event) -> None:
        self._follow(policy.step(self._state, event, self._house.script))

    def _follow(self, result: tuple[State, tuple[Act, ...]]) -> None:
        """Take over the machine's new state and do what it wants done."""
        before = self._state.name
        self._state, acts = result
        self._house.snapshot.save(self._state)
        if self._state.name != before:
            self._house.log.write(self._now, "state", name=self._state.name)
        answers = questions.answers(self._state, self._house.script)
        expected = self._house.interpreter.expected(answers)
        self._house.listener.set_grammar(self._state.listening, expected)
        self._performer.perform(acts, self._now)
        for act in acts:
            if text := spoken_text(act):
                self._house.listener.on_prompt(text)
            if isinstance(act, Note):
                self._note(act)
            elif isinstance(act, Tell):
                self._house.notifier.notify(Message(act.about, act.text))
                self._house.log.write(self._now, "tell", about=act.about, text=act.text)

    def _note(self, note: Note) -> None:
        kept = self._house.profiles.answer(note, self._now)
        if kept is not None:
            self._step(kept)
            return
        answer = self._house.diary.take(note.kind, note.data)
        if answer is not None:
            self._step(DiaryAnswer(self._now, answer))


def spoken_text(act: Act) -> str:
    """All that is heard of an act; empty if it is silent."""
    match act:
        case Say(text) | Ask(text):
            return text
        case Hold(_, counts):
            return " ".join(count.text for count in counts)
        case _:
            return ""
