"""A story: a scripted user in YAML, and the simulated microphone that plays it.

Used by ``demo`` and the tests: the user's lines are synthesised, mixed with room noise and
decoded by the real recogniser. Each line is spoken after the event that it waits for.
"""

from collections.abc import Callable, Iterator, Set
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import soxr

from assistant.asr.listener_events import ListenerEvent, SpeechStarted, Utterance
from assistant.asr.recognizer_interface import NO_EXPECTATION
from assistant.audio.interfaces import SPEECH_RATE as SPOKEN_RATE
from assistant.audio.interfaces import Clip
from assistant.audio.pcm import (
    BLOCK,
    BLOCK_SECONDS,
    RATE,
    Samples,
    SteadySource,
    amplitude,
    to_float,
    truncate_to_int16,
)
from assistant.audio.room_simulation import NOISE_DB, add_reverb, pink_noise
from assistant.core.event_records import Record
from assistant.core.listening_state import ListeningState
from assistant.core.translation import ENGLISH, _
from assistant.core.yaml_reader import Node, read_yaml

_NOISE_SECONDS = 20

_LONGEST = 86_400.0
"""Longest duration in a story, in seconds."""

CONFIRMATION, CONFIRMED, _CONFIRMED_AFTER = "Ada yang kakinya kram?", "iya, betul", 1.0
"""A call that was half understood is asked about; the user's answer; seconds until it comes."""


@dataclass(frozen=True)
class StoryLine:
    """One user line."""

    user: str
    """What the user says."""

    expect: str
    """The expected intent."""

    after: str = "ready"
    """Event of the log to wait for: its name, or ``name:part of its text or name``."""

    wait: float = 1.0
    """Seconds to wait after that event."""


@dataclass(frozen=True)
class Story:
    """A complete conversation."""

    title: str
    """In Indonesian, as the conversation is."""

    turns: tuple[StoryLine, ...]
    ends: str
    """Words that the guide must say at the end."""

    never: tuple[str, ...] = ()
    """Words in lower case that the guide must not say."""

    says: tuple[str, ...] = ()
    """Words that the guide must say, in any order."""

    limit: float = 1500.0
    """Seconds of audio time after which the story is aborted."""

    english_title: str = ""

    def title_in(self, language: str) -> str:
        """The title in ``language``, if it has one."""
        return self.english_title if language == ENGLISH and self.english_title else self.title


def load_story(path: Path) -> Story:
    """Read a story; raises ``InputError`` with file and line."""
    fields = read_yaml(path).fields("never says limit english_title", "title turns ends")
    turns = tuple(_story_line(node) for node in fields["turns"].items("turns"))
    if not turns:
        raise fields["turns"].error(_("the story has no turns"), _("give it at least one"))
    return Story(
        title=fields["title"].text(),
        turns=turns,
        ends=fields["ends"].text(),
        never=fields["never"].texts() if "never" in fields else (),
        says=fields["says"].texts() if "says" in fields else (),
        limit=fields["limit"].number(1, _LONGEST) if "limit" in fields else Story.limit,
        english_title=fields["english_title"].text() if "english_title" in fields else "",
    )


def _story_line(node: Node) -> StoryLine:
    fields = node.fields("after wait", "user expect")
    return StoryLine(
        user=fields["user"].text(),
        expect=fields["expect"].text(),
        after=fields["after"].text() if "after" in fields else StoryLine.after,
        wait=fields["wait"].number(0, _LONGEST) if "wait" in fields else StoryLine.wait,
    )


@dataclass(frozen=True)
class SpokenLine:
    """A user line as it was spoken."""

    text: str
    start: float
    """Start, in seconds of audio time."""
    samples: Samples
    """int16, mono, ``RATE`` Hz."""

    @property
    def end(self) -> float:
        """End, in seconds of audio time."""
        return self.start + len(self.samples) / RATE


def silent_clip(text: str) -> Clip:
    """Silence as long as it takes to speak ``text``, at 14 letters per second."""
    return Clip(np.zeros(int(len(text) / 14 * SPOKEN_RATE), dtype=np.int16))


