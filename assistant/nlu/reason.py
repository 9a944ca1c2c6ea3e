"""Why the interpreter took a sentence as it did: codes, and their text for logs and ``--json``."""

from collections.abc import Mapping
from enum import StrEnum

from assistant.core.translation import _


class InterpretationReason(StrEnum):
    """What decided about an ``Interpretation``; the values are stable codes."""

    EXACT = "exact"
    """Word for word a phrase that is allowed in the listening state."""

    NEAR = "near"
    """The most similar phrase."""

    DANGER = "danger"
    """The most similar phrase about a warning sign, because a word of danger was said."""

    SEVERAL_REMARKS = "several_remarks"
    """The sentence was split, and the meaning is that of its main part."""

    NOTHING_SAID = "nothing_said"
    SINGLE_WORD = "single_word"
    """One word in the idle state, where only longer phrases count."""

    NO_SHARED_WORD = "no_shared_word"
    TOO_FAR = "too_far"
    """The most similar phrase is not similar enough, even for a question."""

    UNSURE_NEGATION = "unsure_negation"
    """A warning sign, but whether it was denied is unclear: the guide asks."""

    AMBIGUOUS = "ambiguous"
    """A word in it is marked ``ask_back`` in the word list."""

    VERBATIM = "verbatim"
    """Somebody's own command, word for word but for courtesies."""

    NOT_VERBATIM = "not_verbatim"
    """None of somebody's own commands, word for word; the intent is only the most similar one."""

    NOT_PLAIN = "not_plain"
    """Not read as one of somebody's own commands, because of a sign that may change it."""

    @property
    def text(self) -> str:
        """The reason as English text, as logs and ``--json`` have it."""
        return REASON_TEXTS[self]


REASON_TEXTS: Mapping[InterpretationReason, str] = {
    InterpretationReason.EXACT: _("exact"),
    InterpretationReason.NEAR: _("near"),
    InterpretationReason.DANGER: _("danger"),
    InterpretationReason.SEVERAL_REMARKS: _("several remarks"),
    InterpretationReason.NOTHING_SAID: _("nothing said"),
    InterpretationReason.SINGLE_WORD: _("a single word, and nobody has asked"),
    InterpretationReason.NO_SHARED_WORD: _("no allowed phrase shares a word"),
    InterpretationReason.TOO_FAR: _("too far"),
    InterpretationReason.UNSURE_NEGATION: _("danger, but the negation is unsure"),
    InterpretationReason.AMBIGUOUS: _("may mean something else"),
    InterpretationReason.VERBATIM: _("word for word a command"),
    InterpretationReason.NOT_VERBATIM: _("not said in the words of a command"),
    InterpretationReason.NOT_PLAIN: _("a sign that is neither punctuation nor part of a number"),
}
"""Transcript files hold these texts: a new wording must not make the old one unreadable."""

REFUSALS = frozenset({InterpretationReason.NOT_VERBATIM, InterpretationReason.NOT_PLAIN})
"""Of somebody's own commands; there is nothing to ask."""
