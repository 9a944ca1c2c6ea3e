"""How one sentence is interpreted, and why: for phrase authors."""

from collections.abc import Mapping
from dataclasses import dataclass

from assistant.core.listening_state import PHRASE_STATES, ListeningState
from assistant.core.translation import Translatable, _, joined
from assistant.nlu import Interpretation, interpreter_of
from assistant.nlu.reason import REFUSALS
from assistant.nlu.templates import Phrasebook
from assistant.nlu.thresholds import ACCEPT

_STATES = {
    ListeningState.IDLE: _("idle"),
    ListeningState.CONVERSATION: _("conversation"),
}


@dataclass(frozen=True)
class PhraseMatch:
    """A phrase and the template it comes from."""

    phrase: str
    intent: str
    slots: Mapping[str, str]
    source: str
    """``file:line`` of the template."""

    template: str
    states: tuple[ListeningState, ...]
    """Listening states whose grammar contains it."""

    heard: bool = True
    """False for a wording that is accepted from text only."""


@dataclass(frozen=True)
class Explanation:
    """The interpretation of a sentence, with its best phrases."""

    text: str
    understood: Interpretation
    needed: float
    """Score from which it is accepted without a confirmation."""

    best: PhraseMatch | None
    other: PhraseMatch | None
    """The best phrase of another intent."""

    while_idle: str
    """Outcome in the idle state: ``accepted …``, or why not."""

    in_conversation: str

    def record(self) -> dict[str, object]:
        """The explanation as plain values, for ``--json``."""
        intent = self.understood.intent
        return {
            "text": self.text,
            "intent": intent.name if intent else None,
            "slots": dict(intent.slots) if intent else {},
            "confidence": round(intent.confidence, 3) if intent else 0.0,
            "accepted": self.understood.accepted,
            "reason": self.understood.reason.text,
            "likeness": self.understood.score,
            "needed": self.needed,
            "best": vars(self.best) if self.best else None,
            "runner_up": vars(self.other) if self.other else None,
            ListeningState.IDLE: self.while_idle,
            ListeningState.CONVERSATION: self.in_conversation,
        }

    def lines(self) -> list[str]:
        """The explanation as lines of text."""
        intent = self.understood.intent
        told: list[str] = [self.text or _("(nothing)")]
        if intent is None or self.understood.reason in REFUSALS:
            told.append(
                _("  means         nothing ({text})").format(text=self.understood.reason.text)
            )
        else:
            slots = "".join(f" {name}={value}" for name, value in sorted(intent.slots.items()))
            doubt = "" if self.understood.accepted else _(": unsure, asks for confirmation")
            told.append(
                _("  means         {name}{slots}  ({text}{doubt})").format(
                    name=intent.name, slots=slots, text=self.understood.reason.text, doubt=doubt
                )
            )
            told.append(_("  confidence    {confidence:.2f}").format(confidence=intent.confidence))
        told.append(
            _("  score         {score:.2f}, accepted from {needed:.2f}").format(
                score=self.understood.score, needed=self.needed
            )
        )
        for name, one in ((_("best phrase"), self.best), (_("runner-up"), self.other)):
            if one is not None:
                told.append(
                    Translatable("  {name:<12}  {phrase}  → {intent}").format(
                        name=name, phrase=one.phrase, intent=one.intent
                    )
                )
                told.append(f"                {one.source}  {one.template}".rstrip())
                how = _("heard") if one.heard else _("accepted from text only,")
                told.append(
                    _("                {how} in: {states}").format(
                        how=how, states=joined(", ", (_STATES[state] for state in one.states))
                    )
                )
        told.append(_("  while idle    {while_idle}").format(while_idle=self.while_idle))
        told.append(
            _("  conversation  {in_conversation}").format(in_conversation=self.in_conversation)
        )
        return told


class Explainer:
    """Explains how a phrasebook interprets sentences."""

    def __init__(self, book: Phrasebook) -> None:
        self._phrases = (*book.phrases, *book.text_only)
        self._text_only = frozenset(phrase.source for phrase in book.text_only)
        self._understander = interpreter_of(book)
        self._foreign = book.foreign
        self._templates = {template.source: template.text for template in book.templates}

    def explain(
        self, text: str, state: ListeningState = ListeningState.ALL, confidence: float = 1.0
    ) -> Explanation:
        """How ``text`` is interpreted in ``state``; ``confidence`` is the recogniser's, 0 to 1."""
        found = self._understander.interpret(text, state, confidence)
        intent = found.intent.name if found.intent else ""
        return Explanation(
            text=text,
            understood=found,
            needed=1.0 if self._foreign else ACCEPT[state],
            best=self._candidate(found.phrase, intent),
            other=self._candidate(found.runner_up, ""),
            while_idle=self._outcome(text, ListeningState.IDLE, confidence),
            in_conversation=self._outcome(text, ListeningState.CONVERSATION, confidence),
        )

    def _outcome(self, text: str, state: ListeningState, confidence: float) -> str:
        found = self._understander.interpret(text, state, confidence)
        if found.intent is None:
            return _("not understood: {text}").format(text=found.reason.text)
        if found.reason in REFUSALS:
            return _("refused: {text}").format(text=found.reason.text)
        verb = _("accepted") if found.accepted else _("to be confirmed")
        return _("{verb} as {name} ({text})").format(
            verb=verb, name=found.intent.name, text=found.reason.text
        )

    def _candidate(self, text: str, intent: str) -> PhraseMatch | None:
        phrases = [phrase for phrase in self._phrases if phrase.text == text]
        phrases.sort(key=lambda phrase: phrase.intent != intent)
        if not phrases:
            return None
        first = phrases[0]
        return PhraseMatch(
            phrase=first.text,
            intent=first.intent,
            slots=dict(first.slots),
            source=first.source,
            template=self._templates.get(first.source, ""),
            states=tuple(state for state in PHRASE_STATES if state in first.states),
            heard=first.source not in self._text_only,
        )