class StoryMicrophone(SteadySource):
    """An ``AudioSource`` that plays the user lines of a story.

    Subscribes to the event log (``listen``) to time the lines. Says ``CONFIRMED`` whenever the
    guide asks ``CONFIRMATION``: whether it does depends on how the call was heard, so no story has
    it. Ends two seconds after the guide's final text, or at the story's limit.
    """

    def __init__(
        self, story: Story, speak: Callable[[str], Clip] = silent_clip, seed: int = 1
    ) -> None:
        self._story = story
        self._speak = speak
        self._random = np.random.default_rng(seed)
        self._next = 0
        self._due: float | None = None
        self._confirm_at: float | None = None
        self._line = np.zeros(0, dtype=np.float32)
        self._time = 0.0
        self._ending: float | None = None
        self.spoken: list[SpokenLine] = []
        """Every line started so far, oldest first, confirmations included."""
        self.confirmations = 0
        """How often the user confirmed that somebody has a cramp."""

    @property
    def all_spoken(self) -> bool:
        """Whether every line has been started."""
        return self._next == len(self._story.turns)

    def listen(self, record: Record) -> None:
        """Handle a record of the event log."""
        if self._due is None and not self.all_spoken:
            turn = self._story.turns[self._next]
            if _matches(turn.after, record):
                self._due = self._time + turn.wait
        if record["event"] == "say_end" and record["text"] == CONFIRMATION:
            self._confirm_at = self._time + _CONFIRMED_AFTER
        ended = record["event"] == "say_end" and self._story.ends in record["text"]
        if self.all_spoken and ended and self._ending is None:
            self._ending = self._time + 2.0

    def blocks(self) -> Iterator[Samples]:
        """Yield the room's audio in blocks: int16, mono, ``RATE`` Hz, shape (BLOCK,)."""
        noise = pink_noise(_NOISE_SECONDS * RATE, self._random) * amplitude(NOISE_DB)
        place = 0
        while self._time < self._story.limit and not self._over():
            if not len(self._line):
                self._begin_due_line()
            block = noise[place : place + BLOCK].copy()
            place = (place + BLOCK) % len(noise)
            part, self._line = self._line[:BLOCK], self._line[BLOCK:]
            block[: len(part)] += part
            self._time += BLOCK_SECONDS
            yield truncate_to_int16(np.clip(block, -1, 1))

    def close(self) -> None:
        """Nothing to release."""

    def _over(self) -> bool:
        return self._ending is not None and self._time >= self._ending

    def _begin_due_line(self) -> None:
        if self._confirm_at is not None and self._time >= self._confirm_at:
            self._confirm_at = None
            self.confirmations += 1
            self._begin(CONFIRMED)
        elif self._due is not None and self._time >= self._due:
            self._due = None
            self._next += 1
            self._begin(self._story.turns[self._next - 1].user)

    def _begin(self, text: str) -> None:
        line = to_float(self._speak(text).samples)
        self._line = add_reverb(soxr.resample(line, SPOKEN_RATE, RATE).astype(np.float32))
        self.spoken.append(SpokenLine(text, self._time, truncate_to_int16(self._line)))


class TextListener:
    """A ``Listener`` that reports a story's lines as text, at the time they are spoken."""

    def __init__(self, microphone: StoryMicrophone) -> None:
        self._microphone = microphone
        self._time = 0.0
        self._started = 0
        self._ended = 0

    def feed(self, block: Samples) -> list[ListenerEvent]:
        """See ``Listener``; only the length of ``block`` matters."""
        self._time += len(block) / RATE
        events: list[ListenerEvent] = []
        lines = self._microphone.spoken
        if self._started < len(lines):
            self._started += 1
            events.append(SpeechStarted(self._time))
        if self._ended < self._started and self._time >= lines[self._ended].end:
            line = lines[self._ended]
            self._ended += 1
            events.append(Utterance(line.text, 1.0, True, line.start, line.end))
        return events

    def set_grammar(self, state: ListeningState, expected: Set[str] = NO_EXPECTATION) -> None:
        """Ignored: every line is accepted, whatever the state."""

    def on_prompt(self, text: str) -> None:
        """Ignored: it never picks up the guide's speech."""

    def addressed(self, heard: Utterance) -> None:
        """Ignored: nobody else talks."""

    def flush(self) -> list[ListenerEvent]:
        """Nothing is ever pending."""
        return []


def _matches(after: str, record: Record) -> bool:
    name, _, part = after.partition(":")
    if record["event"] != name:
        return False
    return part in str(record.get("text", record.get("name", "")))
