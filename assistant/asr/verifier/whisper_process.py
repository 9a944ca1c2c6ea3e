"""Whisper in a process of its own: its memory, its faults and its processor time are not ours.

Sound goes through a pipe and is nowhere kept. A request is four bytes, how many samples follow,
and the samples (int16, mono, 16 kHz, all little-endian); the answer is a line of JSON.
"""

import os
import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt

from assistant.core.errors import KramError, MissingError
from assistant.core.json_process import JsonProcess
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
        self._process = JsonProcess(command, PACKAGE.parent)
        try:
            first = self._process.receive(loading)
        except KramError as error:
            self.close()
            raise MissingError(f"Whisper does not start: {error}") from error
        if "ready" not in first:
            self.close()
            raise MissingError(str(first.get("error", "Whisper does not start")))

    def transcribe(self, samples: npt.NDArray[np.int16], patience: float) -> str:
        """What is said, in at most ``patience`` seconds.

        Raises ``KramError`` when the process is too slow or has ended; it is of no use then.
        """
        self._process.send(len(samples).to_bytes(4, "little") + samples.astype("<i2").tobytes())
        return str(self._process.receive(patience).get("text", ""))

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
        self._process.close()
