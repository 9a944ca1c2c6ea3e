"""Threads that decode what all clients say, and how many of them may speak at once."""

import asyncio
import os
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

FULL = 0.8
"""Share of the threads' time that may be taken; the rest is for several who end at once."""

_MEMORY = 60.0
"""Seconds of audio after which the measured cost has forgotten two thirds of what was before."""

_EAGER = 2
"""Streams per thread up to which each is decoded while it goes on."""

_T = TypeVar("_T")


class BusyError(Exception):
    """There is no time for another stream; the message is sent to the client."""


class DecoderPool:
    """A thread for each core that this process may use, and the admission of streams.

    Vosk releases Python's lock while it decodes, so the threads share one model. What a stream
    costs is measured all the time: a small machine, or one that does other things, admits fewer.
    A stream that was admitted is never dropped. All methods belong to the event loop's thread.
    """

    def __init__(self, threads: int = 0, cost: float = 0.0) -> None:
        """``threads``: 0 for one per core. ``cost``: see the property."""
        self._threads = threads or _cores()
        self._executor = ThreadPoolExecutor(self._threads, "wyoming decoding")
        self._streams = 0
        self._cost = cost

    @property
    def cost(self) -> float:
        """Seconds of a thread per second of audio, of late; 0 if it is not known yet."""
        return self._cost

    @property
    def eager(self) -> bool:
        """Whether the stream that was admitted last is one of few, and decoded while it goes on.

        The others are decoded at their end, so their decoders do not all take memory at once.
        """
        return self._streams <= _EAGER * self._threads

    def measure(self, decode: Callable[[], float]) -> None:
        """Set the cost to that of ``decode``, which returns the seconds of audio it decoded."""
        decode()  # the first time takes longer
        seconds, spent = _timed(decode)
        self._cost = spent / seconds

    def admit(self) -> None:
        """Count another stream; raises ``BusyError`` if all would need more than ``FULL``.

        One stream is always admitted: a machine that is too slow answers late.
        """
        if self._streams and (self._streams + 1) * self._cost > FULL * self._threads:
            raise BusyError(f"too many speak at the same time ({self._streams}); try again later")
        self._streams += 1

    def release(self) -> None:
        """A stream that was admitted has ended."""
        self._streams -= 1

    async def run(self, task: Callable[[], _T], seconds: float) -> _T:
        """Run ``task``, which decodes ``seconds`` of audio, in one of the threads."""
        loop = asyncio.get_running_loop()
        result, spent = await loop.run_in_executor(self._executor, _timed, task)
        self._cost += (spent - self._cost * seconds) / max(_MEMORY, seconds)
        return result

    def shutdown(self) -> None:
        """End the threads; tasks that wait are dropped."""
        self._executor.shutdown(cancel_futures=True)


def _timed(task: Callable[[], _T]) -> tuple[_T, float]:
    """The result of ``task`` and the seconds that it took."""
    begin = time.perf_counter()
    result = task()
    return result, time.perf_counter() - begin


def _cores() -> int:
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
