"""Contexts in which an allophone rule applies: position in the word, syllable part, neighbours.

``models/phones/ko.yaml`` describes the conditions.
"""

from assistant.asr.graph.g2p import VOWELS

_GLIDES = frozenset({"w", "y"})
_LIQUIDS = frozenset({"l", "r"})
_OBSTRUENTS = frozenset(["p", "t", "k", "b", "d", "g", "f", "s"])

CONDITIONS = frozenset(["start", "initial", "final", "onset", "coda", "before", "after"])


def holds(
    condition: str, sounds: tuple[str, ...], place: int, length: int, after_pause: bool
) -> bool:
    """Whether a condition holds for the ``length`` phonemes of a word that begin at ``place``."""
    name, _, value = condition.partition(":")
    end = place + length
    match name:
        case "start":
            return place == 0 and after_pause
        case "initial":
            return place == 0
        case "final":
            return end == len(sounds)
        case "onset":
            return _onset(sounds, end)
        case "coda":
            return not _onset(sounds, end)
        case "before":
            return end < len(sounds) and _among(sounds[end], value)
        case _:
            return place > 0 and _among(sounds[place - 1], value)


def _among(sound: str, names: str) -> bool:
    """Whether a phoneme is in a comma-separated list; ``V`` stands for any vowel."""
    return any(sound == name or (name == "V" and sound in VOWELS) for name in names.split(","))


def _onset(sounds: tuple[str, ...], end: int) -> bool:
    """Whether the consonant before ``end`` is in a syllable onset, not in a coda."""
    if end >= len(sounds):
        return False
    if sounds[end] in VOWELS or sounds[end] in _GLIDES:
        return True
    cluster = sounds[end] in _LIQUIDS and sounds[end - 1] in _OBSTRUENTS
    return cluster and end + 1 < len(sounds) and sounds[end + 1] in VOWELS
