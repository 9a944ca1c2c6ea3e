"""``kram`` on a PortAudio that gets stuck with a lost device, as versions up to 19.7 may do.

The device comes back with another index, which PortAudio only sees after re-initialisation.
"""

import sys
import threading
from pathlib import Path
from typing import Any

import sounddevice

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from assistant.apps.cli import main

_abort, _open = sounddevice._StreamBase.abort, sounddevice._StreamBase.__init__
_STUCK = threading.Event()


def abort(stream: Any, ignore_errors: bool = True) -> None:
    """End a stream that runs; wait for ever for one that has died."""
    if not stream.active:
        _STUCK.set()
        threading.Event().wait()
    _abort(stream, ignore_errors)


def open_one(stream: Any, *arguments: Any, **options: Any) -> None:
    """Open a stream, unless one is stuck."""
    if _STUCK.is_set():
        raise sounddevice.PortAudioError("no such device", -9996)
    _open(stream, *arguments, **options)


if __name__ == "__main__":
    sounddevice._StreamBase.abort, sounddevice._StreamBase.__init__ = abort, open_one
    sys.exit(main.main())
