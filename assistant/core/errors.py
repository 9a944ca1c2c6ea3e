"""The errors of Kram. Each message says what happened and what to do, in one line."""


class KramError(Exception):
    """Something went wrong that the user can be told about."""

    exit_code = 1


class InputError(KramError):
    """A file, a folder or an argument that the user gave cannot be used."""

    exit_code = 2


class MissingError(KramError):
    """A device, the voice or the model is not there."""

    exit_code = 3
