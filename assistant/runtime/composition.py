"""Puts the house together: which voice, which ear, which phrases."""

import logging
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from assistant.asr.endpointing import EndpointingConfig, final_prefixes
from assistant.asr.interfaces import Listener
from assistant.asr.listener import SpeechListener
from assistant.asr.model_store import ensure_model
from assistant.asr.verifier.verifier import NullVerifier, Verifier, WhisperVerifier
from assistant.asr.verifier.whisper import INSTALL, installed
from assistant.asr.vosk_recognizer import VoskRecognizer
from assistant.audio.interfaces import EchoReference, Player, Voice
from assistant.audio.pcm import AudioSource
from assistant.core.errors import KramError
from assistant.core.event_log import EventLog
from assistant.core.paths import OWN_PHRASES
from assistant.dialogue.dry_run import sentences
from assistant.dialogue.script.loader import load_script
from assistant.dialogue.script.model import Script
from assistant.dialogue.state import Profile
from assistant.nlu import Interpreter
from assistant.nlu.templates import Phrasebook, load_phrases
from assistant.runtime.config import AudioConfig
from assistant.runtime.conversation_loop import Components
from assistant.runtime.conversation_snapshot import ConversationSnapshot
from assistant.runtime.diary.store import open_diary
from assistant.runtime.diary.texts import load_diary_texts
from assistant.runtime.notify.messages import Recipient
from assistant.runtime.profile_store import ProfileStore
from assistant.tts.select_voice import select_voice

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

    sound: AudioConfig = AudioConfig()
    """Microphone, loudspeaker, and how turns are taken."""

    recipient: Recipient = Recipient()
    """Who is told of an emergency."""

    spoken: Path | None = None
    """Where it is kept what the user says of themselves; in memory if None."""

    pronunciation: Path | None = None
    """What is forgotten with it: how the user speaks."""


def open_listener(
    phrases: Path | None, patience: EndpointingConfig | None = None, states: tuple[str, ...] = ()
) -> SpeechListener:
    """Load the recogniser for a folder of phrases, the project's own if None.

    The graphs of ``states`` are loaded at once: each takes a third of a second, which nobody
    wants to wait for in mid-sentence.
    """
    book = _phrases(phrases or OWN_PHRASES)
    recognizer = VoskRecognizer(ensure_model(phrases), states)
    return SpeechListener(recognizer, patience, settled=final_prefixes(book.phrases))


def open_components(
    source: AudioSource, ear: Listener, player: Player, log: EventLog, settings: Settings
) -> Components:
    """Load the phrases, the script, the voice and the diary.

    Raises ``InputError`` for broken phrases or a broken profile, ``MissingError`` for a missing
    model or voice.
    """
    return Components(
        source=source,
        listener=ear,
        interpreter=_understander(settings.phrases or OWN_PHRASES),
        script=_own_script(),
        voice=open_voice(settings.voice, settings.store),
        player=player,
        diary=open_diary(settings.diary, load_diary_texts(OWN_PHRASES)),
        log=log,
        snapshot=ConversationSnapshot(settings.memory),
        recipient=settings.recipient,
        profiles=ProfileStore(settings.spoken, settings.profile, settings.pronunciation),
    )


def open_voice(path: Path | None, store: Path | None = None) -> Voice:
    """The voice that was chosen; the usual one if none was, or if it cannot speak."""
    if path is None:
        return select_voice()
    from assistant.tts.piper_voice import PiperVoice

    try:
        return PiperVoice(path, store)
    except KramError as error:
        _LOGGER.warning("%s; the usual voice speaks instead", error)
        return select_voice()


def open_verifier(wanted: bool, live: bool) -> Verifier:
    """Whisper for doubtful phrases, if it is wanted and installed; else nobody."""
    if not wanted:
        return NullVerifier()
    if not installed():
        _LOGGER.warning("second_opinion needs Whisper: %s; going on without", INSTALL)
        return NullVerifier()
    return WhisperVerifier(patient=not live)


def prerendering(voice: Voice) -> AbstractContextManager[object]:
    """While it is open, a voice that is slow makes what will be said beforehand."""
    from assistant.tts.piper_voice import PiperVoice, Prerenderer

    if not isinstance(voice, PiperVoice):
        return nullcontext()
    script = _own_script()
    return Prerenderer(voice, [*script.numbers, *(one.text for one in sentences(script))])


@cache
def _understander(phrases: Path) -> Interpreter:
    return Interpreter(_phrases(phrases))


@cache
def _phrases(folder: Path) -> Phrasebook:
    """Phrases do not change while a process runs; reading them takes half a second."""
    return load_phrases(folder, spoken_only=True)


@cache
def _own_script() -> Script:
    return load_script(OWN_PHRASES)


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


def reference_of(source: AudioSource, player: Player) -> EchoReference:
    """What was played, in step with what is heard."""
    from assistant.audio.microphone import Microphone

    if isinstance(source, Microphone):
        return source.paired_with(player.reference)
    return player.reference


def open_source(path: Path | None, device: str | None = None) -> AudioSource:
    """The microphone, or the file in its place."""
    if path is not None:
        from assistant.audio.wav_source import WavSource

        return WavSource(path)
    from assistant.audio.microphone import Microphone

    return Microphone(device)


def open_player(choices: Choices) -> Player:
    """The loudspeaker, or a file, or (file in, nothing out) nothing at all."""
    if choices.output is not None or choices.input is not None:
        from assistant.audio.wav_player import WavPlayer

        return WavPlayer(choices.output)
    from assistant.audio.wav_player import SoundCardPlayer

    return SoundCardPlayer(choices.settings.sound.loudspeaker)
