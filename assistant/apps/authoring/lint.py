"""Lints a folder of phrases."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from assistant.apps.authoring.allowlist import Allowance, read_allowances
from assistant.apps.authoring.confusability import (
    CLOSE,
    ConfusablePair,
    PronunciationDistance,
    confusable_pairs,
    mistaken_emergencies,
)
from assistant.apps.authoring.examples import Example, read_examples
from assistant.apps.authoring.finding import KINDS, LintFinding, LintReport
from assistant.apps.authoring.script_findings import script_findings
from assistant.apps.authoring.unhandled import unhandled_intents
from assistant.asr.graph.abbreviations import abbreviations
from assistant.asr.graph.lexicon import Lexicon, load_exceptions
from assistant.asr.graph.phone_map_reader import load_phone_map
from assistant.core.errors import InputError
from assistant.core.translation import Translatable, _
from assistant.dialogue.script.model import Script
from assistant.nlu import interpreter_of
from assistant.nlu.templates import Phrase, Phrasebook, load_phrases
from assistant.nlu.templates.word_automaton import WordAutomaton


@dataclass(frozen=True)
class LintRequest:
    """What to check, and against what."""

    phrases: Path
    table: Path
    """The phone table of the base model."""

    exceptions: tuple[Path, ...] = ()
    """Files of pronunciation exceptions; later files override earlier ones."""

    tests: Path | None = None
    """Folder of test sentences; None skips the checks that need them."""

    script: Script | None = None
    """The script that should handle every intent; None skips what is checked of it."""

    tags: frozenset[str] | None = None
    """The sources that a text may have; None for any."""

    closest: float = CLOSE
    """Smallest phone distance allowed between phrases of different meaning."""


def lint(order: LintRequest) -> LintReport:
    """Run all checks; raises ``InputError`` for a file that cannot be read."""
    book = load_phrases(order.phrases, warn=False)  # each conflict becomes a finding
    table = load_phone_map(order.table)
    exceptions = (load_exceptions(path) for path in order.exceptions)
    lexicon = Lexicon(table, *exceptions, abbreviations=abbreviations(book))
    examples = None if order.tests is None else read_examples(order.tests)
    mute = dict(_unpronounceable(book, lexicon))
    sayable = [p for p in book.phrases if mute.keys().isdisjoint(p.text.split())]
    ear = PronunciationDistance(lexicon, table)
    pairs = confusable_pairs(sayable, ear, order.closest)
    pairs += mistaken_emergencies(sayable, _sayable(book.text_only, lexicon), ear, order.closest)
    findings = [
        *mute.values(),
        *_unsupported(book),
        *_unheard(book),
        *_conflicts(book),
        *_needless(book),
        *(() if order.script is None else unhandled_intents(book, order.script)),
        *(() if order.script is None else script_findings(book, order.script, order.tags)),
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


def _sayable(phrases: Iterable[Phrase], lexicon: Lexicon) -> list[Phrase]:
    """The phrases whose words all have a pronunciation."""
    found = []
    for phrase in phrases:
        with suppress(InputError):
            for word in phrase.text.split():
                lexicon.pronounce(word)
            found.append(phrase)
    return found


def _unsupported(book: Phrasebook) -> Iterator[LintFinding]:
    """Keys of hassil's schema, or unknown ones, that have no effect or another one there."""
    for one in book.unsupported:
        problem = Translatable("{key!r} {effect}").format(key=one.key, effect=one.effect)
        yield LintFinding("unsupported", one.source, one.key, problem, one.advice)


def _unheard(book: Phrasebook) -> Iterator[LintFinding]:
    """Templates of too many sentences for a recogniser."""
    for template in book.large:
        try:
            WordAutomaton((template,)).sources()
        except InputError as error:
            problem = _("cannot be heard: {problem}").format(problem=error.problem)
            yield LintFinding("unheard", template.source, template.text, problem, error.advice)


