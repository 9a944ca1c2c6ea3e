"""Numbers and times as a user writes them, in plain digits.

``int()``, ``float()`` and ``time.fromisoformat()`` accept far more than is documented: ``1_0``,
``nan``, digits of other scripts, seconds, time zones. These functions accept nothing else than
their docstrings say. Two of them are also the types of command-line options.
"""

import re
from datetime import time

_INTEGER = re.compile(r"[+-]?[0-9]{1,15}")
_DECIMAL = re.compile(r"[+-]?([0-9]{1,15}(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]{1,2})?")
_TIME = re.compile(r"([01][0-9]|2[0-3])[:.]([0-5][0-9])")


def integer(text: str) -> int:
    """The whole number in ``text``: a sign and at most 15 digits. Raises ``ValueError``."""
    if not _INTEGER.fullmatch(text):
        raise ValueError(f"not a whole number: {text!r}")
    return int(text)


def decimal(text: str) -> float:
    """The finite number in ``text``, such as ``-1.5`` or ``1e-3``. Raises ``ValueError``."""
    if not _DECIMAL.fullmatch(text):
        raise ValueError(f"not a number: {text!r}")
    return float(text)


def time_of_day(text: str) -> time:
    """``HH:MM``, or ``HH.MM`` as Indonesian spelling has it. Raises ``ValueError``."""
    found = _TIME.fullmatch(text)
    if found is None:
        raise ValueError(f"not a time of the day: {text!r}")
    return time(int(found[1]), int(found[2]))
