"""Event-log records of what was heard."""

from assistant.asr.listener_events import Utterance
from assistant.asr.verifier.pending import VerifiedIntent
from assistant.core.event_records import HeardRecord, OpinionRecord
from assistant.core.listening_state import ListeningState
from assistant.nlu.alternatives import Meaning


def heard_record(
    at: float,
    heard: Utterance,
    meaning: Meaning,
    accepted: bool,
    state: ListeningState,
) -> HeardRecord:
    """The ``heard`` record of an utterance; ``accepted`` if it is acted on."""
    return {
        "t": at,
        "event": "heard",
        "text": meaning.words,
        "intent": meaning.intent.name if meaning.intent else None,
        "confidence": round(meaning.probability if heard.alternatives else heard.confidence, 3),
        "accepted": accepted,
        "doubtful": not accepted and meaning.doubtful,
        "speech_start": round(heard.start, 3),
        "speech_end": round(heard.end, 3),
        "best": heard.details.best,
        "threshold": heard.details.threshold,
        "runner_up": heard.details.runner_up,
        "reason": meaning.interpretation.reason.text,
        "state": state,
        "ignored": heard.rejection.text if heard.rejection else "",
    }


def opinion_record(at: float, verified: VerifiedIntent) -> OpinionRecord:
    """The ``opinion`` record of a verified phrase."""
    return {
        "t": at,
        "event": "opinion",
        "intent": verified.intent.name,
        "verdict": verified.verdict,
        "likeness": verified.likeness,
        "seconds": round(verified.seconds, 3),
    }
