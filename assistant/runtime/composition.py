"""Composes a session: opens devices, recogniser, voice and stores as the options say."""

import logging
from collections.abc import Iterator
from contextlib import AbstractContextManager, ExitStack, closing, contextmanager, nullcontext
from functools import cache
from pathlib import Path

from assistant.asr.barge_in import POLICIES
from assistant.asr.endpointing import EndpointingConfig, final_prefixes
from assistant.asr.listener import SpeechListener
from assistant.asr.model_store import ensure_model
from assistant.asr.recognizer_interface import Listener
from assistant.asr.understanding import load_heard_phrases
from assistant.asr.verifier.verifier import NullVerifier, Verifier, WhisperVerifier
from assistant.asr.verifier.whisper import INSTALL, installed
from assistant.asr.vosk_recognizer import VoskRecognizer
from assistant.audio.interfaces import EchoReference, Player, Voice
from assistant.audio.pcm import AudioSource
from assistant.core.event_log import EventLog, Subscriber
from assistant.core.listening_state import GRAPH_STATES, ListeningState
from assistant.core.paths import OWN_PHRASES
from assistant.core.reexec import was_reexeced
from assistant.core.translation import reason
from assistant.dialogue.dry_run import sentences
from assistant.dialogue.script.loader import load_script
from assistant.dialogue.script.model import Script
from assistant.nlu import Interpreter
from assistant.nlu.templates import Phrasebook
from assistant.runtime.components import Components
from assistant.runtime.config import AudioConfig
from assistant.runtime.conversation_snapshot import ConversationSnapshot
from assistant.runtime.deaf_notice import DeafNotice
from assistant.runtime.diary.store import open_diary
from assistant.runtime.diary.texts import load_diary_texts
from assistant.runtime.guide_voice import open_guide_voice
from assistant.runtime.night_log import NightLog
from assistant.runtime.notify.background import BackgroundNotifier
from assistant.runtime.notify.factory import sender_for
from assistant.runtime.notify.messages import Notifier, NullNotifier, Recipient
from assistant.runtime.profile_store import ProfileStore
from assistant.runtime.quiet_hours import QuietHours, acknowledgements
from assistant.runtime.sd_notify import SystemdNotifier
from assistant.runtime.session_options import SessionOptions
from assistant.runtime.transcript_log import TranscriptLog
from assistant.tts.clip_store import PreparedVoice, Prerenderer

_LOGGER = logging.getLogger(__name__)


@contextmanager
def open_session(options: SessionOptions) -> Iterator[Components]:
    """Everything that the loop needs; closed at the end, in reverse order.

    Raises ``InputError`` for unusable files, ``MissingError`` without microphone or model.
    """
    audio, live = options.config.sound, options.is_live
    nights = NightLog(options.night_log_file)
    subscribers = (*_transcript(options), nights.record, *options.subscribers)
    with ExitStack() as stack:
        source = stack.enter_context(closing(open_source(options)))
        log = stack.enter_context(EventLog(options.events, subscribers, append=was_reexeced()))
        stack.callback(nights.ended)
        states = GRAPH_STATES if live else ()
        listener = open_listener(options.phrases, audio.endpointing(), states)
        player = stack.enter_context(closing(open_player(options)))
        reference = echo_reference(source, player)
        listener.set_echo_reference(reference, audio.duplex, POLICIES[audio.barge_in]())
        components = open_components(
            source,
            listener,
            player,
            log,
            options,
            systemd=SystemdNotifier.from_environment(),
            notifier=stack.enter_context(_open_notifier(options.config.tell)),
            verifier=stack.enter_context(closing(open_verifier(audio.second_opinion, live))),
            nights=nights,
        )
        if live:  # a file is over before anything rendered in advance could be of use
            stack.enter_context(prerendering(components.voice))
        yield components


