"""Puts the house together: which voice, which ear, which phrases."""

import logging
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from assistant.app import House
from assistant.diary.book import DiaryBook
from assistant.diary.words import load_words
from assistant.errors import KramError
from assistant.eventlog import EventLog
from assistant.guidance.rehearsal import sentences
from assistant.guidance.script import Script, load_script
from assistant.guidance.state import Profile
from assistant.hearing.ear import StreamingEar
from assistant.hearing.endpoint import Patience
from assistant.hearing.protocols import AudioSource, Ear
from assistant.hearing.recognizer import VoskRecognizer
from assistant.hearing.settled import settled_by
from assistant.memory import Memory
from assistant.models import model_for
from assistant.opinion.opinions import NoOpinions, Opinions, WhisperOpinions
from assistant.opinion.whisper import INSTALL, installed
from assistant.phrasebook import Phrasebook, load_phrases
from assistant.places import OWN_PHRASES
from assistant.profile import ProfileBook
from assistant.sound import Sound
from assistant.speaking.native import best_voice
from assistant.speaking.protocols import Player, Voice
from assistant.telling.message import Recipient
from assistant.understanding import Understander

_LOGGER = logging.getLogger(__name__)


@dataclass(frozen=True)
class Settings:
    """What can be chosen."""

    phrases: Path | None = None
    """Folder of phrases to be heard; the project's own if None."""

    diary: Path | None = None
    """The diary's file; nothing is kept if None."""

    memory: Path | None = None
    """Where an unfinished conversation is kept for a restart; nowhere if None."""

    voice: Path | None = None
    """A Piper voice's file, in place of the usual voice."""

    store: Path | None = None
    """Where what such a voice has spoken is kept; in memory if None."""

    profile: Profile = Profile()
    """What the configuration says of the user."""

    sound: Sound = Sound()
    """Microphone, loudspeaker, and how turns are taken."""

    recipient: Recipient = Recipient()
    """Who is told of an emergency."""

    spoken: Path | None = None
    """Where it is kept what the user says of themselves; in memory if None."""

    pronunciation: Path | None = None
    """What is forgotten with it: how the user speaks."""


def open_ear(
    phrases: Path | None, patience: Patience | None = None, states: tuple[str, ...] = ()
) -> StreamingEar:
    """Load the recogniser for a folder of phrases, the project's own if None.

    The graphs of ``states`` are loaded at once: each takes a third of a second, which nobody
    wants to wait for in mid-sentence.
    """
    book = _phrases(phrases or OWN_PHRASES)
    recognizer = VoskRecognizer(model_for(phrases), states)
    return StreamingEar(recognizer, patience, settled=settled_by(book.phrases))


def open_house(
    source: AudioSource, ear: Ear, player: Player, log: EventLog, settings: Settings
) -> House:
    """Load the phrases, the script, the voice and the diary.

    Raises ``InputError`` for broken phrases or a broken profile, ``MissingError`` for a missing
    model or voice.
    """
    return House(
        source=source,
        ear=ear,
        understander=_understander(settings.phrases or OWN_PHRASES),
        script=_own_script(),
        voice=open_voice(settings.voice, settings.store),
        player=player,
        diary=DiaryBook(settings.diary, load_words(OWN_PHRASES)),
        log=log,
        memory=Memory(settings.memory),
        recipient=settings.recipient,
        profiles=ProfileBook(settings.spoken, settings.profile, settings.pronunciation),
    )


def open_voice(path: Path | None, store: Path | None = None) -> Voice:
    """The voice that was chosen; the usual one if none was, or if it cannot speak."""
    if path is None:
        return best_voice()
    from assistant.speaking.piper_voice import PiperVoice

    try:
        return PiperVoice(path, store)
    except KramError as error:
        _LOGGER.warning("%s; the usual voice speaks instead", error)
        return best_voice()


def open_opinions(wanted: bool, live: bool) -> Opinions:
    """Whisper for doubtful phrases, if it is wanted and installed; else nobody."""
    if not wanted:
        return NoOpinions()
    if not installed():
        _LOGGER.warning("second_opinion needs Whisper: %s; going on without", INSTALL)
        return NoOpinions()
    return WhisperOpinions(patient=not live)


def preparing(voice: Voice) -> AbstractContextManager[object]:
    """While it is open, a voice that is slow makes what will be said beforehand."""
    from assistant.speaking.piper_voice import PiperVoice, Preparing

    if not isinstance(voice, PiperVoice):
        return nullcontext()
    script = _own_script()
    return Preparing(voice, [*script.numbers, *(one.text for one in sentences(script))])


@cache
def _understander(phrases: Path) -> Understander:
    return Understander(_phrases(phrases))


@cache
def _phrases(folder: Path) -> Phrasebook:
    """Phrases do not change while a process runs; reading them takes half a second."""
    return load_phrases(folder, by_ear=True)


@cache
def _own_script() -> Script:
    return load_script(OWN_PHRASES)
