"""The loop reports a lost microphone to the guide, and the guide informs the user."""

from assistant.apps.demo.story import Story, StoryLine, StoryMicrophone, TextListener
from assistant.audio.wav_player import WavPlayer
from assistant.core.event_log import EventLog, Record
from assistant.runtime.composition import open_components
from assistant.runtime.conversation_loop import ConversationLoop
from assistant.runtime.session_options import SessionOptions


class LooseMicrophone(StoryMicrophone):
    """A microphone whose plug is out from second 30 to second 60."""

    @property
    def lost(self) -> bool:
        return 30.0 <= self._time < 60.0


def test_a_microphone_that_comes_back_is_spoken_of() -> None:
    turns = (
        StoryLine("kaki saya kram", "cramp_now"),
        StoryLine("sudah reda", "better", "say_end:mendengar lagi", 8.0),
    )
    story = Story("a loose plug", turns, "Selamat tidur", limit=400)
    records: list[Record] = []
    microphone = LooseMicrophone(story)
    with EventLog(None, (records.append, microphone.listen)) as log:
        ear, player = TextListener(microphone), WavPlayer(None)
        ConversationLoop(open_components(microphone, ear, player, log, SessionOptions())).run()
    said = [(float(str(r["t"])), str(r["text"])) for r in records if r["event"] == "say_start"]
    [away] = [at for at, text in said if "Mikrofonnya terputus" in text]
    [back] = [at for at, text in said if "Sekarang saya mendengar lagi" in text]
    assert 30.0 <= away < 31.0 and 60.0 <= back < 61.0
    assert "Selamat tidur" in said[-1][1]
    told = [r["text"] for r in records if r["event"] == "error"]
    assert told == ["the microphone is away", "the microphone is back"]
