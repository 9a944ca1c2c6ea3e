"""What is known of the user beforehand: the section ``[profile]`` of ``config.toml``."""

from dataclasses import dataclass

from assistant.core.config_key import KeyQuestion, key
from assistant.core.toml_schema import choice, number, several, switch, text

ADDRESSES = ("", "Bapak", "Ibu", "Kak", "Mas", "Mbak", "Nenek", "Kakek", "Eyang")

LEG_SPELLINGS = {
    "": "",
    "left": "left",
    "right": "right",
    "both": "both",
    "kiri": "left",
    "kanan": "right",
    "keduanya": "both",
}
"""What can be written, and the value that it stands for."""

CONDITIONS = ("diabetes", "kidney", "liver", "fluid_limit", "blood_thinner", "cannot_reach")
"""Situations that may hold for years and change the advice."""

LONGEST_NAME = 40
"""Characters of a name that is spoken."""

RATES = (0.55, 1.45)
"""The limits of "lebih lambat" and "lebih cepat" too (phrases/id/replies.yaml)."""

VOLUMES = (0.3, 1.9)
"""The limits of "lebih kecil" and "lebih keras" too."""


@dataclass(frozen=True)
class Profile:
    """The user, as far as it changes what is said and how."""

    name: str = key(
        text(LONGEST_NAME, "Sri"), "", KeyQuestion(1, "Name of the one who has the cramps")
    )
    address: str = key(
        choice({one: one for one in ADDRESSES}),
        "",
        KeyQuestion(2, "Form of address", "/".join(filter(None, ADDRESSES))),
    )
    leg: str = key(choice(LEG_SPELLINGS), "", KeyQuestion(3, "The usual leg", "left/right/both"))
    pregnant: bool = key(switch, False, KeyQuestion(5, "Pregnant"))
    over_65: bool = key(switch, False, KeyQuestion(4, "65 years old or more"))
    conditions: tuple[str, ...] = key(
        several(CONDITIONS),
        (),
        KeyQuestion(6, "What else changes the advice, with commas", ", ".join(CONDITIONS)),
    )
    """Situations that always hold."""

    rate: float = key(
        number(*RATES, "1.0"),
        1.0,
        KeyQuestion(7, "Pace of the voice", f"{RATES[0]} to {RATES[1]}, 1 is calm"),
    )
    volume: float = key(
        number(*VOLUMES, "1.0"),
        1.0,
        KeyQuestion(8, "Loudness of the voice", f"{VOLUMES[0]} to {VOLUMES[1]}, 1 is normal"),
    )
