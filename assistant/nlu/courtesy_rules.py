"""Where and together with what a courtesy may be left out of a home's command."""

import itertools
from collections.abc import Sequence
from typing import NamedTuple

from assistant.nlu import courtesies as polite
from assistant.nlu.courtesies import Expression
from assistant.nlu.home_names import HomeNames
from assistant.nlu.templates.number_words import number_vocabulary

_YA = frozenset({("ya",), ("yah",), ("iya",), ("yo",)})

_CALLS = polite.PLEAS | {(polite.PAUSE,), (polite.STOP,)}
"""Behind the one who is spoken to."""


class Omission(NamedTuple):
    """A courtesy that was left out."""

    expression: Expression
    place: int
    """Number of words of the command before it."""


def may_be_left_out(
    omitted: Sequence[Omission], words: Sequence[str], names: HomeNames, question: bool
) -> bool:
    """Whether a sentence means the command ``words``, which is left without the ``omitted``.

    ``question``: the command asks for something; asked for politely, it is another question.
    """
    opening = [one.expression for one in omitted if one.place == 0]
    closing = [one.expression for one in omitted if one.place == len(words)]
    inner = [one for one in omitted if 0 < one.place < len(words)]
    return (
        all(_may_interrupt(one, words, names) for one in inner)
        and polite.HESITATIONS.isdisjoint(closing)
        and polite.THAT not in closing[1:]
        and _requests_rightly(opening, closing, question)
        and _wishes_rightly(opening, closing, words)
        and _exclaims_rightly(opening, [one.expression for one in omitted], question)
        and _addresses_rightly(opening, closing, words, names)
    )


def _may_interrupt(one: Omission, words: Sequence[str], names: HomeNames) -> bool:
    """Not within a name: what follows may be who is spoken to. Not behind a number that goes on."""
    if names.has_inside(words, one.place):
        return False
    if one.expression in polite.AFTER_VERB:
        return one.place == 1 and polite.is_verb(words[0])
    paused = one.expression == (polite.PAUSE,)
    return not (paused and words[one.place - 1] in number_vocabulary())


def _requests_rightly(
    opening: Sequence[Expression], closing: Sequence[Expression], question: bool
) -> bool:
    """ "nggak" only after "bisa …", "boleh …" with an answer, neither before a question."""
    asks = [place for place, one in enumerate(opening) if one in polite.REQUESTS]
    denied = [place for place, one in enumerate(closing) if one in polite.NEGATIONS]
    if denied and not (asks and denied == [int(closing[0] == (polite.PAUSE,))]):
        return False
    if not asks:
        return True
    alone = all(opening[place] == polite.BARE_BOLEH for place in asks)
    pleads = not polite.PLEAS.isdisjoint(opening)
    if alone and not (denied or pleads or not _YA.isdisjoint(closing)):
        return False
    return not question and polite.TRY.isdisjoint(opening[: asks[0]])


def _wishes_rightly(
    opening: Sequence[Expression], closing: Sequence[Expression], words: Sequence[str]
) -> bool:
    if polite.WISHES.isdisjoint(opening):
        return True
    own = _YA.isdisjoint(closing) and ("dulu",) not in closing
    return own and words[0] not in polite.MAYBE_A_NOUN


def _exclaims_rightly(
    opening: Sequence[Expression], everything: Sequence[Expression], question: bool
) -> bool:
    """An exclamation needs a plea; "sih" and "tahu nggak" something that is asked."""
    if not polite.EXCLAMATIONS.isdisjoint(opening) and polite.PLEAS.isdisjoint(everything):
        return False
    if not polite.BEFORE_QUESTIONS.isdisjoint(opening) and not question:
        return False
    asked = question or not polite.REQUESTS.isdisjoint(opening)
    return asked or polite.SIH not in everything


def _addresses_rightly(
    opening: Sequence[Expression],
    closing: Sequence[Expression],
    words: Sequence[str],
    names: HomeNames,
) -> bool:
    """Who is spoken to is not whose room is meant, nor who does something."""
    for one, following in itertools.pairwise((*opening, ())):
        alone = one in polite.WHOLE_NAMES or one == polite.SAYANG
        if alone and following not in _CALLS:
            return False
    if closing and (
        closing[0] in polite.WHOLE_NAMES
        or (closing[0] in polite.OWNERS and words[-1] in polite.OWNED)
    ):
        return False
    before = [one[0] for one in opening if one in polite.ADDRESSES]
    behind = [one[0] for one in closing if one in polite.ADDRESSES]
    return not (
        any(names.has_row(person, words[0]) for one in before for person in polite.SAME_PERSON[one])
        or any(
            names.has_row(words[-1], person) for one in behind for person in polite.SAME_PERSON[one]
        )
    )
