"""Errors, also spoken: who needs help in the dark does not read a terminal."""

import logging
import time
from collections.abc import Callable
from pathlib import Path

from assistant.core.errors import KramError
from assistant.core.paths import OWN_PHRASES
from assistant.core.yaml_reader import read_yaml

_LOGGER = logging.getLogger(__name__)

TEXTS = OWN_PHRASES / "troubles.yaml"

QUIET_SECONDS = 15 * 60.0
"""A service that is restarted again and again does not wake the house each time."""

_LONGEST = 15.0
"""Seconds after which a sentence is given up."""


def spoken_recently(stamp: Path, clock: Callable[[], float] = time.time) -> bool:
    """Whether trouble was spoken less than 15 minutes ago; if not, it now counts as spoken.

    ``stamp`` is an empty file whose time is remembered; where it cannot be, nothing is known.
    """
    try:
        age = clock() - stamp.stat().st_mtime
    except OSError:
        age = QUIET_SECONDS
    if 0 <= age < QUIET_SECONDS:
        return True
    try:
        stamp.parent.mkdir(parents=True, exist_ok=True)
        stamp.touch()
    except OSError as error:
        _LOGGER.debug("that trouble was spoken cannot be remembered: %s", error)
    return False


def speak_error(error: KramError) -> None:
    """Say on the loudspeaker that something is wrong, as far as there is a voice and one.

    Never raises: the error itself is what the caller reports.
    """
    from assistant.audio.loudspeaker import SoundCardPlayer
    from assistant.tts.espeak_voice import EspeakVoice

    try:
        texts = read_yaml(TEXTS).fields("", "1 2 3")
        clip = EspeakVoice().speak(texts[str(error.exit_code)].text())
        player = SoundCardPlayer()
    except (KramError, KeyError) as trouble:
        _LOGGER.debug("the error cannot be spoken: %s", trouble)
        return
    try:
        player.play(clip)
        deadline = time.monotonic() + min(_LONGEST, clip.seconds + 3)
        while player.playing and not player.lost and time.monotonic() < deadline:
            time.sleep(0.05)
    finally:
        player.close()
