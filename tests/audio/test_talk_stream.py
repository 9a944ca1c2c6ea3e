"""Others' talk: how much, how loud, and who stands out from it."""

from assistant.audio.pcm import BLOCK_SECONDS
from assistant.audio.talk_stream import TalkStream


class Room:
    """Feeds a stream with talk of given lengths and levels."""

    def __init__(self) -> None:
        self.stream = TalkStream()
        self.now = 0.0

    def hear(self, seconds: float, level: float) -> float:
        """Speech at ``level`` dBFS; returns the share of blocks that were let through."""
        return self._feed(seconds, 0.95, level)

    def silence(self, seconds: float) -> None:
        self._feed(seconds, 0.01, -70)

    def television(self, seconds: float, level: float = -35) -> float:
        """Four seconds of speech, half a second of silence, and so on."""
        end, let_through, parts = self.now + seconds, 0.0, 0
        while self.now < end:
            let_through, parts = self.hear(4.0, level), parts + 1
            self.silence(0.5)
        return let_through

    def _feed(self, seconds: float, probability: float, level: float) -> float:
        count = round(seconds / BLOCK_SECONDS)
        through = 0
        for _ in range(count):
            self.now += BLOCK_SECONDS
            through += self.stream.feed(probability, 10 ** (level / 20), self.now) > 0.5
        return through / count


def test_speech_in_a_quiet_room_is_let_through() -> None:
    room = Room()
    room.silence(30)
    assert room.hear(3, -40) == 1.0
    assert not room.stream.crowds(room.now - 3, room.now)


def test_a_television_is_shut_out_after_a_minute() -> None:
    room = Room()
    assert room.television(40) > 0.9
    assert room.television(60) < 0.1


def test_a_louder_voice_is_heard_over_it() -> None:
    room = Room()
    room.television(120)
    assert room.hear(2, -25) > 0.95
    assert room.television(10) < 0.1


def test_after_a_pause_anybody_is_heard_to_the_end() -> None:
    room = Room()
    room.television(120)
    room.silence(2.5)
    assert room.hear(2, -38) == 1.0
    room.silence(0.4)
    assert room.hear(2, -38) == 1.0


def test_a_remark_amid_others_talk_is_crowded_unless_it_is_much_louder() -> None:
    room = Room()
    room.television(30)
    room.silence(2)
    room.hear(2, -36)
    assert room.stream.crowds(room.now - 2, room.now)
    room.silence(2)
    room.hear(2, -20)
    assert not room.stream.crowds(room.now - 2, room.now)


def test_what_was_said_to_the_guide_is_no_talk_of_others() -> None:
    room = Room()
    for _ in range(12):
        room.hear(3, -30)
        room.stream.addressed(room.now - 3, room.now)
        room.silence(1)
    room.hear(2, -30)
    assert not room.stream.crowds(room.now - 2, room.now)


def test_the_talk_is_forgotten_after_a_minute_of_silence() -> None:
    room = Room()
    room.television(120)
    room.silence(61)
    room.hear(2, -40)
    assert not room.stream.crowds(room.now - 2, room.now)


def test_a_louder_voice_amid_talk_is_noticed_only_while_the_talk_is_not_shut_out() -> None:
    room = Room()
    room.television(10)
    room.hear(0.06, -25)
    assert room.stream.nearer_began is not None
    room.television(120)
    room.hear(0.06, -25)
    assert room.stream.nearer_began is None


def test_over_the_guide_nobody_is_nearer() -> None:
    room = Room()
    room.television(10)
    for _ in range(5):
        room.now += BLOCK_SECONDS
        assert room.stream.feed(0.95, 10 ** (-25 / 20), room.now, prompt=True) == 0.95
        assert room.stream.nearer_began is None
