"""What happened in each night, for the caregiver's page: the last night first."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from assistant.apps.dashboard.page_dates import NOON, clock, night_title
from assistant.apps.dashboard.page_texts import FLAGS, outcome
from assistant.apps.diary_names import diary_names
from assistant.audio import stream_supervisor
from assistant.core.translation import Translatable, _, shown
from assistant.runtime.diary.episodes import Episode
from assistant.runtime.diary.texts import DiaryTexts
from assistant.runtime.night_log import NightEvent, NightKind
from assistant.runtime.transcript_log import Entry

NIGHTS = 14
"""Nights shown."""

MOST_HEARD = 60
"""Utterances shown of a night, the last ones: a television may be heard all evening."""

WITH_CRAMP = timedelta(hours=2)
"""An emergency so long after a cramp began belongs to it, if the diary says so too."""

HITCH = timedelta(seconds=stream_supervisor.HITCH)
"""A device that was away for less is nothing that anybody has to do something about."""

DEVICES = {"microphone": _("Microphone"), "loudspeaker": _("Loudspeaker")}
CHANGES = {
    "away": _("unplugged"),
    "muted": _("gives no sound at all, perhaps it is muted"),
    "back": _("back again"),
}
MESSAGES = {
    "emergency": _("The emergency message"),
    "warning": _("The message about a warning sign"),
    "all_clear": _("The message that all is safe"),
}


@dataclass(frozen=True)
class Moment:
    """One line of a night."""

    at: datetime
    clock: str
    kind: str
    """``cramp``, ``danger``, ``obeyed``, ``refused`` or ``quiet``."""

    text: str
    detail: str = ""


@dataclass(frozen=True)
class Night:
    """One night, from noon to noon."""

    title: str
    summary: str
    is_danger: bool
    moments: tuple[Moment, ...]
    """In the order of time."""

    left_out: int
    """Utterances that are not shown."""


@dataclass(frozen=True)
class Records:
    """What the house has recorded."""

    episodes: Sequence[Episode] = ()
    events: Sequence[NightEvent] = ()
    heard: Sequence[Entry] = ()
    """Empty unless the configuration has it stored."""


def nights(records: Records, words: DiaryTexts, now: datetime) -> tuple[Night, ...]:
    """The last nights in which anything was recorded, the latest first, in ``now``'s time zone."""
    zone = now.tzinfo
    moments = [_cramp(one, words, one.started.astimezone(zone)) for one in records.episodes]
    events = _without_hitches(records.events)
    moments += [_happened(one, records.episodes, one.at.astimezone(zone)) for one in events]
    moments += [_heard(one, one.at.astimezone(zone)) for one in records.heard]
    by_night: dict[date, list[Moment]] = {}
    for moment in sorted(moments, key=lambda one: one.at):
        by_night.setdefault((moment.at - NOON).date(), []).append(moment)
    # what was written while the clock was ahead comes last
    today = now.date()
    latest = sorted(by_night, key=lambda day: (day <= today, day), reverse=True)[:NIGHTS]
    return tuple(_night(day, by_night[day], now) for day in latest)


def without_cramp(event: NightEvent, episodes: Iterable[Episode]) -> bool:
    """Whether the emergency ``event`` belongs to no cramp of the diary."""
    return not any(
        "emergency" in one.flags.split(",") and one.started <= event.at <= one.started + WITH_CRAMP
        for one in episodes
    )


def flag_names(flags: str) -> str:
    """The names of an episode's warning signs, with commas."""
    return ", ".join(shown(FLAGS.get(name, name)) for name in flags.split(",") if name)


def _without_hitches(events: Sequence[NightEvent]) -> list[NightEvent]:
    """All but devices that were back at once, as when a busy computer opens one a second time."""
    kept: list[NightEvent] = []
    for one in events:
        if one.kind is NightKind.DEVICE and one.detail == "back":
            away = next((old for old in reversed(kept) if _is_same_device(old, one)), None)
            if away and away.detail == "away" and timedelta() <= one.at - away.at < HITCH:
                kept.remove(away)
                continue
        kept.append(one)
    return kept


