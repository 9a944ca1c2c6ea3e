"""Content of the caregiver's dashboard page, in Indonesian."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from assistant.apps.diary_report import LEGS
from assistant.apps.doctor.checks import HealthCheck
from assistant.asr.rejection import RejectionReason
from assistant.core.paths import as_typed
from assistant.nlu.reason import InterpretationReason
from assistant.runtime.diary.episodes import Episode, has_passed
from assistant.runtime.transcript_log import Entry

NIGHTS = 14
"""Cramps shown, newest first."""

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
    "fever": "demam",
    "vomit": "muntah atau diare",
    "low_sugar": "gula darah rendah",
    "sugar_worse": "gula darah rendah, mengantuk",
    "urine": "air kencing gelap",
    "too_long": "kram yang lama",
    "often": "sering kram",
    "walking": "sakit waktu berjalan",
}
"""Indonesian names of the warning signs of ``guides/red_flags.yaml``."""

CHECKS = {
    "microphone": ("Mikrofon", "Periksa colokannya, dan apakah mikrofon dibisukan."),
    "loudspeaker": ("Pengeras suara", "Periksa colokannya dan pengaturan suara."),
    "voice": ("Suara", "Jalankan Kram sekali dengan internet supaya terpasang lagi."),
    "model": ("Pendengaran", "Jalankan Kram sekali dengan internet supaya terpasang lagi."),
    "disk": ("Tempat di disk", "Hapus berkas yang tidak perlu."),
    "tell": ("Kabar darurat", "Isi mqtt atau webhook di [tell], supaya pesan bisa sampai."),
    "air": ("Uji suara", "Jalankan pemeriksaan lagi."),
    "noise": ("Bising di kamar", "Kecilkan mikrofon, atau matikan sumber bisingnya."),
    "echo": ("Gema", ""),
    "clipping": ("Suara pecah di mikrofon", "Kecilkan mikrofon atau pengeras suara."),
    "level": ("Keras suara di mikrofon", "Besarkan mikrofon atau pengeras suara."),
    "own words": ("Mendengar suaranya sendiri", "Dekatkan mikrofon dan pengeras suara."),
    "duplex": ("Mendengar selagi berbicara", ""),
}

REASONS: Mapping[InterpretationReason, str] = {
    InterpretationReason.EXACT: "kalimatnya dikenal, tetapi belum cukup pasti",
    InterpretationReason.NEAR: "mirip dengan kalimat yang dikenal, tetapi belum cukup pasti",
    InterpretationReason.DANGER: "mungkin tanda bahaya, tetapi belum cukup pasti",
    InterpretationReason.SEVERAL_REMARKS: "beberapa ucapan sekaligus, dan belum cukup pasti",
    InterpretationReason.NOTHING_SAID: "tidak ada kata yang terdengar",
    InterpretationReason.SINGLE_WORD: "hanya satu kata, dan belum ada percakapan",
    InterpretationReason.NO_SHARED_WORD: "bukan kalimat yang dikenal saat itu",
    InterpretationReason.TOO_FAR: "tidak cukup mirip dengan kalimat yang dikenal",
    InterpretationReason.UNSURE_NEGATION: "tidak jelas ya atau tidak, jadi ditanya lagi",
    InterpretationReason.AMBIGUOUS: "bisa berarti lain, jadi ditanya lagi",
    InterpretationReason.VERBATIM: "perintahnya dikenal, tetapi belum cukup pasti",
    InterpretationReason.NOT_VERBATIM: "tidak persis seperti perintah yang dikenal",
}
"""Why an utterance was not acted on at once: reasons from its interpretation."""

REJECTIONS: Mapping[RejectionReason, str] = {
    RejectionReason.ECHO_NOT_ALIGNED: "mungkin gema suara Kram sendiri",
    RejectionReason.SELF_ECHO: "kata-kata Kram sendiri yang terdengar lagi",
    RejectionReason.NO_COMMAND: "bukan perintah, selagi Kram berbicara",
    RejectionReason.TOO_SHORT: "terlalu singkat untuk kalimat sepanjang itu",
    RejectionReason.LOW_CONFIDENCE: "belum cukup pasti, selagi Kram berbicara",
    RejectionReason.NO_WORDS: "tidak ada kata yang terdengar",
    RejectionReason.TRAILING_WORDS: "sisa dari ucapan yang baru saja dipahami",
    RejectionReason.OTHERS_TALK: "belum cukup pasti, dan ada orang lain berbicara",
}
"""Why an utterance was ignored regardless of its meaning."""

_UNKNOWN_REASON = REASONS[InterpretationReason.NO_SHARED_WORD]


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
    """One utterance."""

    when: str
    text: str
    outcome: str
    taken: bool


@dataclass(frozen=True)
class Check:
    """One health check."""

    name: str
    ok: bool
    advice: str
    detail: str


@dataclass(frozen=True)
class Page:
    """All text on the page."""

    summary: str
    warning: str
    deaf: str
    """Until when nothing is heard, on request; empty if it listens."""

    nights: tuple[Night, ...]
    transcript_enabled: bool
    heard: tuple[HeardRow, ...]
    checks: tuple[Check, ...]
    checked: str
    """When the checks ran; empty if they never did."""

    config: str
    doctor: str
    """The command that runs the checks."""


@dataclass(frozen=True)
class PageData:
    """The data behind the page."""

    episodes: Sequence[Episode]
    helped: dict[str, str]
    """Indonesian names of the measures that helped."""

    transcript_enabled: bool
    """Whether transcripts are stored."""

    heard: Sequence[Entry]
    """Newest first."""

    findings: Sequence[HealthCheck]
    checked: datetime | None
    """When ``doctor`` ran last; None if it never did."""

    config: str
    """Path of the configuration file, for display."""

    deaf_until: datetime | None = None
    """Until when nothing is heard, on request; None if it listens."""


def make_page(facts: PageData, now: datetime) -> Page:
    """Render all data as text."""
    latest = sorted(facts.episodes, key=lambda episode: episode.started, reverse=True)
    week = [one for one in latest if has_passed(one.started, now, timedelta(days=7))]
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
        deaf=f"Kram tidak mendengarkan sampai pukul {facts.deaf_until:%H.%M}, atas permintaan. "
        "Untuk menyalakan lagi sekarang, jalankan Kram lagi."
        if facts.deaf_until
        else "",
        nights=tuple(_night(one, facts.helped, now) for one in latest[:NIGHTS]),
        transcript_enabled=facts.transcript_enabled,
        heard=tuple(_said(entry, now) for entry in facts.heard[:HEARD]),
        checks=tuple(_check(finding) for finding in facts.findings),
        checked=_when(facts.checked, now) if facts.checked else "",
        config=facts.config,
        doctor=as_typed("python3 run.py doctor"),
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
    elif entry.rejection is not None:
        outcome = f"tidak dihiraukan: {REJECTIONS[entry.rejection]}"
    else:
        why = REASONS[entry.reason] if entry.reason is not None else _UNKNOWN_REASON
        outcome = f"tidak langsung dipakai: {why}"
    return HeardRow(_when(entry.at, now), entry.text, outcome, entry.accepted)


def _check(finding: HealthCheck) -> Check:
    name, advice = CHECKS.get(finding.name, (finding.name, ""))
    detail = finding.found + (f" → {finding.fix}" if finding.fix else "")
    return Check(name, finding.ok, "" if finding.ok else advice, detail)


def _when(at: datetime, now: datetime) -> str:
    """``hari ini 02.15``, ``kemarin 23.40``, ``Senin 3-11 02.15``."""
    local = at.astimezone(now.tzinfo)
    nights = (now.date() - local.date()).days
    clock = f"{local:%H.%M}"
    if nights in (0, 1):
        return f"{'kemarin' if nights else 'hari ini'} {clock}"
    return f"{_DAYS[local.weekday()]} {local.day}-{local.month} {clock}"
