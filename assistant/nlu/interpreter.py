"""Interpreter: text to intent, by exact match, else by the most similar allowed phrase."""

from dataclasses import replace
from functools import partial

from assistant.core.listening_state import ListeningState
from assistant.nlu.after_denial import sign_after_denial
from assistant.nlu.asides import Asides
from assistant.nlu.bare_negation import BareNegation
from assistant.nlu.carer import told_by_carer
from assistant.nlu.concept import DONT, NEUTRAL_CONCEPTS, NOT
from assistant.nlu.concepts import ConceptExtractor
from assistant.nlu.danger import (
    DANGER_INTENTS,
    asserted_dangers,
    danger_matches,
    denial_among,
    drop_doubtful_help,
    drop_unfounded_emergencies,
    fear_out_of_turn,
    is_expected,
    is_hedged,
    is_help_in_doubt,
    must_confirm,
    sign_out_of_turn,
    unsure_negation,
    urgency,
)
from assistant.nlu.frames import FRAMED
from assistant.nlu.guards import apply_guards
from assistant.nlu.hearsay import doubt_hearsay
from assistant.nlu.intent import ASIDE_SLOTS, Intent, Interpretation, add_slot
from assistant.nlu.reason import InterpretationReason
from assistant.nlu.segmentation import clauses, interpret_segments, since_now, split_adversatives
from assistant.nlu.similarity import PhraseIndex
from assistant.nlu.spotting import CRAMP_INTENT, Spotter
from assistant.nlu.templates.normalise import normalise
from assistant.nlu.templates.phrases import Phrase, Phrasebook
from assistant.nlu.thresholds import (
    CONSIDER,
    CONSIDER_DANGER,
    acceptance_threshold,
    heard_as,
    other_body_part,
)
from assistant.nlu.vocabulary import Vocabulary, load_vocabulary

_FEELS = frozenset({"rasanya", "rasane"})
"""Words that make a "no" a guess, but not what is felt: "rasanya tidak seperti ditendang"."""

INTENT_BY_SITUATION = {"pregnant": "pregnant", "sport": "sports", "night": "cramp_night"}
"""Situations of a cramp with an intent of their own, in order of priority."""


