"""Puts an enrolment together."""

from pathlib import Path

from assistant.enrolment.enrolment import Equipment, Listening
from assistant.enrolment.lines import Lines
from assistant.enrolment.takes import Judge
from assistant.eventlog import EventLog
from assistant.guidance.acts import Adjust
from assistant.hearing.ear import StreamingEar
from assistant.hearing.protocols import AudioSource
from assistant.hearing.recognizer import VoskRecognizer
from assistant.hearing.turns import STRATEGIES
from assistant.listen import reference_of
from assistant.models import model_for, ways_of
from assistant.phrasebook import load_phrases
from assistant.places import OWN_PHRASES
from assistant.speaking.protocols import Player
from assistant.understanding import Understander
from assistant.wiring import Settings, open_voice


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
