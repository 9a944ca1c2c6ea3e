"""What an utterance means: the recogniser's confidence and the interpreter's, taken together."""

from dataclasses import dataclass
from typing import Protocol

from assistant.core.listening_state import ListeningState
from assistant.nlu import Interpretation
from assistant.nlu.alternatives import Alternative, SentenceInterpreter, interpret_alternatives
from assistant.nlu.intent import Intent


class Heard(Protocol):
    """An ``Utterance`` of the listener, or the result of a recogniser."""

    @property
    def words(self) -> str: ...
    @property
    def confidence(self) -> float: ...
    @property
    def accepted(self) -> bool: ...
    @property
    def doubtful(self) -> bool: ...
    @property
    def alternatives(self) -> tuple[Alternative, ...]: ...


@dataclass(frozen=True)
class Understanding:
    """The meaning of an utterance, and what to do about it."""

    interpretation: Interpretation
    words: str
    confidence: float
    """Probability, 0 to 1, that this was meant."""

    accepted: bool
    """To be acted on."""

    doubtful: bool
    """To be asked about."""

    @property
    def intent(self) -> Intent | None:
        """The intent; None if nothing was understood."""
        return self.interpretation.intent


def understand(
    interpreter: SentenceInterpreter, heard: Heard, state: ListeningState
) -> Understanding:
    """Interpret an utterance in a listening state.

    Where only sentences are heard, the best one counts. Where free speech is heard, the
    alternatives count by meaning; a sentence that the second pass accepted or doubts comes first.
    """
    found = interpreter.interpret(heard.words, state, heard.confidence)
    free = state != ListeningState.IDLE or not (heard.accepted or heard.doubtful)
    if heard.alternatives and free:
        meaning = interpret_alternatives(interpreter, heard.alternatives, state)
        if meaning is not None:
            return Understanding(
                meaning.interpretation,
                meaning.words,
                meaning.probability,
                meaning.accepted,
                meaning.doubtful,
            )
    confidence = found.intent.confidence if found.intent else heard.confidence
    accepted = heard.accepted and found.accepted
    doubtful = not accepted and found.intent is not None and (heard.accepted or heard.doubtful)
    return Understanding(found, heard.words, confidence, accepted, doubtful)
