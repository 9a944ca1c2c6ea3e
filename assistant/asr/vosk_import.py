"""The ``vosk`` package without the HTTP library that it brings along.

Vosk imports ``requests`` at once though it needs it only to download a model, which Kram never
does: 15 MB of memory for nothing, and a listening machine has no use for an HTTP client. So an
empty module stands in its place while ``vosk`` is loaded.
"""

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

__all__ = ["KaldiRecognizer", "Model", "SetLogLevel"]
