"""What a proofreader may have to say about a folder of phrases."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

KINDS = {
    "unpronounceable": "words without pronunciation",
    "unreachable": "templates that can never win",
    "unheeded": "intents that the guide does nothing about",
    "ambiguous": "sentences with two meanings",
    "needless": "templates that say nothing new",
    "alike": "phrases that sound alike",
    "untested": "templates without test sentence",
    "mistaken": "test sentences that mean something else",
    "stale": "allowances that nothing needs",
}
"""Kind of finding → what it is called in the summary; in the order of their weight."""


@dataclass(frozen=True)
class LintFinding:
    """One thing that should be fixed."""

    kind: str
    """One of ``KINDS``."""

    source: str
    """``file:line`` of what should be changed."""

    text: str
    """The sentence or template it is about."""

    problem: str
    """What is wrong, one line."""

    advice: str
    """What to do about it."""

    def line(self) -> str:
        """All of it on one line, as compilers do."""
        return f"{self.source}: {self.kind}: {self.problem}; {self.advice}"


@dataclass(frozen=True)
class LintReport:
    """What was looked at and what was found."""

    sentences: int
    templates: int
    words: int
    tests: int | None
    """Test sentences that were read; None when there were none to read."""

    findings: tuple[LintFinding, ...]

    @property
    def counts(self) -> Mapping[str, int]:
        """Findings of each kind."""
        return Counter(finding.kind for finding in self.findings)

    def summary(self) -> str:
        """One line about all."""
        looked = f"{self.sentences} sentences of {self.templates} templates, {self.words} words"
        looked += ", no tests" if self.tests is None else f", {self.tests} test sentences"
        if not self.findings:
            return f"{looked}: nothing to fix"
        kinds = ", ".join(f"{count} {KINDS[kind]}" for kind, count in _ordered(self.counts))
        return f"{looked}: {kinds}"


def _ordered(counts: Mapping[str, int]) -> Sequence[tuple[str, int]]:
    return [(kind, counts[kind]) for kind in KINDS if counts[kind]]
