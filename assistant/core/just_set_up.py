"""How the set-up tells the program that goes on after it, in a new process or in the same one."""

import os
from collections.abc import MutableMapping

_VARIABLE = "KRAM_JUST_SET_UP"


def leave_set_up(environment: MutableMapping[str, str] = os.environ) -> None:
    """The set-up has installed or built something, and the program starts next."""
    environment[_VARIABLE] = "1"


def take_set_up(environment: MutableMapping[str, str] = os.environ) -> bool:
    """True once after ``leave_set_up``; a restart of the program is no first run."""
    return environment.pop(_VARIABLE, "") == "1"
