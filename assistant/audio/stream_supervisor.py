"""Supervises a PortAudio stream: detects by its heartbeat that it died, and reopens it."""

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
from assistant.core.translation import Translatable, _

_LOGGER = logging.getLogger(__name__)

STALL = 1.0
"""Seconds without a callback after which a stream counts as dead."""

_LATE_STALL = 5.0
"""The same where this process itself was held up: then a callback may only be late."""

HITCH = 10.0
"""Seconds after which a lost device is logged: one that is back by then is nobody's concern."""

_POLL_SECONDS = 0.2
_RETRY_SECONDS = 0.5
_MAX_RETRY_SECONDS = 4.0
"""Longest pause between two tries to get a device back, each of which starts a Python: a
microphone that is unplugged for days must not keep half a core busy."""

_JOIN_TIMEOUT = 0.4
"""Timeout in seconds for joining the supervisor's thread; the whole shutdown has one second."""

_REEXEC_TIMEOUT = 15.0
"""Seconds for which a re-executed program tries to open a device that was just available."""

_LOWEST_PRIORITY = 19
"""Nice value for a PortAudio thread stuck in a busy loop: 19, the lowest priority."""

_SUPERVISORS: "list[StreamSupervisor]" = []
_NEEDS_REEXEC = threading.Event()

_PROBE = """
import sys, sounddevice as sd
kind, device = sys.argv[1], sys.argv[2] or None
check = sd.check_input_settings if kind == "input" else sd.check_output_settings
check(device=device)
"""
"""Run in a child process: can a freshly initialised PortAudio use the device?"""


def needs_reexec() -> bool:
    """Whether all devices are back, but PortAudio hangs: only a re-executed program can use them.

    See ``assistant.core.reexec``.
    """
    return _NEEDS_REEXEC.is_set()


CONNECT_ADVICE = _(
    "connect one and try again, run `python3 run.py doctor`, or hear `python3 run.py demo`"
)
"""What to do where a device cannot be opened."""

_LOST = _("the {device} is lost; trying to get it back")


