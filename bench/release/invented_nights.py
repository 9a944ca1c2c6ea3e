"""Two weeks of invented nights in a data folder, written by the program's own stores."""

from datetime import datetime, timedelta
from pathlib import Path

from assistant.apps.doctor.checks import HealthCheck
from assistant.apps.doctor.stored_checks import save_checks
from assistant.asr.rejection import RejectionReason
from assistant.core.event_records import HeardRecord
from assistant.core.listening_state import ListeningState
from assistant.core.paths import NAME, OWN_PHRASES
from assistant.dialogue.notes import EpisodeEnded, EpisodeStarted, SeverityReported
from assistant.nlu.reason import InterpretationReason
from assistant.runtime.diary.store import SqliteDiary
from assistant.runtime.diary.texts import load_diary_texts
from assistant.runtime.night_log import NightLog
from assistant.runtime.transcript_log import TranscriptLog

NIGHTS = 14
OTHERS_TALK = 30
"""Utterances of a television in each night."""


class _Clock:
    def __init__(self, now: datetime) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now


def write_nights(folder: Path) -> None:
    """Write ``kram/`` below ``folder``: diary, transcript, night log, checks and settings.

    The last night is the one before this morning. The lock of the process that listens is not
    held, so Kram is shown as ended suddenly unless the caller holds it.
    """
    data = folder / NAME
    data.mkdir(parents=True)
    (data / "config.toml").write_text("[journal]\nheard = true\n", encoding="utf-8")
    morning = datetime.now().astimezone().replace(hour=6, minute=0, second=0, microsecond=0)
    clock = _Clock(morning)
    nights = NightLog(data / "nights.jsonl", clock)
    heard = TranscriptLog(data / "heard.jsonl", clock=clock)
    diary = SqliteDiary(data / "diary.sqlite", load_diary_texts(OWN_PHRASES), clock)
    for ago in reversed(range(NIGHTS)):
        evening = morning - timedelta(days=ago, hours=9)
        clock.now = evening
        nights.record({"t": 0.0, "event": "ready"})
        for number in range(OTHERS_TALK if ago else 3):
            clock.now = evening + timedelta(minutes=2 * number)
            heard.record(_heard("kram itu apa", 0.31, RejectionReason.OTHERS_TALK))
        if ago % 3 == 0:
            _cramp(evening + timedelta(hours=5), clock, diary, heard, "severe" if ago else "mild")
        if ago == 5:
            _emergency(evening + timedelta(hours=7), clock, nights)
        clock.now = morning - timedelta(days=ago)
        if ago:
            nights.ended()
    diary.close()
    checks = [
        HealthCheck("microphone", True, "USB microphone, loudest sample 812 of 32767"),
        HealthCheck("loudspeaker", True, "USB loudspeaker"),
        HealthCheck("voice", True, "espeak-ng 1.52, voice id, 1.4 s of speech"),
        HealthCheck("model", True, "loads, 66 MB"),
        HealthCheck("disk", True, "20.4 GB free"),
        HealthCheck("noise", False, "-36 dBFS", "switch off the source of the noise"),
    ]
    save_checks(data / "doctor.json", checks, morning - timedelta(hours=10))


def _cramp(
    at: datetime, clock: _Clock, diary: SqliteDiary, heard: TranscriptLog, severity: str
) -> None:
    clock.now = at
    heard.record(_heard("kaki saya kram", 0.94, None, "cramp_now"))
    diary.take(EpisodeStarted("right"))
    for minutes, text, intent in ((1, "yang kanan", "right"), (4, "sudah reda", "better")):
        clock.now = at + timedelta(minutes=minutes)
        heard.record(_heard(text, 0.9, None, intent))
    diary.take(EpisodeEnded(260.0, "right", "stretch"))
    diary.take(SeverityReported(severity))


def _emergency(at: datetime, clock: _Clock, nights: NightLog) -> None:
    clock.now = at
    nights.record({"t": 1.0, "event": "state", "name": "emergency.words.say"})
    clock.now = at + timedelta(minutes=1)
    why = "no answer within 10 s"
    nights.record({"t": 2.0, "event": "told", "about": "emergency", "ok": False, "why": why})
    nights.record({"t": 3.0, "event": "state", "name": "idle"})


def _heard(
    text: str, confidence: float, ignored: RejectionReason | None, intent: str = ""
) -> HeardRecord:
    return {
        "t": 0.0, "event": "heard", "text": text, "intent": intent or None,
        "confidence": confidence, "accepted": bool(intent), "doubtful": False,
        "speech_start": 0.0, "speech_end": 1.0, "best": text, "threshold": 0.6, "runner_up": "",
        "reason": InterpretationReason.EXACT.text, "state": ListeningState.IDLE,
        "ignored": ignored.text if ignored else "",
    }  # fmt: skip
