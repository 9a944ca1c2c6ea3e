"""``listen``: one evening, on a sound card or on files."""

import signal
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, nullcontext
from dataclasses import dataclass, replace
from datetime import datetime, time
from pathlib import Path
from types import FrameType

from assistant.anew import begun_anew
from assistant.app import Assistant, House
from assistant.eventlog import EventLog, Listener
from assistant.hearing.echo import Reference
from assistant.hearing.protocols import AudioSource
from assistant.hearing.turns import STRATEGIES
from assistant.keeper import revivable
from assistant.sound import Sound
from assistant.speaking.protocols import Player
from assistant.supervisor import Supervisor
from assistant.telling.message import Nobody, Recipient, Teller
from assistant.telling.queued import QueuedTeller
from assistant.telling.ways import sender_for
from assistant.wiring import Settings, open_ear, open_house, open_opinions, preparing

ASSENTS = ("ok", "paused", "continued", "slower", "faster", "louder", "softer", "thanks")
"""Replies (phrases/id/replies.yaml) that say no more than "yes": what was asked for is heard or
seen at once. A reply that repeats what was understood is never among them."""


def clock() -> time:
    """The time of the day here."""
    return datetime.now().astimezone().time()


@dataclass(frozen=True)
class Choices:
    """The options of the command."""

    input: Path | None = None
    """A WAV file in place of the microphone."""

    output: Path | None = None
    """A WAV file in place of the loudspeaker."""

    events: Path | None = None
    """Where the events go, one JSON object a line."""

    settings: Settings = Settings()


def listen(choices: Choices, listeners: tuple[Listener, ...] = ()) -> bool:
    """Listen and guide until the input ends, a signal says stop or ``revivable`` says so.

    Returns whether the program shall begin anew for that.

    Raises ``InputError`` for unusable files, ``MissingError`` without microphone or model.
    """
    sound = choices.settings.sound
    live = choices.input is None
    source = open_source(choices.input, sound.microphone)
    try:
        with EventLog(choices.events, listeners, goes_on=begun_anew()) as log:
            states = ("idle", "conversation", "barge_in") if live else ()
            ear = open_ear(choices.settings.phrases, sound.endpointing(), states)
            player = open_player(choices)
            turns = STRATEGIES[sound.barge_in]()
            ear.hear_past(reference_of(source, player), sound.duplex, turns)
            try:
                supervisor = Supervisor.from_environment()
                house = open_house(source, ear, player, log, choices.settings)
                # an evening from a file is over before anything made beforehand could be of use
                slow = preparing(house.voice) if live else nullcontext()
                opinions = closing(open_opinions(sound.second_opinion, live))
                with _telling(choices.settings.recipient) as teller, slow, opinions as asked:
                    house = replace(house, supervisor=supervisor, teller=teller, opinions=asked)
                    if live:
                        house = by_the_clock(house, sound)
                    assistant = Assistant(house)
                    with _stopped_by_signals(assistant):
                        anew = assistant.run(
                            until=lambda state: live and revivable() and not teller.pending
                        )
                    if not anew:
                        supervisor.stopping()
            finally:
                player.close()
    finally:
        source.close()
    return anew


def by_the_clock(house: House, sound: Sound, clock: Callable[[], time] = clock) -> House:
    """At night it is softer, and what only says "yes" is a tone."""
    assents = {line.text for name in ASSENTS for line in house.script.replies[name]}
    return replace(
        house,
        dim=lambda: sound.volume_at(clock()),
        cue_enough=lambda text: text in assents and sound.cue_is_enough(clock()),
    )


def reference_of(source: AudioSource, player: Player) -> Reference:
    """What was played, in step with what is heard."""
    from assistant.hearing.microphone import Microphone

    if isinstance(source, Microphone):
        return source.paired_with(player.reference)
    return player.reference


def open_source(path: Path | None, device: str | None = None) -> AudioSource:
    """The microphone, or the file in its place."""
    if path is not None:
        from assistant.hearing.sources import WavSource

        return WavSource(path)
    from assistant.hearing.microphone import Microphone

    return Microphone(device)


def open_player(choices: Choices) -> Player:
    """The loudspeaker, or a file, or (file in, nothing out) nothing at all."""
    if choices.output is not None or choices.input is not None:
        from assistant.speaking.players import WavPlayer

        return WavPlayer(choices.output)
    from assistant.speaking.players import SoundCardPlayer

    return SoundCardPlayer(choices.settings.sound.loudspeaker)


@contextmanager
def _telling(recipient: Recipient) -> Iterator[Teller]:
    """The way to whoever is to be told; what is still due at the end is sent."""
    if not recipient.is_there:
        yield Nobody()
        return
    teller = QueuedTeller(sender_for(recipient), recipient.timeout_seconds)
    try:
        yield teller
    finally:
        teller.close()


@contextmanager
def _stopped_by_signals(assistant: Assistant) -> Iterator[None]:
    """End the loop, not the process, on SIGTERM and SIGINT, so that nothing is lost."""

    def stop(number: int, frame: FrameType | None) -> None:
        assistant.stop()

    before = {number: signal.signal(number, stop) for number in (signal.SIGTERM, signal.SIGINT)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
