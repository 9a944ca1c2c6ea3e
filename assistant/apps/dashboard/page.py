"""Content of the caregiver's dashboard page, in Indonesian."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from assistant.apps.dashboard.page_texts import check_texts
from assistant.apps.dashboard.timeline import (
    CHANGES,
    Night,
    Records,
    flag_names,
    nights,
    when,
    without_cramp,
)
from assistant.apps.doctor.checks import HealthCheck
from assistant.core.paths import as_typed
from assistant.runtime.diary.episodes import has_passed
from assistant.runtime.diary.texts import DiaryTexts
from assistant.runtime.night_log import NightEvent, NightKind

_WEEK = timedelta(days=7)


@dataclass(frozen=True)
class Status:
    """Whether Kram listens at the moment."""

    title: str
    detail: str
    kind: str
    """``good``, ``bad``, or ``quiet`` if that is what the user wants."""

    microphone: str
    """What is known of it; empty if nothing is."""

    microphone_ok: bool


@dataclass(frozen=True)
class Check:
    """One health check."""

    ok: bool
    text: str
    advice: str


@dataclass(frozen=True)
class Page:
    """All text on the page."""

    status: Status
    summary: str
    warnings: tuple[str, ...]
    nights: tuple[Night, ...]
    transcript_enabled: bool
    checks: tuple[Check, ...]
    """Those that failed first."""

    checked: str
    """When the checks ran; empty if they never did."""

    details: tuple[str, ...]
    """Of the checks and of messages that failed, in English, for whoever helps from afar."""

    made: str
    """When this page was made."""

    config: str
    doctor: str
    """The command that runs the checks."""


@dataclass(frozen=True)
class PageData:
    """The data behind the page."""

    records: Records
    words: DiaryTexts
    transcript_enabled: bool
    """Whether transcripts are stored."""

    findings: Sequence[HealthCheck]
    checked: datetime | None
    """When ``doctor`` ran last; None if it never did."""

    config: str
    """Path of the configuration file, for display."""

    deaf_until: datetime | None = None
    """Until when nothing is heard, on request; None if it listens."""

    is_running: bool | None = None
    """Whether a process holds the lock of the one that listens; None if that cannot be known."""


def make_page(facts: PageData, now: datetime) -> Page:
    """Render all data as text."""
    return Page(
        status=_status(facts, now),
        summary=_summary(facts, now),
        warnings=tuple(_warnings(facts, now)),
        nights=nights(facts.records, facts.words, now),
        transcript_enabled=facts.transcript_enabled,
        checks=tuple(_check(one) for one in sorted(facts.findings, key=lambda one: one.ok)),
        checked=when(facts.checked, now) if facts.checked else "",
        details=tuple(_details(facts, now)),
        made=f"{now:%H.%M}",
        config=facts.config,
        doctor=as_typed("python3 run.py doctor"),
    )


def _summary(facts: PageData, now: datetime) -> str:
    week = [one for one in facts.records.episodes if has_passed(one.started, now, _WEEK)]
    if not week:
        return "Tujuh hari ini tidak ada kram yang tercatat."
    counts = {
        name: sum(one.severity == level for one in week)
        for level, name in reversed(facts.words.severity.items())
    }
    known = ", ".join(f"{count} {name}" for name, count in counts.items() if count)
    return f"Dalam tujuh hari ini: {len(week)} kali kram{f' ({known})' if known else ''}."


def _status(facts: PageData, now: datetime) -> Status:
    """From the lock of the process that listens, and the last entries of the night log."""
    turns = [
        one for one in facts.records.events if one.kind in (NightKind.LISTENING, NightKind.ENDED)
    ]
    last = turns[-1] if turns else None
    began = last is not None and last.kind is NightKind.LISTENING
    runs = began if facts.is_running is None else facts.is_running
    if not runs:
        return Status("Kram tidak mendengarkan", _why_not(last, now), "bad", "", True)
    microphone, ok = _microphone(facts.records.events, last, now)
    if facts.deaf_until:
        until = f"{facts.deaf_until:%H.%M}"
        detail = (
            f"Mikrofon dimatikan sampai pukul {until}, atas permintaan. "
            "Untuk menyalakan lagi sekarang, jalankan Kram lagi."
        )
        return Status("Kram sengaja tidak mendengarkan", detail, "quiet", microphone, ok)
    if not began or last is None:
        return Status("Kram sedang disiapkan", "Belum mendengarkan.", "quiet", "", True)
    since = f"Sejak {when(last.at, now)}."
    if not ok:
        return Status("Kram tidak bisa mendengar", "", "bad", microphone, ok)
    return Status("Kram mendengarkan", since, "good", microphone, ok)


def _why_not(last: NightEvent | None, now: datetime) -> str:
    again = "Untuk menyalakannya, jalankan Kram lagi."
    if last is None:
        return again
    if last.kind is NightKind.ENDED:
        return f"Dimatikan {when(last.at, now)}. {again}"
    return (
        f"Dijalankan {when(last.at, now)}, lalu berhenti mendadak, misalnya karena listrik "
        f"padam. {again}"
    )


def _microphone(
    events: Sequence[NightEvent], began: NightEvent | None, now: datetime
) -> tuple[str, bool]:
    """What is known of the microphone since Kram listens, and whether it delivers sound."""
    if began is None:
        return "", True
    changes = [
        one
        for one in events
        if one.kind is NightKind.DEVICE and one.about == "microphone" and one.at >= began.at
    ]
    if not changes or changes[-1].detail == "back":
        return "Mikrofon tersambung.", True
    last = changes[-1]
    what = CHANGES.get(last.detail, last.detail)
    return f"Mikrofon {what} (sejak {when(last.at, now)}). Periksa mikrofonnya.", False


def _warnings(facts: PageData, now: datetime) -> list[str]:
    """What whoever cares should see first, of the last seven days."""
    episodes = sorted(facts.records.episodes, key=lambda one: one.started, reverse=True)
    events = [one for one in reversed(facts.records.events) if has_passed(one.at, now, _WEEK)]
    alone = [
        one for one in events if one.kind is NightKind.EMERGENCY and without_cramp(one, episodes)
    ]
    found = []
    if alone:
        found.append(
            f"{len(alone)} kali keadaan darurat tanpa kram, terakhir {when(alone[0].at, now)}. "
            f"{_how_it_ended(alone[0], facts.records.events)}Tanyakan keadaannya."
        )
    for episode in [one for one in episodes if one.flags]:
        if has_passed(episode.started, now, _WEEK):
            found.append(
                f"Ada tanda bahaya waktu kram: {flag_names(episode.flags)}, "
                f"{when(episode.started, now)}. Tanyakan keadaannya, dan hubungi dokter."
            )
    failed = [one for one in events if one.kind is NightKind.MESSAGE and not one.ok]
    if failed:
        found.append(
            f"{len(failed)} pesan tidak sampai, terakhir {when(failed[0].at, now)}. "
            "Periksa bagian [tell] dan internetnya."
        )
    return found


def _how_it_ended(emergency: NightEvent, events: Sequence[NightEvent]) -> str:
    over = next(
        (one for one in events if one.kind is NightKind.EMERGENCY_OVER and one.at >= emergency.at),
        None,
    )
    return "Katanya ternyata tidak apa-apa. " if over is not None and over.ok else ""


def _check(finding: HealthCheck) -> Check:
    text, advice = check_texts(finding)
    return Check(finding.ok, text, advice)


def _details(facts: PageData, now: datetime) -> list[str]:
    found = []
    for one in facts.findings:
        fix = f" → {one.fix}" if one.fix else ""
        found.append(f"{one.name}: {one.found}{fix}")
    for event in reversed(facts.records.events):
        if event.kind is NightKind.MESSAGE and not event.ok and has_passed(event.at, now, _WEEK):
            found.append(f"{event.at.astimezone(now.tzinfo):%Y-%m-%d %H:%M}: {event.detail}")
    return found
