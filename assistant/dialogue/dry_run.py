"""Dry run: list or walk through a script's sentences without a user."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from assistant.dialogue import policy
from assistant.dialogue.acts import Ask, Hold, Lasting, Listen, Say
from assistant.dialogue.events import Finished, Understood
from assistant.dialogue.script.model import Guide, Line, Question, Script
from assistant.dialogue.script.parts import FILLS
from assistant.nlu.intent import Intent

_MOST_ACTS = 400

_NAME = "Ibu Sri"
_EXAMPLES = dict.fromkeys(FILLS, _NAME) | {"minutes": "dua", "seconds": "tiga puluh"}
"""Values for the placeholders of a text that is spoken outside a conversation."""


@dataclass(frozen=True)
class Sentence:
    """A text with example values in its placeholders."""

    text: str
    where: str
    """``file, line N``. Parts of a question have the place of the question; the sentence that
    resumes a hold has that of the line before it."""


def sentences(script: Script) -> list[Sentence]:
    """Every text of a script once, in the order of its files."""
    blanks = _EXAMPLES | {
        "leg": script.words["left"],
        "title": next((guide.title for guide in script.guides.values()), ""),
        "step": next((s.name for guide in script.guides.values() for s in guide.steps), ""),
    }
    named = [said for name, said in script.words.items() if name.startswith("sign_")] or [""]
    asked = [said for name, said in script.words.items() if name.startswith("ask_")] or [""]
    found: dict[str, str] = {}
    for text, where in _all(script):
        for sign in asked if "{unsure}" in text else named if "{sign}" in text else named[:1]:
            found.setdefault(text.format(**(blanks | {"sign": sign, "unsure": sign})), where)
    return [Sentence(text, where) for text, where in found.items()]


def walk_through(script: Script, guide: Guide) -> Iterator[Lasting]:
    """Acts that take time of a guide that nobody answers, from its start to its end."""
    intent = next(iter(guide.starts), "")
    state, acts = policy.step(policy.initial(), Understood(0.0, Intent(intent)), script)
    for count in range(1, _MOST_ACTS):
        yield from (act for act in acts if isinstance(act, Say | Ask | Hold | Listen))
        if not state.tasks:
            return
        state, acts = policy.step(state, Finished(float(count)), script)


def _all(script: Script) -> Iterator[tuple[str, str]]:
    for guide in script.guides.values():
        for step in guide.steps:
            place = ""
            for part in step.parts:
                yield from _of_lines(part.lines)
                place = part.lines[-1].where if part.lines else place
                yield from ((line.text, place) for line in part.resume)
                if part.question:
                    yield from _of_question(part.question)
    for topic in script.topics.values():
        yield from _of_lines(topic.pieces)
    for flag in script.flags:
        yield from _of_lines(flag.lines)
    for lines in script.replies.values():
        yield from _of_lines(lines)
    for question in script.questions.values():
        yield from _of_question(question)


def _of_question(question: Question) -> Iterator[tuple[str, str]]:
    yield from _of_lines(question.lines)
    place = question.lines[0].where
    yield from ((text, place) for text in (question.short, question.offer) if text)
    for _, actions in question.answers:
        for action in actions:
            yield from _of_lines(action.lines)


def _of_lines(lines: Iterable[Line]) -> Iterator[tuple[str, str]]:
    yield from ((line.text, line.where) for line in lines)
