"""Proofreading of guides, answers and warning signs: sources, and answers that nobody can give."""

import re
from collections.abc import Collection, Iterable, Iterator
from difflib import get_close_matches
from pathlib import Path

from assistant.apps.authoring.finding import LintFinding
from assistant.core.translation import _
from assistant.dialogue.handlers.questions import SILENCE, UNHEARD
from assistant.dialogue.script.model import Line, Question, Script
from assistant.nlu.templates import Phrasebook

_TAG = re.compile(r"^\| ([A-Z][\w.-]*|talk) \|", re.MULTILINE)


def source_tags(page: Path) -> frozenset[str] | None:
    """The tags that docs/content.md explains; None where there is no such page."""
    if not page.is_file():
        return None
    return frozenset(_TAG.findall(page.read_text(encoding="utf-8")))


def script_findings(
    book: Phrasebook, script: Script, tags: Collection[str] | None
) -> Iterator[LintFinding]:
    """What is wrong in the texts and questions; ``tags`` are the known sources, None for any."""
    for line in _claims(script):
        yield from _of_sources(line, tags)
    known = {phrase.intent for phrase in (*book.phrases, *book.text_only)}
    known |= {SILENCE, UNHEARD}
    for question in (*_questions(script), *script.questions.values()):
        for intent in sorted(question.intents - known):
            yield _unanswerable(question, intent, known)


def _of_sources(line: Line, tags: Collection[str] | None) -> Iterator[LintFinding]:
    advice = _("write source: [talk] if it says nothing about the body, else a tag of "
               "docs/content.md")  # fmt: skip
    if not line.source:
        problem = _("no source for {text!r}").format(text=line.text)
        yield LintFinding("sourceless", _within(line.where), line.text, problem, advice)
    elif tags is not None:
        for tag in (tag for tag in line.source if tag not in tags):
            problem = _("there is no source {tag} ({text!r})").format(tag=tag, text=line.text)
            yield LintFinding("sourceless", _within(line.where), line.text, problem, advice)


def _unanswerable(question: Question, intent: str, known: Collection[str]) -> LintFinding:
    asked = question.lines[0]
    near = get_close_matches(intent, known, 1) or ["yes"]
    return LintFinding(
        "unanswerable", _within(asked.where), asked.text,
        _("no sentence means {intent}, an answer to {text!r}").format(
            intent=intent, text=asked.text
        ),
        _("write an intent, such as {near}").format(near=near[0]),
    )  # fmt: skip


def _within(where: str) -> str:
    """``guides/acute.yaml:12`` of a place with the whole path."""
    return "/".join(Path(where).parts[-2:])


def _questions(script: Script) -> Iterator[Question]:
    for guide in script.guides.values():
        for step in guide.steps:
            yield from (part.question for part in step.parts if part.question)


def _claims(script: Script) -> Iterator[Line]:
    """What is said in guides and answers, and of warning signs: it needs a source."""
    for guide in script.guides.values():
        for step in guide.steps:
            for part in step.parts:
                yield from (*part.lines, *part.resume)
    for question in _questions(script):
        yield from _said_of(question)
    for topic in script.topics.values():
        yield from topic.pieces
    for flag in script.flags:
        yield from flag.lines


def _said_of(question: Question) -> Iterable[Line]:
    yield from question.lines
    for _names, actions in question.answers:
        for action in actions:
            yield from action.lines
