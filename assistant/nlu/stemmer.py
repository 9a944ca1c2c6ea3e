"""Stemmer by affix stripping, for Indonesian and Javanese.

It generates candidate stems; the caller looks them up and takes the first known word. Affixes of
the standard language (me-, di-, ber-, ter-, pe-, ke-, -kan, -i, -an, -nya, -ku, -mu), of colloquial
and Javanese speech (ng-, ny-, n-, m-, -in, -e, -ne, -no, -ake, tak-), of Jakarta, Padang, Bandung
and Makassar (-nye, -nyo, -keun, -mi, -ki, -ka, -ji, -pi), and of chat spelling (-ny).
"""

from collections.abc import Iterator

_SUFFIXES = (
    *("nya", "ku", "mu", "kah", "lah", "pun", "kan", "in", "an", "i"),
    *("ne", "e", "no", "ake", "ke", "en"),
    *("nye", "nyo", "ny", "mi", "ki", "ka", "ji", "pi", "keun", "na"),
)
# (prefix, initial letters that nasal assimilation may have deleted: meny + sapu = menyapu)
_PREFIXES = (
    ("meng", ("", "k")),
    ("meny", ("s",)),
    ("mem", ("", "p")),
    ("men", ("", "t")),
    ("me", ("",)),
    ("peng", ("", "k")),
    ("peny", ("s",)),
    ("pem", ("", "p")),
    ("pen", ("", "t")),
    ("pe", ("",)),
    ("ber", ("",)),
    ("ter", ("",)),
    ("di", ("",)),
    ("ke", ("",)),
    ("se", ("",)),
    ("ng", ("", "k")),
    ("ny", ("s", "c")),
    ("n", ("", "t")),
    ("m", ("", "p")),
    ("tak", ("",)),
)
_MIN_STEM = 3


def stems(word: str) -> Iterator[str]:
    """Yield every candidate stem of ``word``, breadth first: fewest affixes stripped first."""
    seen = {word}
    frontier = [word]
    while frontier:
        stripped = [stem for longer in frontier for stem in _strip(longer)]
        frontier = [stem for stem in dict.fromkeys(stripped) if stem not in seen]
        seen.update(frontier)
        yield from frontier


def _strip(word: str) -> Iterator[str]:
    """Yield ``word`` without one suffix or one prefix."""
    for suffix in _SUFFIXES:
        if word.endswith(suffix) and len(word) - len(suffix) >= _MIN_STEM:
            yield word[: -len(suffix)]
    for prefix, initials in _PREFIXES:
        if word.startswith(prefix):
            for initial in initials:
                stem = initial + word[len(prefix) :]
                if _MIN_STEM <= len(stem) < len(word):
                    yield stem
