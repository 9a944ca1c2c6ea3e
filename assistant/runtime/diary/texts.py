"""Texts spoken by the diary, from ``diary.yaml`` in the phrases folder."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from assistant.core.yaml_reader import Node, read_yaml
from assistant.runtime.diary.episodes import CLOCK_SLACK

_JUST_NOW = timedelta(minutes=10)


@dataclass(frozen=True)
class Frequent:
    """When to recommend a doctor: ``episodes`` in ``days``, at most once in ``silent_days``."""

    episodes: int
    days: int
    silent_days: int
    text: str
    source: list[str]


@dataclass(frozen=True)
class DiaryTexts:
    """The diary's sentences, with ``{placeholders}``."""

    none: str
    last_text: str
    last_severity: str
    last_helped: str
    count_none: str
    count_text: str
    periods: dict[int, str]
    added: str
    known: str
    severity_noted: str
    deleted: str
    deleted_later: str
    failed: str
    frequent: Frequent
    when: dict[str, str]
    helped: dict[str, str]
    severity: dict[str, str]
    flags: dict[str, str]
    situations: dict[str, str]

    def count(self, count: int, days: int = 7) -> str:
        """The text for ``count`` cramps in ``days`` days (7 or 30)."""
        text = self.count_text if count else self.count_none
        return text.format(count=count, period=self.periods[days])

    def last(self, started: datetime, now: datetime, helped: str, severity: str = "") -> str:
        """The text on the last cramp: when, how bad and what helped, as far as known."""
        texts = [self.last_text.format(when=self._when(started, now))]
        if severity in self.severity:
            texts.append(self.last_severity.format(severity=self.severity[severity]))
        known = [self.helped[name] for name in helped.split(",") if name in self.helped]
        if known:
            texts.append(self.last_helped.format(helped=", lalu ".join(known)))
        return " ".join(texts)

    def _when(self, started: datetime, now: datetime) -> str:
        at = started.astimezone(now.tzinfo)
        clock = f"{at.hour} lewat {at.minute}" if at.minute else f"{at.hour}"
        nights = (now.date() - at.date()).days
        if at > now + CLOCK_SLACK:  # the clock was ahead when it was written down
            key = "unknown"
        elif now - at < _JUST_NOW:
            key = "now"
        elif (nights == 0 and at.hour < 5) or (nights == 1 and at.hour >= 20):
            key = "last_night"
        else:
            key = {0: "today", 1: "yesterday"}.get(nights, "days")
        return self.when[key].format(clock=clock, days=nights)


_PLACEHOLDERS = {
    "none": "",
    "last": "when",
    "last_severity": "severity",
    "last_helped": "helped",
    "count_none": "count period",
    "count": "count period",
    "added": "",
    "known": "",
    "severity_noted": "",
    "deleted": "",
    "deleted_later": "",
    "failed": "",
}
"""Texts of the file, and the placeholders that each may have."""

_TABLES = "helped severity flags situations"


def load_diary_texts(folder: Path) -> DiaryTexts:
    """Read ``diary.yaml`` in ``folder``; raises ``InputError`` with file and line."""
    names = f"{' '.join(_PLACEHOLDERS)} {_TABLES} periods frequent when"
    fields = read_yaml(folder / "diary.yaml").fields("", names)
    texts = {name: fields[name].format_text(names) for name, names in _PLACEHOLDERS.items()}
    tables = {name: _table(fields[name]) for name in _TABLES.split()}
    when = fields["when"].fields("", "now today last_night yesterday days unknown")
    return DiaryTexts(
        none=texts["none"],
        last_text=texts["last"],
        last_severity=texts["last_severity"],
        last_helped=texts["last_helped"],
        count_none=texts["count_none"],
        count_text=texts["count"],
        periods={int(k): v.text() for k, v in fields["periods"].fields("", "7 30").items()},
        added=texts["added"],
        known=texts["known"],
        severity_noted=texts["severity_noted"],
        deleted=texts["deleted"],
        deleted_later=texts["deleted_later"],
        failed=texts["failed"],
        frequent=_frequent(fields["frequent"]),
        when={name: node.format_text("clock days") for name, node in when.items()},
        **tables,
    )


def _table(node: Node) -> dict[str, str]:
    return {name: one.text() for name, one in node.mapping().items()}


def _frequent(node: Node) -> Frequent:
    fields = node.fields("", "episodes days silent_days text source")
    return Frequent(
        episodes=fields["episodes"].whole(),
        days=fields["days"].whole(),
        silent_days=fields["silent_days"].whole(),
        text=fields["text"].text(),
        source=list(fields["source"].texts()),
    )
