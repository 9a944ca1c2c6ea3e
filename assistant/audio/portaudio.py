"""PortAudio, shared by microphone and loudspeaker.

PortAudio has global state and enumerates devices once, when it is initialised. To see a device
that was plugged in again it must be re-initialised, which closes every stream; so all streams are
opened here, under one lock.
"""

import importlib
import logging
import re
import subprocess
import sys
import threading
from collections.abc import Callable
from functools import cache
from typing import Any

from assistant.core.errors import MissingError
from assistant.core.native_stderr import silence_alsa, silence_native_stderr
from assistant.core.reexec import HUNG, portaudio_hung
from assistant.core.translation import _, reason

_LOGGER = logging.getLogger(__name__)

_CLOSE_TIMEOUT = 2.0
"""Timeout in seconds for closing a stream; usually PortAudio needs 10 ms."""

_IMPORT_TIMEOUT = 15.0
"""Timeout in seconds for importing PortAudio in a child process; usually it needs 0.3 s."""

_INSTALL = _("install it (Debian, Ubuntu: `sudo apt-get install -y libportaudio2`)")
_REPAIR = _("repair or rename ~/.asoundrc or /etc/asound.conf (or what ALSA_CONFIG_PATH names)")
_SET_UP = _("install it again (`python3 -m pip install --force-reinstall sounddevice cffi`)")
_RESTART = _(
    "restart the sound server (`systemctl --user restart pipewire pulseaudio`), or the computer"
)

_PROBE = """
try:
    import sounddevice
except Exception:
    # PortAudio's error names no file; ALSA writes it to stderr when it reads the files again
    import contextlib, ctypes
    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL("libasound.so.2").snd_config_update()
    raise
"""
"""Run in a child process: can PortAudio be imported?

With ``-P``, as a module of the same name in the folder where Kram was started would come first.
"""

_ALSA_FILE = re.compile(r"ALSA lib .*\) (/.+) may be old or corrupted")
_ALSA_LINE = re.compile(r"ALSA lib .*\) \S+:(\d+):\d+:")

_LOCK = threading.RLock()
_STREAMS: list[Any] = []


@cache
def sounddevice() -> Any:
    """Return the module ``sounddevice``; raises ``MissingError`` if PortAudio cannot be used.

    PortAudio reads the sound configuration while it is imported, and may end the process over a
    mistake there, so it is imported in a child process first.
    """
    problem = _import_problem()
    if problem is not None:
        raise MissingError(*problem)
    if sys.platform.startswith("linux"):
        silence_alsa()
        silence_native_stderr()
    try:
        return importlib.import_module("sounddevice")
    except Exception as error:  # its own exceptions are not known before it is imported
        raise MissingError(
            _("the sound library cannot be started ({as_one_line})").format(
                as_one_line=as_one_line(error)
            ),
            _REPAIR,
        ) from error


@cache
def _import_problem() -> tuple[str, str] | None:
    """Problem and advice if PortAudio cannot be imported; tried once in a run."""
    return probe_import([sys.executable, "-P", "-c", _PROBE], _IMPORT_TIMEOUT)


def probe_import(command: list[str], timeout: float) -> tuple[str, str] | None:
    """Problem and advice if ``command``, which imports PortAudio, fails or takes ``timeout`` s."""
    try:
        done = subprocess.run(
            command,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            errors="replace",
            timeout=timeout,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return _("the sound library does not answer within {timeout:.0f} s").format(
            timeout=timeout
        ), _RESTART
    except OSError as error:
        return _("the sound library cannot be tried: {reason}").format(
            reason=reason(error)
        ), _REPAIR
    if done.returncode == 0:
        return None
    last = as_one_line(done.stderr.rstrip().rpartition("\n")[2])
    if done.returncode > 0 and last.startswith("OSError"):
        return _("the sound library PortAudio is missing"), _INSTALL
    if done.returncode > 0 and last.startswith(("ImportError", "ModuleNotFoundError")):
        return _("the Python package of the sound library is damaged ({last})").format(
            last=last
        ), _SET_UP
    if file := _ALSA_FILE.search(done.stderr):
        line = _ALSA_LINE.search(done.stderr)
        place = _("line {line} of {file}").format(line=line[1], file=file[1]) if line else file[1]
        return _("the sound configuration has a mistake: {place}").format(place=place), _(
            "correct or rename that file"
        )
    ended = (
        _("signal {returncode}").format(returncode=-done.returncode)
        if done.returncode < 0
        else last
    )
    return _("the sound library cannot be started ({ended})").format(ended=ended), _REPAIR


def open_stream(make: Callable[[Any], Any]) -> Any:
    """Start and return the stream that ``make(sounddevice)`` creates; raises its errors."""
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
    """Abort and close a stream; does nothing for one that ``restart`` has closed.

    Returns False if PortAudio hangs: one of its threads is in an endless busy loop, and PortAudio
    cannot be re-initialised in this process.
    """

    def abort_and_close() -> None:
        stream.abort(ignore_errors=True)
        stream.close(ignore_errors=True)

    if not _LOCK.acquire(timeout=_CLOSE_TIMEOUT):
        return False  # another thread is opening a stream, and may hang
    try:
        if stream not in _STREAMS:
            return True
        _STREAMS.remove(stream)
        closing = threading.Thread(target=abort_and_close, name="close-stream", daemon=True)
        closing.start()
        closing.join(_CLOSE_TIMEOUT)
        if closing.is_alive():
            HUNG.append(closing)
        return not closing.is_alive()
    finally:
        _LOCK.release()


def is_running(stream: Any) -> bool:
    """Whether PortAudio reports the stream as active."""
    with _LOCK:
        return stream in _STREAMS and bool(stream.active)


def restart() -> bool:
    """Close every stream and re-initialise PortAudio; the supervisors open their streams again.

    Returns False, having closed what it could, if PortAudio hangs: re-initialising would block.
    """
    with _LOCK:
        for stream in list(_STREAMS):
            close_stream(stream)
        if portaudio_hung():  # perhaps the other supervisor's stream, just now
            return False
        library = sounddevice()
        library._terminate()
        library._initialize()
        return True


def usable_format(library: Any, kind: str, device: str | None, wanted: int) -> tuple[int, int]:
    """Return (sample rate in Hz, channels) that a device supports: ``wanted`` Hz mono if possible.

    ``kind`` is ``input`` or ``output``. Else its default rate, or stereo.
    """
    is_input = kind == "input"
    check = library.check_input_settings if is_input else library.check_output_settings
    default_rate = round(library.query_devices(device, kind)["default_samplerate"])
    for rate in (wanted, default_rate):
        for channels in (1, 2):
            try:
                check(device=device, channels=channels, dtype="int16", samplerate=rate)
            except library.PortAudioError:
                continue
            return rate, channels
    return default_rate, 1


def as_one_line(error: Exception | str) -> str:
    """PortAudio's error message without line breaks."""
    return " ".join(str(error).split())
