"""Lint findings on a folder of phrases, and their report."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

KINDS = {
    "unpronounceable": "words without a pronunciation",
    "unsupported": "keys without effect",
    "unheard": "templates that are too large to be heard",
    "unreachable": "templates that can never win",
    "unheeded": "intents that the guide never handles",
    "ambiguous": "ambiguous sentences",
    "needless": "redundant templates",
    "alike": "confusable phrases",
    "untested": "templates without a test sentence",
    "mistaken": "test sentences with another interpretation",
    "stale": "unused allowances",
}
"""Kind of finding → its name in the summary, most serious first."""


@dataclass(frozen=True)
class LintFinding:
    """One thing that should be fixed."""

    kind: str
    """One of ``KINDS``."""

    source: str
    """``file:line`` of the place to change."""

    text: str
    """The sentence or template it is about."""

    problem: str
    """What is wrong, one line."""

    advice: str
    """What to do about it."""

    def line(self) -> str:
        """The finding on one line, in the form of a compiler message."""
        return f"{self.source}: {self.kind}: {self.problem}; {self.advice}"


@dataclass(frozen=True)
class LintReport:
    """The findings, with the size of what was checked."""

    sentences: int
    templates: int
    words: int
    tests: int | None
    """Number of test sentences read; None if no folder of tests was given."""

    findings: tuple[LintFinding, ...]

    @property
    def counts(self) -> Mapping[str, int]:
        """Findings of each kind."""
        return Counter(finding.kind for finding in self.findings)

    def summary(self) -> str:
        """One line: what was checked and the number of findings of each kind."""
        looked = f"{self.sentences} sentences of {self.templates} templates, {self.words} words"
        looked += ", no tests" if self.tests is None else f", {self.tests} test sentences"
        if not self.findings:
            return f"{looked}: nothing to fix"
        kinds = ", ".join(f"{count} {KINDS[kind]}" for kind, count in _ordered(self.counts))
        return f"{looked}: {kinds}"


def _ordered(counts: Mapping[str, int]) -> Sequence[tuple[str, int]]:
    return [(kind, counts[kind]) for kind in KINDS if counts[kind]]
