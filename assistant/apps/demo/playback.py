"""Plays the demonstration's file on the loudspeaker."""

import time
import wave
from pathlib import Path

import numpy as np

from assistant.audio.interfaces import Clip, Player

_POLL_SECONDS = 0.05


def clip_of(path: Path) -> Clip:
    """What ``demo`` has written: mono, 16 bits, ``SPEECH_RATE`` Hz."""
    with wave.open(str(path), "rb") as file:
        return Clip(np.frombuffer(file.readframes(file.getnframes()), dtype=np.int16))


def play_to_end(clip: Clip, player: Player) -> None:
    """Play ``clip``; while the loudspeaker is lost it waits."""
    player.play(clip)
    while player.playing:
        time.sleep(_POLL_SECONDS)
