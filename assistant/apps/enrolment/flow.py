"""The dialogue of an enrolment, as a pure state machine."""

from dataclasses import dataclass, replace
from enum import Enum

from assistant.apps.enrolment.prompts import EnrolmentTexts

TAKES = 2
"""Good takes collected per phrase."""

MISSES = 2
"""Repeated requests for a phrase before it is skipped."""


class TakeQuality(Enum):
    """Result of a request for a phrase."""

    GOOD = "the phrase that was asked for"
    UNCLEAR = "something else"
    NOTHING = "silence"
    STOP = "the user has had enough"


@dataclass(frozen=True)
class EnrolmentState:
    """Progress of the enrolment."""

    phrase: int = 0
    taken: int = 0
    """Good takes of this phrase so far."""

    missed: int = 0
    """Requests for this phrase without a good take."""

    over: bool = False


@dataclass(frozen=True)
class Prompt:
    """The next text to speak."""

    text: str
    asks: bool = True
    """Whether it expects an answer."""


def begin(lines: EnrolmentTexts) -> tuple[EnrolmentState, Prompt]:
    """Greet and ask for the first phrase."""
    first = lines.say["ask"].format(phrase=lines.phrases[0])
    return EnrolmentState(), Prompt(f"{lines.say['hello']} {first}")


def step(
    session: EnrolmentState, answer: TakeQuality, lines: EnrolmentTexts
) -> tuple[EnrolmentState, Prompt]:
    """The next state and prompt; the prompt that ends the session asks nothing."""
    if session.over:
        return session, Prompt("", asks=False)
    if answer is TakeQuality.STOP:
        return replace(session, over=True), Prompt(lines.say["stopped"], asks=False)
    if answer is TakeQuality.GOOD:
        if session.taken + 1 < TAKES:
            again = replace(session, taken=session.taken + 1)
            return again, _request(lines, "again", again)
        return _next(session, lines, "")
    if session.missed < MISSES:
        again = replace(session, missed=session.missed + 1)
        return again, _request(lines, "unclear" if answer is TakeQuality.UNCLEAR else "ask", again)
    return _next(session, lines, lines.say["skip"])


def _next(
    session: EnrolmentState, lines: EnrolmentTexts, before: str
) -> tuple[EnrolmentState, Prompt]:
    if session.phrase + 1 == len(lines.phrases):
        return replace(session, over=True), Prompt(before, asks=False)
    following = EnrolmentState(session.phrase + 1)
    request = _request(lines, "ask", following)
    return following, replace(request, text=f"{before} {request.text}".strip())


def _request(lines: EnrolmentTexts, name: str, session: EnrolmentState) -> Prompt:
    return Prompt(lines.say[name].format(phrase=lines.phrases[session.phrase]))
