"""Voice selection: espeak-ng, else an Indonesian voice of the operating system.

System voices are listed by pyttsx3's engine in a child process. The choice is unit-tested on lists
as Windows and macOS return them; it has not been run on those systems yet.
"""

import json
import subprocess
import sys
from collections.abc import Iterable
from dataclasses import dataclass

from assistant.audio.interfaces import Voice
from assistant.core.errors import MissingError
from assistant.core.translation import _
from assistant.tts.espeak_voice import EspeakVoice
from assistant.tts.system_voice import SystemVoice

SYSTEMS = ("win32", "darwin")
"""Platforms where pyttsx3 has system voices: SAPI5, NSSpeechSynthesizer."""

_NAME_PARTS = ("indonesia", "damayanti", "andika", "gadis", "ardi")
"""Substrings of voice names: Apple's and Microsoft's Indonesian voices, "Indonesia"."""

_TIMEOUT = 30.0
"""Timeout of the child process in seconds."""

_WORKER = """
import json, sys
import pyttsx3
found = []
for voice in pyttsx3.init().getProperty("voices"):
    languages = [one.decode("utf-8", "replace") if isinstance(one, bytes) else str(one)
                 for one in voice.languages or ()]
    found.append({"id": str(voice.id), "name": str(voice.name or ""), "languages": languages})
json.dump(found, sys.stdout)
"""


@dataclass(frozen=True)
class InstalledVoice:
    """A system voice as pyttsx3 describes it."""

    id: str
    name: str = ""
    languages: tuple[str, ...] = ()


def indonesian(offered: Iterable[InstalledVoice]) -> str | None:
    """The id of an Indonesian voice, by its language, else by its name; None if there is none."""
    candidates = list(offered)
    for voice in candidates:
        if any(_is_indonesian(language) for language in voice.languages):
            return voice.id
    for voice in candidates:
        if any(part in voice.name.lower() for part in _NAME_PARTS):
            return voice.id
    return None


def select_voice(platform: str = sys.platform) -> Voice:
    """Return espeak-ng, which is fast; else an Indonesian system voice.

    Raises ``MissingError`` if no Indonesian voice is installed.
    """
    try:
        return EspeakVoice()
    except MissingError:
        if platform not in SYSTEMS:
            raise
    voice = indonesian(_installed_voices())
    if voice is None:
        raise MissingError(
            _("no voice here speaks Indonesian"),
            _("add the language's speech in the system's settings, or install espeak-ng"),
        )
    return SystemVoice(voice)


def _is_indonesian(language: str) -> bool:
    """Whether a language tag (``id``, ``id_ID``, ``id-ID``, espeak's ``\\x05id``) is Indonesian."""
    tag = language.lstrip("".join(map(chr, range(32)))).lower().replace("_", "-")
    return tag.split("-")[0] in ("id", "ind")


def _installed_voices() -> list[InstalledVoice]:
    """List the voices by pyttsx3 in a child process, since it may hang or crash."""
    try:
        done = subprocess.run(
            [sys.executable, "-P", "-c", _WORKER], capture_output=True, timeout=_TIMEOUT, check=True
        )
        return [
            InstalledVoice(one["id"], one["name"], tuple(one["languages"]))
            for one in json.loads(done.stdout)
        ]
    except (subprocess.SubprocessError, OSError, ValueError, KeyError, TypeError):
        return []
