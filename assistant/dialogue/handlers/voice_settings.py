"""How fast and how loud the guide speaks."""

from dataclasses import dataclass, replace

from assistant.dialogue.turn import DialogueTurn


@dataclass(frozen=True)
class Knob:
    """Something that can be turned up and down, within the bounds of the script."""

    value: str
    """The field of ``State`` that holds it."""

    name: str
    """What its settings in the script, and slots of intents, begin with."""

    down: tuple[str, str]
    """The replies after turning it down: done, or already at the end."""

    up: tuple[str, str]


PACE = Knob("rate", "pace", ("slower", "slowest"), ("faster", "fastest"))
VOLUME = Knob("volume", "volume", ("softer", "softest"), ("louder", "loudest"))


def adjust(turn: DialogueTurn, knob: Knob, step: int) -> str:
    """Turn it down (-1) or up (+1); the reply that says so."""
    settings = turn.script.settings
    now: float = getattr(turn.state, knob.value)
    wanted = now + step * settings[f"{knob.name}_step"]
    bounded = min(max(wanted, settings[f"{knob.name}_lowest"]), settings[f"{knob.name}_highest"])
    # a knob names a field that holds a number
    turn.state = replace(turn.state, **{knob.value: round(bounded, 3)})  # type: ignore[arg-type]
    turn.adjust()
    done, at_the_end = knob.down if step < 0 else knob.up
    return done if abs(bounded - now) > 1e-6 else at_the_end
