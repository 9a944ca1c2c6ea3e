"""What a terminal tells of a session: from event-log records to short texts."""

from assistant.apps.utterance_texts import REASONS, REJECTIONS, uncertainty
from assistant.asr.rejection import REJECTION_TEXTS
from assistant.audio.level_meter import LevelMeter, LevelProblem
from assistant.core.event_records import HeardRecord, Record
from assistant.core.translation import Translatable, _, shown
from assistant.nlu.reason import REASON_TEXTS

LOUDNESS = {
    LevelProblem.NONE: "",
    LevelProblem.TOO_SOFT: _("too soft"),
    LevelProblem.CLIPPING: _("too loud"),
}
"""What is said of a level."""

PREPARING = _("getting ready")
"""The state before the first sound is heard."""

_STATES = {"idle": _("waiting"), "deaf": _("deaf (Enter: hear again)")}
MICROPHONE = _("microphone")
_DEVICES = {"microphone": MICROPHONE, "loudspeaker": _("loudspeaker")}
_REASONS = {REASON_TEXTS[reason]: line for reason, line in REASONS.items()}
_REJECTIONS = {REJECTION_TEXTS[rejection]: line for rejection, line in REJECTIONS.items()}


def state_text(name: str) -> str:
    """The state of the ``state`` record ``name``."""
    if name in _STATES:
        return shown(_STATES[name])
    return shown(_("asking") if name.endswith(".ask") else _("guiding"))


def outcome(heard: HeardRecord) -> str:
    """Whether an utterance was acted on, and why not."""
    return shown(_outcome(heard))


def _outcome(heard: HeardRecord) -> Translatable:
    if heard["accepted"]:
        return _("understood")
    if ignored := heard["ignored"]:
        return _("passed over: {why}").format(why=_REJECTIONS.get(ignored, ignored))
    why: object = _REASONS.get(heard["reason"], heard["reason"])
    if heard["doubtful"]:
        return _("asked about first: {why}").format(why=why)
    if heard["confidence"] < heard["threshold"]:
        why = uncertainty(heard["confidence"], heard["threshold"])
    return _("passed over: {why}").format(why=why)


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
        self.state = shown(PREPARING)
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
                self.loudness = shown(LOUDNESS[problem])
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
    if text.endswith(" back"):
        return ""
    told = _("{device} unplugged") if text.endswith(" away") else _("{device} muted")
    return shown(told.format(device=_DEVICES.get(device, device)))
