"""Only commands interrupt: a few dozen short sentences, and calls for help."""

from assistant.hearing.heard import Heard
from assistant.hearing.turns.base import Scene, Strategy, own_voice

SURE = 0.75
"""Confidence that interrupts: to be interrupted by a moan is worse than to be asked again."""

SURER = 0.99
"""The same for words that became a whole phrase only because the sound had ended: nothing else may
fit at all. "Em" drawn out was made "lebih pelan" with 0.89, a moan "tolong saya" with 0.98."""

HASTE = 26.0
"""Letters a second beyond which nobody speaks: a cough is shorter than the word it sounds like."""


class Commands(Strategy):
    """The default. The guide speaks more softly while somebody seems to speak, then goes on."""

    def listen_for(self, state: str) -> str:
        """A graph of its own: the fewer phrases, the surer each is heard over the guide."""
        return "barge_in" if state == "conversation" else state

    def objection(self, heard: Heard, scene: Scene) -> str:
        """Whatever is no command, sounds half like one, or may be the guide itself."""
        doubt = own_voice(heard, scene)
        if doubt or not scene.within:
            return doubt
        if not heard.accepted:
            return "no command"
        if len(heard.words.replace(" ", "")) > HASTE * (heard.end - heard.start):
            return "too short for so many letters"
        sure = SURE if scene.believed else SURER
        return "" if heard.confidence >= sure else "not sure enough over the guide's voice"
