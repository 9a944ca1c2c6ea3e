"""What a terminal tells of a session, in Indonesian: from event-log records to short texts."""

from assistant.apps.dashboard.page_texts import REASONS, REJECTIONS
from assistant.asr.rejection import REJECTION_TEXTS
from assistant.audio.level_meter import LevelMeter, LevelProblem
from assistant.core.event_records import HeardRecord, Record
from assistant.nlu.reason import REASON_TEXTS

LOUDNESS = {
    LevelProblem.NONE: "",
    LevelProblem.TOO_SOFT: "terlalu pelan",
    LevelProblem.CLIPPING: "terlalu keras",
}
"""What is said of a level."""

PREPARING = "menyiapkan"
"""The state before the first sound is heard."""

_STATES = {"idle": "menunggu", "deaf": "tuli (Enter: dengar lagi)"}
_REASONS = {REASON_TEXTS[reason]: line for reason, line in REASONS.items()}
_REJECTIONS = {REJECTION_TEXTS[rejection]: line for rejection, line in REJECTIONS.items()}


def state_text(name: str) -> str:
    """The state of the ``state`` record ``name``."""
    if name in _STATES:
        return _STATES[name]
    return "ditanya" if name.endswith(".ask") else "memandu"


def outcome(heard: HeardRecord) -> str:
    """Whether an utterance was acted on, and why not."""
    if heard["accepted"]:
        return "dipahami"
    if heard["ignored"]:
        return f"diabaikan: {_REJECTIONS.get(heard['ignored'], heard['ignored'])}"
    why = _REASONS.get(heard["reason"], heard["reason"])
    if heard["doubtful"]:
        return f"ditanyakan dulu: {why}"
    if heard["confidence"] < heard["threshold"]:
        sure, needed = round(100 * heard["confidence"]), round(100 * heard["threshold"])
        why = f"kurang yakin ({sure} %, perlu {needed} %)"
    return f"diabaikan: {why}"


def heard_text(heard: HeardRecord) -> str:
    """The words of an utterance, or the phrase that they resemble, and the outcome."""
    words = heard["text"] or heard["best"]
    return f"“{words}” {outcome(heard)}" if words else outcome(heard)


def duration_text(seconds: float) -> str:
    """How long: ``0:07``, ``12:05``, ``1:02:05``."""
    minutes, rest = divmod(int(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


class ListeningStatus:
    """The latest state and utterance of a session.

    ``record`` and ``take`` run in the thread that listens, and each
    attribute is replaced whole, so any other thread may read.
    """

    def __init__(self, meter: LevelMeter) -> None:
        self.meter = meter
        self.state = PREPARING
        self.away = ""
        """What is wrong with a device; empty if nothing is."""

        self.heard = ""
        """The last utterance that had words, with its outcome."""

        self.loudness = ""
        """What was wrong with the level of the last utterance."""

    def record(self, record: Record) -> str:
        """Take over a record; returns what is new as a line, empty if nothing is."""
        match record["event"]:
            case "ready":
                return self._enter("idle")
            case "state":
                return self._enter(record["name"])
            case "heard":
                problem = self.meter.speech_problem(record["speech_start"], record["speech_end"])
                self.loudness = LOUDNESS[problem]
                if not (record["text"] or record["best"]):
                    return ""
                self.heard = heard_text(record)
                return self.heard + (f" ({self.loudness})" if self.loudness else "")
            case "error":
                self.away = _device_text(record["device"], record["text"])
                return self.away or self.state
        return ""

    def take(self, record: Record) -> None:
        """``record``, as a subscriber."""
        self.record(record)

    def _enter(self, name: str) -> str:
        before, self.state = self.state, state_text(name)
        return self.state if self.state != before else ""


def _device_text(device: str, text: str) -> str:
    name = {"microphone": "mikrofon", "loudspeaker": "pengeras suara"}.get(device, device)
    if text.endswith(" back"):
        return ""
    return f"{name} terlepas" if text.endswith(" away") else f"{name} bisu"
