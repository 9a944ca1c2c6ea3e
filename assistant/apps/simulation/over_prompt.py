"""What becomes of one utterance over the guide's voice, after perfect echo cancellation.

Decodes with the barge-in grammar and applies the default policy, without a room, an echo or a
dialogue; used to test and measure what is taken for a command or for an emergency.
"""

from dataclasses import dataclass, replace
from enum import StrEnum

from assistant.asr.barge_in import CommandsOnly, Overlap
from assistant.asr.listener_events import Utterance
from assistant.asr.recognizer_interface import Recognizer
from assistant.asr.understanding import understand
from assistant.asr.utterance_decoder import UtteranceDecoder
from assistant.audio.pcm import RATE, Samples
from assistant.core.listening_state import ListeningState
from assistant.nlu.alternatives import SentenceInterpreter
from assistant.runtime.danger_over_prompt import weigh_danger


class OverPromptOutcome(StrEnum):
    """What the guide does about an utterance."""

    OBEYED = "obeyed"
    ASKED = "asked"
    IGNORED = "ignored"


@dataclass(frozen=True)
class OverPrompt:
    """One utterance over the guide."""

    words: str
    """The best phrase, even if it was ignored."""

    confidence: float
    intent: str
    """Empty if nothing was understood."""

    outcome: OverPromptOutcome


def hear_over_prompt(
    recognizer: Recognizer, interpreter: SentenceInterpreter, sound: Samples, seconds: float
) -> OverPrompt:
    """Decode ``sound``, int16 at ``RATE``, of which ``seconds`` are speech."""
    policy = CommandsOnly()
    state = policy.grammar_for(ListeningState.CONVERSATION)
    decoding = UtteranceDecoder(recognizer, state, sound[:0], early=True)
    block = RATE // 10
    for start in range(0, len(sound), block):
        decoding.feed(sound[start : start + block], speech=True)
    result = decoding.finish()
    heard = Utterance(
        result.words, result.confidence, result.accepted, 0.0, seconds, result.details,
        result.doubtful, alternatives=result.alternatives, over_prompt=True,
    )  # fmt: skip
    overlap = Overlap("", True, True, True, decoding.was_stable)
    heard = replace(heard, rejection=policy.reject_reason(heard, overlap))
    talk = ListeningState.CONVERSATION
    meaning = understand(interpreter, heard, talk)
    near = [interpreter.interpret(words, talk).intent for words in heard.details.near]
    heard, meaning = weigh_danger(heard, meaning, talk, near)
    outcome = OverPromptOutcome.IGNORED
    if heard.rejection is None and meaning.intent is not None:
        if meaning.accepted:
            outcome = OverPromptOutcome.OBEYED
        elif meaning.doubtful:
            outcome = OverPromptOutcome.ASKED
    name = meaning.intent.name if meaning.intent else ""
    return OverPrompt(heard.words, heard.confidence, name, outcome)
