"""Signs and facts that are spotted by their words, however odd the rest of the sentence.

People tell a danger in sentences that resemble no phrase: "kepala saya kejedot tembok pas turun
dari kasur". Words that together hardly mean anything else are looked for in any sentence. A sign
that is found this way is asked about, never acted on; a fact ("habis operasi") is noted.
"""

from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import replace

from assistant.nlu.concept import WHETHER
from assistant.nlu.concepts import ConceptExtractor
from assistant.nlu.danger import DANGER_INTENTS
from assistant.nlu.hearsay import FALSE_ALARM
from assistant.nlu.intent import Intent, Interpretation, add_slot
from assistant.nlu.reason import InterpretationReason
from assistant.nlu.spotted_questions import (
    about_a_swelling,
    intents_of_topics,
    with_spotted_question,
)
from assistant.nlu.templates.phrases import Phrase
from assistant.nlu.thresholds import CRAMP_INTENTS
from assistant.nlu.vocabulary import Vocabulary

Rules = Mapping[str, tuple[frozenset[str], ...]]
"""Sign or situation to sets of concepts, each of which is enough."""

EMERGENCY = DANGER_INTENTS[0]
CRAMP_INTENT = "cramp_now"
SITUATION = "situation"

_TOO_LONG = ("too_long", "x_duration")
"""A sign whose intent has no slot."""

_SUPPOSED = "kalau"
_LONG_AGO = frozenset({"dulu", "pernah", _SUPPOSED})
"""Concepts beside which a sign is none of now, or is only supposed."""

_NOT_NOW = frozenset({"terakhir", "tahun", "cerita", "film", "sebab", "cegah", "beda", "sering"})
_NOW_AND_HERE = frozenset(
    {"saya", "keluarga", "tolong", "bantu", "aduh", "sekarang", "nih", "ini", "iki", "niki", "ieu"}
)
"""Words beside which a cramp is one of now, besides those of a leg."""

_CRAMP, _ONCE, _OFTEN = "kram", "pernah", "sering"
_LUCKILY, _NOT = "untung", "tidak"
_PASSED = frozenset({"terakhir", "reda"})
_STILL = frozenset({"sekarang", "lagi", "aduh", "nih", "ini", "masih"})
"""Concepts of last night's cramp that is over, and of one that is now."""

_NOW = "sekarang"
_MUST = "harus"
_WHAT_TO_DO = frozenset({_MUST, "apa", "bagaimana"})
"""Concepts of "aku harus ngapain", which calls for help."""

_ABOUT_IT = frozenset({"ask", "see_doctor", "causes", "symptoms", "prevention"})
"""Intents of questions, which stay what they are beside a fact."""


class Spotter:
    """Adds to an interpretation what the words of the sentence tell besides."""

    def __init__(
        self, extractor: ConceptExtractor, vocabulary: Vocabulary, phrases: Iterable[Phrase]
    ) -> None:
        """``phrases`` tell the intent of each sign: that of the first one that has it."""
        self._extractor, self._vocabulary = extractor, vocabulary
        self._intents: dict[str, str] = {}
        phrases = tuple(phrases)
        self._questions = intents_of_topics(phrases)
        for phrase in phrases:
            for sign in dict(phrase.slots).get("sign", "").split(","):
                self._intents.setdefault(sign, phrase.intent)
        self._intents.setdefault(*_TOO_LONG)

    def apply(
        self, found: Interpretation, words: str, confidence: float, idle: bool
    ) -> Interpretation:
        """``found`` with the signs and situations in ``words`` (normalised); in ``idle`` the call.

        ``confidence`` is the recogniser's, 0 to 1.
        """
        said, rules = Intent("", {}, confidence, words), self._vocabulary
        sequence = self._extractor.sequence(words)
        names = self._names(words)
        told = self._names(self._unsupposed(words)) if _SUPPOSED in names else names
        found = with_spotted_signs(found, said, told, rules.spotted_signs, self._intents)
        if not idle and found.intent is None:
            signs = rules.spotted_in_conversation
            found = with_spotted_signs(found, said, names, signs, self._intents)
            found = with_spotted_answer(found, said, names, rules.spotted_answers)
        if idle:
            found = without_past_cramp(found, [one.name for one in sequence])
            found = call_in_other_words(found, said, names, rules)
        found = with_spotted_question(found, said, names, rules, self._questions, idle)
        found = about_a_swelling(found, names)
        if idle and found.intent is None:
            return found  # a fact alone calls nobody
        return with_spotted_facts(found, said, names, rules.spotted_situations)

    def _names(self, words: str) -> set[str]:
        """The concepts of ``words``, with the forms of address: "bapak" may be who is meant."""
        names = {concept.name for concept in self._extractor.extract(words)}
        sequence = self._extractor.sequence(words)
        return names | ({one.name for one in sequence} & self._vocabulary.fillers)

    def _unsupposed(self, words: str) -> str:
        """What stands before "kalau": "lehernya kaku, nangis kalau kena lampu"."""
        said = words.split()
        for at, word in enumerate(said):
            if any(one.name == _SUPPOSED for one in self._extractor.sequence(word)):
                return " ".join(said[:at])
        return ""


def spotted(names: Set[str], rules: Rules) -> list[str]:
    """The signs or situations whose words are all in ``names``, in the order of the rules."""
    return [one for one, ways in rules.items() if any(words <= names for words in ways)]


