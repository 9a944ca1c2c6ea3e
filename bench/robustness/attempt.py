"""The interface between ``fuzz`` and its kinds of input."""

import random
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Protocol


class Attempt(Protocol):
    """Tries one mutated input after another."""

    def __call__(self, chance: random.Random) -> bool:
        """Make an input and use it. True if it loaded; ``KramError`` if it was refused.

        Everything else that is raised is a fault.
        """
        ...

    def memory(self) -> float:
        """Resident memory, in MB, of the process that reads the inputs."""
        ...


Opener = Callable[[Path], AbstractContextManager[Attempt]]
"""Makes an ``Attempt`` that works in an empty folder."""


def resident_memory(pid: int | str = "self") -> float:
    """Resident memory of a process in MB (Linux)."""
    pages = int(Path(f"/proc/{pid}/statm").read_text(encoding="ascii").split()[1])
    return pages * 4096 / 1e6


class OwnProcess:
    """An ``Attempt`` whose inputs are read in this process."""

    def memory(self) -> float:
        """Resident memory in MB."""
        return resident_memory()