def _conflicts(book: Phrasebook) -> Iterator[LintFinding]:
    """Sentences generated by two templates; one that loses all of its own is unreachable."""
    winners = {phrase.source for phrase in book.phrases}
    lost: dict[str, list[int]] = defaultdict(list)
    for number, conflict in enumerate(book.conflicts):
        lost[conflict.loser.source].append(number)
    for source, numbers in lost.items():
        first = book.conflicts[numbers[0]]
        also = _(" (and {count} more)").format(count=len(numbers) - 1) if len(numbers) > 1 else ""
        told = Translatable("{text!r}{also} {description}").format(
            text=first.loser.text, also=also, description=first.description
        )
        if source in winners:
            yield LintFinding(
                "ambiguous", source, first.loser.text, told, _("remove one of the two")
            )
        else:
            advice = _("remove this template, or give it words of its own")
            yield LintFinding(
                "unreachable",
                source,
                first.loser.text,
                _("never wins: {told}").format(told=told),
                advice,
            )


def _needless(book: Phrasebook) -> Iterator[LintFinding]:
    """Redundant templates: all their sentences come from others with the same meaning."""
    busy = {phrase.source for phrase in book.phrases}
    busy |= {conflict.loser.source for conflict in book.conflicts}
    for template in book.templates:
        if template.source not in busy:
            problem = _("{text!r} adds no sentence that {intent} does not have yet").format(
                text=template.text, intent=template.intent
            )
            yield LintFinding("needless", template.source, template.text, problem, _("remove it"))


def _alike(
    pairs: Sequence[ConfusablePair], allowances: Sequence[Allowance]
) -> Iterator[LintFinding]:
    """One finding for all confusable pairs that differ in the same two words."""
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
                "stale", allowance.source, words,
                _("{words} are no longer confusable").format(words=words),
                _("remove this allowance"),
            )  # fmt: skip


def _too_alike(group: Sequence[ConfusablePair]) -> LintFinding:
    pair = group[0]
    one, other = pair.one, pair.other
    same = _("sounds the same as") if pair.distance == 0 else _("sounds like")
    more = _(", and {count} more such pairs").format(count=len(group) - 1) if len(group) > 1 else ""
    problem = _(
        "{text!r} ({meaning}) {same} {text2!r} ({meaning2}, {source}), "
        "distance {distance:.2f}{more}"
    ).format(
        text=one.text,
        meaning=_meaning(one),
        same=same,
        text2=other.text,
        meaning2=_meaning(other),
        source=other.source,
        distance=pair.distance,
        more=more,
    )
    between = ", ".join(f'"{words}"' for words in pair.differing)
    advice = _("choose other words, or allow it with a reason: alike: between: [{between}]").format(
        between=between
    )
    return LintFinding("alike", one.source, one.text, problem, advice)


def _meaning(phrase: Phrase) -> str:
    return (
        _("{intent}, denied").format(intent=phrase.intent)
        if ("negated", "yes") in phrase.slots
        else phrase.intent
    )


def _untested(book: Phrasebook, examples: Iterable[Example]) -> Iterator[LintFinding]:
    """Templates that no test sentence uses word for word."""
    known: dict[str, set[str]] = defaultdict(set)
    count: Counter[str] = Counter()
    for phrase in book.phrases:
        known[phrase.text].add(phrase.source)
        count[phrase.source] += 1
    covered = {s for one in examples for s in known.get(book.normalise(one.text), ())}
    for template in book.templates:
        if count[template.source] and template.source not in covered:
            yield LintFinding(
                "untested", template.source, template.text,
                _("no test sentence for {text!r}").format(text=template.text),
                _("add one to the tests of {intent}").format(intent=template.intent),
            )  # fmt: skip


def _mistaken(book: Phrasebook, examples: Iterable[Example]) -> Iterator[LintFinding]:
    """Binding test sentences that are not interpreted as they should be."""
    understander = interpreter_of(book)
    for example in examples:
        if not example.binding:
            continue
        found = understander.interpret(example.text).intent
        meant = (found.name, dict(found.slots)) if found else ("nothing", {})
        if meant != (example.intent, dict(example.slots)):
            yield LintFinding(
                "mistaken", example.source, example.text,
                _("{text!r} means {said}, not {said2}").format(
                    text=example.text,
                    said=_said(*meant),
                    said2=_said(example.intent, dict(example.slots)),
                ),
                _("change the test or the templates"),
            )  # fmt: skip


def _said(name: str, slots: dict[str, str]) -> str:
    return name + "".join(f" {key}={value}" for key, value in sorted(slots.items()))
