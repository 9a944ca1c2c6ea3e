"""Whisper in a process of its own: its memory, its faults and its processor time are not ours.

Sound goes through a pipe and is nowhere kept. A request is four bytes, how many samples follow,
and the samples (int16, mono, 16 kHz, all little-endian); the answer is a line of JSON.
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
"""Seconds that reading the weights may take."""


class WhisperProcess:
    """Writes down what is said, by another process."""

    def __init__(self, command: Sequence[str] = COMMAND, loading: float = LOADING) -> None:
        """Start the process and wait until it is ready.

        Raises ``MissingError`` with the reason when it cannot be.
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
        """What is said, in at most ``patience`` seconds.

        Raises ``KramError`` when the process is too slow or has ended; it is of no use then.
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
        """Processor time that the process has used (Linux)."""
        fields = Path(f"/proc/{self._process.pid}/stat").read_text(encoding="ascii")
        user, system = fields.rpartition(")")[2].split()[11:13]
        return (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")

    def peak_memory(self) -> float:
        """The most memory that the process has used, in kB (Linux)."""
        lines = Path(f"/proc/{self._process.pid}/status").read_text(encoding="ascii").splitlines()
        return next((float(one.split()[1]) for one in lines if one.startswith("VmHWM")), 0.0)

    def close(self) -> None:
        """End the process, whatever it is doing."""
        process = self._process
        process.kill()
        process.wait()
        self._reader.join()
        for pipe in (process.stdin, process.stdout):
            try:
                if pipe is not None:
                    pipe.close()
            except OSError:
                pass  # what was still to be written has nobody to read it

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
