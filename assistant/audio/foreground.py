"""The speaker of an utterance and, softer before and after, others who talk on: told by level.

A television does not wait for the user's answer: the utterance then begins and ends with its talk,
and a recogniser of free speech writes that down too. The one who answers is nearer, and louder.
"""

import numpy as np
from numpy.typing import NDArray

from assistant.audio.pcm import RATE, Samples, amplitude

FLUSH = 2 * RATE // 5
"""Zeros (0.4 s) that a decoder may be fed at the end of an utterance; they are not looked at."""

_HOP = RATE // 100
"""Samples (10 ms) from one level to the next."""

_WINDOW = RATE // 20
"""Samples (50 ms) over which a level is measured: longer than a period of the lowest voice."""

_SOFTER_DB = 9.0
"""Decibels below the loudest level down to which a sound is the speaker's for certain."""

_EDGE = 10
"""Levels (0.1 s) around such a sound that are the speaker's too: soft consonants."""

_LONGEST_GAP = 80
"""Levels (0.8 s) between such sounds that are the speaker's too: unstressed syllables, a breath."""

_AUDIBLE_DB = 20.0
"""Decibels below the loudest level down to which what is around counts as talk. A room is softer,
and so are the echo of the speaker's own words and the breath after them."""

_PERCENTILE = 75.0
"""Percentile of the levels around the speaker that must be audible: talk has its pauses."""

_SHORTEST = 20
"""Levels (0.2 s) before or after the speaker below which nothing is known of that side."""

_LONGEST_OWN = 400
"""Levels (4 s) that a speaker may take: whoever answers over a television is brief, and what is
decoded again is waited for."""

_LONGEST = 100
"""Levels (1 s) before and after the speaker that are looked at."""

_DIMMED = amplitude(-20.0)
"""Factor on what is around the speaker."""

_KEPT = 50
"""Levels (0.5 s) of it that are kept on each side: a recogniser needs a beginning and an end."""


def foreground(samples: Samples) -> Samples | None:
    """The speaker's part of an utterance, int16, 16 kHz, shape (n,), and a dimmed edge around it.

    None if nothing but silence is around it, also on one side only: whoever coughs before an
    answer, or ends in a cry, is one speaker at two levels.
    """
    samples = samples[: max(len(np.trim_zeros(samples, "b")), len(samples) - FLUSH)]
    levels = _levels(samples)
    if len(levels) == 0:
        return None
    top = float(levels.max())
    loud = np.flatnonzero(levels > top - _SOFTER_DB)
    first, last = max(0, int(loud[0]) - _EDGE), min(len(levels), int(loud[-1]) + _EDGE + 1)
    sides = levels[max(0, first - _LONGEST) : first], levels[last : last + _LONGEST]
    if last - first > _LONGEST_OWN:
        return None
    known = [float(np.percentile(one, _PERCENTILE)) for one in sides if len(one) >= _SHORTEST]
    if not known or min(known) < top - _AUDIBLE_DB:
        return None
    own = _own(loud, len(levels))
    factors = np.where(own, 1.0, _DIMMED)
    ramp = np.full(_EDGE + 1, 1 / (_EDGE + 1))
    factors = np.convolve(np.pad(factors, _EDGE // 2, mode="edge"), ramp, mode="valid")
    begin, end = max(0, first - _KEPT) * _HOP, min(len(samples), (last + _KEPT) * _HOP)
    smooth = np.interp(np.arange(begin, end), np.arange(len(levels)) * _HOP, factors)
    return np.rint(samples[begin:end] * smooth).astype(np.int16)


def _levels(samples: Samples) -> NDArray[np.float64]:
    """Levels in dB (full scale of int16: 90), one a ``_HOP``, shape (ceil(n / _HOP),)."""
    energy = np.concatenate([[0.0], np.cumsum(samples.astype(np.float64) ** 2)])
    centres = np.arange(0, len(samples), _HOP)
    begin = np.maximum(centres - _WINDOW // 2, 0)
    end = np.minimum(centres + _WINDOW // 2, len(samples))
    levels: NDArray[np.float64] = 10 * np.log10((energy[end] - energy[begin]) / (end - begin) + 1.0)
    return levels


def _own(loud: NDArray[np.intp], count: int) -> NDArray[np.bool_]:
    """Which of ``count`` levels are the speaker's, if those numbered ``loud`` are for certain."""
    own = np.zeros(count, dtype=np.bool_)
    breaks = np.flatnonzero(np.diff(loud) > _LONGEST_GAP + 2 * _EDGE)
    for first, last in zip(
        loud[np.append(0, breaks + 1)], loud[np.append(breaks, -1)], strict=True
    ):
        own[max(0, first - _EDGE) : last + _EDGE + 1] = True
    return own
