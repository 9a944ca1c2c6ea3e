"""The errors of Kram: what happened, and what the user can do about it."""

import errno
from typing import Self

from assistant.core.translation import ENGLISH, Translatable, _, language, shown


class KramError(Exception):
    """An error that is reported to the user; ``str()`` gives "problem; advice" in one line."""

    exit_code = 1

    def __init__(self, problem: str, advice: str = "") -> None:
        # both go to Exception, so that a pickled error comes back with its two fields
        super().__init__(problem, advice)
        self.problem = problem
        self.advice = advice

    def __str__(self) -> str:
        return f"{self.problem}; {self.advice}" if self.advice else self.problem

    @property
    def shown(self) -> str:
        """The same in the language that the terminal shows."""
        if not self.advice:
            return shown(self.problem)
        advice = shown(self.advice)
        if language() != ENGLISH:  # there it is a sentence of its own
            advice = advice[:1].upper() + advice[1:]
        return _("{problem}; {advice}").format(problem=self.problem, advice=advice).shown


class InputError(KramError):
    """A file, a folder or an argument that the user gave cannot be used."""

    exit_code = 2

    @classmethod
    def at(cls, place: object, problem: str, advice: str) -> Self:
        """The same with a file, or a line of one, in front of the problem."""
        return cls(Translatable("{place}: {problem}").format(place=place, problem=problem), advice)


class MissingError(KramError):
    """A device, the voice or the model is not there."""

    exit_code = 3


_NO_ROOM = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EROFS)


def place_of(error: OSError) -> str | None:
    """The file that an error is about; of a copy for which there is no room, the target."""
    about = error.filename2 if error.errno in _NO_ROOM and error.filename2 else error.filename
    return None if about is None else str(about)
