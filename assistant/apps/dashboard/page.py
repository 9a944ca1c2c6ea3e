"""What stands on the caregiver's page, in Indonesian."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from assistant.apps.diary_report import LEGS
from assistant.apps.doctor.checks import HealthCheck
from assistant.runtime.diary.store import Episode
from assistant.runtime.transcript_log import Entry

NIGHTS = 14
"""Cramps that are shown, the latest first."""

HEARD = 50

_DAYS = ("Senin", "Selasa", "Rabu", "Kamis", "Jumat", "Sabtu", "Minggu")

FLAGS = {
    "emergency": "darurat",
    "clot": "bengkak, gelap, atau panas",
    "tear": "otot mungkin robek",
    "wound": "luka",
    "pregnancy": "keluhan waktu hamil",
    "not_calf": "bukan kram betis",
    "numb": "kebas atau lemah",
    "often": "sering kram",
    "walking": "sakit waktu berjalan",
}
"""Names of the warning signs of ``guides/red_flags.yaml``."""

CHECKS = {
    "microphone": ("Mikrofon", "Periksa colokannya, dan apakah mikrofon dibisukan."),
    "loudspeaker": ("Pengeras suara", "Periksa colokannya dan pengaturan suara."),
    "voice": ("Suara", "Jalankan Kram sekali dengan internet supaya terpasang lagi."),
    "model": ("Pendengaran", "Jalankan Kram sekali dengan internet supaya terpasang lagi."),
    "disk": ("Tempat di disk", "Hapus berkas yang tidak perlu."),
}

_REASONS = {
    "too far": "tidak cukup mirip dengan kalimat yang dikenal",
    "no allowed phrase shares a word": "bukan kalimat yang dikenal saat itu",
    "a single word, and nobody has asked": "hanya satu kata, dan belum ada percakapan",
    "danger, but the negation is unsure": "tidak jelas ya atau tidak, jadi ditanya lagi",
    "may mean something else": "bisa berarti lain, jadi ditanya lagi",
}


@dataclass(frozen=True)
class Night:
    """One cramp."""

    when: str
    leg: str
    minutes: str
    helped: str
    flags: str


@dataclass(frozen=True)
class HeardRow:
    """One stretch of speech."""

    when: str
    text: str
    outcome: str
    taken: bool


@dataclass(frozen=True)
class Check:
    """One thing that the doctor looked at."""

    name: str
    ok: bool
    advice: str
    detail: str


@dataclass(frozen=True)
class Page:
    """Everything on the page, ready to be shown."""

    summary: str
    warning: str
    nights: tuple[Night, ...]
    keeps: bool
    heard: tuple[HeardRow, ...]
    checks: tuple[Check, ...]
    checked: str
    config: str


@dataclass(frozen=True)
class PageData:
    """What the page is made of."""

    episodes: Sequence[Episode]
    helped: dict[str, str]
    """Indonesian names of what helps."""

    keeps: bool
    """Whether what is heard is kept."""

    heard: Sequence[Entry]
    """Newest first."""

    findings: Sequence[HealthCheck]
    checked: datetime
    config: str
    """Where the configuration is."""


def make_page(facts: PageData, now: datetime) -> Page:
    """Put everything into words."""
    latest = sorted(facts.episodes, key=lambda episode: episode.started, reverse=True)
    week = [one for one in latest if now - one.started < timedelta(days=7)]
    flagged = [one for one in week if one.flags]
    warning = ""
    if flagged:
        warning = (
            f"Dalam tujuh hari ini ada tanda bahaya: {_flags(flagged[0].flags)}, "
            f"{_when(flagged[0].started, now)}. Tanyakan keadaannya, dan hubungi dokter."
        )
    return Page(
        summary=f"Dalam tujuh hari ini: {len(week)} kali kram."
        if week
        else "Tujuh hari ini tidak ada kram yang tercatat.",
        warning=warning,
        nights=tuple(_night(one, facts.helped, now) for one in latest[:NIGHTS]),
        keeps=facts.keeps,
        heard=tuple(_said(entry, now) for entry in facts.heard[:HEARD]),
        checks=tuple(_check(finding) for finding in facts.findings),
        checked=_when(facts.checked, now),
        config=facts.config,
    )


def _night(episode: Episode, helped: dict[str, str], now: datetime) -> Night:
    names = [helped.get(name, name) for name in episode.helped.split(",") if name]
    seconds = episode.seconds
    return Night(
        when=_when(episode.started, now),
        leg=LEGS.get(episode.leg, episode.leg) if episode.leg else "tidak disebut",
        minutes="tidak diketahui" if seconds is None else f"{max(1, round(seconds / 60))} menit",
        helped=", ".join(names) or "tidak diketahui",
        flags=_flags(episode.flags),
    )


def _flags(flags: str) -> str:
    return ", ".join(FLAGS.get(name, name) for name in flags.split(",") if name)


def _said(entry: Entry, now: datetime) -> HeardRow:
    if entry.accepted:
        outcome = f"dipahami ({entry.intent})"
    elif entry.confidence < entry.threshold:
        sure, needed = round(100 * entry.confidence), round(100 * entry.threshold)
        outcome = f"tidak dihiraukan: kurang yakin ({sure} %, perlu {needed} %)"
    else:
        why = _REASONS.get(entry.reason, entry.reason or "bukan kalimat yang dikenal saat itu")
        outcome = f"tidak langsung dipakai: {why}"
    return HeardRow(_when(entry.at, now), entry.text, outcome, entry.accepted)


def _check(finding: HealthCheck) -> Check:
    name, advice = CHECKS.get(finding.name, (finding.name, ""))
    detail = finding.found + (f" → {finding.mend}" if finding.mend else "")
    return Check(name, finding.ok, "" if finding.ok else advice, detail)


def _when(at: datetime, now: datetime) -> str:
    """``hari ini 02.15``, ``kemarin 23.40``, ``Senin 3-11 02.15``."""
    local = at.astimezone(now.tzinfo)
    nights = (now.date() - local.date()).days
    clock = f"{local:%H.%M}"
    if nights in (0, 1):
        return f"{'kemarin' if nights else 'hari ini'} {clock}"
    return f"{_DAYS[local.weekday()]} {local.day}-{local.month} {clock}"
