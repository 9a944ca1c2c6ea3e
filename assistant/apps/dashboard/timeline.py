"""What happened in each night, for the caregiver's page: in Indonesian, the last night first."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from assistant.apps.dashboard.page_texts import FLAGS, outcome
from assistant.apps.diary_report import LEGS
from assistant.runtime.diary.episodes import Episode
from assistant.runtime.diary.texts import DiaryTexts
from assistant.runtime.night_log import NightEvent, NightKind
from assistant.runtime.transcript_log import Entry

NIGHTS = 14
"""Nights shown."""

MOST_HEARD = 60
"""Utterances shown of a night, the last ones: a television may be heard all evening."""

_NOON = timedelta(hours=12)
"""A night goes from noon to noon."""

WITH_CRAMP = timedelta(hours=2)
"""An emergency so long after a cramp began belongs to it, if the diary says so too."""

DAYS = ("Senin", "Selasa", "Rabu", "Kamis", "Jumat", "Sabtu", "Minggu")
MONTHS = (
    "Januari", "Februari", "Maret", "April", "Mei", "Juni", "Juli", "Agustus", "September",
    "Oktober", "November", "Desember",
)  # fmt: skip

DEVICES = {"microphone": "Mikrofon", "loudspeaker": "Pengeras suara"}
CHANGES = {
    "away": "terlepas",
    "muted": "tidak memberi suara sama sekali, mungkin dibisukan",
    "back": "kembali",
}
MESSAGES = {
    "emergency": "Pesan darurat",
    "warning": "Pesan tentang tanda bahaya",
    "all_clear": "Pesan bahwa sudah aman",
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
    moments += [_happened(one, records.episodes, one.at.astimezone(zone)) for one in records.events]
    moments += [_heard(one, one.at.astimezone(zone)) for one in records.heard]
    by_night: dict[date, list[Moment]] = {}
    for moment in sorted(moments, key=lambda one: one.at):
        by_night.setdefault((moment.at - _NOON).date(), []).append(moment)
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


def when(at: datetime, now: datetime) -> str:
    """``hari ini 02.15``, ``kemarin 23.40``, ``Senin 3-11 02.15``."""
    local = at.astimezone(now.tzinfo)
    ago = (now.date() - local.date()).days
    clock = f"{local:%H.%M}"
    if ago in (0, 1):
        return f"{'kemarin' if ago else 'hari ini'} {clock}"
    return f"{DAYS[local.weekday()]} {local.day}-{local.month} {clock}"


def flag_names(flags: str) -> str:
    """The Indonesian names of an episode's warning signs, with commas."""
    return ", ".join(FLAGS.get(name, name) for name in flags.split(",") if name)


def _night(day: date, moments: list[Moment], now: datetime) -> Night:
    said = [one for one in moments if one.kind in ("obeyed", "refused")]
    hidden = frozenset(id(one) for one in said[:-MOST_HEARD])
    cramps = sum(one.kind == "cramp" for one in moments)
    dangers = sum(one.kind == "danger" for one in moments)
    parts = [f"{cramps} kali kram" if cramps else "tidak ada kram"]
    parts += ["ada yang perlu diperhatikan"] if dangers else []
    return Night(
        title=_title(day, now),
        summary=", ".join(parts),
        is_danger=bool(dangers),
        moments=tuple(one for one in moments if id(one) not in hidden),
        left_out=len(hidden),
    )


def _title(day: date, now: datetime) -> str:
    morning = day + timedelta(days=1)
    begin = f"{DAYS[day.weekday()]} {day.day}"
    if day.month != morning.month:
        begin += f" {MONTHS[day.month - 1]}"
    dates = f"{begin} ke {DAYS[morning.weekday()]} {morning.day} {MONTHS[morning.month - 1]}"
    ago = ((now - _NOON).date() - day).days
    if ago == 0 and 5 <= now.hour < 12 or ago == 1 and 12 <= now.hour < 18:
        return f"Tadi malam ({dates})"
    if ago == 0:
        return f"{'Hari ini' if 12 <= now.hour < 18 else 'Malam ini'} ({dates})"
    return f"Malam {dates}"


def _cramp(one: Episode, words: DiaryTexts, at: datetime) -> Moment:
    """A cramp, told in one line; with a warning sign it is a danger too."""
    leg = {"": "", "both": " kedua kaki"}.get(one.leg, f" kaki {LEGS.get(one.leg, one.leg)}")
    severity = words.severity.get(one.severity)
    helped = [words.helped.get(name, name) for name in one.helped.split(",") if name]
    details = [f"Sakitnya {severity}." if severity else "Sakitnya tidak disebut."]
    if one.seconds is None:
        details.append("Lamanya tidak diketahui.")
    else:
        details.append(f"Lamanya {max(1, round(one.seconds / 60))} menit.")
    if helped:
        details.append(f"Yang membantu: {', '.join(helped)}.")
    if one.flags:
        details.append(f"Tanda bahaya: {flag_names(one.flags)}.")
    return Moment(at, f"{at:%H.%M}", "cramp", f"Kram{leg}", " ".join(details))


def _happened(one: NightEvent, episodes: Sequence[Episode], at: datetime) -> Moment:
    """What an entry of the night log tells."""
    kind, text = "quiet", ""
    match one.kind:
        case NightKind.LISTENING:
            text = "Kram mulai mendengarkan"
        case NightKind.ENDED:
            text = "Kram dimatikan"
        case NightKind.DEAF:
            text = "Tidak mendengarkan, atas permintaan"
        case NightKind.HEARS_AGAIN:
            text = "Mendengarkan lagi"
        case NightKind.DEVICE:
            kind = "quiet" if one.detail == "back" else "danger"
            text = f"{DEVICES.get(one.about, one.about)} {CHANGES.get(one.detail, one.detail)}"
        case NightKind.EMERGENCY:
            kind, text = "danger", "Keadaan darurat"
            text += ", tanpa kram" if without_cramp(one, episodes) else ""
        case NightKind.EMERGENCY_OVER:
            text = "Keadaan darurat berakhir"
            text += ": ternyata tidak apa-apa" if one.ok else ""
        case NightKind.MESSAGE:
            what = MESSAGES.get(one.about, "Pesan percobaan")
            kind = "quiet" if one.ok else "danger"
            text = f"{what} {'sampai' if one.ok else 'tidak sampai'}"
    return Moment(at, f"{at:%H.%M}", kind, text)


def _heard(one: Entry, at: datetime) -> Moment:
    kind = "obeyed" if one.accepted else "refused"
    return Moment(at, f"{at:%H.%M}", kind, f"“{one.text}”", outcome(one))
