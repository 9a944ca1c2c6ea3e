"""Progress bars for the terminal; plain lines if the output is not a terminal."""

import shutil
import time
from typing import TextIO

from assistant.core.translation import _, shown

WIDTH = 24


class ProgressBar:
    """The bar of one step; without a terminal, a line at the start, each quarter and the end."""

    def __init__(self, title: str, stream: TextIO) -> None:
        self._title = shown(title)
        self._stream = stream
        self._live = stream.isatty()
        self._begun = time.monotonic()
        self._quarter = 0
        self._left_out = False
        self._full, self._empty = ("█", "░") if _can_draw(stream) else ("#", ".")
        if not self._live:
            self._line(f"{self._title} ...")

    def update(self, fraction: float | None, detail: str = "") -> None:
        """Show the progress, 0 to 1; None if it is unknown."""
        seconds = time.monotonic() - self._begun
        if not self._live:
            quarter = int((fraction or 0.0) * 4)
            if self._quarter < quarter < 4:
                self._quarter = quarter
                self._line(f"{self._title} {quarter * 25} %")
            return
        if fraction is None:
            place = int(seconds * 8) % (WIDTH - 3)
            bar = self._empty * place + self._full * 3 + self._empty * (WIDTH - 3 - place)
            share = "     "
        else:
            filled = round(min(1.0, max(0.0, fraction)) * WIDTH)
            bar = self._full * filled + self._empty * (WIDTH - filled)
            share = f"{min(1.0, max(0.0, fraction)) * 100:3.0f} %"
        self._overwrite(f"{self._title} {bar} {share} {seconds:4.0f} s  {shown(detail)}")

    def leave_out(self) -> None:
        """The step goes on to its end without what it was for."""
        self._left_out = True

    def done(self) -> None:
        """The step is over: it has succeeded, or is left out."""
        told = _("{title} left out") if self._left_out else _("{title} done in {seconds:.0f} s")
        seconds = time.monotonic() - self._begun
        self._end(told.format(title=self._title, seconds=seconds).shown)

    def failed(self) -> None:
        """The step has failed."""
        self._end(_("{title} failed").format(title=self._title).shown)

    def _end(self, text: str) -> None:
        if self._live:
            self._overwrite(text)
            self._line("")
        else:
            self._line(text)

    def _overwrite(self, text: str) -> None:
        width = shutil.get_terminal_size().columns - 1
        self._stream.write("\r" + text[:width].ljust(width))
        self._stream.flush()

    def _line(self, text: str) -> None:
        self._stream.write(text + "\n")
        self._stream.flush()


def _can_draw(stream: TextIO) -> bool:
    try:
        "█░".encode(stream.encoding or "ascii")
    except (UnicodeEncodeError, LookupError):
        return False
    return True
