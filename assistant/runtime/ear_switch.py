"""The ear that the user may turn off: carries out what the dialogue state says."""

import threading

import numpy as np

from assistant.audio.pcm import Samples
from assistant.dialogue.handlers.deafness import is_deaf
from assistant.dialogue.state import State
from assistant.runtime.deaf_notice import DeafNotice
from assistant.runtime.sd_notify import SystemdNotifier


class EarSwitch:
    """Lets the microphone's blocks through, or silence in their place."""

    def __init__(self, notice: DeafNotice, systemd: SystemdNotifier) -> None:
        self._notice = notice
        self._systemd = systemd
        self._key = threading.Event()
        self._off = False

    def press_key(self) -> None:
        """The user wants to be heard again; may be called from a signal handler or a thread."""
        self._key.set()

    def take_key(self) -> bool:
        """True once after the key was pressed."""
        pressed = self._key.is_set()
        self._key.clear()
        return pressed

    def through(self, block: Samples) -> Samples:
        """``block``, or silence of the same length: the listener's clock must go on."""
        return np.zeros_like(block) if self._off else block

    def follow(self, state: State, now: float) -> None:
        """Turn the ear off or on as ``state`` says, and leave a sign of it."""
        off = is_deaf(state)
        if off == self._off:
            return
        self._off = off
        if off:
            self._notice.show(state.deaf_until - now)
        else:
            self._notice.clear()
        self._systemd.status("not listening, on request" if off else "listening")
