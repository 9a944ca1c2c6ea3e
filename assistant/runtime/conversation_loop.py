"""The one loop: a block of audio in, the dialogue policy's acts, a block of audio out.

The microphone's blocks are the clock, so the same loop runs on files in audio time.
"""

import logging
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace

from assistant.asr.listener_events import PartialTranscript, SpeechStarted, Utterance
from assistant.asr.rejection import RejectionReason
from assistant.asr.understanding import understand
from assistant.asr.verifier.compare import Verdict
from assistant.asr.verifier.pending import PendingVerification
from assistant.audio.interfaces import paced_blocks
from assistant.core.listening_state import ListeningState
from assistant.dialogue import policy
from assistant.dialogue.acts import Act, Ask, Hold, Note, Say, Tell
from assistant.dialogue.events import (
    DeviceAway,
    DeviceBack,
    DiaryAnswer,
    Doubtful,
    Event,
    Finished,
    HearAgain,
    NotUnderstood,
    Started,
    Tick,
    Told,
    Understood,
)
from assistant.dialogue.handlers import questions
from assistant.dialogue.notes import DiaryRecord, ProfileRecord
from assistant.dialogue.state import State
from assistant.nlu.danger import DANGER_INTENTS
from assistant.nlu.intent import Intent
from assistant.nlu.negation import doubtful_denial
from assistant.runtime.act_player import ActPlayer
from assistant.runtime.components import Components
from assistant.runtime.danger_over_prompt import weigh_danger
from assistant.runtime.ear_switch import EarSwitch
from assistant.runtime.hearing_records import heard_record, opinion_record
from assistant.runtime.notify.messages import Delivery, Message
from assistant.runtime.others_talk import OthersTalk

_LOGGER = logging.getLogger(__name__)

TICK_SECONDS = 1.0

MUTED = "muted or dead: it delivers no sound at all"
"""What is logged, and shown by ``systemctl status``, of a microphone that is there but silent.

The heartbeat goes on: the watchdog's restart would not unmute it, and would end a guide.
"""

SHORTEST_REMARK = 0.3
"""Seconds of speech; anything shorter and without words is a cough, not a remark."""


