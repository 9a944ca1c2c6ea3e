"""Speaking rate and volume."""

from dataclasses import dataclass, replace

from assistant.dialogue.turn import DialogueTurn

KIND = "setting"
"""Kind of the replies about a setting: "repeat" means what was said before them."""


@dataclass(frozen=True)
class Knob:
    """A setting that goes up and down within the bounds of the script."""

    value: str
    """The field of ``State`` that holds it."""

    name: str
    """Prefix of its settings in the script, and name of the intents' slot."""

    down: tuple[str, str]
    """Replies after lowering it: done, or already at the limit."""

    up: tuple[str, str]


PACE = Knob("rate", "pace", ("slower", "slowest"), ("faster", "fastest"))
VOLUME = Knob("volume", "volume", ("softer", "softest"), ("louder", "loudest"))


def adjust(turn: DialogueTurn, knob: Knob, step: int) -> str:
    """Lower (-1) or raise (+1) it; returns the name of the reply."""
    settings = turn.script.settings
    now: float = getattr(turn.state, knob.value)
    wanted = now + step * settings[f"{knob.name}_step"]
    bounded = min(max(wanted, settings[f"{knob.name}_lowest"]), settings[f"{knob.name}_highest"])
    # a knob names a field of type float
    turn.state = replace(turn.state, **{knob.value: round(bounded, 3)})  # type: ignore[arg-type]
    turn.adjust()
    done, at_the_limit = knob.down if step < 0 else knob.up
    return done if abs(bounded - now) > 1e-6 else at_the_limit
