"""``listen``: one evening, on a sound card or on files."""

import signal
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, nullcontext
from dataclasses import replace
from datetime import datetime, time
from types import FrameType

from assistant.asr.barge_in import POLICIES
from assistant.audio.stream_supervisor import needs_reexec
from assistant.core.event_log import EventLog, Subscriber
from assistant.core.reexec import was_reexeced
from assistant.runtime.composition import (
    Choices,
    open_components,
    open_listener,
    open_player,
    open_source,
    open_verifier,
    prerendering,
    reference_of,
)
from assistant.runtime.config import AudioConfig
from assistant.runtime.conversation_loop import Components, ConversationLoop
from assistant.runtime.notify.background import BackgroundNotifier
from assistant.runtime.notify.factory import sender_for
from assistant.runtime.notify.messages import Notifier, NullNotifier, Recipient
from assistant.runtime.sd_notify import SystemdNotifier

ASSENTS = ("ok", "paused", "continued", "slower", "faster", "louder", "softer", "thanks")
"""Replies (phrases/id/replies.yaml) that say no more than "yes": what was asked for is heard or
seen at once. A reply that repeats what was understood is never among them."""


def clock() -> time:
    """The time of the day here."""
    return datetime.now().astimezone().time()


def listen(choices: Choices, listeners: tuple[Subscriber, ...] = ()) -> bool:
    """Listen and guide until the input ends, a signal says stop or ``revivable`` says so.

    Returns whether the program shall begin anew for that.

    Raises ``InputError`` for unusable files, ``MissingError`` without microphone or model.
    """
    sound = choices.settings.sound
    live = choices.input is None
    source = open_source(choices.input, sound.microphone)
    try:
        with EventLog(choices.events, listeners, append=was_reexeced()) as log:
            states = ("idle", "conversation", "barge_in") if live else ()
            ear = open_listener(choices.settings.phrases, sound.endpointing(), states)
            player = open_player(choices)
            turns = POLICIES[sound.barge_in]()
            ear.set_echo_reference(reference_of(source, player), sound.duplex, turns)
            try:
                supervisor = SystemdNotifier.from_environment()
                house = open_components(source, ear, player, log, choices.settings)
                # an evening from a file is over before anything made beforehand could be of use
                slow = prerendering(house.voice) if live else nullcontext()
                opinions = closing(open_verifier(sound.second_opinion, live))
                with _telling(choices.settings.recipient) as teller, slow, opinions as asked:
                    house = replace(house, systemd=supervisor, notifier=teller, verifier=asked)
                    if live:
                        house = with_quiet_hours(house, sound)
                    assistant = ConversationLoop(house)
                    with _stopped_by_signals(assistant):
                        anew = assistant.run(
                            until=lambda state: live and needs_reexec() and not teller.pending
                        )
                    if not anew:
                        supervisor.stopping()
            finally:
                player.close()
    finally:
        source.close()
    return anew


def with_quiet_hours(
    house: Components, sound: AudioConfig, clock: Callable[[], time] = clock
) -> Components:
    """At night it is softer, and what only says "yes" is a tone."""
    assents = {line.text for name in ASSENTS for line in house.script.replies[name]}
    return replace(
        house,
        dim=lambda: sound.volume_at(clock()),
        earcon_enough=lambda text: text in assents and sound.earcon_is_enough(clock()),
    )


@contextmanager
def _telling(recipient: Recipient) -> Iterator[Notifier]:
    """The way to whoever is to be told; what is still due at the end is sent."""
    if not recipient.is_there:
        yield NullNotifier()
        return
    teller = BackgroundNotifier(sender_for(recipient), recipient.timeout_seconds)
    try:
        yield teller
    finally:
        teller.close()


@contextmanager
def _stopped_by_signals(assistant: ConversationLoop) -> Iterator[None]:
    """End the loop, not the process, on SIGTERM and SIGINT, so that nothing is lost."""

    def stop(number: int, frame: FrameType | None) -> None:
        assistant.stop()

    before = {number: signal.signal(number, stop) for number in (signal.SIGTERM, signal.SIGINT)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