class StreamSupervisor:
    """Opens one stream, watches its heartbeat and reopens it when it has died.

    ``make(sounddevice)`` returns a new stream whose callback calls ``heartbeat``. ``kind`` is
    ``input`` or ``output``, ``device`` a name or None for the system's default.
    """

    def __init__(self, kind: str, device: str | None, make: Callable[[Any], Any]) -> None:
        self._kind = kind
        self._device = device
        self._make = make
        self._stream: Any = None
        self._last_heartbeat = 0.0
        self._lost = False
        self._callback_thread = 0
        self._closing = threading.Event()
        self._thread = threading.Thread(target=self._watch, name=f"keep-{kind}", daemon=True)

    @property
    def lost(self) -> bool:
        """Whether the device is unavailable at present.

        Derived from the heartbeat too: if the sound server hangs, PortAudio's calls hang with it,
        and this supervisor's thread may be blocked in one.
        """
        return self._lost or self._stalled

    def start(self) -> None:
        """Open the stream and watch it. Raises ``MissingError`` if the device cannot be opened."""
        try:
            self._open_with_retries() if was_reexeced() else self._open()
        except (sounddevice().PortAudioError, ValueError) as error:
            what = self._device_name
            named = _(" named {device!r}").format(device=self._device) if self._device else ""
            raise MissingError(
                _("no {what}{named} can be opened ({as_one_line})").format(
                    what=what, named=named, as_one_line=Translatable(as_one_line(error))
                ),
                CONNECT_ADVICE,
            ) from error
        _SUPERVISORS.append(self)
        self._thread.start()

    def heartbeat(self) -> None:
        """Called by the stream's callback each time it runs."""
        self._last_heartbeat = time.monotonic()
        self._callback_thread = threading.get_native_id()

    def close(self) -> None:
        """Release the device; may be called twice."""
        self._closing.set()
        if self in _SUPERVISORS:
            _SUPERVISORS.remove(self)
        if self._thread.is_alive():
            self._thread.join(_JOIN_TIMEOUT)
            if self._thread.is_alive():
                # in a probe, or hung in PortAudio: ``exit_process`` does not wait for it either
                HUNG.append(self._thread)
                return
        close_stream(self._stream)

    @property
    def _device_name(self) -> Translatable:
        return _("microphone") if self._kind == "input" else _("loudspeaker")

    def _open_with_retries(self) -> None:
        """Open a device whose sound server may still be starting, with retries."""
        until = time.monotonic() + _REEXEC_TIMEOUT
        opened = self._try_open()
        while not opened and time.monotonic() < until:
            time.sleep(_RETRY_SECONDS)
            opened = self._try_open(fresh=True)
        if not opened:
            self._open()

    def _open(self) -> None:
        self._callback_thread = 0
        self._stream = open_stream(self._make)
        self._last_heartbeat = time.monotonic()

    def _is_healthy(self, stall: float) -> bool:
        return is_running(self._stream) and time.monotonic() - self._last_heartbeat < stall

    @property
    def _stalled(self) -> bool:
        return time.monotonic() - self._last_heartbeat >= STALL

    def _watch(self) -> None:
        begun = time.monotonic()
        while not self._closing.wait(_POLL_SECONDS):
            # what held this thread up, loading the models say, held the callback up too
            late = time.monotonic() - begun > 2 * _POLL_SECONDS
            if not self._is_healthy(_LATE_STALL if late else STALL):
                self._recover()
            begun = time.monotonic()

    def _recover(self) -> None:
        """Retry until the stream runs again or ``close`` is called."""
        self._lost = True
        began, told, pause = time.monotonic(), False, _RETRY_SECONDS
        while not self._closing.is_set():
            if not close_stream(self._stream):
                self._deprioritise()
            if self._try_reopen():
                self._lost = False
                if told:
                    _LOGGER.warning(_("the {device} is back").format(device=self._device_name))
                return
            if not told and time.monotonic() - began >= HITCH:
                told = True
                _LOGGER.warning(_LOST.format(device=self._device_name))
            self._closing.wait(pause)
            pause = min(2 * pause, _MAX_RETRY_SECONDS)

    def _deprioritise(self) -> None:
        """Lower the priority of PortAudio's hung thread, which loops without end."""
        _LOGGER.warning("PortAudio does not let the %s device go (a fault of it)", self._kind)
        if self._callback_thread and sys.platform.startswith("linux"):
            with suppress(OSError):  # the thread has ended, and only the close call hangs
                os.setpriority(os.PRIO_PROCESS, self._callback_thread, _LOWEST_PRIORITY)

    def _try_reopen(self) -> bool:
        if self._try_open():
            return True
        # Re-initialising interrupts the other stream, so it is done only if it will help.
        if not self._probe_device():
            return False
        if not portaudio_hung():
            return self._try_open(fresh=True)
        # A stream that works may hold its device exclusively, so only the lost ones are probed.
        if all(one._probe_device() for one in list(_SUPERVISORS) if one.lost and one is not self):
            _NEEDS_REEXEC.set()
        return False

    def _try_open(self, fresh: bool = False) -> bool:
        """Try to open the stream once; ``fresh`` re-initialises PortAudio first."""
        try:
            if fresh and not restart():
                return False
            self._open()
        except (sounddevice().PortAudioError, ValueError) as error:
            _LOGGER.debug("%s: %s", self._kind, as_one_line(error))
            return False
        return True

    def _probe_device(self) -> bool:
        """Whether PortAudio in a child process can use the device."""
        command = [sys.executable, "-P", "-c", _PROBE, self._kind, self._device or ""]
        try:
            done = subprocess.run(command, capture_output=True, timeout=5.0, check=False)
        except (subprocess.TimeoutExpired, OSError) as error:
            _LOGGER.debug("%s: cannot be tried: %s", self._kind, error)
            return False
        return done.returncode == 0
