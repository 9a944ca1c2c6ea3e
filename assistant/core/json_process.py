"""A child process that answers in JSON lines, one object per line of its standard output."""

import json
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from queue import Empty, SimpleQueue

from assistant.core.errors import KramError
from assistant.core.translation import _

Answer = dict[str, object]


def write_answer(**answer: object) -> None:
    """The child's side: write one object to standard output and flush."""
    sys.stdout.write(json.dumps(answer) + "\n")
    sys.stdout.flush()


class JsonProcess:
    """The parent's side; call ``close`` at the end. Lines that are not JSON objects are skipped."""

    def __init__(self, command: Sequence[str], folder: Path, keep_stderr: bool = False) -> None:
        """Start ``command`` in ``folder``; ``keep_stderr`` is needed for ``stderr_tail``."""
        self._stderr = tempfile.TemporaryFile() if keep_stderr else None  # noqa: SIM115 (close)
        self._process = subprocess.Popen(
            list(command), cwd=folder, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            stderr=self._stderr or subprocess.DEVNULL,
        )  # fmt: skip
        self._lines: SimpleQueue[bytes | None] = SimpleQueue()
        self._reader = threading.Thread(target=self._read, name="answers", daemon=True)
        self._reader.start()

    @property
    def pid(self) -> int:
        """The process id."""
        return self._process.pid

    def send(self, data: bytes) -> None:
        """Write to its standard input; raises ``KramError`` if the process has ended."""
        pipe = self._process.stdin
        assert pipe is not None
        try:
            pipe.write(data)
            pipe.flush()
        except (OSError, ValueError) as error:
            raise KramError(_("the process has ended"), _("start it again")) from error

    def receive(self, timeout: float) -> Answer:
        """The next answer; raises ``KramError`` after ``timeout`` seconds or at the end."""
        deadline = time.monotonic() + timeout
        while True:
            try:
                line = self._lines.get(timeout=max(0.0, deadline - time.monotonic()))
            except Empty as error:
                raise KramError(
                    _("no answer within {timeout:g} seconds").format(timeout=timeout),
                    _("start it again"),
                ) from error
            if line is None:
                self._lines.put(None)
                raise KramError(_("the process has ended"), _("start it again"))
            if (answer := _parse(line)) is not None:
                return answer

    def answers(self) -> Iterator[Answer]:
        """All answers until the process ends; no timeout."""
        while (line := self._lines.get()) is not None:
            if (answer := _parse(line)) is not None:
                yield answer
        self._lines.put(None)

    def wait(self) -> int:
        """Wait until the process ends; returns its exit code, negative for a signal."""
        return self._process.wait()

    def stderr_tail(self) -> str:
        """The last line of its standard error, after it has ended; may be empty."""
        if self._stderr is None:
            return ""
        self._stderr.seek(0)
        lines = self._stderr.read().decode("utf-8", "replace").strip().splitlines()
        return lines[-1] if lines else ""

    def close(self) -> None:
        """Kill the process and release its pipes; may be called twice."""
        self._process.kill()
        self._process.wait()
        self._reader.join()
        for pipe in (self._process.stdin, self._process.stdout, self._stderr):
            try:
                if pipe is not None:
                    pipe.close()
            except OSError:
                pass  # buffered output that nobody reads any more

    def _read(self) -> None:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            self._lines.put(line)
        self._lines.put(None)


def _parse(line: bytes) -> Answer | None:
    try:
        answer = json.loads(line)
    except ValueError:
        return None
    return answer if isinstance(answer, dict) else None
