"""A nearer speaker amid talk that goes on: noticed, let through, and followed to the end."""

import pytest

from assistant.audio.pcm import BLOCK_SECONDS
from assistant.audio.talk_run import TalkRun


class Room:
    """Feeds a run with talk of given lengths and levels."""

    def __init__(self) -> None:
        self.run = TalkRun()
        self.now = 0.0
        self.began: list[float] = []

    def hear(self, seconds: float, level: float, speech: bool = True) -> float:
        """Sound at ``level`` dBFS; returns the share of its blocks that were shut out."""
        blocks, shut_out = round(seconds / BLOCK_SECONDS), 0
        for _ in range(blocks):
            self.now += BLOCK_SECONDS
            shut_out += self.run.feed(speech, level, self.now)
            if self.run.nearer_began is not None:
                self.began.append(self.run.nearer_began)
        return shut_out / blocks

    def talk(self, seconds: float, level: float = -40.0) -> float:
        """Syllables at ``level`` and 12 dB below it, in turn; returns what was shut out."""
        parts = round(seconds / 0.2)
        return sum(self.hear(0.1, level) + self.hear(0.1, level - 12) for _ in range(parts)) / parts


def test_a_louder_voice_amid_talk_begins_where_it_rises_above_it() -> None:
    room = Room()
    room.talk(6)
    start = room.now
    room.hear(0.2, -35)
    assert room.began == []
    assert room.hear(1.0, -30) == 0.0
    assert room.began == [pytest.approx(start)]


def test_until_its_utterance_has_ended_the_talk_is_shut_out() -> None:
    room = Room()
    room.talk(6)
    room.hear(1.0, -30)
    room.hear(0.4, -40)
    assert room.hear(0.5, -40) == 1.0
    room.run.end_nearer()
    assert room.talk(5) == 0.0
    assert len(room.began) == 1


def test_within_its_words_it_may_be_as_soft_as_the_talk() -> None:
    room = Room()
    room.talk(6)
    assert sum(room.hear(0.3, -30) + room.hear(0.3, -44) for _ in range(5)) == 0.0


def test_the_talk_is_heard_again_when_no_utterance_came_of_it() -> None:
    room = Room()
    room.talk(6)
    room.hear(0.2, -30)
    room.talk(3)
    assert room.talk(5) == 0.0


@pytest.mark.parametrize("before", [1.0, 2.4])
def test_somebody_who_has_just_begun_may_raise_their_voice(before: float) -> None:
    room = Room()
    room.talk(before)
    room.hear(2, -25)
    assert room.talk(2) == 0.0
    assert room.began == []


def test_a_click_is_no_voice_nor_is_what_the_guide_says() -> None:
    room = Room()
    room.talk(6)
    room.hear(2 * BLOCK_SECONDS, -20)
    room.talk(1)
    room.hear(0.5, -20, speech=False)
    for _ in range(50):
        room.now += BLOCK_SECONDS
        room.run.skip(True, room.now)
    assert room.began == []


def test_after_a_pause_nobody_is_nearer_than_anybody() -> None:
    room = Room()
    room.talk(6)
    room.hear(2.1, -70, speech=False)
    room.hear(2, -25)
    assert room.began == []
