"""Content of the caregiver's dashboard page, in the language of the moment."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from assistant.apps.dashboard.page_dates import clock, when
from assistant.apps.dashboard.page_texts import check_texts
from assistant.apps.dashboard.timeline import (
    CHANGES,
    Night,
    Records,
    cramps,
    flag_names,
    nights,
    without_cramp,
)
from assistant.apps.diary_names import diary_names
from assistant.apps.doctor.checks import HealthCheck
from assistant.core.paths import as_typed
from assistant.core.translation import Translatable, _, joined, language, shown
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
    """All text on the page but its labels."""

    language: str
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
        language=language(),
        status=_status(facts, now),
        summary=_summary(facts, now),
        warnings=tuple(_warnings(facts, now)),
        nights=nights(facts.records, facts.words, now),
        transcript_enabled=facts.transcript_enabled,
        checks=tuple(_check(one) for one in sorted(facts.findings, key=lambda one: one.ok)),
        checked=when(facts.checked, now) if facts.checked else "",
        details=tuple(_details(facts, now)),
        made=clock(now),
        config=facts.config,
        doctor=as_typed("python3 run.py doctor"),
    )


def _summary(facts: PageData, now: datetime) -> str:
    week = [one for one in facts.records.episodes if has_passed(one.started, now, _WEEK)]
    if not week:
        return shown(_("No cramp is recorded in the last seven days."))
    names = diary_names(facts.words).severity
    counts = {name: sum(one.severity == level for one in week) for level, name in names.items()}
    known = ", ".join(f"{counts[name]} {name}" for name in reversed(counts) if counts[name])
    told = _("In the last seven days: {cramps} ({severities}).")
    told = told if known else _("In the last seven days: {cramps}.")
    return shown(told.format(cramps=cramps(len(week)), severities=known))


def _status(facts: PageData, now: datetime) -> Status:
    """From the lock of the process that listens, and the last entries of the night log."""
    turns = [
        one for one in facts.records.events if one.kind in (NightKind.LISTENING, NightKind.ENDED)
    ]
    last = turns[-1] if turns else None
    began = last is not None and last.kind is NightKind.LISTENING
    runs = began if facts.is_running is None else facts.is_running
    if not runs:
        return _status_of(_("Kram is not listening"), _why_not(last, now), "bad")
    microphone, ok = _microphone(facts.records.events, last, now)
    if facts.deaf_until:
        detail = _(
            "The microphone is off until {clock}, on request. "
            "To switch it on now, start Kram again."
        ).format(clock=clock(facts.deaf_until))
        title = _("Kram is not listening, on purpose")
        return _status_of(title, detail, "quiet", microphone, ok)
    if not began or last is None:
        return _status_of(_("Kram is getting ready"), _("Not listening yet."), "quiet")
    if not ok:
        return _status_of(_("Kram cannot hear"), "", "bad", microphone, ok)
    since = _("Since {when}.").format(when=when(last.at, now))
    return _status_of(_("Kram is listening"), since, "good", microphone, ok)


def _status_of(
    title: str, detail: str, kind: str, microphone: str = "", microphone_ok: bool = True
) -> Status:
    return Status(shown(title), shown(detail), kind, shown(microphone), microphone_ok)


def _why_not(last: NightEvent | None, now: datetime) -> Translatable:
    again = _("To switch it on, start Kram again.")
    if last is None:
        return again
    if last.kind is NightKind.ENDED:
        off = _("Switched off {when}.").format(when=when(last.at, now))
    else:
        off = _("Started {when}, then ended suddenly, perhaps by a power cut.").format(
            when=when(last.at, now)
        )
    return joined(" ", (off, again))


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
        return _("The microphone is connected."), True
    last = changes[-1]
    told = _("Microphone {change} (since {when}). Check the microphone.")
    change = CHANGES.get(last.detail, last.detail)
    return told.format(change=change, when=when(last.at, now)), False


def _warnings(facts: PageData, now: datetime) -> list[str]:
    """What whoever cares should see first, of the last seven days."""
    episodes = sorted(facts.records.episodes, key=lambda one: one.started, reverse=True)
    events = [one for one in reversed(facts.records.events) if has_passed(one.at, now, _WEEK)]
    alone = [
        one for one in events if one.kind is NightKind.EMERGENCY and without_cramp(one, episodes)
    ]
    found = []
    if alone:
        told = _("Emergencies without a cramp: {count}, the last one {when}.")
        told = told.format(count=len(alone), when=when(alone[0].at, now))
        found.append(
            joined(" ", (told, *_how_it_ended(alone[0], facts.records.events), _("Ask how it is.")))
        )
    for episode in [one for one in episodes if one.flags]:
        if has_passed(episode.started, now, _WEEK):
            told = _(
                "There was a warning sign during a cramp: {signs}, {when}. "
                "Ask how it is, and call a doctor."
            )
            found.append(
                told.format(signs=flag_names(episode.flags), when=when(episode.started, now))
            )
    failed = [one for one in events if one.kind is NightKind.MESSAGE and not one.ok]
    if failed:
        told = _(
            "Messages that did not arrive: {count}, the last one {when}. "
            "Check the section [tell], and the internet there."
        )
        found.append(told.format(count=len(failed), when=when(failed[0].at, now)))
    return [shown(one) for one in found]


def _how_it_ended(emergency: NightEvent, events: Sequence[NightEvent]) -> list[Translatable]:
    over = next(
        (one for one in events if one.kind is NightKind.EMERGENCY_OVER and one.at >= emergency.at),
        None,
    )
    return [_("Afterwards they said that nothing was wrong.")] if over and over.ok else []


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
