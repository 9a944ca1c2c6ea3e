"""Whisper in a child process, which isolates its memory, crashes and CPU time.

Audio goes through a pipe and is not stored. A request is the number of samples (uint32), then the
samples (int16, mono, 16 kHz), all little-endian; the response is a line of JSON.
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
from assistant.core.translation import _

COMMAND = (sys.executable, "-m", "assistant.asr.verifier")

LOADING = 60.0
"""Timeout in seconds for loading the weights."""


class WhisperProcess:
    """Transcribes speech in a child process."""

    def __init__(self, command: Sequence[str] = COMMAND, loading: float = LOADING) -> None:
        """Start the process and wait until it is ready.

        Raises ``MissingError`` with the reason when it does not start.
        """
        self._process = JsonProcess(command, PACKAGE.parent)
        try:
            first = self._process.receive(loading)
        except KramError as error:
            self.close()
            raise MissingError(
                _("Whisper does not start: {problem}").format(problem=error.problem), error.advice
            ) from error
        if "ready" not in first:
            self.close()
            problem = str(first.get("error", "Whisper does not start"))
            raise MissingError(problem, str(first.get("advice", "")))

    def transcribe(self, samples: npt.NDArray[np.int16], patience: float) -> str:
        """The transcript of int16 mono 16 kHz audio; ``patience`` is the timeout in seconds.

        Raises ``KramError`` after a timeout or when the process has ended; close it then.
        """
        self._process.send(len(samples).to_bytes(4, "little") + samples.astype("<i2").tobytes())
        return str(self._process.receive(patience).get("text", ""))

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
        self._process.close()
