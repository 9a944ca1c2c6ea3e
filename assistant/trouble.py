"""Errors, also spoken: who needs help in the dark does not read a terminal."""

import logging
import time

import yaml

from assistant.errors import KramError
from assistant.places import OWN_PHRASES

_LOGGER = logging.getLogger(__name__)

TEXTS = OWN_PHRASES / "troubles.yaml"

_LONGEST = 15.0
"""Seconds after which a sentence is given up."""


def speak_trouble(error: KramError) -> None:
    """Say on the loudspeaker that something is wrong, as far as there is a voice and one.

    Never raises: the error itself is what the caller reports.
    """
    from assistant.speaking.soundcard import SoundCardPlayer
    from assistant.speaking.voice import EspeakVoice

    try:
        texts = yaml.safe_load(TEXTS.read_text(encoding="utf-8"))
        clip = EspeakVoice().speak(texts[error.exit_code])
        player = SoundCardPlayer()
    except (KramError, OSError, yaml.YAMLError, KeyError, TypeError) as trouble:
        _LOGGER.debug("the error cannot be spoken: %s", trouble)
        return
    try:
        player.play(clip)
        deadline = time.monotonic() + min(_LONGEST, clip.seconds + 3)
        while player.playing and not player.lost and time.monotonic() < deadline:
            time.sleep(0.05)
    finally:
        player.close()
