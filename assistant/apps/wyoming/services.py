"""What the server offers: recognition, interpretation, the guide.

Streams are decoded in the threads of ``decoder_pool``; everything else happens in one thread.
"""

import copy
import time

import numpy as np
from wyoming.audio import AudioChunk

from assistant.apps.wyoming.chunk_converter import ChunkConverter
from assistant.apps.wyoming.event_fields import seconds_of
from assistant.apps.wyoming.text_dialogue import TextDialogue, TextDialogues
from assistant.apps.wyoming.text_script import load_text_replies, text_script
from assistant.asr.model_store import ensure_model
from assistant.asr.recognizer_interface import Recognition, Recognizer
from assistant.asr.understanding import understand
from assistant.asr.vosk_recognizer import VoskRecognizer
from assistant.audio.pcm import RATE, Samples
from assistant.core.listening_state import ListeningState
from assistant.core.paths import OWN_PHRASES
from assistant.dialogue.script.loader import load_script
from assistant.dialogue.user_profile import Profile
from assistant.nlu import Interpreter, VerbatimInterpreter
from assistant.nlu.alternatives import SentenceInterpreter
from assistant.nlu.intent import Intent, Interpretation
from assistant.nlu.templates import load_phrases
from assistant.runtime.session_options import SessionOptions

_BLOCK = RATE
"""Samples (1 s) that are decoded at once: what a client sends is cut anew, so neither its chunks
nor the load of the machine change what is heard, and larger blocks cost less."""

_FRAMES_PER_CHUNK = 100
"""Frames (1 s) that the network is evaluated for at once: nobody waits for partial results."""

_SILENCE = AudioChunk(RATE, 2, 1, bytes(4 * RATE))
"""Two seconds."""


class AudioSession:
    """One utterance of one client."""

    def __init__(self, recognizer: Recognizer, eager: bool = True) -> None:
        """``eager``: decode while the client still speaks; otherwise all at the end, which is heard
        the same, and answered later. A decoder takes some megabytes, sound does not."""
        self._recognizer = recognizer
        self._eager = eager
        self._started = False
        self._converter = ChunkConverter()
        self._chunks: list[AudioChunk] = []
        self._sound: list[Samples] = [np.zeros(0, dtype=np.int16)]
        self.pending_seconds = 0.0
        """Audio that ``process`` has not seen yet."""

    def add(self, chunk: AudioChunk) -> bool:
        """Keep another chunk; True if there is enough for ``process``."""
        self._chunks.append(chunk)
        self.pending_seconds += seconds_of(chunk)
        return self.pending_seconds * RATE >= _BLOCK

    def process(self) -> None:
        """Convert what was added, and decode the whole blocks of it if eager."""
        self._sound += map(self._converter.convert, self._chunks)
        self._chunks.clear()
        self.pending_seconds = 0.0
        if self._eager:
            self._decode()

    def finish(self) -> Recognition:
        """Decode the rest; returns the final result."""
        self.process()
        self._sound.append(self._converter.flush())
        self._decode()
        self._recognizer.feed(self._sound.pop())
        return self._recognizer.finish()

    def _decode(self) -> None:
        """Decode whole blocks, and keep the rest: one array."""
        if not self._started:
            self._started = True
            self._recognizer.start(ListeningState.ALL)
        rest = np.concatenate(self._sound)
        while len(rest) >= _BLOCK:
            self._recognizer.feed(rest[:_BLOCK])
            rest = rest[_BLOCK:]
        self._sound = [rest]


class Services:
    """Everything that is loaded once and shared by all clients."""

    def __init__(self, options: SessionOptions, exposed: bool = False) -> None:
        """Build the model if necessary. The guide works with the project's own phrases only.

        ``exposed``: others than this computer's user can reach the server, so the guide does not
        use the user's profile, from which a listener could tell what it holds.
        Raises ``InputError`` or ``MissingError``.
        """
        model = ensure_model(options.phrases)
        self._recognizer = VoskRecognizer(model, (ListeningState.ALL,), _FRAMES_PER_CHUNK)
        self._dialogues: TextDialogues | None = None
        self._interpreter: SentenceInterpreter
        self.wording = wording = load_text_replies(OWN_PHRASES)
        if options.phrases is not None:
            self._interpreter = VerbatimInterpreter(load_phrases(options.phrases))
            return
        guide = self._interpreter = Interpreter(load_phrases(OWN_PHRASES))
        script = text_script(load_script(OWN_PHRASES), wording)
        # whoever is not at this computer is not its user
        profile = Profile() if exposed else options.config.profile

        def begin() -> TextDialogue:
            return TextDialogue(script, guide, wording, profile)

        self._dialogues = TextDialogues(begin)

    def listen(self, eager: bool = True) -> AudioSession:
        """Start an utterance, see ``AudioSession``; the loaded graphs are shared."""
        return AudioSession(copy.copy(self._recognizer), eager)

    def decode_silence(self) -> float:
        """Do the work of an utterance in which nobody speaks; returns its seconds."""
        session = self.listen()
        session.add(_SILENCE)
        seconds = session.pending_seconds
        session.finish()
        return seconds

    def phrase(self, heard: Recognition) -> str:
        """The accepted phrase of what was heard; empty if there is none.

        For others' phrases, only what the interpreter accepts.
        """
        if self.guides:
            return heard.words if heard.accepted else ""
        meaning = understand(self._interpreter, heard, ListeningState.ALL)
        return meaning.words if meaning.accepted else ""

    def understand(self, text: str) -> Intent | None:
        """The intent of ``text``; None if it is not accepted."""
        found = self._interpreter.interpret(text, ListeningState.ALL)
        return found.intent if found.accepted else None

    @property
    def guides(self) -> bool:
        """Whether the guide answers; otherwise intents are passed to Home Assistant."""
        return self._dialogues is not None

    def home_command(self, text: str) -> Interpretation:
        """What Home Assistant shall do for ``text``: only what was said, if accepted."""
        return self._interpreter.interpret(text, ListeningState.ALL)

    def guide(self, name: str, text: str) -> str | None:
        """The guide's answer in the conversation ``name``; None if it has none."""
        return self._dialogues.answer(name, text, time.monotonic()) if self._dialogues else None
