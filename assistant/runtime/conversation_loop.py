"""The one loop: a block of audio in, the dialogue policy's acts, a block of audio out.

The microphone's blocks are the clock, so the same loop runs on files in audio time.
"""

import logging
import threading
from collections.abc import Callable
from dataclasses import replace

from assistant.asr.listener_events import (
    ListenerEvent,
    PartialTranscript,
    SpeechStarted,
    Utterance,
)
from assistant.audio.interfaces import paced_blocks
from assistant.audio.pcm import Samples
from assistant.audio.room_noise import RoomNoise
from assistant.core.translation import _
from assistant.dialogue import policy
from assistant.dialogue.acts import Act, Ask, Hold, Note, Say, Tell
from assistant.dialogue.events import (
    DeviceAway,
    DeviceBack,
    DiaryAnswer,
    Event,
    Finished,
    HearAgain,
    Started,
    Tick,
    Told,
)
from assistant.dialogue.handlers import questions
from assistant.dialogue.notes import DiaryRecord, ProfileRecord
from assistant.dialogue.state import State
from assistant.runtime.act_player import ActPlayer
from assistant.runtime.components import Components
from assistant.runtime.ear_switch import EarSwitch
from assistant.runtime.hearing import Hearing
from assistant.runtime.notify.messages import Delivery, Message

_LOGGER = logging.getLogger(__name__)

TICK_SECONDS = 1.0

MUTED = "muted or dead: it delivers no sound at all"
"""What is logged, and shown by ``systemctl status``, of a microphone that is there but silent.

The heartbeat goes on: the watchdog's restart would not unmute it, and would end a guide.
"""

_MICROPHONE = {
    MUTED: _("the microphone is muted or dead: it delivers no sound at all"),
    "away": _("the microphone is away"),
    "": _("the microphone is back"),
}
"""What the log says of the microphone, by its state."""


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
        self._noise = RoomNoise()
        self._hearing = Hearing(
            components.interpreter, components.listener, components.log, components.verifier
        )

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
            for event in self._heard(block):
                self._on_listener_event(event)
            self._take(self._hearing.due(self._state, self._now, self._speaking_user))
            self._check_device("microphone", components.source.lost, components.source.muted)
            if not components.source.lost:
                components.systemd.heartbeat()
            self._check_device("loudspeaker", components.player.lost)
            for delivery in components.notifier.outcomes():
                self._on_delivery(delivery)
            if self._now >= next_tick:
                next_tick += TICK_SECONDS
                components.player.dim(components.quiet_hours.volume(self._noise.level))
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
        self._take(self._hearing.last(self._state, self._now))
        self._act_player.stop(self._now)
        if not resumable:
            components.snapshot.clear()  # ended on purpose; a crash does not get here
        return resumable

    def _heard(self, block: Samples) -> list[ListenerEvent]:
        """What the listener makes of a block; the room's noise is measured in between."""
        if not self._components.player.playing:
            self._noise.feed(block)
        return self._components.listener.feed(self.ear.through(block))

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
            _LOGGER.warning(_MICROPHONE[now])  # a lost device is logged where it is looked for
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
        self._take(self._hearing.event(heard, self._state, self._now))

    def _take(self, event: Event | None) -> None:
        if event is not None:
            self._step(event)

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
