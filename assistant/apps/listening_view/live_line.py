"""The one line in the terminal that shows what a session does."""

import logging
import os
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from rich.console import Console
from rich.live import Live
from rich.text import Text

from assistant.apps.listening_view.listening_status import (
    LOUDNESS,
    MICROPHONE,
    ListeningStatus,
    duration_text,
)
from assistant.audio.level_meter import LevelProblem
from assistant.core.translation import shown

_PER_SECOND = 4
"""How often the line is drawn: by a thread of its own, so that a slow terminal delays nothing."""

_CELLS = 8
"""Width of the level's bar."""


def is_supervised(environment: Mapping[str, str] = os.environ) -> bool:
    """Whether systemd has started this process, or keeps what it writes."""
    return any(environment.get(name) for name in ("NOTIFY_SOCKET", "JOURNAL_STREAM"))


def status_line(status: ListeningStatus) -> Text:
    """State, level, time, and what was heard last; cut off where the terminal ends."""
    level = status.meter.level
    full = round(level.fill * _CELLS)
    loudness = shown(LOUDNESS[LevelProblem.CLIPPING]) if level.clipping else status.loudness
    line = Text(no_wrap=True, overflow="ellipsis")
    line.append(status.away or status.state, "bold red" if status.away else "bold")
    line.append(f" · {shown(MICROPHONE)} ", "dim").append("█" * full + "░" * (_CELLS - full))
    if loudness:
        line.append(f" {loudness}", "yellow")
    line.append(f" · {duration_text(level.seconds)}", "dim")
    if status.heard:
        line.append(" · ", "dim").append(status.heard)
    return line


@contextmanager
def live_line(status: ListeningStatus, console: Console) -> Iterator[None]:
    """Show ``status`` while the block runs; the line is gone afterwards.

    What the log writes to stderr meanwhile appears above the line.
    """
    plain = sys.stderr
    view = Live(
        get_renderable=lambda: status_line(status),
        console=console,
        refresh_per_second=_PER_SECOND,
        transient=True,
        redirect_stdout=False,
    )
    with view:
        _move_log(plain)
        try:
            yield
        finally:
            sys.stderr, above = plain, sys.stderr
            _move_log(above)


def _move_log(before: object) -> None:
    """Let the log's handlers that wrote to ``before`` write to ``sys.stderr``."""
    for handler in logging.getLogger().handlers:
        if isinstance(handler, logging.StreamHandler) and handler.stream is before:
            handler.setStream(sys.stderr)
