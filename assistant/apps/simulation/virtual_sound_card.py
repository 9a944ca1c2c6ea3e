"""A virtual PulseAudio sound card: a loudspeaker to record from, a microphone to play into.

Needs the Debian packages named in ``PACKAGES``, but no kernel module and no root.
"""

import os
import shutil
import signal
import subprocess
import tempfile
import time
import wave
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType

import numpy as np

PACKAGES = "pulseaudio pulseaudio-utils libasound2-plugins libportaudio2"

_CONFIGURATION = """
load-module module-native-protocol-unix auth-anonymous=1 auth-cookie-enabled=0 socket={here}/native
load-module module-null-sink sink_name=spk rate=48000 channels=2 norewinds=1
load-module module-null-sink sink_name=micpipe rate=16000 channels=1 norewinds=1
load-module module-remap-source source_name=vmic master=micpipe.monitor
set-default-sink spk
set-default-source vmic
"""


@dataclass
class SinkRecording:
    """A running recording of the loudspeaker."""

    path: Path
    process: "subprocess.Popen[bytes]"

    def stop(self) -> "np.ndarray[tuple[int], np.dtype[np.int16]]":
        """End it; returns the samples: int16, mono, 48 kHz, shape (samples,)."""
        self.process.terminate()
        self.process.wait(5)
        return np.fromfile(self.path, dtype="<i2")


class VirtualSoundCard:
    """Runs the sound server; pass ``environment`` to a process that should use it."""

    def __init__(self) -> None:
        missing = [name for name in ("pulseaudio", "pactl", "parec", "paplay") if not _has(name)]
        if missing:
            raise RuntimeError(
                f"the virtual sound card needs {', '.join(missing)}: sudo apt install {PACKAGES}"
            )
        self._folder = tempfile.TemporaryDirectory(prefix="kram-card-")
        self.here = Path(self._folder.name)
        self._server: subprocess.Popen[bytes] | None = None
        self._recordings = 0
        (self.here / "default.pa").write_text(_CONFIGURATION.format(here=self.here))
        (self.here / "asound.conf").write_text(
            "pcm.!default { type pulse }\nctl.!default { type pulse }\npcm.pulse { type pulse }\n"
        )
        self.start()

    @property
    def environment(self) -> dict[str, str]:
        """The environment that makes a process use this card and no other."""
        own = {
            "PULSE_SERVER": f"unix:{self.here}/native",
            "PULSE_COOKIE": f"{self.here}/cookie",
        }
        return {**os.environ, **own}

    def start(self) -> None:
        """Start the server and wait until it answers."""
        folders = ("XDG_RUNTIME_DIR", "PULSE_RUNTIME_PATH", "PULSE_STATE_PATH")
        environment = {**os.environ, **{name: str(self.here) for name in folders}}
        options = ["--daemonize=no", "--exit-idle-time=-1", "--disable-shm=yes"]
        options += ["--realtime=no", "--high-priority=no", "--use-pid-file=no"]
        with (self.here / "server.log").open("ab") as log:
            self._server = subprocess.Popen(
                ["pulseaudio", "-n", "-F", str(self.here / "default.pa"), *options],
                env=environment,
                stdout=log,
                stderr=log,
            )
        deadline = time.monotonic() + 10
        while self._control("info").returncode != 0:
            if time.monotonic() > deadline or self._server.poll() is not None:
                log_text = (self.here / "server.log").read_text(errors="replace")[-500:]
                self.kill()
                raise RuntimeError(f"PulseAudio did not start: {log_text}")
            time.sleep(0.05)

    def kill(self) -> None:
        """Kill the server at once, as if the card were unplugged."""
        server, self._server = self._server, None
        if server is not None:
            server.kill()
            server.wait(5)
        (self.here / "native").unlink(missing_ok=True)

    @contextmanager
    def frozen(self) -> Iterator[None]:
        """Suspend the server (SIGSTOP) inside the ``with`` block."""
        assert self._server is not None
        self._server.send_signal(signal.SIGSTOP)
        try:
            yield
        finally:
            self._server.send_signal(signal.SIGCONT)

    def echo(self, milliseconds: int = 60, decibels: int = 0) -> None:
        """Add an echo path from loudspeaker to microphone with this delay and gain."""
        done = self._control(
            "load-module",
            "module-loopback",
            "source=spk.monitor",
            "sink=micpipe",
            f"latency_msec={milliseconds}",
        )
        done.check_returncode()
        owner = f"Owner Module: {done.stdout.decode().strip()}\n"
        listed = self._control("list", "sink-inputs").stdout.decode()
        (entry,) = (one for one in listed.split("Sink Input #") if owner in one)
        number = entry.split()[0]
        self._control("set-sink-input-volume", number, f"{decibels}dB").check_returncode()

    def play_into_microphone(
        self, samples: "np.ndarray[tuple[int], np.dtype[np.int16]]", rate: int
    ) -> "subprocess.Popen[bytes]":
        """Play int16 mono samples into the microphone; returns the playing process."""
        path = self.here / "spoken.wav"
        with wave.open(str(path), "wb") as file:
            file.setnchannels(1)
            file.setsampwidth(2)
            file.setframerate(rate)
            file.writeframes(samples.astype("<i2").tobytes())
        return subprocess.Popen(["paplay", "-d", "micpipe", str(path)], env=self.environment)

    def record(self) -> SinkRecording:
        """Start recording the loudspeaker."""
        self._recordings += 1
        path = self.here / f"heard-{self._recordings}.raw"
        command = ["parec", "-d", "spk.monitor", "--format=s16le", "--rate=48000", "--channels=1"]
        with path.open("wb") as file:
            process = subprocess.Popen(
                [*command, "--latency-msec=10"], env=self.environment, stdout=file
            )
        return SinkRecording(path, process)

    def close(self) -> None:
        """End the server and remove its files."""
        self.kill()
        self._folder.cleanup()

    def _control(self, *words: str) -> "subprocess.CompletedProcess[bytes]":
        return subprocess.run(
            ["pactl", *words], env=self.environment, capture_output=True, timeout=5, check=False
        )

    def __enter__(self) -> "VirtualSoundCard":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()


def _has(program: str) -> bool:
    return shutil.which(program) is not None
