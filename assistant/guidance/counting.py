"""Counting aloud while a position is held."""

from assistant.guidance.acts import Count
from assistant.guidance.script import Script


def counting(seconds: float, every: float, script: Script) -> tuple[Count, ...]:
    """The counts of a hold: every so many seconds, "five left", then three, two, one."""
    if every <= 0:
        return ()
    counts: dict[float, str] = {}
    at = every
    while at < seconds - 3:
        left = seconds - at
        text = script.numbers[int(at)] if at < len(script.numbers) else ""
        if left == 5 and seconds > 10:
            text = script.words["few_left"]
        if text:
            counts[at] = text
        at += every
    for left in (3, 2, 1):
        if seconds - left > 0:
            counts[seconds - left] = script.numbers[left]
    return tuple(Count(at, text) for at, text in sorted(counts.items()))
