"""Indonesian and Javanese affixes.

Only candidates are made; the caller keeps the one that is a known word. Rules of the standard
grammar (me-, di-, ber-, ter-, pe-, ke-, -kan, -i, -an, -nya, -ku, -mu), and of colloquial and
Javanese speech (ng-, ny-, n-, m-, -in, -e, -ne, -no, -ake, tak-); what is hung on words in Jakarta,
Padang, Bandung and Makassar (-nye, -nyo, -keun, -mi, -ki, -ka, -ji, -pi), and in chats (-ny).
"""

from collections.abc import Iterator

_SUFFIXES = (
    *("nya", "ku", "mu", "kah", "lah", "pun", "kan", "in", "an", "i"),
    *("ne", "e", "no", "ake", "ke", "en"),
    *("nye", "nyo", "ny", "mi", "ki", "ka", "ji", "pi", "keun"),
)
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
_SHORTEST = 3


def stems(word: str) -> Iterator[str]:
    """Every shorter word that ``word`` may be made of, fewest affixes first."""
    seen = {word}
    wave = [word]
    while wave:
        shorter = [stem for longer in wave for stem in _strip(longer)]
        wave = [stem for stem in dict.fromkeys(shorter) if stem not in seen]
        seen.update(wave)
        yield from wave


def _strip(word: str) -> Iterator[str]:
    for suffix in _SUFFIXES:
        if word.endswith(suffix) and len(word) - len(suffix) >= _SHORTEST:
            yield word[: -len(suffix)]
    for prefix, starts in _PREFIXES:
        if word.startswith(prefix):
            for start in starts:
                stem = start + word[len(prefix) :]
                if _SHORTEST <= len(stem) < len(word):
                    yield stem
