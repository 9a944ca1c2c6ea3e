"""What is known of the user beforehand: the section ``[profile]`` of ``config.toml``."""

from dataclasses import dataclass

from assistant.core.config_key import KeyQuestion, key
from assistant.core.toml_schema import choice, number, several, switch, text
from assistant.core.translation import Named, _, joined

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

LEGS = (_("left"), _("right"), _("both"))

CONDITIONS = (
    _("diabetes"), Named("kidney", _("kidney disease")), Named("liver", _("liver disease")),
    Named("fluid_limit", _("limited drinking")), Named("blood_thinner", _("blood thinners")),
    Named("cannot_reach", _("hands do not reach the foot")),
)  # fmt: skip
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
        text(LONGEST_NAME, "Sri"), "", KeyQuestion(1, _("Name of the one who has the cramps"))
    )
    address: str = key(
        choice({one: one for one in ADDRESSES}),
        "",
        KeyQuestion(2, _("Form of address"), "/".join(filter(None, ADDRESSES))),
    )
    leg: str = key(
        choice(LEG_SPELLINGS, LEGS), "", KeyQuestion(3, _("The usual leg"), _("left/right/both"))
    )
    pregnant: bool = key(switch, False, KeyQuestion(5, _("Pregnant")))
    over_65: bool = key(switch, False, KeyQuestion(4, _("65 years old or more")))
    conditions: tuple[str, ...] = key(
        several(CONDITIONS),
        (),
        KeyQuestion(6, _("What else changes the advice, with commas"), joined(", ", CONDITIONS)),
    )
    """Situations that always hold."""

    rate: float = key(
        number(*RATES, "1.0"),
        1.0,
        KeyQuestion(
            7,
            _("Pace of the voice"),
            _("{rates} to {rates2}, 1 is calm").format(rates=RATES[0], rates2=RATES[1]),
        ),
    )
    volume: float = key(
        number(*VOLUMES, "1.0"),
        1.0,
        KeyQuestion(
            8,
            _("Loudness of the voice"),
            _("{volumes} to {volumes2}, 1 is normal").format(
                volumes=VOLUMES[0], volumes2=VOLUMES[1]
            ),
        ),
    )