def open_components(
    source: AudioSource,
    listener: Listener,
    player: Player,
    log: EventLog,
    options: SessionOptions,
    *,
    systemd: SystemdNotifier | None = None,
    notifier: Notifier | None = None,
    verifier: Verifier | None = None,
    nights: NightLog | None = None,
) -> Components:
    """Load the phrases, the script, the voice and the diary for these devices.

    Without the last four nothing is supervised, sent, verified, or deleted together with the
    diary. Raises ``InputError`` for
    broken phrases or a broken profile, ``MissingError`` for a missing model or voice.
    """
    config, script = options.config, _own_script()
    return Components(
        source=source,
        listener=listener,
        interpreter=_interpreter(options.phrases or OWN_PHRASES),
        script=script,
        voice=open_guide_voice(config.speaking, options.speech_cache),
        player=player,
        diary=open_diary(
            options.diary_file, load_diary_texts(OWN_PHRASES), (nights or NightLog(None)).forget
        ),
        log=log,
        quiet_hours=_quiet_hours(options, script),
        snapshot=ConversationSnapshot(options.snapshot_file),
        deaf_notice=DeafNotice(options.deaf_file),
        systemd=systemd or SystemdNotifier(None),
        recipient=config.tell,
        notifier=notifier or NullNotifier(),
        profiles=ProfileStore(options.profile_file, config.profile, options.pronunciation_file),
        verifier=verifier or NullVerifier(),
    )


def open_listener(
    phrases: Path | None,
    endpointing: EndpointingConfig | None = None,
    states: tuple[ListeningState, ...] = (),
) -> SpeechListener:
    """Load the recogniser for a folder of phrases; None for the project's own.

    The graphs of ``states`` are loaded at once: each takes a third of a second, too long to
    wait for in the middle of a sentence.
    """
    book = _phrases(phrases or OWN_PHRASES)
    recognizer = VoskRecognizer(ensure_model(phrases), states)
    return SpeechListener(recognizer, endpointing, is_final=final_prefixes(book.phrases))


def open_source(options: SessionOptions) -> AudioSource:
    """The microphone, or the file in its place."""
    if options.input is not None:
        from assistant.audio.wav_source import WavSource

        return WavSource(options.input)
    from assistant.audio.microphone import Microphone

    return Microphone(options.config.sound.microphone)


def open_player(options: SessionOptions) -> Player:
    """The loudspeaker, or a file, or (file in, nothing out) nothing at all."""
    if options.output is not None or options.input is not None:
        from assistant.audio.wav_player import WavPlayer

        return WavPlayer(options.output)
    from assistant.audio.loudspeaker import SoundCardPlayer

    return SoundCardPlayer(options.config.sound.loudspeaker)


def echo_reference(source: AudioSource, player: Player) -> EchoReference:
    """What was played, aligned with what is recorded."""
    from assistant.audio.microphone import Microphone

    if isinstance(source, Microphone):
        return source.paired_with(player.reference)
    return player.reference


def open_verifier(wanted: bool, live: bool) -> Verifier:
    """Whisper for doubtful phrases, if it is wanted and installed."""
    if not wanted:
        return NullVerifier()
    if not installed():
        _LOGGER.warning("second_opinion needs Whisper: %s; going on without", INSTALL)
        return NullVerifier()
    return WhisperVerifier(patient=not live)


def prerendering(voice: Voice) -> AbstractContextManager[object]:
    """While it is open, a slow voice renders in the background what will be said."""
    if not isinstance(voice, PreparedVoice):
        return nullcontext()
    script = _own_script()
    return Prerenderer(voice, [*script.numbers, *(one.text for one in sentences(script))])


@contextmanager
def _open_notifier(recipient: Recipient) -> Iterator[Notifier]:
    """Sends to the recipient, if there is one; what is still due at the end is sent."""
    if not recipient.is_configured:
        yield NullNotifier()
        return
    notifier = BackgroundNotifier(sender_for(recipient), recipient.timeout_seconds)
    try:
        yield notifier
    finally:
        notifier.close()


def _quiet_hours(options: SessionOptions, script: Script) -> QuietHours:
    """As configured; a file has no time of the day, so it has none."""
    audio = options.config.sound if options.is_live else AudioConfig()
    return QuietHours(audio, acknowledgements(script))


def _transcript(options: SessionOptions) -> tuple[Subscriber, ...]:
    """What stores the recognised phrases; if none shall be stored, deletes the stored ones."""
    file, config = options.transcript_file, options.config.journal
    if file is None:
        return ()
    if config.heard:
        return (TranscriptLog(file, config.entries).record,)
    try:
        file.unlink(missing_ok=True)
    except OSError as error:
        _LOGGER.error(
            "what was heard earlier is still stored: %s cannot be deleted (%s)",
            file, reason(error),
        )  # fmt: skip
    return ()


@cache
def _interpreter(phrases: Path) -> Interpreter:
    return Interpreter(_phrases(phrases))


@cache
def _phrases(folder: Path) -> Phrasebook:
    """Phrases do not change while a process runs; reading them takes half a second."""
    return load_heard_phrases(folder)


@cache
def _own_script() -> Script:
    return load_script(OWN_PHRASES)
