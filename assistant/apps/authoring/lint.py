"""Proofreads a folder of phrases."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from assistant.apps.authoring.allowlist import Allowance, read_allowances
from assistant.apps.authoring.confusability import (
    CLOSE,
    ConfusablePair,
    PronunciationDistance,
    confusable_pairs,
)
from assistant.apps.authoring.examples import Example, read_examples
from assistant.apps.authoring.finding import KINDS, LintFinding, LintReport
from assistant.apps.authoring.unhandled import unhandled_intents
from assistant.asr.graph.lexicon import Lexicon, load_exceptions
from assistant.asr.graph.phone_map_reader import load_phone_map
from assistant.core.errors import InputError
from assistant.dialogue.script.model import Script
from assistant.nlu import Interpreter
from assistant.nlu.templates import Phrase, Phrasebook, load_phrases, normalise


@dataclass(frozen=True)
class LintRequest:
    """What to proofread, and by what."""

    phrases: Path
    table: Path
    """The phone table of the base model."""

    exceptions: tuple[Path, ...] = ()
    """Files of pronunciations, the later ones before the earlier."""

    tests: Path | None = None
    """Folder of test sentences; none are looked for if None."""

    script: Script | None = None
    """The guide that is to heed what is heard; not asked if None."""

    closest: float = CLOSE
    """Distance in sound that phrases of different meaning must have."""


def lint(order: LintRequest) -> LintReport:
    """Look at everything; raises ``InputError`` for what cannot be read at all."""
    book = load_phrases(order.phrases, warn=False)  # each conflict is a finding here
    table = load_phone_map(order.table)
    lexicon = Lexicon(table, *(load_exceptions(path) for path in order.exceptions))
    examples = None if order.tests is None else read_examples(order.tests)
    mute = dict(_unpronounceable(book, lexicon))
    sayable = [p for p in book.phrases if mute.keys().isdisjoint(p.text.split())]
    pairs = confusable_pairs(sayable, PronunciationDistance(lexicon, table), order.closest)
    findings = [
        *mute.values(),
        *_conflicts(book),
        *_needless(book),
        *(() if order.script is None else unhandled_intents(book, order.script)),
        *_alike(pairs, read_allowances(book.folder)),
        *(() if examples is None else _untested(book, examples)),
        *(() if examples is None else _mistaken(book, examples)),
    ]
    return LintReport(
        sentences=len(book.phrases),
        templates=len(book.templates),
        words=len({word for phrase in book.phrases for word in phrase.text.split()}),
        tests=None if examples is None else len(examples),
        findings=tuple(sorted(findings, key=_order)),
    )


def _order(finding: LintFinding) -> tuple[int, str, int]:
    file, _, line = finding.source.rpartition(":")
    return list(KINDS).index(finding.kind), file, int(line) if line.isdecimal() else 0


def _unpronounceable(book: Phrasebook, lexicon: Lexicon) -> Iterator[tuple[str, LintFinding]]:
    seen: set[str] = set()
    for phrase in book.phrases:
        for word in phrase.text.split():
            if word in seen:
                continue
            seen.add(word)
            try:
                lexicon.pronounce(word)
            except InputError as error:
                finding = LintFinding(
                    "unpronounceable", phrase.source, phrase.text, error.problem, error.advice
                )
                yield word, finding


def _conflicts(book: Phrasebook) -> Iterator[LintFinding]:
    """Sentences that two templates claim; a template that loses all of them never wins."""
    winners = {phrase.source for phrase in book.phrases}
    lost: dict[str, list[int]] = defaultdict(list)
    for number, conflict in enumerate(book.conflicts):
        lost[conflict.loser.source].append(number)
    for source, numbers in lost.items():
        first = book.conflicts[numbers[0]]
        also = f" (and {len(numbers) - 1} more)" if len(numbers) > 1 else ""
        told = f"{first.loser.text!r}{also} {first.description}"
        if source in winners:
            yield LintFinding("ambiguous", source, first.loser.text, told, "remove one of the two")
        else:
            advice = "remove this template, or give it words of its own"
            yield LintFinding(
                "unreachable", source, first.loser.text, f"never wins: {told}", advice
            )


def _needless(book: Phrasebook) -> Iterator[LintFinding]:
    """Templates that only repeat, with the same meaning, what others say."""
    busy = {phrase.source for phrase in book.phrases}
    busy |= {conflict.loser.source for conflict in book.conflicts}
    for template in book.templates:
        if template.source not in busy:
            problem = f"{template.text!r} makes no sentence that {template.intent} has not already"
            yield LintFinding("needless", template.source, template.text, problem, "remove it")


def _alike(
    pairs: Sequence[ConfusablePair], allowances: Sequence[Allowance]
) -> Iterator[LintFinding]:
    """One finding for all sentences that differ by the same two words."""
    groups: dict[frozenset[str], list[ConfusablePair]] = defaultdict(list)
    used: set[frozenset[str]] = set()
    allowed = {allowance.between for allowance in allowances}
    for pair in pairs:
        names = {frozenset(pair.differing), frozenset((pair.one.text, pair.other.text))}
        if names & allowed:
            used |= names & allowed
        else:
            groups[frozenset(pair.differing)].append(pair)
    for group in groups.values():
        yield _too_alike(group)
    for allowance in allowances:
        if allowance.between not in used:
            words = " and ".join(repr(word) for word in sorted(allowance.between))
            yield LintFinding(
                "stale", allowance.source, words, f"{words} are not too alike any more",
                "remove this allowance",
            )  # fmt: skip


def _too_alike(group: Sequence[ConfusablePair]) -> LintFinding:
    pair = group[0]
    one, other = pair.one, pair.other
    same = "is the same sound as" if pair.distance == 0 else "sounds like"
    more = f", and {len(group) - 1} more such pairs" if len(group) > 1 else ""
    problem = (
        f"{one.text!r} ({_meaning(one)}) {same} {other.text!r} ({_meaning(other)}, "
        f"{other.source}), distance {pair.distance:.2f}{more}"
    )
    between = ", ".join(f'"{words}"' for words in pair.differing)
    advice = f"choose other words, or allow it with a reason: alike: between: [{between}]"
    return LintFinding("alike", one.source, one.text, problem, advice)


def _meaning(phrase: Phrase) -> str:
    return f"{phrase.intent}, denied" if ("negated", "yes") in phrase.slots else phrase.intent


def _untested(book: Phrasebook, examples: Iterable[Example]) -> Iterator[LintFinding]:
    """Templates that no test sentence uses word for word."""
    known: dict[str, set[str]] = defaultdict(set)
    count: Counter[str] = Counter()
    for phrase in book.phrases:
        known[phrase.text].add(phrase.source)
        count[phrase.source] += 1
    covered = {s for one in examples for s in known.get(normalise(one.text), ())}
    for template in book.templates:
        if count[template.source] and template.source not in covered:
            yield LintFinding(
                "untested", template.source, template.text,
                f"no test sentence for {template.text!r}",
                f"add one to the tests of {template.intent}",
            )  # fmt: skip


def _mistaken(book: Phrasebook, examples: Iterable[Example]) -> Iterator[LintFinding]:
    """Binding test sentences that mean something else than they should."""
    understander = Interpreter(book)
    for example in examples:
        if not example.binding:
            continue
        found = understander.interpret(example.text).intent
        meant = (found.name, dict(found.slots)) if found else ("nothing", {})
        if meant != (example.intent, dict(example.slots)):
            yield LintFinding(
                "mistaken", example.source, example.text,
                f"{example.text!r} means {_said(*meant)}, not "
                f"{_said(example.intent, dict(example.slots))}",
                "change the test or the templates",
            )  # fmt: skip


def _said(name: str, slots: dict[str, str]) -> str:
    return name + "".join(f" {key}={value}" for key, value in sorted(slots.items()))
