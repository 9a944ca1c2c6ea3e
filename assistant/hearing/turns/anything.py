"""Whatever may be said in silence may be said while the guide speaks too."""

from assistant.hearing.heard import Heard
from assistant.hearing.turns.base import Scene, Strategy, own_voice


class Anything(Strategy):
    """For quiet rooms and loudspeakers far from the microphone, or headphones."""

    def listen_for(self, state: str) -> str:
        """The same as in silence."""
        return state

    def objection(self, heard: Heard, scene: Scene) -> str:
        """Only what may be the guide itself, and sound without words: a cough, a moan."""
        doubt = own_voice(heard, scene)
        if doubt:
            return doubt
        return "" if heard.words else "no words"
