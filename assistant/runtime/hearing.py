"""What was heard becomes an event for the dialogue policy, or nothing."""

import math
from collections.abc import Iterator
from dataclasses import replace

from assistant.asr.listener_events import Utterance
from assistant.asr.recognizer_interface import Listener
from assistant.asr.rejection import RejectionReason
from assistant.asr.understanding import understand
from assistant.asr.verifier.compare import Verdict
from assistant.asr.verifier.pending import PendingVerification
from assistant.asr.verifier.verifier import Verifier
from assistant.core.event_log import EventLog
from assistant.core.listening_state import ListeningState
from assistant.dialogue.events import Doubtful, Event, NotUnderstood, Understood
from assistant.dialogue.state import State
from assistant.nlu import Interpreter
from assistant.nlu.alternatives import Meaning
from assistant.nlu.danger import DANGER_INTENTS
from assistant.nlu.intent import Intent
from assistant.nlu.negation import doubtful_denial
from assistant.runtime.danger_over_prompt import weigh_danger
from assistant.runtime.hearing_records import heard_record, opinion_record
from assistant.runtime.held_call import SURE, HeldCall
from assistant.runtime.others_talk import OthersTalk
from assistant.runtime.restless_room import RestlessRoom

SHORTEST_REMARK = 0.3
"""Seconds of speech; anything shorter and without words is a cough, not a remark."""


class Hearing:
    """Weighs every utterance: its meaning, others' talk, the guide's own voice, what follows it."""

    def __init__(
        self, interpreter: Interpreter, listener: Listener, log: EventLog, verifier: Verifier
    ) -> None:
        self._interpreter, self._listener, self._log = interpreter, listener, log
        self._others, self._restless = OthersTalk(), RestlessRoom()
        self._verification = PendingVerification(verifier, interpreter)
        self._held = HeldCall()

    def event(self, heard: Utterance, state: State, now: float) -> Event | None:
        """What ``heard`` is to the policy in ``state``; None if it is nothing, or not yet."""
        listening = state.listening
        meaning = understand(self._interpreter, heard, listening, heard.crowded)
        heard, meaning = weigh_danger(heard, meaning, listening, self._near(heard, listening))
        unconfirmed = state.unconfirmed > 0
        meaning, ignored = self._others.weigh(heard, meaning, listening, unconfirmed)
        if listening == ListeningState.IDLE:
            ignored = ignored or self._restless.weigh(heard, meaning)
        heard = replace(heard, rejection=heard.rejection or ignored)
        accepted = meaning.accepted and meaning.intent is not None and not heard.rejection
        self._log.write(heard_record(now, heard, meaning, accepted, listening))
        if accepted:
            self._listener.addressed(heard)
        if listening != ListeningState.IDLE:
            return self._in_conversation(heard, meaning, accepted, now, listening)
        return self._in_idle(heard, meaning, accepted, now)

    def due(self, state: State, now: float, speaking: bool) -> Event | None:
        """What was held back until ``now``; ``speaking``: somebody speaks at the moment."""
        verified = self._verification.poll()
        if state.listening != ListeningState.IDLE:
            self._held.drop()
            return None
        if verified is not None:
            self._log.write(opinion_record(now, verified))
            if verified.verdict is Verdict.AGREES:
                return Understood(now, verified.intent)
            if verified.verdict is Verdict.UNSURE:
                return Doubtful(now, verified.intent)
        return self._held.due(now, speaking)

    def last(self, state: State, now: float) -> Event | None:
        """What is still held back when the source has ended: nothing will follow it."""
        if event := self.due(state, now, speaking=False):
            return event
        held = self._held.due(math.inf, speaking=False)
        return replace(held, at=now) if held else None

    def _in_conversation(
        self,
        heard: Utterance,
        meaning: Meaning,
        accepted: bool,
        now: float,
        listening: ListeningState,
    ) -> Event | None:
        intent = meaning.intent
        if intent is not None and accepted:
            contested = doubtful_denial(intent, self._near(heard, listening))
            return Understood(now, intent, contested, heard.crowded)
        if heard.rejection:
            return self._echo_of_danger(heard, meaning, now)
        if meaning.doubtful and intent is not None:
            return Doubtful(now, intent, heard.crowded)
        if heard.words or heard.end - heard.start > SHORTEST_REMARK:
            return NotUnderstood(now, self._may_be_stop(heard, listening), heard.crowded)
        return None

    def _in_idle(
        self, heard: Utterance, meaning: Meaning, accepted: bool, now: float
    ) -> Event | None:
        intent, listening = meaning.intent, ListeningState.IDLE
        call: Understood | Doubtful | None = None
        if intent is not None and accepted:
            contested = doubtful_denial(intent, self._near(heard, listening))
            call = Understood(now, intent, contested, heard.crowded)
        elif heard.rejection:
            if echo := self._echo_of_danger(heard, meaning, now):
                return echo
        elif meaning.doubtful and intent is not None:
            if self._verification.submit(heard, meaning.interpretation):
                return None
            call = Doubtful(now, intent, heard.crowded)
        return self._held.heard(heard, call, accepted and meaning.probability >= SURE)

    def _echo_of_danger(self, heard: Utterance, meaning: Meaning, now: float) -> Event | None:
        """A filler, a cough, a moan, its own echo: the guide goes on at full volume.

        But a cry for help that may be an echo is asked about, never dropped.
        """
        echo = heard.rejection == RejectionReason.ECHO_NOT_ALIGNED
        intent = meaning.intent if echo and meaning.accepted else None
        if intent is not None and intent.name in DANGER_INTENTS:
            return Doubtful(now, intent)
        return None

    def _may_be_stop(self, heard: Utterance, listening: ListeningState) -> bool:
        """True if the rejected utterance may have been "berhenti", which must always work."""
        likeliest = (heard.details.best, heard.details.runner_up)
        meant = (self._meant(words, listening) for words in likeliest)
        return any(one and one.name == "stop" for one in meant)

    def _near(self, heard: Utterance, listening: ListeningState) -> Iterator[Intent | None]:
        """Intents of the phrases that fit nearly as well, interpreted only when they are needed."""
        return (self._meant(words, listening) for words in heard.details.near)

    def _meant(self, words: str, listening: ListeningState) -> Intent | None:
        """The intent of a phrase in a listening state; None if it is not accepted."""
        found = self._interpreter.interpret(words, listening)
        return found.intent if found.accepted else None
