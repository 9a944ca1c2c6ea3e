"""Loads espeak-ng's library through pyttsx3's binding, which one process may need twice.

The wheel's library speaks espeak-ng's own voices. It is built without MBROLA, so MBROLA's voices
are spoken by the system's (Debian: ``libespeak-ng1``), which is loaded beside it when one is
asked for. Both have the same SONAME: pyttsx3's binding, which asks for it by that name, would
take the first one twice. A private copy of the binding is therefore bound to a given file.
"""

import ctypes
import importlib
import importlib.util
import os
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import Any

from assistant.audio.interfaces import SPEECH_RATE
from assistant.core.errors import MissingError
from assistant.core.native_stderr import silence_native_stderr
from assistant.core.translation import _
from assistant.tts.mbrola import system_library_file

ADVICE = _("run `python3 run.py doctor`, or install the package espeak-ng")

_BINDING = "pyttsx3.drivers._espeak"

_DONT_EXIT = 0x8000
"""``espeakINITIALIZE_DONT_EXIT``: return an error instead of calling ``exit`` without data."""

_MAX_PATH = 130
"""espeak-ng's path buffer has 160 characters, including the names of its data files."""

_DATA_PATH = "ESPEAK_DATA_PATH"


@cache
def default_library() -> Any:
    """pyttsx3's binding of the wheel's library, else of the system's, initialised.

    Raises ``MissingError`` if there is no library or no voice data.
    """
    try:
        loader = importlib.import_module("espeakng_loader")
    except ImportError:
        pass  # the system library knows its own data path
    else:
        library = Path(loader.get_library_path())
        os.environ[_DATA_PATH] = _short_path(loader.get_data_path())
        # Loading it by full path first lets the binding below find it again by SONAME.
        ctypes.CDLL(str(library))
    try:
        binding = importlib.import_module(_BINDING)
    except (RuntimeError, OSError, ImportError) as error:
        raise MissingError(
            _("the voice cannot be loaded ({error})").format(error=error), ADVICE
        ) from error
    return _initialised(binding)


@cache
def mbrola_library() -> Any:
    """A binding of the system's library, initialised with the system's own voice data.

    C's stderr is silenced: MBROLA reports there every pair of phonemes that it has not recorded.
    Raises ``MissingError`` if the system has no espeak-ng.
    """
    file = system_library_file()
    if file is None:
        raise MissingError(_("the system's espeak-ng library is not installed"), ADVICE)
    with suppress(MissingError):
        default_library()  # the wheel's first: loaded later, it would be this one by its SONAME
    try:
        binding = _bound_to(file)
    except (RuntimeError, OSError, ImportError) as error:
        raise MissingError(
            _("{file} cannot be loaded ({error})").format(file=file, error=error), ADVICE
        ) from error
    silence_native_stderr()
    others = os.environ.pop(_DATA_PATH, None)  # the wheel's data, of another version
    try:
        return _initialised(binding)
    finally:
        if others is not None:
            os.environ[_DATA_PATH] = others


def identifier(binding: Any) -> str:
    """The identifier of the current voice; empty before the first one."""
    voice = binding.GetCurrentVoice()
    return (voice[0].identifier or b"").decode() if voice else ""


def version(binding: Any) -> str:
    """The library's version, such as ``1.52.0``."""
    return str(ctypes.string_at(binding.Info()).decode()).split()[0]


def _bound_to(file: Path) -> Any:
    """A copy of pyttsx3's binding, beside the imported one, on the library in ``file``."""
    spec = importlib.util.find_spec(_BINDING)
    if spec is None or spec.loader is None:
        raise ImportError(f"no module {_BINDING}")
    module = importlib.util.module_from_spec(spec)

    class OneLibrary(ctypes.LibraryLoader[ctypes.CDLL]):
        """Loads ``file``, whichever name is asked for."""

        def LoadLibrary(self, name: str) -> ctypes.CDLL:  # noqa: N802 - ctypes' name
            return ctypes.CDLL(str(file))

    usual = ctypes.cdll
    ctypes.cdll = OneLibrary(ctypes.CDLL)
    try:
        spec.loader.exec_module(module)
    finally:
        ctypes.cdll = usual
    return module


def _initialised(binding: Any) -> Any:
    rate = binding.Initialize(binding.AUDIO_OUTPUT_SYNCHRONOUS, 0, None, _DONT_EXIT)
    if rate != SPEECH_RATE:
        raise MissingError(_("the voice data cannot be read"), ADVICE)
    return binding


def _short_path(folder: str) -> str:
    """Return a short alias of ``folder``: espeak-ng truncates longer paths and finds no data."""
    if len(folder) <= _MAX_PATH or not Path("/proc/self/fd").exists():
        return folder
    return f"/proc/self/fd/{os.open(folder, os.O_RDONLY)}"
