"""A conversation in audio time without sound: acts take as long as they would be spoken."""

from dataclasses import replace
from typing import TypeVar

from assistant.dialogue import policy
from assistant.dialogue.acts import Act, Ask, Cue, Hold, Hush, Lasting, Listen, Note, Say
from assistant.dialogue.events import (
    DeviceAway,
    DeviceBack,
    DiaryAnswer,
    Doubtful,
    Event,
    Finished,
    NotUnderstood,
    Started,
    Understood,
)
from assistant.dialogue.script.loader import load_script
from assistant.dialogue.script.model import Script
from assistant.dialogue.state import State
from assistant.dialogue.timing import seconds_undisturbed
from assistant.dialogue.user_profile import Profile
from assistant.nlu.intent import Intent
from tests.support.paths import PHRASES

SCRIPT = load_script(PHRASES)
CHARACTERS_PER_SECOND = 12.0


def seconds(act: Lasting) -> float:
    """How long an act takes when nobody interrupts it."""
    return seconds_undisturbed(act, CHARACTERS_PER_SECOND)


Record = TypeVar("Record")


class Talk:
    """The user's side of a conversation; remembers what the guide did."""

    def __init__(
        self,
        profile: Profile | None = None,
        script: Script = SCRIPT,
        who: str = "",
        warnings: bool = False,
    ) -> None:
        self.script = script
        state = policy.initial(profile)
        self.state: State = replace(state, tell=who, tell_warnings=warnings)
        self.now = 0.0
        self.acts: list[Act] = []
        self.running: Lasting | None = None
        self.ends = 0.0
        self.send(Started(0.0))

    def send(self, event: Event) -> tuple[Act, ...]:
        """Hand an event to the machine and take note of what it wants done."""
        self.state, acts = policy.step(self.state, event, self.script)
        self.take(acts)
        return acts

    def take(self, acts: tuple[Act, ...]) -> None:
        """Begin ``acts``."""
        for act in acts:
            self.acts.append(act)
            if isinstance(act, Say | Ask | Hold | Listen):
                self.running, self.ends = act, self.now + seconds(act)
            elif isinstance(act, Hush):
                self.running = None

    def hear(self, intent: str, **slots: str) -> tuple[Act, ...]:
        """The user says something that is understood."""
        return self.send(Understood(self.now, Intent(intent, slots)))

    def doubt(self, intent: str, **slots: str) -> tuple[Act, ...]:
        """The user says something that is hardly understood."""
        return self.send(Doubtful(self.now, Intent(intent, slots)))

    def doubt_call(self, words: str) -> tuple[Act, ...]:
        """The user says ``words``, of which hardly more than a cramp is understood."""
        return self.send(Doubtful(self.now, Intent("cramp_now", text=words)))

    def mumble(self) -> tuple[Act, ...]:
        """The user says something that is not understood."""
        return self.send(NotUnderstood(self.now))

    def lose(self, device: str) -> tuple[Act, ...]:
        """The microphone or the loudspeaker goes away."""
        return self.send(DeviceAway(self.now, device))

    def mute(self) -> tuple[Act, ...]:
        """The microphone delivers no sound."""
        return self.send(DeviceAway(self.now, "microphone", muted=True))

    def find(self, device: str) -> tuple[Act, ...]:
        """It is there again."""
        return self.send(DeviceBack(self.now, device))

    def diary(self, text: str) -> tuple[Act, ...]:
        """The diary answers."""
        return self.send(DiaryAnswer(self.now, text))

    def wait(self, length: float) -> None:
        """Let time go by; what is going on comes to its end."""
        until = self.now + length
        while self.running is not None and self.ends <= until:
            self.now = self.ends
            self.running = None
            self.send(Finished(self.now))
        self.now = until

    def wait_for(self, part: str, limit: float = 900.0) -> str:
        """Let time go by until a text with ``part`` is begun; returns the text."""
        until = self.now + limit
        while part not in self.saying:
            assert self.running is not None, f"silent, and never said {part!r}: {self.texts[-5:]}"
            assert self.now < until, f"not said within {limit} s: {part!r}"
            self.now = self.ends
            self.running = None
            self.send(Finished(self.now))
        return self.saying

    def to_end(self, limit: float = 3600.0) -> None:
        """Let time go by until the guide is silent."""
        until = self.now + limit
        while self.running is not None:
            assert self.now < until, f"no end within {limit} s, at {self.state.name}"
            self.wait(self.ends - self.now)

    @property
    def saying(self) -> str:
        """The text that is being spoken."""
        return self.running.text if isinstance(self.running, Say | Ask) else ""

    @property
    def texts(self) -> list[str]:
        """All texts so far."""
        return [act.text for act in self.acts if isinstance(act, Say | Ask)]

    @property
    def holds(self) -> list[Hold]:
        """All holds so far."""
        return [act for act in self.acts if isinstance(act, Hold)]

    @property
    def cues(self) -> list[str]:
        """All tones so far."""
        return [act.name for act in self.acts if isinstance(act, Cue)]

    def notes(self, kind: type[Record]) -> list[Record]:
        """All records of this type so far."""
        records = (act.record for act in self.acts if isinstance(act, Note))
        return [record for record in records if isinstance(record, kind)]

    def said(self, part: str) -> bool:
        """Whether a text with ``part`` was begun."""
        return any(part in text for text in self.texts)
