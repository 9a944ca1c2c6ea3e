"""Which voice speaks: espeak-ng, or else an Indonesian one of the operating system.

The choice among the system's voices is unit-tested on lists as Windows and macOS give them; on
those systems themselves nobody has run it yet.
"""

import json
import subprocess
import sys
from collections.abc import Iterable
from dataclasses import dataclass

from assistant.audio.interfaces import Voice
from assistant.core.errors import MissingError
from assistant.tts.espeak_voice import EspeakVoice
from assistant.tts.system_voice import SystemVoice

SYSTEMS = ("win32", "darwin")
"""Where pyttsx3 speaks with voices of the system: SAPI5, NSSpeechSynthesizer."""

_NAMES = ("indonesia", "damayanti", "andika", "gadis", "ardi")
"""Parts of names: Apple's and Microsoft's Indonesian voices, and what calls itself so."""

_SECONDS = 30.0

_LIST = """
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
    """A voice of the system, as pyttsx3 describes it."""

    id: str
    name: str = ""
    languages: tuple[str, ...] = ()


def indonesian(offered: Iterable[InstalledVoice]) -> str | None:
    """The id of an Indonesian voice; by its language, else by its name. None if there is none."""
    known = list(offered)
    for voice in known:
        if any(_is_indonesian(language) for language in voice.languages):
            return voice.id
    for voice in known:
        if any(part in voice.name.lower() for part in _NAMES):
            return voice.id
    return None


def select_voice(platform: str = sys.platform) -> Voice:
    """Espeak-ng, which can be stopped and is quick; else the system's.

    Raises ``MissingError`` when nothing here speaks Indonesian.
    """
    try:
        return EspeakVoice()
    except MissingError:
        if platform not in SYSTEMS:
            raise
    voice = indonesian(_offered())
    if voice is None:
        raise MissingError(
            "no voice here speaks Indonesian",
            "add the language's speech in the system's settings, or install espeak-ng",
        )
    return SystemVoice(voice)


def _is_indonesian(language: str) -> bool:
    """Whether a tag such as ``id``, ``id_ID``, ``id-ID`` or espeak's ``\\x05id`` means it."""
    tag = language.lstrip("".join(map(chr, range(32)))).lower().replace("_", "-")
    return tag.split("-")[0] in ("id", "ind")


def _offered() -> list[InstalledVoice]:
    """Ask pyttsx3 in a process of its own, which may hang or crash as it likes."""
    try:
        done = subprocess.run(
            [sys.executable, "-c", _LIST], capture_output=True, timeout=_SECONDS, check=True
        )
        return [
            InstalledVoice(one["id"], one["name"], tuple(one["languages"]))
            for one in json.loads(done.stdout)
        ]
    except (subprocess.SubprocessError, OSError, ValueError, KeyError, TypeError):
        return []
