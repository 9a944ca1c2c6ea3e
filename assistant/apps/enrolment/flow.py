"""The conversation of an enrolment, as a pure step machine."""

from dataclasses import dataclass, replace
from enum import Enum

from assistant.apps.enrolment.prompts import Lines

TAKES = 2
"""How often each phrase is wanted."""

MISSES = 2
"""How often it is asked for once more before the next one's turn."""


class Answer(Enum):
    """What came of a request."""

    GOOD = "the phrase that was asked for"
    UNCLEAR = "something else"
    NOTHING = "silence"
    STOP = "the user has had enough"


@dataclass(frozen=True)
class Session:
    """Where the enrolment is."""

    phrase: int = 0
    taken: int = 0
    """Good takes of this phrase."""

    missed: int = 0
    """Requests for this phrase that led to none."""

    over: bool = False


@dataclass(frozen=True)
class Request:
    """What is said next."""

    text: str
    asks: bool = True
    """Whether an answer is waited for."""


def begin(lines: Lines) -> tuple[Session, Request]:
    """Greet and ask for the first phrase."""
    first = lines.say["ask"].format(phrase=lines.phrases[0])
    return Session(), Request(f"{lines.say['hello']} {first}")


def step(session: Session, answer: Answer, lines: Lines) -> tuple[Session, Request]:
    """What follows; an over session's request is a farewell, without the result."""
    if session.over:
        return session, Request("", asks=False)
    if answer is Answer.STOP:
        return replace(session, over=True), Request(lines.say["stopped"], asks=False)
    if answer is Answer.GOOD:
        if session.taken + 1 < TAKES:
            again = replace(session, taken=session.taken + 1)
            return again, _request(lines, "again", again)
        return _next(session, lines, "")
    if session.missed < MISSES:
        again = replace(session, missed=session.missed + 1)
        return again, _request(lines, "unclear" if answer is Answer.UNCLEAR else "ask", again)
    return _next(session, lines, lines.say["skip"])


def _next(session: Session, lines: Lines, before: str) -> tuple[Session, Request]:
    if session.phrase + 1 == len(lines.phrases):
        return replace(session, over=True), Request(before, asks=False)
    following = Session(session.phrase + 1)
    request = _request(lines, "ask", following)
    return following, replace(request, text=f"{before} {request.text}".strip())


def _request(lines: Lines, name: str, session: Session) -> Request:
    return Request(lines.say[name].format(phrase=lines.phrases[session.phrase]))
