"""Words to an intent: exactly, else by the nearest phrase that is allowed."""

import re
from dataclasses import replace

from assistant.core.listening_state import ListeningState
from assistant.nlu.concepts import DONT, NOT, Concept, ConceptExtractor
from assistant.nlu.danger import RISKY, dangers, is_hedged, must_confirm, safest, without_danger
from assistant.nlu.intent import REMARKS, Intent, Interpretation, add_slot, is_remark
from assistant.nlu.reason import InterpretationReason
from assistant.nlu.segmentation import clauses, interpret_segments
from assistant.nlu.similarity import Match, PhraseIndex
from assistant.nlu.templates.normalise import normalise
from assistant.nlu.templates.phrases import Phrase, Phrasebook
from assistant.nlu.thresholds import (
    CONSIDER,
    CONSIDER_DANGER,
    acceptance_threshold,
    other_body_part,
)
from assistant.nlu.vocabulary import Vocabulary, load_vocabulary

CRAMP = "cramp_now"
CIRCUMSTANCES = {"pregnant": "pregnant", "sport": "sports", "night": "cramp_night"}
"""Situations of a cramp that have an intent of their own, the most weighty first."""

_APART = re.compile(r"[,.;:!?–—…]")
_BYSTANDERS = frozenset({"saya", "kaki", "betis", "kram", "sakit", "tolong"})


