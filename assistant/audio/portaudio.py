"""PortAudio, shared by microphone and loudspeaker.

PortAudio is one for the whole process and reads its list of devices once. To see a device that
was plugged in again it has to be started anew, which closes every stream; so all streams are
opened here, under one lock.
"""

import importlib
import logging
import sys
import threading
from collections.abc import Callable
from functools import cache
from typing import Any

from assistant.core.errors import MissingError
from assistant.core.native_stderr import silence_alsa, silence_native_stderr
from assistant.core.reexec import HUNG, portaudio_hung

_LOGGER = logging.getLogger(__name__)

_LET_GO = 2.0
"""Seconds that PortAudio may take to close a stream: usually it needs a hundredth of one."""

_LOCK = threading.RLock()
_STREAMS: list[Any] = []


@cache
def sounddevice() -> Any:
    """Return the module ``sounddevice``; ``MissingError`` when PortAudio is not installed."""
    if sys.platform.startswith("linux"):
        silence_alsa()
        silence_native_stderr()
    try:
        return importlib.import_module("sounddevice")
    except (OSError, ImportError) as error:
        raise MissingError(
            "the sound library PortAudio is missing",
            "install it (Debian, Ubuntu: `sudo apt install libportaudio2`)",
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

    if not _LOCK.acquire(timeout=_LET_GO):
        return False  # somebody opens a stream, perhaps for ever
    try:
        if stream not in _STREAMS:
            return True
        _STREAMS.remove(stream)
        closing = threading.Thread(target=let_go, name="close-stream", daemon=True)
        closing.start()
        closing.join(_LET_GO)
        if closing.is_alive():
            HUNG.append(closing)
        return not closing.is_alive()
    finally:
        _LOCK.release()


def is_running(stream: Any) -> bool:
    """Whether PortAudio says so of a stream."""
    with _LOCK:
        return stream in _STREAMS and bool(stream.active)


def restart() -> bool:
    """Close every stream and read the list of devices anew; the keepers open them again.

    Returns whether it was done: while PortAudio is stuck it would never come to an end.
    """
    with _LOCK:
        for stream in list(_STREAMS):
            close_stream(stream)
        if portaudio_hung():  # perhaps the other keeper's stream, just now
            return False
        library = sounddevice()
        library._terminate()
        library._initialize()
        return True


def usable_format(library: Any, kind: str, device: str | None, wanted: int) -> tuple[int, int]:
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


def as_one_line(error: Exception) -> str:
    """What PortAudio says, without its line breaks."""
    return " ".join(str(error).split())
