"""A `serve` of any clone in a process of its own, on loopback, and what it uses (Linux)."""

import os
import subprocess
import tempfile
import time
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path

from assistant.core.errors import InputError

_CONFIG = "[serve]\nmax_clients = 100\n"
_TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True)
class Usage:
    """What a server has used."""

    megabytes: float
    """Peak of the resident memory."""

    processor: float
    """Processor seconds since it was ready."""

    cores: float
    """The same per second."""

    client_cores: float
    """Of this process, that of the clients."""

    other_cores: float
    """Of everything else on the machine."""


class Served(AbstractContextManager["Served"]):
    """The server of the clone ``folder``, with its own configuration and any free port."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._home = tempfile.TemporaryDirectory()
        self._process: subprocess.Popen[str] | None = None
        self.port = 0
        """Where it listens on 127.0.0.1."""

    def __enter__(self) -> "Served":
        home = Path(self._home.name)
        (home / "kram").mkdir()
        (home / "kram/config.toml").write_text(_CONFIG, encoding="utf-8")
        own = {"XDG_CONFIG_HOME": str(home), "XDG_DATA_HOME": str(home / "data")}
        command = [str(self._folder.resolve() / ".venv/bin/python"), "run.py", "serve"]
        self._process = subprocess.Popen(
            [*command, "--uri", "tcp://127.0.0.1:0"],
            cwd=self._folder, env=os.environ | own, stdout=subprocess.PIPE, text=True,
        )  # fmt: skip
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line.startswith("ready: "):
            self.__exit__()
            raise InputError(f"{self._folder} does not serve: {line!r}", "try `run.py serve` there")
        self.port = int(line.rsplit(":", 1)[1])
        self._begin = time.monotonic(), self._seconds(), time.process_time(), _busy_seconds()
        return self

    def __exit__(self, *_: object) -> None:
        if self._process is not None:
            self._process.terminate()
            self._process.wait(30)
        self._home.cleanup()

    def usage(self) -> Usage:
        """Since the server was ready."""
        begin, spent, own, busy = self._begin
        passed = time.monotonic() - begin
        peak = self._stored("status").split("VmHWM:")[1].split()[0]
        spent = self._seconds() - spent
        own = time.process_time() - own
        others = _busy_seconds() - busy - spent - own
        return Usage(int(peak) / 1024, spent, spent / passed, own / passed, others / passed)

    def _seconds(self) -> float:
        fields = self._stored("stat").rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / _TICKS

    def _stored(self, name: str) -> str:
        assert self._process is not None
        return Path(f"/proc/{self._process.pid}/{name}").read_text(encoding="utf-8")


def _busy_seconds() -> float:
    """Processor seconds of the whole machine since it started."""
    first = Path("/proc/stat").read_text(encoding="ascii").splitlines()[0]
    user, nice, system, _, _, irq, softirq = map(int, first.split()[1:8])
    return (user + nice + system + irq + softirq) / _TICKS
