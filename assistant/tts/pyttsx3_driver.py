"""A pyttsx3 driver that speaks through our own player.

``register(player)`` makes it known, then pyttsx3's public API works as documented, without the
faults of its Linux driver (early returns, lost sayings, deadlocks)::

    register(SoundCardPlayer())
    engine = pyttsx3.init("kram")
    engine.setProperty("rate", 120)
    engine.say("Kaki Anda kram?")
    engine.runAndWait()
"""

import sys
import time
import wave
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from pyttsx3.voice import Voice as Pyttsx3Voice

from assistant.audio.interfaces import SPEECH_RATE, Clip, Player
from assistant.audio.wav_player import WavPlayer
from assistant.tts.espeak_binding import WordMark, voices
from assistant.tts.espeak_voice import CALM, GUIDE, EspeakVoice

NAME = "kram"
"""The driver's name for ``pyttsx3.init``."""

_STEP = 0.01
_VARIANTS = ("f2", "f3", "m1", "m3")


@dataclass
class _Outlet:
    """Where the drivers play; one for the process, as pyttsx3 gives no way to hand it over."""

    player: Player
    wait: Callable[[float], None]


_OUTLET = _Outlet(WavPlayer(None), lambda seconds: None)


def register(player: Player, wait: Callable[[float], None] = time.sleep) -> None:
    """Let ``pyttsx3.init("kram")`` play through ``player``.

    ``wait`` lets real time go by; for a player in audio time hand in one that returns at once.
    """
    _OUTLET.player, _OUTLET.wait = player, wait
    sys.modules[f"pyttsx3.drivers.{NAME}"] = sys.modules[__name__]


def buildDriver(proxy: Any) -> "Driver":  # noqa: N802 (pyttsx3's name)
    """Return a driver; called by pyttsx3."""
    return Driver(proxy)


class Driver:
    """What pyttsx3 asks of a driver; see ``pyttsx3/drivers/dummy.py`` for its contract."""

    def __init__(self, proxy: Any) -> None:
        self._proxy = proxy
        self._voice_id = GUIDE
        self._rate = CALM
        self._volume = 1.0
        self._ended = False
        self._speaking = False
        self._stopped = False
        self._words: list[WordMark] = []

    def destroy(self) -> None:
        """Be silent; the player belongs to whoever registered it."""
        self.stop()

    def say(self, text: str) -> None:
        """Begin to speak ``text``; the loop sends the notifications."""
        self._proxy.setBusy(True)
        samples, words = self._voice().synthesise(text)
        self._stopped, self._speaking, self._words = False, True, list(words)
        self._proxy.notify("started-utterance")
        _OUTLET.player.set_volume(self._volume)
        _OUTLET.player.play(Clip(samples))

    def stop(self) -> None:
        """Be silent at once; may be called from any thread or callback."""
        self._stopped = True
        _OUTLET.player.stop()

    def save_to_file(self, text: str, filename: str) -> None:
        """Write ``text`` as a WAV file."""
        samples, _ = self._voice().synthesise(text)
        with wave.open(str(filename), "wb") as file:
            file.setnchannels(1)
            file.setsampwidth(2)
            file.setframerate(SPEECH_RATE)
            file.writeframes(samples.astype("<i2").tobytes())

    def getProperty(self, name: str) -> Any:  # noqa: N802
        """Return ``voices``, ``voice``, ``rate`` (words a minute), ``volume`` or ``pitch``."""
        if name == "voices":
            plain = [identifier for identifier, _ in voices()]
            names = plain + [f"id+{variant}" for variant in _VARIANTS]
            return [Pyttsx3Voice(each, each, ["id"]) for each in names]
        known = {"voice": self._voice_id, "rate": self._rate, "volume": self._volume}
        if name not in known:
            raise KeyError(f"unknown property {name}")
        return known[name]

    def setProperty(self, name: str, value: Any) -> None:  # noqa: N802
        """Set ``voice``, ``rate`` or ``volume`` for what is said from now on."""
        if name == "voice":
            EspeakVoice(voice=str(value))  # refuses a voice that does not exist
            self._voice_id = str(value)
        elif name == "rate":
            self._rate = int(value)
        elif name == "volume":
            self._volume = min(max(float(value), 0.0), 1.0)
        else:
            raise KeyError(f"unknown property {name}")

    def startLoop(self) -> None:  # noqa: N802
        """Speak until ``endLoop``, which pyttsx3 may have called before when all was done."""
        self._begin()
        while not self._ended:
            self._step()
            _OUTLET.wait(_STEP)
        self._ended = False

    def endLoop(self) -> None:  # noqa: N802
        """Leave the loop."""
        self._ended = True

    def iterate(self) -> Iterator[None]:
        """Speak a little whenever the caller's own loop asks for it."""
        self._begin()
        while True:
            self._step()
            yield

    def _begin(self) -> None:
        """Take up the queue, unless something said before the loop is still being spoken."""
        if not self._speaking:
            self._proxy.setBusy(False)

    def _voice(self) -> EspeakVoice:
        return EspeakVoice(voice=self._voice_id, words_per_minute=self._rate)

    def _step(self) -> None:
        """Let a moment go by: report words that began and the end of the utterance."""
        player = _OUTLET.player
        player.advance(_STEP)
        if not self._speaking:
            return
        ended = self._stopped or not player.playing
        while self._words and not self._stopped and (ended or self._words[0].at <= player.position):
            word = self._words.pop(0)
            self._proxy.notify("started-word", location=word.start, length=word.length)
        if ended:
            self._speaking = False
            self._proxy.notify("finished-utterance", completed=not self._stopped)
            self._proxy.setBusy(False)
