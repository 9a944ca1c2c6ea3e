"""The work behind the server: recognising, understanding, guiding; all of it in one thread.

One thread, since two decoders at once would only make each other late on a small machine, and
because the diary's memory belongs to the thread that made it.
"""

import copy
import time

import numpy as np
from wyoming.audio import AudioChunk, AudioChunkConverter

from assistant.apps.wyoming.text_dialogue import TextDialogue, TextDialogues, load_text_replies
from assistant.asr.model_store import ensure_model
from assistant.asr.recognizer_interface import Recognizer
from assistant.asr.vosk_recognizer import VoskRecognizer
from assistant.audio.pcm import RATE
from assistant.core.listening_state import ListeningState
from assistant.core.paths import OWN_PHRASES
from assistant.dialogue.script.loader import load_script
from assistant.nlu import Interpreter
from assistant.nlu.intent import Intent
from assistant.nlu.templates import load_phrases
from assistant.runtime.diary.store import SqliteDiary
from assistant.runtime.diary.texts import load_diary_texts
from assistant.runtime.profile_store import ProfileStore
from assistant.runtime.session_options import SessionOptions

SURE = 0.9
"""Likeness from which a stranger's phrase may switch something: word for word, or nearly so."""


class AudioSession:
    """One utterance of one client."""

    def __init__(self, recognizer: Recognizer) -> None:
        self._recognizer = recognizer
        self._format: tuple[int, int, int] | None = None
        self._recognizer.start(ListeningState.ALL)

    def feed(self, chunk: AudioChunk) -> None:
        """Decode some more."""
        form = (chunk.rate, chunk.width, chunk.channels)
        if form != self._format:
            # its resampler remembers the last rate and would make too much or too little of this
            self._converter = AudioChunkConverter(rate=RATE, width=2, channels=1)
            self._format = form
        sound = self._converter.convert(chunk).audio
        self._recognizer.feed(np.frombuffer(sound[: len(sound) // 2 * 2], dtype=np.int16))

    def finish(self) -> str:
        """The phrase that was said; empty if none was."""
        heard = self._recognizer.finish()
        return heard.words if heard.accepted else ""


class Services:
    """Everything that is loaded once and used for every client."""

    def __init__(self, options: SessionOptions) -> None:
        """Build the model if need be. Only the project's own phrases come with the guide.

        Raises ``InputError`` or ``MissingError``.
        """
        self._recognizer = VoskRecognizer(ensure_model(options.phrases), (ListeningState.ALL,))
        self._understander = Interpreter(load_phrases(options.phrases or OWN_PHRASES))
        self._talks: TextDialogues | None = None
        self.wording = wording = load_text_replies(OWN_PHRASES)
        if options.phrases is None:
            script = load_script(OWN_PHRASES)
            words = load_diary_texts(OWN_PHRASES)

            def begin() -> TextDialogue:
                # nothing of what strangers write is kept
                diary = SqliteDiary(None, words)
                profiles = ProfileStore(None, options.config.profile)
                return TextDialogue(script, self._understander, diary, wording, profiles)

            self._talks = TextDialogues(begin)

    def listen(self) -> AudioSession:
        """Begin an utterance; the loaded graphs are shared."""
        return AudioSession(copy.copy(self._recognizer))

    def understand(self, text: str) -> Intent | None:
        """What ``text`` means."""
        found = self._understander.interpret(text)
        return found.intent if found.accepted else None

    @property
    def guides(self) -> bool:
        """Whether a remark is answered by the guide; else it is an order for the client's home."""
        return self._talks is not None

    def order(self, text: str) -> Intent | None:
        """What ``text`` asks the client's home to do; None unless it is sure."""
        found = self._understander.interpret(text)
        return found.intent if found.accepted and found.score >= SURE else None

    def guide(self, name: str, text: str) -> str | None:
        """The guide's answer in the conversation ``name``; None if it has none."""
        return self._talks.answer(name, text, time.monotonic()) if self._talks else None
