"""Says aloud, once after the set-up, that Kram listens and what can be said to it."""

import logging

from assistant.core.errors import KramError
from assistant.core.paths import OWN_PHRASES
from assistant.core.yaml_reader import read_yaml
from assistant.runtime.composition import open_player, open_source
from assistant.runtime.guide_voice import open_guide_voice
from assistant.runtime.session_options import SessionOptions
from assistant.runtime.spoken_errors import play_out

_LOGGER = logging.getLogger(__name__)

TEXTS = OWN_PHRASES / "first_run.yaml"

_LONGEST = 30.0
"""Seconds after which playback is cut off."""


def greet(options: SessionOptions) -> None:
    """Speak on the loudspeaker if there is a microphone too; ends when it has been said.

    It is over before the session listens: the greeting contains the words to be said. Never
    raises: the session itself reports what is missing.
    """
    try:
        open_source(options).close()
        text = read_yaml(TEXTS).fields("", "ready")["ready"].text()
        clip = open_guide_voice(options.config.speaking, options.speech_cache).speak(text)
        play_out(clip, open_player(options), _LONGEST)
    except KramError as error:
        _LOGGER.debug("the greeting cannot be spoken: %s", error)
