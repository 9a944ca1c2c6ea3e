"""Whose turn is it? What of the user's speech may interrupt the guide; one strategy a file."""

from assistant.hearing.turns.anything import Anything
from assistant.hearing.turns.base import Scene, Strategy
from assistant.hearing.turns.commands import Commands
from assistant.hearing.turns.off import Off

STRATEGIES: dict[str, type[Strategy]] = {"commands": Commands, "any": Anything, "off": Off}
"""By the name that the configuration uses."""

__all__ = ["STRATEGIES", "Anything", "Commands", "Off", "Scene", "Strategy"]
