"""A night: what one user says, when, and what they must and must not be told then.

The texts in ``tests/nights`` were written from the medical side by somebody who had not looked at
the guide, so a turn waits for a situation (``when``), not for a text of the guide.
"""

import re
from dataclasses import dataclass
from pathlib import Path

from assistant.core.listening_state import ListeningState
from assistant.core.yaml_reader import Node, read_yaml
from assistant.dialogue.acts import Act, Ask, Hold, Lasting, Note, Say
from assistant.dialogue.events import DiaryAnswer, Doubtful, Understood
from assistant.dialogue.notes import ProfileChange, ProfileForget
from assistant.runtime.diary.store import open_diary
from assistant.runtime.diary.texts import load_diary_texts
from tests.support.dialogue_driver import Talk
from tests.support.own_interpreter import KRAM
from tests.support.paths import PHRASES

_QUESTIONS = {"eased": r"reda|^Sudah\?$", "up": "bangun", "swollen": "bengkak", "asked": ""}
_LONGEST_WAIT = 400.0
"""Seconds that a turn waits for its ``when``."""


@dataclass(frozen=True)
class Turn:
    """Something that the user says; no text for silence."""

    user: str
    when: str
    """``idle``: at once. ``hold``: six seconds into one. ``eased``, ``up``, ``swollen``: when that
    is asked. ``asked``: at any question. ``pause``: at a question, in silence, or after three
    texts. ``ended N``: N seconds after the guide has fallen silent. ``silence N``: after N s."""

    must: tuple[str, ...] = ()
    """Patterns of which each is found in what the guide says until the next turn."""

    must_not: tuple[str, ...] = ()
    """Patterns of which none is."""


@dataclass(frozen=True)
class Night:
    """One conversation."""

    title: str
    why: str
    """The reason for what is wanted, from the medical side."""

    turns: tuple[Turn, ...]
    never: tuple[str, ...]
    must: tuple[str, ...]


def load_night(path: Path) -> Night:
    """Read a night; raises ``InputError`` with file and line."""
    fields = read_yaml(path).fields("never must", "title why turns")
    return Night(
        title=fields["title"].text(),
        why=fields["why"].text(),
        turns=tuple(_turn(node) for node in fields["turns"].items("turns")),
        never=fields["never"].texts() if "never" in fields else (),
        must=fields["must"].texts() if "must" in fields else (),
    )


def _turn(node: Node) -> Turn:
    fields = node.fields("must must_not user", "when")
    return Turn(
        fields["user"].text() if "user" in fields else "",
        fields["when"].text(),
        fields["must"].texts() if "must" in fields else (),
        fields["must_not"].texts() if "must_not" in fields else (),
    )


class NightTalk(Talk):
    """A conversation with a diary, as it is when nothing is switched off."""

    def __init__(self) -> None:
        self._diary = open_diary(None, load_diary_texts(PHRASES))
        super().__init__()

    def take(self, acts: tuple[Act, ...]) -> None:
        """Begin ``acts``; the diary answers its own."""
        super().take(acts)
        for act in acts:
            if isinstance(act, Note) and not isinstance(act.record, ProfileChange | ProfileForget):
                answer = self._diary.take(act.record)
                if answer is not None:
                    self.send(DiaryAnswer(self.now, answer))


def live(night: Night) -> tuple[list[str], list[str]]:
    """Live ``night`` through; returns what went against it, and the transcript."""
    talk = NightTalk()
    faults: list[str] = []
    lines: list[str] = []
    turns = [*night.turns, Turn("", "ended 0")]
    for turn, following in zip(turns, turns[1:], strict=False):
        if turn is turns[0]:
            _wait(talk, turn.when)
        before = len(talk.texts)
        going_on = talk.running
        took = say(talk, turn.user)
        lines.append(f"{talk.now:6.0f} USER {turn.user}  [{took}]")
        if not _wait(talk, following.when, going_on):
            faults.append(f"{following.user!r}: {following.when!r} did not come")
        said = talk.texts[before:]
        lines += [f"       {text}" for text in said]
        faults += _against(" ".join(said), turn.must, turn.must_not, turn.user)
    return faults + _against(" ".join(talk.texts), night.must, night.never, "the night"), lines


def _against(said: str, must: tuple[str, ...], never: tuple[str, ...], what: str) -> list[str]:
    """The patterns that are missing and those that should be; 119 and 112 stand for the words."""
    said = said.replace("satu satu sembilan", "119").replace("satu satu dua", "112")
    return [
        *(f"{what!r}: not said: {one}" for one in must if not re.search(one, said, re.I)),
        *(f"{what!r}: said: {one}" for one in never if re.search(one, said, re.I)),
    ]


def say(talk: Talk, text: str) -> str:
    """Say ``text``; returns what it was taken for."""
    if not text:
        return "silence"
    listening = talk.state.listening
    found = KRAM.interpret(text, listening)
    if found.intent is None:
        if listening != ListeningState.IDLE:
            talk.mumble()
        return "nothing"
    talk.send((Understood if found.accepted else Doubtful)(talk.now, found.intent))
    return f"{found.intent.name} {dict(found.intent.slots) or ''}{'' if found.accepted else '?'}"


def _wait(talk: Talk, when: str, going_on: Lasting | None = None) -> bool:
    """Let time go by until ``when``; returns False if it does not come.

    ``going_on`` was begun before the user spoke: a question in it is not the guide's reaction.
    """
    kind, _, seconds = when.partition(" ")
    if kind == "silence":
        talk.wait(float(seconds))
        return True
    until = talk.now + (3600 if kind == "ended" else _LONGEST_WAIT)
    texts = 0
    while talk.running is not None and talk.now < until:
        running = talk.running
        if kind == "idle" or (kind == "hold" and isinstance(running, Hold)):
            talk.wait(6 if kind == "hold" else 0)
            return True
        if isinstance(running, Ask) and kind != "ended" and running is not going_on:
            pattern = _QUESTIONS.get(kind, "" if kind == "pause" else None)
            if pattern is not None and re.search(pattern, running.text):
                talk.wait(max(0.0, talk.ends - talk.now - running.wait) + 1)
                return True
        texts += isinstance(running, Say)
        talk.wait(talk.ends - talk.now)
        if kind == "pause" and (texts == 3 or not isinstance(talk.running, Say | Ask)):
            talk.wait(2)
            return True
    talk.wait(float(seconds or 0))
    return kind in ("idle", "pause", "ended")
