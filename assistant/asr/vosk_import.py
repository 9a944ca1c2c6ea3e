"""The ``vosk`` package without the HTTP library that it brings along, and its memory given back.

Vosk imports ``requests`` at once though it needs it only to download a model, which Kram never
does: 15 MB of memory for nothing, and a listening machine has no use for an HTTP client. So an
empty module stands in its place while ``vosk`` is loaded.

Its decoders allocate and free large blocks with every utterance. Where glibc is the allocator, it
takes them from the heap after the first ones, which then grows as it fragments: 200 recordings took
202 MB in place of 196 with a constant threshold, at the same speed.
"""

import ctypes
import sys
from types import ModuleType

_ABSENT = "requests" not in sys.modules
if _ABSENT:
    sys.modules["requests"] = ModuleType("requests")
try:
    from vosk import KaldiRecognizer, Model, SetLogLevel
finally:
    if _ABSENT:
        del sys.modules["requests"]

_M_MMAP_THRESHOLD = -3
"""glibc's ``malloc.h``: bytes from which an allocation is mapped by itself, and so given back."""

if sys.platform == "linux" and hasattr(_C := ctypes.CDLL(None), "mallopt"):
    _C.mallopt(_M_MMAP_THRESHOLD, 128 * 1024)

__all__ = ["KaldiRecognizer", "Model", "SetLogLevel"]
