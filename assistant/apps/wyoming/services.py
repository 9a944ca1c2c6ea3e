"""The work behind the server: recognising, understanding, guiding; all of it in one thread.

One thread, since two decoders at once would only make each other late on a small machine.
"""

import copy
import time

from wyoming.audio import AudioChunk

from assistant.apps.wyoming.chunk_converter import ChunkConverter
from assistant.apps.wyoming.text_dialogue import TextDialogue, TextDialogues
from assistant.apps.wyoming.text_script import load_text_replies, text_script
from assistant.asr.model_store import ensure_model
from assistant.asr.recognizer_interface import Recognizer
from assistant.asr.vosk_recognizer import VoskRecognizer
from assistant.core.listening_state import ListeningState
from assistant.core.paths import OWN_PHRASES
from assistant.dialogue.script.loader import load_script
from assistant.dialogue.user_profile import Profile
from assistant.nlu import Interpreter
from assistant.nlu.intent import Intent
from assistant.nlu.templates import load_phrases
from assistant.runtime.session_options import SessionOptions

SURE = 0.9
"""Likeness from which a stranger's phrase may switch something: word for word, or nearly so."""


class AudioSession:
    """One utterance of one client."""

    def __init__(self, recognizer: Recognizer) -> None:
        self._recognizer = recognizer
        self._converter = ChunkConverter()
        self._recognizer.start(ListeningState.ALL)

    def feed(self, chunk: AudioChunk) -> None:
        """Decode some more."""
        self._recognizer.feed(self._converter.convert(chunk))

    def finish(self) -> str:
        """The phrase that was said; empty if none was."""
        self._recognizer.feed(self._converter.flush())
        heard = self._recognizer.finish()
        return heard.words if heard.accepted else ""


class Services:
    """Everything that is loaded once and used for every client."""

    def __init__(self, options: SessionOptions, exposed: bool = False) -> None:
        """Build the model if need be. Only the project's own phrases come with the guide.

        ``exposed``: others than this computer's user can reach the server, so the guide does not
        use the user's profile, from which a listener could tell what it holds.
        Raises ``InputError`` or ``MissingError``.
        """
        self._recognizer = VoskRecognizer(ensure_model(options.phrases), (ListeningState.ALL,))
        self._understander = Interpreter(load_phrases(options.phrases or OWN_PHRASES))
        self._talks: TextDialogues | None = None
        self.wording = wording = load_text_replies(OWN_PHRASES)
        if options.phrases is None:
            script = text_script(load_script(OWN_PHRASES), wording)
            # whoever is not at this computer is not its user
            profile = Profile() if exposed else options.config.profile

            def begin() -> TextDialogue:
                return TextDialogue(script, self._understander, wording, profile)

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
