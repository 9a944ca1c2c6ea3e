"""How fast and how loud the guide speaks."""

from dataclasses import replace

from assistant.guidance.turn import Turn


def pace(turn: Turn, factor: int) -> str:
    """Speak slower (-1) or faster (+1); the reply that says so."""
    settings = turn.script.settings
    rate = turn.state.rate + factor * settings["pace_step"]
    bounded = min(max(rate, settings["pace_lowest"]), settings["pace_highest"])
    changed = abs(bounded - turn.state.rate) > 1e-6
    turn.state = replace(turn.state, rate=round(bounded, 3))
    turn.adjust()
    names = ("slower", "slowest") if factor < 0 else ("faster", "fastest")
    return names[0] if changed else names[1]


def volume(turn: Turn, factor: int) -> str:
    """Speak softer (-1) or louder (+1); the reply that says so."""
    settings = turn.script.settings
    level = turn.state.volume + factor * settings["volume_step"]
    bounded = min(max(level, settings["volume_lowest"]), settings["volume_highest"])
    changed = abs(bounded - turn.state.volume) > 1e-6
    turn.state = replace(turn.state, volume=round(bounded, 3))
    turn.adjust()
    names = ("softer", "softest") if factor < 0 else ("louder", "loudest")
    return names[0] if changed else names[1]
