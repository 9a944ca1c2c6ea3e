"""Danger signs: a missed sign is worse than a superfluous question.

A sentence with a danger word is only matched to intents that handle a danger. If it is uncertain
whether the sign was negated, the guide asks.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace

from assistant.core.listening_state import ListeningState
from assistant.nlu.concept import DONT, NOT, WHETHER, Concept
from assistant.nlu.intent import MINOR_INTENTS, Intent, Interpretation
from assistant.nlu.reason import InterpretationReason
from assistant.nlu.similarity import Match
from assistant.nlu.templates.phrases import Phrase
from assistant.nlu.vocabulary import Vocabulary

DANGER_INTENTS = (
    *("emergency", "x_pop", "wound", "swollen", "skin_colour", "numb", "other_sign", "calling"),
)
"""Intents that handle a danger sign, the most urgent one first."""

_PRESSING = (*DANGER_INTENTS, "x_duration")
"""With the sign that has no word of danger: a cramp that lasts too long."""

_MARKS = (NOT, DONT)
_MIN_IMPLICIT_DENIAL = 0.85
"""Least score of a phrase that denies a sign without a negation word."""

_CLEAR = 0.9
"""Score from which a remark beside a denial is understood well enough to be no other sign."""

_CALL = ("sign", "call")
"""Slot of the phrases that call somebody."""

_COMING = ("about", "coming")
"""Slot of the phrases that say that help is on its way."""

_HELPERS = frozenset({
    *("keluarga", "ambulans", "bantuan", "telepon", "datang", "jalan", "sini", "terima_kasih"),
})  # fmt: skip
"""Concepts that may be said besides, of help that is on its way."""

_HEDGES = frozenset({WHETHER, NOT + "tahu", NOT + "yakin", NOT + "ada", NOT + "lihat", "kalau"})


def asserted_dangers(said: Iterable[Concept], words: frozenset[str]) -> frozenset[str]:
    """The danger concepts in ``said`` that are not negated."""
    return frozenset(concept.name for concept in said if concept.name in words)


def danger_matches(
    matches: list[Match],
    said: tuple[Concept, ...],
    alarming: frozenset[str],
    neutral: frozenset[str] = frozenset(),
) -> list[Match]:
    """Filter the matches to those that handle the danger; order is preserved.

    A match that denies a sign counts only if its phrase contains every danger concept of
    ``alarming``, and if its negation was said; one without a negation word ("napas saya biasa
    saja") only with a high score and nothing else of weight in ``said``.
    """
    names = frozenset(concept.name for concept in said)

    def answers(match: Match) -> bool:
        if not match.entry.negated:
            return True
        return alarming <= match.entry.concepts and _is_reliable_denial(match, names, neutral)

    return [one for one in matches if one.entry.phrase.intent in DANGER_INTENTS and answers(one)]


def _is_reliable_denial(match: Match, names: frozenset[str], neutral: frozenset[str]) -> bool:
    """Whether the phrase of a denying match may be trusted; ``names``: the concepts said.

    Without a negation word, "dada aman" must not cover "dadaku sakit enak": nothing but ``neutral``
    concepts may be said besides.
    """
    marked = frozenset(name for name in match.entry.concepts if name.startswith(_MARKS))
    if marked:
        return not marked.isdisjoint(names)
    extra = names - match.entry.concepts - neutral
    return match.score >= _MIN_IMPLICIT_DENIAL and not extra


def drop_unfounded_emergencies(
    matches: list[Match], said: tuple[Concept, ...], words: frozenset[str]
) -> list[Match]:
    """Drop emergencies of which no danger word was said: "to the bathroom" is not a fall.

    A phrase without a danger word ("tidak bisa bicara") must have been said in full, else every
    "belum dapat" is one; a call for somebody may be put in many ways.
    """
    names = frozenset(concept.name for concept in said)

    def is_founded(match: Match) -> bool:
        if match.entry.phrase.intent != "emergency":
            return True
        if not match.entry.concepts.isdisjoint(words):
            return False
        return _CALL in match.entry.phrase.slots or match.entry.concepts <= names

    return [match for match in matches if is_founded(match)]


def drop_doubtful_help(
    matches: list[Match], said: tuple[Concept, ...], neutral: frozenset[str]
) -> list[Match]:
    """Drop "help is on its way" unless it was said in full, and nothing of weight besides.

    It ends an alarm, so likeness is not enough: "the ambulance cannot come" and "come quickly" are
    no such thing.
    """
    names = frozenset(concept.name for concept in said)
    extra = neutral | _HELPERS

    def is_reliable(match: Match) -> bool:
        concepts = match.entry.concepts
        return not _is_coming(dict(match.entry.phrase.slots)) or (
            concepts <= names and names - concepts <= extra
        )

    return [match for match in matches if is_reliable(match)]


def is_help_in_doubt(first: Interpretation, each: Iterable[Interpretation]) -> bool:
    """Whether "help is on its way" stands beside a remark that was not understood."""
    coming = first.intent is not None and _is_coming(first.intent.slots)
    return coming and any(found.intent is None for found in each)


def is_hedged(said: Iterable[Concept], words: frozenset[str]) -> bool:
    """Whether a sign is mentioned without asserting it ("nggak tahu bengkak atau nggak")."""
    names = {concept.name for concept in said}
    return not names.isdisjoint(_HEDGES) and any(name.lstrip(NOT) in words for name in names)


def must_confirm(said: Iterable[Concept], alarming: frozenset[str], vocabulary: Vocabulary) -> bool:
    """Whether the danger must be confirmed even if the sentence matches badly."""
    names = {concept.name for concept in said}
    denied = {NOT + word for word in vocabulary.danger}
    return not (
        alarming.isdisjoint(vocabulary.certain) and names.isdisjoint(vocabulary.body | denied)
    )


def unsure_negation(found: Interpretation, intent: Intent) -> Interpretation:
    """``found`` with ``intent``, to be asked about: it is not known whether its sign is denied."""
    return replace(
        found,
        intent=replace(intent, slots={**intent.slots, "negated": "unsure"}),
        accepted=False,
        reason=InterpretationReason.UNSURE_NEGATION,
    )


def denial_among(
    remarks: list[tuple[str, Interpretation]],
    extract: Callable[[str], tuple[Concept, ...]],
    vocabulary: Vocabulary,
) -> Interpretation | None:
    """The denied sign that others follow; doubted if another remark may be a sign, put otherwise.

    "tidak bengkak, cuma pegal" denies; "tidak bengkak tapi gendut sebelah" is asked about. None
    without a denial first, beside an asserted sign, or if the others are clearly something else.
    """
    if not remarks:
        return None
    denial = remarks[0][1]
    others = [(text, one) for text, one in remarks if not _denies(one)]
    signs = any(one.intent is not None and one.intent.name in DANGER_INTENTS for _, one in others)
    if not _denies(denial) or denial.intent is None or not others or signs:
        return None
    harmless = vocabulary.harmless | vocabulary.stop_concepts | vocabulary.fillers
    said = [{one.name.lstrip(NOT + DONT) for one in extract(text)} for text, _ in others]
    if any(vocabulary.topics & names and vocabulary.body & names for names in said):
        return None  # a cramp that is named in full comes first
    unclear = [one for names, (_, one) in zip(said, others, strict=True) if not names <= harmless]
    if not unclear:
        return denial
    if all(one.accepted and one.score >= _CLEAR for one in unclear):
        return None
    return unsure_negation(denial, denial.intent)


def urgency(found: Interpretation) -> tuple[bool, bool, bool, float]:
    """Sort key: asserted dangers first, what does not calm, what says more than yes; the score."""
    assert found.intent is not None
    denied, minor = _calms(found), found.intent.name in MINOR_INTENTS
    return denied or found.intent.name not in _PRESSING, denied, minor, -found.score


def sign_out_of_turn(
    found: Interpretation, later: Callable[[], Interpretation], at_hand: bool
) -> Interpretation:
    """In idle: ask about a sign that only a conversation allows, rather than about a similar one.

    ``found`` is the interpretation in idle, ``later`` gives that of a conversation. Where nothing
    was found at all, the sign must be that of somebody ``at_hand``.
    """
    doubted = found.intent is not None and found.intent.name in DANGER_INTENTS
    if found.accepted or not (doubted or (found.intent is None and at_hand)):
        return found
    told = later()
    if told.intent is None or told.intent.name not in DANGER_INTENTS or not told.accepted:
        return found
    return found if "negated" in told.intent.slots else replace(told, accepted=False)


def fear_out_of_turn(found: Interpretation, later: Callable[[], Interpretation]) -> Interpretation:
    """In idle: ask about a cry for help that in a conversation would be a frightened question.

    "Apa saya bakal mati" is not in the phrases of idle, but "saya mau mati" is.
    """
    called = found.intent is not None and _CALL[1] == found.intent.slots.get(_CALL[0])
    if not called or not found.accepted:
        return found
    told = later()
    asks = told.intent is not None and told.intent.name not in DANGER_INTENTS
    return replace(found, accepted=False) if asks and told.score > found.score else found


def is_expected(phrase: Phrase, answers: frozenset[str]) -> bool:
    """Whether ``phrase`` may be said while a question is open that ``answers`` (intents) answer."""
    return (
        phrase.intent in answers
        or ListeningState.BARGE_IN in phrase.states
        or phrase.intent in DANGER_INTENTS
    )


def _denies(found: Interpretation) -> bool:
    return found.intent is not None and found.intent.slots.get("negated") == "yes"


def _calms(found: Interpretation) -> bool:
    """Whether it denies a sign, or says that help is on its way."""
    return _denies(found) or (found.intent is not None and _is_coming(found.intent.slots))


def _is_coming(slots: Mapping[str, str]) -> bool:
    name, value = _COMING
    return slots.get(name) == value