def with_spotted_signs(
    found: Interpretation,
    said: Intent,
    names: Set[str],
    rules: Rules,
    intents: Mapping[str, str],
) -> Interpretation:
    """``found``, or a question about the signs that are spotted in ``names``.

    ``said`` has the normalised sentence and the recogniser's confidence; ``intents`` gives the
    intent of a sign. What is understood as one of these signs, or as an emergency, stays as it is.
    """
    signs = [one for one in spotted(names, rules) if one in intents]
    if not names.isdisjoint(_LONG_AGO):
        signs = []
    intent, told = found.intent, _told(found)
    if intent is not None and intent.slots.get("negated") == "yes":
        signs = [one for one in signs if one not in intent.slots.get("sign", "").split(",")]
    if not signs:
        return found
    # of two signs of one kind one is enough: "hamil, sakit kepala, mata kabur"
    more = {intents[one] for one in signs if one not in told}
    alike = found.accepted and intent is not None and bool(told) and more <= {intent.name}
    known = (
        told.issuperset(signs)
        or alike
        or (found.accepted and intent is not None and intent.name == EMERGENCY and told)
    )
    if intent is not None and known and "negated" not in intent.slots:
        return found
    slots = {} if intent is None else {
        name: value for name, value in intent.slots.items() if name in (SITUATION, "leg", "cramp")
    }  # fmt: skip
    for sign in (*signs, *sorted(told)):
        add_slot(slots, "sign", sign)
    slots["negated"] = "unsure"
    asked = replace(said, name=intents[signs[0]], slots=slots)
    return replace(
        found, intent=asked, accepted=False, score=1.0, reason=InterpretationReason.DANGER
    )


def with_spotted_facts(
    found: Interpretation, said: Intent, names: Set[str], rules: Rules
) -> Interpretation:
    """``found`` with the situations that are spotted in ``names``; they alone if it is nothing.

    ``said``: as above. "Habis operasi, ngaruh nggak?" tells a fact, "kalau habis operasi" none.
    """
    facts = spotted(names, rules) if _SUPPOSED not in names else []
    intent = found.intent
    if not facts:
        return found
    kept = intent is not None and intent.name in (CRAMP_INTENT, *DANGER_INTENTS)
    if intent is None or not (found.accepted or kept):
        intent = replace(said, name=SITUATION)
        found = replace(found, accepted=True, score=1.0, reason=InterpretationReason.NEAR)
    elif intent.name in _ABOUT_IT:
        return found
    slots = dict(intent.slots)
    for fact in facts:
        add_slot(slots, SITUATION, fact)
    return replace(found, intent=replace(intent, slots=slots))


def with_spotted_answer(
    found: Interpretation, said: Intent, names: Set[str], rules: Rules
) -> Interpretation:
    """The answer that is spotted in ``names`` if ``found`` is nothing; an all-clear is doubted.

    ``said``: as above.
    """
    answers = spotted(names, rules) if found.intent is None else []
    if not answers:
        return found
    answer = replace(said, name=answers[0])
    sure = answers[0] != FALSE_ALARM
    return replace(found, intent=answer, accepted=sure, score=1.0, reason=InterpretationReason.NEAR)


def without_past_cramp(found: Interpretation, said: Sequence[str]) -> Interpretation:
    """In idle: nothing, if ``found`` is a cramp of long ago, or one that has passed.

    "Waktu muda saya pernah kram di kolam renang" calls nobody; "kaki saya kram, dulu pernah
    stroke" does. ``said``: the concepts of the sentence in order.
    """
    if found.intent is None or found.intent.name not in CRAMP_INTENTS:
        return found
    names = set(said)
    before = {said[at - 1] for at, name in enumerate(said) if at and name == _CRAMP}
    once = _ONCE in before or (_OFTEN in before and not names.isdisjoint(_LONG_AGO))
    told = (once or names >= _PASSED) and names.isdisjoint(_STILL)
    over = _LUCKILY in names and _NOT in said[said.index(_LUCKILY) :]  # "untung malam ini tidak"
    if not told and not over:
        return found
    return replace(found, intent=None, accepted=False, reason=InterpretationReason.TOO_FAR)


def call_in_other_words(
    found: Interpretation, said: Intent, names: Set[str], vocabulary: Vocabulary
) -> Interpretation:
    """In idle: ask about a cramp that is named with a leg, whatever else is said.

    "Udah dari magrib kramnya nggak lepas-lepas padahal ini jam dua" resembles no phrase. ``names``
    are the concepts of the sentence. A question about cramps, or one of another time, is no call.
    """
    named = vocabulary.topics & names and not names.isdisjoint(vocabulary.body | _NOW_AND_HERE)
    named = named or any(words <= names for words in vocabulary.spotted_calls)
    asks = vocabulary.questions - (_WHAT_TO_DO if _MUST in names else frozenset())
    before = frozenset() if _NOW in names else _LONG_AGO  # "dulu stroke, sekarang cuma kram"
    other = before | _NOT_NOW | asks | {WHETHER}
    if found.intent is not None or not named or not names.isdisjoint(other):
        return found
    call = replace(said, name=CRAMP_INTENT)
    return replace(found, intent=call, accepted=False, reason=InterpretationReason.NEAR)


def _told(found: Interpretation) -> frozenset[str]:
    """The signs that ``found`` tells and does not deny."""
    intent = found.intent
    if intent is None or intent.slots.get("negated") == "yes" or "sign" not in intent.slots:
        return frozenset()
    return frozenset(intent.slots["sign"].split(","))
