"""Result rows of a benchmark: base class, formatted shares, JSON output."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Row:
    """One utterance, decoded."""

    said: str
    heard: str

    @property
    def right(self) -> bool:
        """Whether all words were recognised."""
        return self.said == self.heard


def share(right: Sequence[bool]) -> str:
    """Percentage and count, as in ``95.0 %  (19 of 20)``; ``-`` without rows."""
    if not right:
        return "-"
    return f"{100 * sum(right) / len(right):.1f} %  ({sum(right)} of {len(right)})"


def share_right(rows: Sequence[Row]) -> str:
    """The formatted share of rows that are correct, word for word."""
    return share([row.right for row in rows])


def write_json(path: Path, content: object) -> None:
    """Write ``content``; creates the folder if necessary."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(content, indent=1, ensure_ascii=False), encoding="utf-8")
