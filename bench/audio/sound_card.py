"""``listen`` on a virtual sound card, in wall-clock time.

`bench audio --card`: PulseAudio with an echo path from loudspeaker to microphone, `listen` in a
separate process, and a synthetic user who repeatedly says "tunggu sebentar" over the guide and
"lanjut" in the silence after it. The latencies include two resamplers, the server's buffers and
the load of the machine.
"""

import json
import os
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from assistant.apps.simulation.virtual_sound_card import VirtualSoundCard
from assistant.audio.pcm import RATE, Samples
from assistant.audio.room_simulation import users_voice
from assistant.tts.espeak_voice import EspeakVoice
from bench.common.paths import ROOT

OVER, SILENT = "tunggu sebentar", "lanjut"
ECHO_MS, ECHO_DB = 60, -6
LOUD = 150.0
"""RMS level (int16 units) from which a sink counts as active."""

_GIVE_UP = 6.0


@dataclass
class Monitor:
    """Records the activity of a sink over time."""

    process: "subprocess.Popen[bytes]"
    heard: list[tuple[float, bool]] = field(default_factory=list)
    """(monotonic time, whether the 5 ms before it were loud)."""

    def listen(self) -> None:
        """Read until the recording process ends."""
        assert self.process.stdout is not None
        while data := self.process.stdout.read(480):
            sound = np.frombuffer(data[: len(data) // 2 * 2], dtype="<i2").astype(np.float32)
            level = float(np.sqrt(np.mean(sound * sound)))
            self.heard.append((time.monotonic(), level > LOUD))

    def first_loud(self, after: float) -> float | None:
        """First loud time after ``after``; None if there is none."""
        return next((at for at, loud in self.heard if at > after and loud), None)

    def last_loud(self, after: float) -> float | None:
        """Last loud time after ``after``; None if there is none."""
        return next((at for at, loud in reversed(self.heard) if at > after and loud), None)


def listening(card: VirtualSoundCard, sink: str) -> Monitor:
    """A running monitor of a sink."""
    command = ["parec", "-d", f"{sink}.monitor", "--format=s16le", "--rate=48000"]
    monitor = Monitor(
        subprocess.Popen(
            [*command, "--channels=1", "--latency-msec=5"],
            env=card.environment, stdout=subprocess.PIPE, bufsize=0,
        )
    )  # fmt: skip
    threading.Thread(target=monitor.listen, daemon=True).start()
    return monitor


class Night:
    """`listen` on the card, and a simulated user."""

    def __init__(self, card: VirtualSoundCard, folder: Path) -> None:
        self._card = card
        for sink in ("user",):
            self._control("module-null-sink", f"sink_name={sink}", "rate=16000", "channels=1")
        self._control("module-loopback", "source=user.monitor", "sink=micpipe", "latency_msec=10")
        card.echo(ECHO_MS, ECHO_DB)
        self.user, self.speaker = listening(card, "user"), listening(card, "spk")
        self.events: list[tuple[float, dict[str, object]]] = []
        pipe = folder / "events"
        os.mkfifo(pipe)
        homes = {name: str(folder) for name in ("XDG_DATA_HOME", "XDG_CONFIG_HOME")}
        self.process = subprocess.Popen(
            [sys.executable, "-m", "assistant.apps.cli", "listen", "--events", str(pipe)],
            cwd=ROOT, env={**card.environment, **homes},
        )  # fmt: skip
        self._thread = threading.Thread(target=self._follow, args=(pipe,), daemon=True)
        self._thread.start()

    def say(self, samples: Samples) -> float:
        """Speak; returns the monotonic time at which speech ended."""
        begun = time.monotonic()
        path = self._card.here / "user.raw"
        path.write_bytes(np.pad(samples, (RATE // 10, RATE // 10)).astype("<i2").tobytes())
        subprocess.run(
            ["paplay", "-d", "user", "--raw", f"--rate={RATE}", "--channels=1", str(path)],
            env=self._card.environment, check=True, timeout=20,
        )  # fmt: skip
        return self.user.last_loud(begun) or time.monotonic()

    def wait(self, event: str, since: float, wanted: Callable[[dict[str, object]], bool]) -> float:
        """Monotonic time of the event; NaN on a timeout."""
        while time.monotonic() < since + _GIVE_UP:
            for at, record in list(self.events):
                if at > since and record["event"] == event and wanted(record):
                    return at
            time.sleep(0.005)
        return float("nan")

    def close(self) -> None:
        """End all processes."""
        self.process.terminate()
        self.process.wait(10)
        for monitor in (self.user, self.speaker):
            monitor.process.terminate()
            monitor.process.wait(5)

    def _follow(self, pipe: Path) -> None:
        with pipe.open(encoding="utf-8") as lines:
            for line in lines:
                self.events.append((time.monotonic(), json.loads(line)))

    def _control(self, module: str, *words: str) -> None:
        command = ["pactl", "load-module", module, *words]
        subprocess.run(command, env=self._card.environment, check=True, capture_output=True)


def on_the_card(times: int) -> dict[str, list[float]]:
    """Latencies (s) from the end of a command: over the guide until accepted, in silence until
    answered."""
    user = EspeakVoice("id+m3", words_per_minute=160)
    start, over, silent = (
        users_voice(user.speak(text)) for text in ("kaki saya kram", OVER, SILENT)
    )
    found: dict[str, list[float]] = {"obeyed": [], "answered": [], "unheard": []}
    with tempfile.TemporaryDirectory() as folder, VirtualSoundCard() as card:
        night = Night(card, Path(folder))
        try:
            while not night.events and night.process.poll() is None:
                time.sleep(0.1)
            if not night.events:
                raise RuntimeError(f"listen has ended with {night.process.returncode}")
            time.sleep(2.0)
            night.say(start)
            time.sleep(8.0)
            for _ in range(times):
                _once(night, over, silent, found)
        finally:
            night.close()
    return found


def stops(times: int) -> list[float]:
    """Latencies (s) from ``stop()`` in the middle of playback to silence at the loudspeaker."""
    with VirtualSoundCard() as card:
        monitor = listening(card, "spk")
        time.sleep(0.3)
        worker = [
            sys.executable,
            "-m",
            "assistant.apps.simulation.sound_card_worker",
            "stop",
            str(times),
        ]
        done = subprocess.run(
            worker, cwd=ROOT, env=card.environment, capture_output=True, check=True
        )
        monitor.process.terminate()
        monitor.process.wait(5)
    found = []
    for one in map(json.loads, done.stdout.splitlines()):
        loud = [at for at, on in monitor.heard if on and one["stopped"] <= at < one["until"]]
        found.append(max(loud, default=one["stopped"]) - one["stopped"])
    return found


def _once(night: Night, over: Samples, silent: Samples, found: dict[str, list[float]]) -> None:
    """One command over the guide, one in the silence after it."""
    while night.speaker.first_loud(time.monotonic() - 0.1) is None:
        time.sleep(0.02)
    begun = time.monotonic()
    ended = night.say(over)
    obeyed = night.wait("heard", begun, lambda record: bool(record["accepted"]))
    found["unheard" if np.isnan(obeyed) else "obeyed"].append(obeyed - ended)
    time.sleep(4.0)
    begun = time.monotonic()
    ended = night.say(silent)
    known = night.wait("heard", begun, lambda record: bool(record["accepted"]))
    time.sleep(1.0)
    first = night.speaker.first_loud(ended)
    if first is not None and not np.isnan(known):
        found["answered"].append(first - ended)
    time.sleep(4.0)
