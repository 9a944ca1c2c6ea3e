"""What the server offers: recognition, interpretation, the guide; all in one worker thread.

One thread, because two decoders at once would only slow each other down on a small machine.
"""

import copy
import time

from wyoming.audio import AudioChunk

from assistant.apps.wyoming.chunk_converter import ChunkConverter
from assistant.apps.wyoming.text_dialogue import TextDialogue, TextDialogues
from assistant.apps.wyoming.text_script import load_text_replies, text_script
from assistant.asr.model_store import ensure_model
from assistant.asr.recognizer_interface import Recognizer
from assistant.asr.understanding import understand
from assistant.asr.vosk_recognizer import VoskRecognizer
from assistant.core.listening_state import ListeningState
from assistant.core.paths import OWN_PHRASES
from assistant.dialogue.script.loader import load_script
from assistant.dialogue.user_profile import Profile
from assistant.nlu import Interpreter, VerbatimInterpreter
from assistant.nlu.alternatives import SentenceInterpreter
from assistant.nlu.intent import Intent, Interpretation
from assistant.nlu.templates import load_phrases
from assistant.runtime.session_options import SessionOptions


class AudioSession:
    """One utterance of one client."""

    def __init__(self, recognizer: Recognizer, commands: SentenceInterpreter | None = None) -> None:
        """``commands``: only what it accepts is passed on; None: every accepted sentence."""
        self._recognizer = recognizer
        self._commands = commands
        self._converter = ChunkConverter()
        self._recognizer.start(ListeningState.ALL)

    def feed(self, chunk: AudioChunk) -> None:
        """Decode another chunk."""
        self._recognizer.feed(self._converter.convert(chunk))

    def finish(self) -> str:
        """The accepted phrase; empty if there is none."""
        self._recognizer.feed(self._converter.flush())
        heard = self._recognizer.finish()
        if self._commands is None:
            return heard.words if heard.accepted else ""
        meaning = understand(self._commands, heard, ListeningState.ALL)
        return meaning.words if meaning.accepted else ""


class Services:
    """Everything that is loaded once and shared by all clients."""

    def __init__(self, options: SessionOptions, exposed: bool = False) -> None:
        """Build the model if necessary. The guide works with the project's own phrases only.

        ``exposed``: others than this computer's user can reach the server, so the guide does not
        use the user's profile, from which a listener could tell what it holds.
        Raises ``InputError`` or ``MissingError``.
        """
        self._recognizer = VoskRecognizer(ensure_model(options.phrases), (ListeningState.ALL,))
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

    def listen(self) -> AudioSession:
        """Start an utterance; the loaded graphs are shared."""
        commands = None if self.guides else self._interpreter
        return AudioSession(copy.copy(self._recognizer), commands)

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
