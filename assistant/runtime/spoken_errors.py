"""Errors are also spoken: a user who needs help in the dark does not read a terminal."""

import logging
import time
from collections.abc import Callable
from pathlib import Path

from assistant.audio.interfaces import Clip, Player
from assistant.core.atomic_file import private_folder
from assistant.core.errors import KramError
from assistant.core.paths import OWN_PHRASES
from assistant.core.yaml_reader import read_yaml

_LOGGER = logging.getLogger(__name__)

TEXTS = OWN_PHRASES / "troubles.yaml"

QUIET_SECONDS = 15 * 60.0
"""A service in a restart loop does not wake everybody each time."""

_LONGEST = 15.0
"""Seconds after which playback is cut off."""


def spoken_recently(stamp: Path, clock: Callable[[], float] = time.time) -> bool:
    """True if an error was spoken less than 15 minutes ago; if not, record that one is now.

    ``stamp`` is an empty file whose modification time is used; if it cannot be written, False.
    """
    try:
        age = clock() - stamp.stat().st_mtime
    except OSError:
        age = QUIET_SECONDS
    if 0 <= age < QUIET_SECONDS:
        return True
    try:
        private_folder(stamp.parent)
        stamp.touch()
    except OSError as error:
        _LOGGER.debug("that trouble was spoken cannot be remembered: %s", error)
    return False


def speak_error(error: KramError) -> None:
    """Say on the loudspeaker that something is wrong, if there is a voice and a loudspeaker.

    Never raises: the caller reports the error itself.
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
    play_out(clip, player, _LONGEST)


def play_out(clip: Clip, player: Player, longest: float) -> None:
    """Play ``clip`` until it is over, the loudspeaker is lost or ``longest`` seconds have passed.

    Closes ``player``.
    """
    try:
        player.play(clip)
        deadline = time.monotonic() + min(longest, clip.seconds + 3)
        while player.playing and not player.lost and time.monotonic() < deadline:
            time.sleep(0.05)
    finally:
        player.close()