class ConversationLoop:
    """Runs one conversation after another until the source ends or ``stop`` is called."""

    def __init__(self, components: Components, state: State | None = None) -> None:
        self._components = components
        self._act_player = ActPlayer(
            components.voice,
            components.player,
            components.log,
            components.quiet_hours.earcon_is_enough,
        )
        self._state = self._with_recipient(state or policy.initial(components.profiles.profile))
        self._now = 0.0
        self._speaking_user = False
        self._stopping = threading.Event()
        self.ear = EarSwitch(components.deaf_notice, components.systemd)
        self._away: dict[str, str] = {}
        self._others = OthersTalk()
        self._verification = PendingVerification(components.verifier, components.interpreter)

    @property
    def state(self) -> State:
        """The dialogue state."""
        return self._state

    @property
    def now(self) -> float:
        """Seconds of audio time since the start."""
        return self._now

    def stop(self) -> None:
        """End the loop at the next block; may be called from a signal handler."""
        self._stopping.set()

    def run(self, until: Callable[[State], bool] = lambda state: False) -> bool:
        """Listen and guide until the source ends, ``stop`` is called or ``until`` is true.

        Only in the last case does the snapshot of the conversation stay for the next start; then
        True is returned.
        """
        components = self._components
        components.log.write({"t": 0.0, "event": "ready"})
        next_tick, resumable = TICK_SECONDS, False
        unfinished = components.snapshot.load(components.script)
        if unfinished is not None:
            self._apply(policy.resume(self._with_recipient(unfinished), 0.0, components.script))
        else:
            self._step(Started(0.0))
        for now, block in paced_blocks(components.source, components.player):
            self._now = now
            if self.ear.take_key():
                self._step(HearAgain(now))
            for event in components.listener.feed(self.ear.through(block)):
                self._on_listener_event(event)
            self._poll_verification()
            self._check_device("microphone", components.source.lost, components.source.muted)
            if not components.source.lost:
                components.systemd.heartbeat()
            self._check_device("loudspeaker", components.player.lost)
            for delivery in components.notifier.outcomes():
                self._on_delivery(delivery)
            if self._now >= next_tick:
                next_tick += TICK_SECONDS
                components.player.dim(components.quiet_hours.volume)
                components.diary.tidy()
                self._step(Tick(self._now))
            if self._speaking_user:
                self._act_player.wait_again(self._now)
            elif self._act_player.finished(self._now):
                self._step(Finished(self._now))
            if self._stopping.is_set() or (resumable := until(self._state)):
                break
        for event in components.listener.flush():
            self._on_listener_event(event)
        self._act_player.stop(self._now)
        if not resumable:
            components.snapshot.clear()  # ended on purpose; a crash does not get here
        return resumable

    def _with_recipient(self, state: State) -> State:
        """``state`` with the recipient as it is configured now."""
        whom = self._components.recipient
        return replace(
            state, tell=whom.who if whom.is_configured else "", tell_warnings=whom.warnings
        )

    def _check_device(self, device: str, lost: bool, muted: bool = False) -> None:
        """Log it and inform the policy when a device disappears, falls silent or returns."""
        now = "away" if lost else MUTED if muted else ""
        before = self._away.get(device, "")
        if now == before:
            return
        self._away[device] = now
        text = f"the {device} is {now or 'back'}"
        self._components.log.write(
            {"t": self._now, "event": "error", "text": text, "device": device}
        )
        if MUTED in (now, before):
            self._components.systemd.status(text if now else "listening")
        if now:
            self._step(DeviceAway(self._now, device, muted=not lost))
        else:
            self._step(DeviceBack(self._now, device))

    def _on_delivery(self, delivery: Delivery) -> None:
        """Log it and inform the policy when a notification has arrived or failed."""
        about, ok = delivery.about, delivery.ok
        self._components.log.write(
            {"t": self._now, "event": "told", "about": about, "ok": ok, "why": delivery.why}
        )
        self._step(Told(self._now, about, ok))

    def _on_listener_event(self, event: SpeechStarted | PartialTranscript | Utterance) -> None:
        if isinstance(event, SpeechStarted):
            self._speaking_user = True
            self._components.player.duck(True)
        elif isinstance(event, Utterance):
            self._speaking_user = False
            self._on_utterance(event)
            self._components.player.duck(False)

    def _on_utterance(self, heard: Utterance) -> None:
        listening = self._state.listening
        meaning = understand(self._components.interpreter, heard, listening, heard.crowded)
        unconfirmed = self._state.unconfirmed > 0
        heard, meaning = weigh_danger(heard, meaning, listening, self._near(heard))
        meaning, ignored = self._others.weigh(heard, meaning, listening, unconfirmed)
        heard = replace(heard, rejection=heard.rejection or ignored)
        known = meaning.intent is not None and not heard.rejection
        accepted = meaning.accepted and known
        self._components.log.write(heard_record(self._now, heard, meaning, accepted, listening))
        if accepted:
            self._components.listener.addressed(heard)
        if accepted and meaning.intent is not None:
            contested = doubtful_denial(meaning.intent, self._near(heard))
            self._step(Understood(self._now, meaning.intent, contested, heard.crowded))
        elif heard.rejection:
            # A filler, a cough, a moan, its own echo: the guide goes on at full volume. But a cry
            # for help that may be an echo is asked about, never dropped.
            echo = heard.rejection == RejectionReason.ECHO_NOT_ALIGNED
            intent = meaning.intent if echo and meaning.accepted else None
            if intent is not None and intent.name in DANGER_INTENTS:
                self._step(Doubtful(self._now, intent))
        elif meaning.doubtful and meaning.intent is not None:
            idle = listening == ListeningState.IDLE
            if not (idle and self._verification.submit(heard, meaning.interpretation)):
                self._step(Doubtful(self._now, meaning.intent, heard.crowded))
        elif listening != ListeningState.IDLE and (
            heard.words or heard.end - heard.start > SHORTEST_REMARK
        ):
            self._step(NotUnderstood(self._now, self._may_be_stop(heard), heard.crowded))

    def _poll_verification(self) -> None:
        """Act on the verification of a doubtful phrase, if it still matters."""
        verified = self._verification.poll()
        if verified is None or self._state.listening != ListeningState.IDLE:
            return
        self._components.log.write(opinion_record(self._now, verified))
        if verified.verdict is Verdict.AGREES:
            self._step(Understood(self._now, verified.intent))
        elif verified.verdict is Verdict.UNSURE:
            self._step(Doubtful(self._now, verified.intent))

    def _may_be_stop(self, heard: Utterance) -> bool:
        """True if the rejected utterance may have been "berhenti", which must always work."""
        likeliest = (heard.details.best, heard.details.runner_up)
        return any((one := self._intent_of(words)) and one.name == "stop" for words in likeliest)

    def _near(self, heard: Utterance) -> Iterator[Intent | None]:
        """Intents of the phrases that fit nearly as well, interpreted only when they are needed."""
        return (self._intent_of(words) for words in heard.details.near)

    def _intent_of(self, words: str) -> Intent | None:
        """The intent of a phrase in this state; None if it is not accepted."""
        found = self._components.interpreter.interpret(words, self._state.listening)
        return found.intent if found.accepted else None

    def _step(self, event: Event) -> None:
        self._apply(policy.step(self._state, event, self._components.script))

    def _apply(self, result: tuple[State, tuple[Act, ...]]) -> None:
        """Take over the policy's new state and perform its acts."""
        before = self._state.name
        self._state, acts = result
        self._components.snapshot.save(self._state)
        if self._state.name != before:
            self._components.log.write({"t": self._now, "event": "state", "name": self._state.name})
        self.ear.follow(self._state, self._now)
        answers = questions.answers(self._state, self._components.script)
        expected = self._components.interpreter.expected(answers)
        self._components.listener.set_grammar(self._state.listening, expected)
        self._act_player.perform(acts, self._now)
        for act in acts:
            if text := spoken_text(act):
                self._components.listener.on_prompt(text)
            if isinstance(act, Note):
                self._note(act.record)
            elif isinstance(act, Tell):
                self._components.notifier.notify(Message(act.about, act.text))
                self._components.log.write(
                    {"t": self._now, "event": "tell", "about": act.about, "text": act.text}
                )

    def _note(self, record: DiaryRecord | ProfileRecord) -> None:
        if isinstance(record, ProfileRecord):
            self._step(self._components.profiles.answer(record, self._now))
        elif (answer := self._components.diary.take(record)) is not None:
            self._step(DiaryAnswer(self._now, answer))


def spoken_text(act: Act) -> str:
    """Everything that an act says; empty if it is silent."""
    match act:
        case Say(text) | Ask(text):
            return text
        case Hold(_, counts):
            return " ".join(count.text for count in counts)
        case _:
            return ""