class Interpreter:
    """Knows the phrases and the words; the same object serves any number of sentences."""

    def __init__(self, phrasebook: Phrasebook, words: Vocabulary | None = None) -> None:
        """``words`` is the word list of the project unless given. May raise ``InputError``."""
        self._words = words if words is not None else load_vocabulary()
        self._denials = _spellings(self._words, self._words.negations)
        self._exact: dict[str, list[Phrase]] = {}
        vocabulary: set[str] = set()
        phrases = (*phrasebook.phrases, *phrasebook.wordings)
        for phrase in phrases:
            self._exact.setdefault(phrase.text, []).append(phrase)
            vocabulary.update(phrase.text.split())
        self._folder = ConceptExtractor(self._words, vocabulary)
        self._index = PhraseIndex(phrases, self._folder, self._words)
        heard = {phrase.text for phrase in phrasebook.phrases}
        self._asides = [
            (entry, aside)
            for entry in self._index.entries
            if (aside := entry.concepts - _BYSTANDERS)
            and is_remark(entry)
            # A wording that is not listened for counts in passing only if it is unmistakable.
            and (len(aside) > 1 or entry.phrase.text in heard)
        ]
        self._expected: dict[frozenset[str], frozenset[str]] = {}

    def expected(self, answers: frozenset[str]) -> frozenset[str]:
        """The sentences to be reckoned with while a question with these ``answers`` (intents) is
        being asked: the answers, what may interrupt at any time, dangers. Empty if none is."""
        if answers and answers not in self._expected:
            self._expected[answers] = frozenset(
                text
                for text, phrases in self._exact.items()
                if any(_is_expected(phrase, answers) for phrase in phrases)
            )
        return self._expected.get(answers, frozenset())

    def interpret(
        self, text: str, state: ListeningState = ListeningState.ALL, confidence: float = 1.0
    ) -> Interpretation:
        """What ``text`` means in a listening state (``idle``, ``conversation`` or ``all``).

        ``confidence`` is the ear's, 0 to 1; the intent's is that times the likeness.
        """
        words = normalise(text)
        if not words:
            return Interpretation(None, False, 0.0, reason=InterpretationReason.NOTHING_SAID)
        denied = self._denied_after(text, state, confidence)
        if denied is not None:
            return denied
        found = self._understand(text, words, state, confidence)
        intent = found.intent
        if intent is None or intent.slots.get("negated") != "yes":
            return found
        apart = self._negation_apart(text)
        if apart or not self._words.hedges.isdisjoint(words.split()):
            slots = {**intent.slots, "negated": "unsure"}
            return replace(
                found,
                intent=replace(intent, slots=slots),
                accepted=False,
                reason=InterpretationReason.UNSURE_NEGATION,
            )
        opens = words.split()[0] in self._denials
        return replace(found, intent=replace(intent, opens_with_no=opens))

    def _understand(
        self, text: str, words: str, state: ListeningState, confidence: float
    ) -> Interpretation:
        """Word for word, else in several remarks, else the nearest phrase."""
        exact = self._word_for_word(words, state, confidence)
        if exact is not None:
            return exact
        if state == ListeningState.IDLE and " " not in words:
            return Interpretation(None, False, 0.0, reason=InterpretationReason.SINGLE_WORD)

        def once(part: str) -> Interpretation:
            exact = self._word_for_word(part, state, confidence)
            return exact if exact is not None else self._nearest(part, state, confidence)

        whole = self._nearest(words, state, confidence)
        parted = interpret_segments(
            text, whole, once, self._signs, lambda part: self._known(part, state), self._words
        )
        return whole if parted is None else parted

    def _signs(self, words: str) -> bool:
        """Whether a word of danger was said, denied or not."""
        names = {concept.name.lstrip(NOT + DONT) for concept in self._folder.extract(words)}
        return not names.isdisjoint(self._words.danger)

    def _known(self, words: str, state: ListeningState) -> bool:
        """Whether a remark holds the concepts of a phrase and no others."""
        names = frozenset(c.name for c in self._folder.extract(words))
        lonely = len(names) == 1 and not names.isdisjoint(self._words.never_alone)
        return not lonely and self._index.holds(names, state)

    def _word_for_word(
        self, words: str, state: ListeningState, confidence: float
    ) -> Interpretation | None:
        for phrase in self._exact.get(words, ()):
            if state == ListeningState.ALL or state in phrase.states:
                intent = Intent(phrase.intent, dict(phrase.slots), confidence, words)
                return Interpretation(
                    intent, True, 1.0, phrase.text, reason=InterpretationReason.EXACT
                )
        return None

    def _denied_after(
        self, text: str, state: ListeningState, confidence: float
    ) -> Interpretation | None:
        """What follows a "tidak" of its own, if it denies too: "tidak, napas saya biasa saja"."""
        parts = clauses(text)
        if not parts or not self._only_no(parts[0]):
            return None
        rest = self._understand("", " ".join(parts[1:]), state, confidence)
        denies = rest.intent is not None and rest.intent.slots.get("negated") == "yes"
        return rest if denies else None

    def _only_no(self, remark: str) -> bool:
        said = set(remark.split()) - self._words.fillers - self._words.tags
        return bool(said) and said <= self._denials

    def _negation_apart(self, text: str) -> bool:
        """Whether the only denial stands by itself, as in "tidak, bengkak"."""
        parts = [normalise(part) for part in _APART.split(text)]
        remarks = [set(part.split()) for part in parts]
        alone = [self._only_no(part) for part in parts]
        return any(alone[:-1]) and all(
            one or remark.isdisjoint(self._denials)
            for one, remark in zip(alone, remarks, strict=True)
        )

    def _nearest(self, words: str, state: ListeningState, confidence: float) -> Interpretation:
        """Each remark of the sentence for itself; a danger goes before everything else."""
        remarks = [
            found
            for remark in self._remarks(words)
            if (found := self._judge(remark, state, confidence)).intent is not None
        ]
        if not remarks:
            return self._judge(words, state, confidence)
        remarks.sort(key=_urgency)
        first = remarks[0]
        intent = first.intent
        assert intent is not None
        slots = dict(intent.slots)
        for other in remarks[1:]:
            if other.intent is not None and "negated" not in other.intent.slots:
                for name in REMARKS:
                    if name in other.intent.slots:
                        add_slot(slots, name, other.intent.slots[name])
        if any(remark.reason == InterpretationReason.UNSURE_NEGATION for remark in remarks):
            slots["negated"] = "unsure"
            first = replace(first, accepted=False, reason=InterpretationReason.UNSURE_NEGATION)
        return replace(first, intent=replace(intent, slots=slots, text=words))

    def _remarks(self, words: str) -> list[str]:
        remarks: list[list[str]] = [[]]
        for word in words.split():
            if word in self._words.adversatives:
                remarks.append([])
            else:
                remarks[-1].append(word)
        return [" ".join(remark) for remark in remarks if remark]

    def _judge(self, words: str, state: ListeningState, confidence: float) -> Interpretation:
        said = self._folder.extract(words)
        names = frozenset(concept.name for concept in said)
        asides = [aside for _, aside in self._asides if aside <= names]
        matches = self._index.best_per_intent(words, said, state, frozenset().union(*asides))
        alarming = dangers(said, self._words.danger)
        reason, enough = InterpretationReason.NEAR, CONSIDER[state]
        doubted = is_hedged(said, self._words.danger)
        if doubted:
            enough = CONSIDER_DANGER
        if not alarming:
            matches = without_danger(matches, self._words.danger)
        if alarming and (risky := safest(matches, said, alarming)):
            matches, reason = risky, InterpretationReason.DANGER
            if must_confirm(said, alarming, self._words):
                enough = CONSIDER_DANGER
        if other_body_part(names, self._words):
            matches = [one for one in matches if one.entry.phrase.intent in RISKY]
        if not matches:
            return Interpretation(None, False, 0.0, reason=InterpretationReason.NO_SHARED_WORD)
        best = matches[0]
        phrase, score = best.entry.phrase, round(best.score, 3)
        others = (match.entry.phrase for match in matches)
        runner_up = next((other.text for other in others if other.intent != phrase.intent), "")
        if score < enough:
            reason = InterpretationReason.TOO_FAR
            return Interpretation(None, False, score, phrase.text, runner_up, reason=reason)
        accepted = score >= acceptance_threshold(best, said, alarming, state, self._words)
        slots = self._slots(best, said)
        if doubted and phrase.intent in RISKY:
            accepted, reason = False, InterpretationReason.UNSURE_NEGATION
            slots["negated"] = "unsure"
        elif any(concept.name in self._words.ask_back for concept in said):
            accepted, reason = False, InterpretationReason.AMBIGUOUS
        name = phrase.intent
        if name == CRAMP:
            name = next((CIRCUMSTANCES[one] for one in CIRCUMSTANCES
                         if one in slots.get("situation", "").split(",")), name)  # fmt: skip
        intent = Intent(name, slots, confidence * min(1.0, score), words)
        return Interpretation(intent, accepted, score, phrase.text, runner_up, reason=reason)

    def _slots(self, best: Match, said: tuple[Concept, ...]) -> dict[str, str]:
        """The slots of the phrase, and of remarks that were made in the same breath."""
        slots = dict(best.entry.phrase.slots)
        left = {concept.name for concept in said} - best.entry.concepts
        for entry, remark in self._asides:
            if remark <= left:
                for name, value in entry.phrase.slots:
                    add_slot(slots, name, value)
        return slots


def _is_expected(phrase: Phrase, answers: frozenset[str]) -> bool:
    return (
        phrase.intent in answers
        or ListeningState.BARGE_IN in phrase.states
        or phrase.intent in RISKY
    )


def _spellings(words: Vocabulary, concepts: frozenset[str]) -> frozenset[str]:
    """Every single word that is read as one of ``concepts``."""
    return concepts | {word for word, concept in words.synonyms.items() if concept in concepts}


def _urgency(found: Interpretation) -> tuple[bool, bool, float]:
    """Sorts dangers first, then what is not a denial, then the best match."""
    assert found.intent is not None
    denied = found.intent.slots.get("negated") == "yes"
    return denied or found.intent.name not in RISKY, denied, -found.score
