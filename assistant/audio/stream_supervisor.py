"""Keeps a stream of PortAudio's alive: notices when it has died and gets the device back."""

import logging
import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from assistant.audio.portaudio import (
    as_one_line,
    close_stream,
    is_running,
    open_stream,
    restart,
    sounddevice,
)
from assistant.core.errors import MissingError
from assistant.core.reexec import HUNG, portaudio_hung, was_reexeced

_LOGGER = logging.getLogger(__name__)

STALL = 1.0
"""Seconds without a callback after which a stream is taken for dead."""

_WATCH = 0.2
_RETRY = 0.5

_HURRY = 0.4
"""Seconds that a keeper's thread may take to end; a program has a second for all of its end."""

_PATIENCE = 15.0
"""Seconds for which a program begun anew tries to open a device that was there a moment ago."""

_IDLE = 19
"""Priority of a thread of PortAudio's that runs in a circle: the lowest there is."""

_KEEPERS: "list[StreamSupervisor]" = []
_REVIVABLE = threading.Event()

_PROBE = """
import sys, sounddevice as sd
kind, device = sys.argv[1], sys.argv[2] or None
check = sd.check_input_settings if kind == "input" else sd.check_output_settings
check(device=device)
"""
"""Asked in a process of its own: whether a freshly started PortAudio can use the device."""


def needs_reexec() -> bool:
    """Whether all devices are there again, and only a program begun anew can have them.

    See ``assistant.core.reexec``.
    """
    return _REVIVABLE.is_set()


class StreamSupervisor:
    """Keeps one stream alive: opens it, watches its callback, opens it again when it died.

    ``make(sounddevice)`` returns a new stream whose callback calls ``beat``. ``kind`` is
    ``input`` or ``output``, ``device`` a name or None for the system's default.
    """

    def __init__(self, kind: str, device: str | None, make: Callable[[Any], Any]) -> None:
        self._kind = kind
        self._device = device
        self._make = make
        self._stream: Any = None
        self._last_beat = 0.0
        self._lost = False
        self._beating = 0
        self._ending = threading.Event()
        self._thread = threading.Thread(target=self._watch, name=f"keep-{kind}", daemon=True)

    @property
    def lost(self) -> bool:
        """Whether the device is away at present.

        Told by the beats themselves: when a sound server hangs, PortAudio's calls hang with it,
        and this keeper may be waiting for another one's.
        """
        return self._lost or self._stalled

    def start(self) -> None:
        """Open the stream and watch it. Raises ``MissingError`` when the device cannot be had."""
        try:
            self._open_at_last() if was_reexeced() else self._open()
        except (sounddevice().PortAudioError, ValueError) as error:
            what = "microphone" if self._kind == "input" else "loudspeaker"
            named = f" named {self._device!r}" if self._device else ""
            raise MissingError(
                f"no {what}{named} can be opened ({as_one_line(error)})",
                "connect one and try again, run `python3 run.py doctor`, "
                "or hear `python3 run.py demo`",
            ) from error
        _KEEPERS.append(self)
        self._thread.start()

    def heartbeat(self) -> None:
        """The stream's callback ran."""
        self._last_beat = time.monotonic()
        self._beating = threading.get_native_id()

    def close(self) -> None:
        """Let the device go; may be called twice."""
        self._ending.set()
        if self in _KEEPERS:
            _KEEPERS.remove(self)
        if self._thread.is_alive():
            self._thread.join(_HURRY)
            if self._thread.is_alive():
                # in a probe, or for ever in PortAudio: ``leave`` will not wait for it either
                HUNG.append(self._thread)
                return
        close_stream(self._stream)

    def _open_at_last(self) -> None:
        """Open a device whose server may still be starting."""
        until = time.monotonic() + _PATIENCE
        opened = self._opened()
        while not opened and time.monotonic() < until:
            time.sleep(_RETRY)
            opened = self._opened(fresh=True)
        if not opened:
            self._open()

    def _open(self) -> None:
        self._beating = 0
        self._stream = open_stream(self._make)
        self._last_beat = time.monotonic()

    def _healthy(self) -> bool:
        return is_running(self._stream) and not self._stalled

    @property
    def _stalled(self) -> bool:
        return time.monotonic() - self._last_beat >= STALL

    def _watch(self) -> None:
        while not self._ending.wait(_WATCH):
            if not self._healthy():
                self._recover()

    def _recover(self) -> None:
        """Try until the stream runs again or ``close`` is called."""
        self._lost = True
        _LOGGER.warning("the %s device is lost; trying to get it back", self._kind)
        while not self._ending.is_set():
            if not close_stream(self._stream):
                self._let_it_run()
            if self._reopened():
                self._lost = False
                _LOGGER.warning("the %s device is back", self._kind)
                return
            self._ending.wait(_RETRY)

    def _let_it_run(self) -> None:
        """PortAudio's thread runs in a circle: at least let it be in nobody's way."""
        _LOGGER.warning("PortAudio does not let the %s device go (a fault of it)", self._kind)
        if self._beating and sys.platform.startswith("linux"):
            with suppress(OSError):  # it has ended, and only its end is stuck
                os.setpriority(os.PRIO_PROCESS, self._beating, _IDLE)

    def _reopened(self) -> bool:
        if self._opened():
            return True
        # A restart interrupts the other stream, so it is only done when it will help.
        if not self._probe_device():
            return False
        if not portaudio_hung():
            return self._opened(fresh=True)
        # one that works may be ours alone, and would be refused to a probe
        if all(one._probe_device() for one in list(_KEEPERS) if one.lost and one is not self):
            _REVIVABLE.set()
        return False

    def _opened(self, fresh: bool = False) -> bool:
        """Try once, with PortAudio as it is or started anew."""
        try:
            if fresh and not restart():
                return False
            self._open()
        except (sounddevice().PortAudioError, ValueError) as error:
            _LOGGER.debug("%s: %s", self._kind, as_one_line(error))
            return False
        return True

    def _probe_device(self) -> bool:
        """Whether a PortAudio of another process can use the device."""
        command = [sys.executable, "-c", _PROBE, self._kind, self._device or ""]
        try:
            done = subprocess.run(command, capture_output=True, timeout=5.0, check=False)
        except subprocess.TimeoutExpired:
            return False
        return done.returncode == 0
