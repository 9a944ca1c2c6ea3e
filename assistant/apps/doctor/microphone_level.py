"""What a second of the microphone's sound says about its level: muted, too soft, clipping."""

import numpy as np

from assistant.audio.level_meter import CLIPPED, MOST_CLIPPED
from assistant.audio.pcm import Samples
from assistant.core.translation import _

SOFTEST_NOISE = 3
"""Largest sample, of 32,767, up to which a microphone is too soft: other ones have more noise."""


def level_problem(sound: Samples) -> tuple[str, str] | None:
    """What is wrong with the level of ``sound``, int16, and what to do; None if nothing is."""
    values = sound.astype(np.int32)
    if values.min() == values.max():
        return (
            _("is muted or dead: it gives nothing but silence"),
            _(
                "unmute it in the mixer or with its switch (bunyikan mikrofon di "
                "pengaturan suara), or choose another default microphone; one with "
                "a noise gate is silent too while nobody speaks: try again and "
                "speak"
            ),
        )
    loudest = int(np.abs(values).max())
    if loudest <= SOFTEST_NOISE:
        return (
            _("is too soft: loudest sample {loudest} of 32767").format(loudest=loudest),
            _("turn the microphone's gain up in the mixer (naikkan volume mikrofon)"),
        )
    clipped = float(np.mean(np.abs(values) >= CLIPPED))
    if clipped > MOST_CLIPPED:
        return (
            _("is clipping: {clipped:.1%} of its samples are at the end of the scale").format(
                clipped=clipped
            ),
            _("turn the microphone's gain down in the mixer (kecilkan volume mikrofon)"),
        )
    return None
