"""PortAudio, shared by microphone and loudspeaker: opening streams and getting lost ones back.

PortAudio is one for the whole process and reads its list of devices once. To see a device that
was plugged in again it has to be started anew, which closes every stream; so all streams are
opened here, under one lock, and each has a keeper that notices when its stream has died.
"""

import importlib
import logging
import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from functools import cache
from typing import Any

from assistant.anew import HUNG, stuck
from assistant.chatter import silence_alsa, silence_c
from assistant.errors import MissingError

_LOGGER = logging.getLogger(__name__)

STALL = 1.0
"""Seconds without a callback after which a stream is taken for dead."""

_WATCH = 0.2
_RETRY = 0.5

_LET_GO = 2.0
"""Seconds that PortAudio may take to close a stream: usually it needs a hundredth of one."""

_IDLE = 19
"""Priority of a thread of PortAudio's that runs in a circle: the lowest there is."""

_LOCK = threading.RLock()
_STREAMS: list[Any] = []
_KEEPERS: "list[Keeper]" = []
_REVIVABLE = threading.Event()

_PROBE = """
import sys, sounddevice as sd
kind, device = sys.argv[1], sys.argv[2] or None
check = sd.check_input_settings if kind == "input" else sd.check_output_settings
check(device=device)
"""
"""Asked in a process of its own: whether a freshly started PortAudio can use the device."""


@cache
def sounddevice() -> Any:
    """Return the module ``sounddevice``; ``MissingError`` when PortAudio is not installed."""
    if sys.platform.startswith("linux"):
        silence_alsa()
        silence_c()
    try:
        return importlib.import_module("sounddevice")
    except (OSError, ImportError) as error:
        raise MissingError(
            "the sound library PortAudio is missing; install it (Debian, Ubuntu: "
            "`sudo apt install libportaudio2`)"
        ) from error


def open_stream(make: Callable[[Any], Any]) -> Any:
    """Start the stream that ``make(sounddevice)`` returns; raises what sounddevice raises."""
    with _LOCK:
        stream = make(sounddevice())
        try:
            stream.start()
        except sounddevice().PortAudioError:
            stream.close(ignore_errors=True)
            raise
        _STREAMS.append(stream)
        return stream


def close_stream(stream: Any) -> bool:
    """Let a stream go, dead or alive; one that was closed by ``restart`` is left alone.

    Returns whether PortAudio did it. If not, one of its threads runs in a circle for ever, and
    it cannot be started anew in this process.
    """

    def let_go() -> None:
        stream.abort(ignore_errors=True)
        stream.close(ignore_errors=True)

    with _LOCK:
        if stream not in _STREAMS:
            return True
        _STREAMS.remove(stream)
        closing = threading.Thread(target=let_go, name="close-stream", daemon=True)
        closing.start()
        closing.join(_LET_GO)
        if closing.is_alive():
            HUNG.append(closing)
        return not closing.is_alive()


def revivable() -> bool:
    """Whether all devices are there again, and only a program begun anew can have them.

    See ``assistant.anew``.
    """
    return _REVIVABLE.is_set()


def restart() -> None:
    """Close every stream and read the list of devices anew; the keepers open them again."""
    with _LOCK:
        for stream in list(_STREAMS):
            close_stream(stream)
        library = sounddevice()
        library._terminate()
        library._initialize()


def usable_format(
    library: Any, kind: str, device: str | None, wanted: int
) -> tuple[int, int]:
    """Return the (rate, channels) nearest to ``wanted`` Hz, mono, that a device can do.

    ``kind`` is ``input`` or ``output``.
    """
    inward = kind == "input"
    check = library.check_input_settings if inward else library.check_output_settings
    own_rate = round(library.query_devices(device, kind)["default_samplerate"])
    for rate in (wanted, own_rate):
        for channels in (1, 2):
            try:
                check(device=device, channels=channels, dtype="int16", samplerate=rate)
            except library.PortAudioError:
                continue
            return rate, channels
    return own_rate, 1


class Keeper:
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
            self._open()
        except (sounddevice().PortAudioError, ValueError) as error:
            what = "microphone" if self._kind == "input" else "loudspeaker"
            named = f" named {self._device!r}" if self._device else ""
            raise MissingError(
                f"no {what}{named} can be opened ({_in_one_line(error)}); connect one and try "
                "again, run `python3 run.py doctor`, or hear `python3 run.py demo`"
            ) from error
        _KEEPERS.append(self)
        self._thread.start()

    def beat(self) -> None:
        """The stream's callback ran."""
        self._last_beat = time.monotonic()
        self._beating = threading.get_native_id()

    def close(self) -> None:
        """Let the device go; may be called twice."""
        self._ending.set()
        if self in _KEEPERS:
            _KEEPERS.remove(self)
        if self._thread.is_alive():
            self._thread.join()
        close_stream(self._stream)

    def _open(self) -> None:
        self._stream = open_stream(self._make)
        self.beat()

    def _healthy(self) -> bool:
        with _LOCK:
            running = self._stream in _STREAMS and self._stream.active
        return bool(running) and not self._stalled

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
            with suppress(ProcessLookupError):  # it has ended, and only its end is stuck
                os.setpriority(os.PRIO_PROCESS, self._beating, _IDLE)

    def _reopened(self) -> bool:
        for fresh in (False, True):
            # A restart interrupts the other stream, so it is only done when it will help.
            if fresh and not _probe(self._kind, self._device):
                return False
            if fresh and stuck():
                if all(_probe(one._kind, one._device) for one in list(_KEEPERS)):
                    _REVIVABLE.set()
                return False
            try:
                if fresh:
                    restart()
                self._open()
                return True
            except (sounddevice().PortAudioError, ValueError) as error:
                _LOGGER.debug("%s: %s", self._kind, _in_one_line(error))
        return False


def _probe(kind: str, device: str | None) -> bool:
    command = [sys.executable, "-c", _PROBE, kind, device or ""]
    try:
        done = subprocess.run(command, capture_output=True, timeout=5.0, check=False)
    except subprocess.TimeoutExpired:
        return False
    return done.returncode == 0


def _in_one_line(error: Exception) -> str:
    return " ".join(str(error).split())
