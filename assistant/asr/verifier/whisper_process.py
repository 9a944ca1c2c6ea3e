"""Whisper in a child process, which isolates its memory, crashes and CPU time.

Audio goes through a pipe and is not stored. A request is the number of samples (uint32), then the
samples (int16, mono, 16 kHz), all little-endian; the response is a line of JSON.
"""

import json
import os
import subprocess
import sys
import threading
from collections.abc import Sequence
from pathlib import Path
from queue import Empty, SimpleQueue

import numpy as np
import numpy.typing as npt

from assistant.core.errors import KramError, MissingError
from assistant.core.paths import PACKAGE

COMMAND = (sys.executable, "-m", "assistant.asr.verifier")

LOADING = 60.0
"""Timeout in seconds for loading the weights."""


class WhisperProcess:
    """Transcribes speech in a child process."""

    def __init__(self, command: Sequence[str] = COMMAND, loading: float = LOADING) -> None:
        """Start the process and wait until it is ready.

        Raises ``MissingError`` with the reason when it does not start.
        """
        self._process = subprocess.Popen(
            list(command), cwd=PACKAGE.parent, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )  # fmt: skip
        self._lines: SimpleQueue[bytes] = SimpleQueue()
        self._reader = threading.Thread(target=self._read, name="opinion", daemon=True)
        self._reader.start()
        try:
            first = self._answer(loading)
        except KramError as error:
            self.close()
            raise MissingError(f"Whisper does not start: {error.problem}", error.advice) from error
        if "ready" not in first:
            self.close()
            problem = str(first.get("error", "Whisper does not start"))
            raise MissingError(problem, str(first.get("advice", "")))

    def transcribe(self, samples: npt.NDArray[np.int16], patience: float) -> str:
        """The transcript of int16 mono 16 kHz audio; ``patience`` is the timeout in seconds.

        Raises ``KramError`` after a timeout or when the process has ended; close it then.
        """
        pipe = self._process.stdin
        assert pipe is not None
        try:
            pipe.write(len(samples).to_bytes(4, "little") + samples.astype("<i2").tobytes())
            pipe.flush()
        except OSError as error:
            raise KramError("Whisper has ended") from error
        return str(self._answer(patience).get("text", ""))

    def cpu_seconds(self) -> float:
        """CPU seconds used by the process (Linux)."""
        fields = Path(f"/proc/{self._process.pid}/stat").read_text(encoding="ascii")
        user, system = fields.rpartition(")")[2].split()[11:13]
        return (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")

    def peak_memory(self) -> float:
        """Peak resident memory of the process in kB (Linux)."""
        lines = Path(f"/proc/{self._process.pid}/status").read_text(encoding="ascii").splitlines()
        return next((float(one.split()[1]) for one in lines if one.startswith("VmHWM")), 0.0)

    def close(self) -> None:
        """Kill the process, whatever it is doing."""
        process = self._process
        process.kill()
        process.wait()
        self._reader.join()
        for pipe in (process.stdin, process.stdout):
            try:
                if pipe is not None:
                    pipe.close()
            except OSError:
                pass  # buffered output that nobody reads any more

    def _read(self) -> None:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            self._lines.put(line)
        self._lines.put(b"")

    def _answer(self, patience: float) -> dict[str, object]:
        try:
            line = self._lines.get(timeout=patience)
        except Empty as error:
            raise KramError(f"no answer within {patience:g} seconds") from error
        try:
            record = json.loads(line)
        except ValueError as error:
            raise KramError("Whisper has ended") from error
        return record if isinstance(record, dict) else {}
