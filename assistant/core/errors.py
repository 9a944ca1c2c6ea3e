"""The errors of Kram: what happened, and what the user can do about it."""


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


class InputError(KramError):
    """A file, a folder or an argument that the user gave cannot be used."""

    exit_code = 2


class MissingError(KramError):
    """A device, the voice or the model is not there."""

    exit_code = 3