class Interpreter:
    """Interprets sentences by the phrasebook and the vocabulary; stateless between calls."""

    def __init__(self, phrasebook: Phrasebook, vocabulary: Vocabulary | None = None) -> None:
        """``vocabulary`` defaults to the project's. May raise ``InputError``."""
        self._vocabulary = vocabulary if vocabulary is not None else load_vocabulary()
        self._neutral = self._vocabulary.stop_concepts | NEUTRAL_CONCEPTS
        self._bare = BareNegation(self._vocabulary)
        self._exact: dict[str, list[Phrase]] = {}
        phrase_words: set[str] = set()
        phrases = (*phrasebook.phrases, *phrasebook.text_only)
        for phrase in phrases:
            self._exact.setdefault(phrase.text, []).append(phrase)
            phrase_words.update(phrase.text.split())
        self._extractor = ConceptExtractor(self._vocabulary, phrase_words)
        self._index = PhraseIndex(phrases, self._extractor, self._vocabulary)
        recognised = {phrase.text for phrase in phrasebook.phrases}
        self._asides = Asides(self._index.entries, recognised)
        self._spotter = Spotter(self._extractor, self._vocabulary, phrases)
        self._expected: dict[frozenset[str], frozenset[str]] = {}

    def expected(self, answers: frozenset[str]) -> frozenset[str]:
        """The sentences to expect while a question with these ``answers`` (intents) is open.

        Those are the answers, barge-in phrases and danger signs. Empty without ``answers``.
        """
        if answers and answers not in self._expected:
            self._expected[answers] = frozenset(
                text
                for text, phrases in self._exact.items()
                if any(is_expected(phrase, answers) for phrase in phrases)
            )
        return self._expected.get(answers, frozenset())

    def interpret(
        self, text: str, state: ListeningState = ListeningState.ALL, confidence: float = 1.0
    ) -> Interpretation:
        """Interpret ``text`` in a listening state (``idle``, ``conversation`` or ``all``).

        ``confidence`` is the recogniser's, 0 to 1; the intent's is its product with the score.
        """
        if not (words := normalise(text := since_now(text))):
            return Interpretation(None, False, 0.0, reason=InterpretationReason.NOTHING_SAID)
        said = self._extractor.sequence(text)
        told = partial(self._interpret_denial, state=state, confidence=confidence)
        found = sign_after_denial(told(text), words, self._bare.words, told)
        if idle := state == ListeningState.IDLE:
            near = any(concept.name in self._vocabulary.at_hand for concept in said)
            later = partial(self._interpret_denial, text, ListeningState.CONVERSATION, confidence)
            found = fear_out_of_turn(sign_out_of_turn(found, later, near), later)
        found = self._spotter.apply(doubt_hearsay(found, words, idle), words, confidence, idle)
        found = apply_guards(found, said, self._vocabulary, self._bare.is_detached(text))
        return told_by_carer(found, words)

    def _interpret_denial(
        self, text: str, state: ListeningState, confidence: float
    ) -> Interpretation:
        """Interpret ``text``, and doubt a denial that may be none."""
        words = normalise(text)
        denied = self._interpret_after_bare_negation(text, state, confidence)
        if denied is not None:
            return denied
        found = self._interpret_sentence(text, words, state, confidence)
        said = frozenset(words.split())
        hedged = not self._vocabulary.hedges.isdisjoint(said)
        guessed = hedged or not _FEELS.isdisjoint(said)
        if guessed and found.intent is not None and found.intent.name == "no":
            return replace(found, accepted=False, reason=InterpretationReason.UNSURE_NEGATION)
        if (intent := found.intent) is None or intent.slots.get("negated") != "yes":
            return found
        if hedged or self._bare.is_detached(text):
            return unsure_negation(found, intent)
        opens = words.split()[0] in self._bare.words
        return replace(found, intent=replace(intent, opens_with_no=opens))

    def _interpret_sentence(
        self, text: str, words: str, state: ListeningState, confidence: float
    ) -> Interpretation:
        """Exact match, else by segments, else the most similar phrase."""
        exact = self._match_exact(words, state, confidence)
        if exact is not None:
            return exact
        if state == ListeningState.IDLE and " " not in words:
            # not acted on; after "kram" alone the guide asks
            about = self._extractor.extract(words)[0].name in self._vocabulary.topics
            named = Intent(CRAMP_INTENT, {}, confidence, words) if about else None
            return Interpretation(named, False, 0.0, reason=InterpretationReason.SINGLE_WORD)

        def interpret_one(part: str) -> Interpretation:
            exact = self._match_exact(part, state, confidence)
            return exact if exact is not None else self._match_remarks(part, state, confidence)

        whole = self._match_remarks(words, state, confidence)
        segmented = interpret_segments(
            text, whole, interpret_one, self._has_danger,
            lambda part: self._is_phrase(part, state), self._vocabulary,
        )  # fmt: skip
        if segmented is None or segmented.intent is None:
            return whole
        return replace(segmented, intent=replace(segmented.intent, text=words))

    def _has_danger(self, words: str) -> bool:
        """Whether there is a danger concept, negated or not, or supposed or remembered."""
        names = {concept.name.lstrip(NOT + DONT) for concept in self._extractor.extract(words)}
        return not names.isdisjoint(self._vocabulary.danger | FRAMED)

    def _is_phrase(self, words: str, state: ListeningState) -> bool:
        """Whether the concepts of ``words`` are exactly those of a phrase."""
        names = frozenset(c.name for c in self._extractor.extract(words))
        single = len(names) == 1 and not names.isdisjoint(self._vocabulary.never_alone)
        return not single and self._index.contains(names, state)

    def _match_exact(
        self, words: str, state: ListeningState, confidence: float
    ) -> Interpretation | None:
        """The first phrase with this text that is allowed in ``state``."""
        for phrase in self._exact.get(words, ()):
            if state == ListeningState.ALL or state in phrase.states:
                intent = Intent(phrase.intent, dict(phrase.slots), confidence, words)
                return Interpretation(
                    intent, True, 1.0, phrase.text, reason=InterpretationReason.EXACT
                )
        return None

    def _interpret_after_bare_negation(
        self, text: str, state: ListeningState, confidence: float
    ) -> Interpretation | None:
        """Interpret what follows a bare "tidak" that it repeats: "tidak, napas saya biasa saja"."""
        parts = clauses(text)
        if not parts or not self._bare.is_bare(parts[0]):
            return None
        rest = self._interpret_sentence("", " ".join(parts[1:]), state, confidence)
        denies = rest.intent is not None and rest.intent.slots.get("negated") == "yes"
        return rest if denies else None

    def _match_remarks(
        self, words: str, state: ListeningState, confidence: float
    ) -> Interpretation:
        """Match each remark of the sentence separately; a danger takes precedence."""
        each = [
            (remark, self._match_nearest(remark, state, confidence))
            for remark in split_adversatives(words, self._extractor.sequence, self._vocabulary)
        ]
        denial = denial_among(each, self._extractor.extract, self._vocabulary)
        if denial is not None:
            return denial
        remarks = [found for _, found in each if found.intent is not None]
        dangers = any(found.intent and found.intent.name in DANGER_INTENTS for found in remarks)
        if not remarks or (not dangers and self._has_danger(words)):
            return self._match_nearest(words, state, confidence)
        remarks.sort(key=urgency)
        first = remarks[0]
        assert (intent := first.intent) is not None
        slots = dict(intent.slots)
        for other in remarks[1:]:
            if other.intent is not None and "negated" not in other.intent.slots:
                for name in ASIDE_SLOTS:
                    if name in other.intent.slots:
                        add_slot(slots, name, other.intent.slots[name])
        if any(remark.reason == InterpretationReason.UNSURE_NEGATION for remark in remarks):
            slots["negated"] = "unsure"
            first = replace(first, accepted=False, reason=InterpretationReason.UNSURE_NEGATION)
        if is_help_in_doubt(first, (found for _, found in each)):
            first = replace(first, accepted=False, reason=InterpretationReason.AMBIGUOUS)
        return replace(first, intent=replace(intent, slots=slots, text=words))

    def _match_nearest(
        self, words: str, state: ListeningState, confidence: float
    ) -> Interpretation:
        """The most similar allowed phrase, filtered and thresholded by danger."""
        said = self._extractor.extract(words)
        names = frozenset(concept.name for concept in said)
        aside = self._asides.concepts_in(names)
        matches = self._index.best_per_intent(words, said, state, aside)
        alarming = asserted_dangers(said, self._vocabulary.danger)
        doubted, reason = is_hedged(said, self._vocabulary.danger), InterpretationReason.NEAR
        enough = CONSIDER_DANGER if doubted else CONSIDER[state]
        if not alarming:
            matches = drop_unfounded_emergencies(matches, said, self._vocabulary.danger)
        if alarming and (risky := danger_matches(matches, said, alarming, self._neutral)):
            matches, reason = risky, InterpretationReason.DANGER
            if must_confirm(said, alarming, self._vocabulary):
                enough = CONSIDER_DANGER
        matches = drop_doubtful_help(matches, said, self._neutral)
        if other_body_part(names, self._vocabulary):
            matches = [one for one in matches if one.entry.phrase.intent in DANGER_INTENTS]
        if not matches:
            return Interpretation(None, False, 0.0, reason=InterpretationReason.NO_SHARED_WORD)
        best = matches[0]
        phrase, score = best.entry.phrase, round(best.score, 3)
        state = heard_as(best, self._extractor.sequence(words), state, self._vocabulary)
        enough = min(enough, CONSIDER[state])
        others = (match.entry.phrase for match in matches)
        runner_up = next((other.text for other in others if other.intent != phrase.intent), "")
        if score < enough:
            return Interpretation(
                None, False, score, phrase.text, runner_up, reason=InterpretationReason.TOO_FAR
            )
        accepted = score >= acceptance_threshold(best, said, alarming, state, self._vocabulary)
        slots = self._asides.slots_of(best, names)
        if doubted and phrase.intent in DANGER_INTENTS:
            accepted, reason = False, InterpretationReason.UNSURE_NEGATION
            slots["negated"] = "unsure"
        elif not names.isdisjoint(self._vocabulary.ask_back):
            accepted, reason = False, InterpretationReason.AMBIGUOUS
        name = phrase.intent
        if name == CRAMP_INTENT:
            name = next((INTENT_BY_SITUATION[one] for one in INTENT_BY_SITUATION
                         if one in slots.get("situation", "").split(",")), name)  # fmt: skip
        intent = Intent(name, slots, confidence * min(1.0, score), words)
        return Interpretation(intent, accepted, score, phrase.text, runner_up, reason=reason)
