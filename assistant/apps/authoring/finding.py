"""Lint findings on a folder of phrases, and their report."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from assistant.core.translation import _, joined

KINDS = {
    "unpronounceable": _("words without a pronunciation"),
    "unsupported": _("keys without effect"),
    "unheard": _("templates that are too large to be heard"),
    "unreachable": _("templates that can never win"),
    "sourceless": _("texts without a known source"),
    "unanswerable": _("answers that nobody can give"),
    "unheeded": _("intents that the guide never handles"),
    "ambiguous": _("ambiguous sentences"),
    "needless": _("redundant templates"),
    "alike": _("confusable phrases"),
    "untested": _("templates without a test sentence"),
    "mistaken": _("test sentences with another interpretation"),
    "stale": _("unused allowances"),
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
        return _("{source}: {kind}: {problem}; {advice}").format(
            source=self.source, kind=self.kind, problem=self.problem, advice=self.advice
        )


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
        looked = _("{sentences} sentences of {templates} templates, {words} words").format(
            sentences=self.sentences, templates=self.templates, words=self.words
        )
        tests = (
            _(", no tests")
            if self.tests is None
            else _(", {tests} test sentences").format(tests=self.tests)
        )
        looked = joined("", (looked, tests))
        if not self.findings:
            return _("{looked}: nothing to fix").format(looked=looked)
        kinds = joined(
            ", ", (joined(" ", (count, KINDS[kind])) for kind, count in _ordered(self.counts))
        )
        return joined(": ", (looked, kinds))


def _ordered(counts: Mapping[str, int]) -> Sequence[tuple[str, int]]:
    return [(kind, counts[kind]) for kind in KINDS if counts[kind]]
