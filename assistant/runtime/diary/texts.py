"""Texts spoken by the diary, from ``diary.yaml`` in the phrases folder."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import yaml

from assistant.core.errors import InputError


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
        clock = f"{started.hour} lewat {started.minute}" if started.minute else f"{started.hour}"
        nights = (now.date() - started.date()).days
        if (now - started).total_seconds() < 600:
            key = "now"
        elif (nights == 0 and started.hour < 5) or (nights == 1 and started.hour >= 20):
            key = "last_night"
        else:
            key = {0: "today", 1: "yesterday"}.get(nights, "days")
        return self.when[key].format(clock=clock, days=nights)


def load_diary_texts(folder: Path) -> DiaryTexts:
    """Read ``diary.yaml`` in ``folder``; raises ``InputError`` with the file and the mistake."""
    path = folder / "diary.yaml"
    try:
        data = yaml.safe_load(path.read_text(encoding="utf-8"))
        frequent = Frequent(**data.pop("frequent"))
        last, count = data.pop("last"), data.pop("count")
        return DiaryTexts(**data, frequent=frequent, last_text=last, count_text=count)
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        detail = " ".join(str(error).split())
        raise InputError(f"cannot read {path}: {detail}", "correct the file") from error
    except (TypeError, KeyError, AttributeError) as error:
        raise InputError(
            f"{path} lacks a text or has one too many: {error}", "correct the file"
        ) from error