def _is_same_device(one: NightEvent, other: NightEvent) -> bool:
    return one.kind is other.kind and one.about == other.about


def cramps(count: int) -> Translatable:
    """``2 cramps``."""
    return (_("{count} cramp") if count == 1 else _("{count} cramps")).format(count=count)


def _night(day: date, moments: list[Moment], now: datetime) -> Night:
    said = [one for one in moments if one.kind in ("obeyed", "refused")]
    hidden = frozenset(id(one) for one in said[:-MOST_HEARD])
    count = sum(one.kind == "cramp" for one in moments)
    dangers = sum(one.kind == "danger" for one in moments)
    parts = [cramps(count) if count else _("no cramp")]
    parts += [_("something needs attention")] if dangers else []
    return Night(
        title=night_title(day, now),
        summary=", ".join(shown(part) for part in parts),
        is_danger=bool(dangers),
        moments=tuple(one for one in moments if id(one) not in hidden),
        left_out=len(hidden),
    )


CRAMPS = {
    "left": _("Cramp, left leg"),
    "right": _("Cramp, right leg"),
    "both": _("Cramp, both legs"),
}
"""By the leg of the diary."""


def _cramp(one: Episode, words: DiaryTexts, at: datetime) -> Moment:
    """A cramp, told in one line; with a warning sign it is a danger too."""
    names = diary_names(words)
    severity = names.severity.get(one.severity)
    helped = [names.helped.get(name, name) for name in one.helped.split(",") if name]
    details = [
        _("It was {severity}.").format(severity=severity)
        if severity
        else _("How bad it was is not known."),
        _("How long it lasted is not known.")
        if one.seconds is None
        else _("It lasted {minutes} min.").format(minutes=max(1, round(one.seconds / 60))),
    ]
    if helped:
        details.append(_("What helped: {helped}.").format(helped=", ".join(helped)))
    if one.flags:
        details.append(_("Warning sign: {signs}.").format(signs=flag_names(one.flags)))
    title = CRAMPS.get(one.leg, _("Cramp"))
    return Moment(at, clock(at), "cramp", shown(title), " ".join(map(shown, details)))


_TURNS = {
    NightKind.LISTENING: _("Kram began to listen"),
    NightKind.ENDED: _("Kram was switched off"),
    NightKind.DEAF: _("Not listening, on request"),
    NightKind.HEARS_AGAIN: _("Listening again"),
}


def _happened(one: NightEvent, episodes: Sequence[Episode], at: datetime) -> Moment:
    """What an entry of the night log tells."""
    kind = "quiet"
    match one.kind:
        case NightKind.DEVICE:
            kind = "quiet" if one.detail == "back" else "danger"
            device, change = DEVICES.get(one.about, one.about), CHANGES.get(one.detail, one.detail)
            text = f"{shown(device)} {shown(change)}"
        case NightKind.EMERGENCY:
            kind = "danger"
            alone = without_cramp(one, episodes)
            text = shown(_("Emergency, without a cramp") if alone else _("Emergency"))
        case NightKind.EMERGENCY_OVER:
            text = shown(
                _("End of the emergency: nothing was wrong")
                if one.ok
                else _("End of the emergency")
            )
        case NightKind.MESSAGE:
            kind = "quiet" if one.ok else "danger"
            told = _("{message}: arrived") if one.ok else _("{message}: did not arrive")
            text = shown(told.format(message=MESSAGES.get(one.about, _("The test message"))))
        case turn:
            text = shown(_TURNS[turn])
    return Moment(at, clock(at), kind, text)


def _heard(one: Entry, at: datetime) -> Moment:
    kind = "obeyed" if one.accepted else "refused"
    return Moment(at, clock(at), kind, f"“{one.text}”", outcome(one))
