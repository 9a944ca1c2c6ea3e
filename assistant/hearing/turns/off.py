"""Nothing interrupts: the user waits until the guide has spoken."""

from assistant.hearing.heard import Heard
from assistant.hearing.turns.base import Scene, Strategy


class Off(Strategy):
    """For a loudspeaker so close to the microphone, or so distorted, that nothing else helps."""

    closed = True

    def listen_for(self, state: str) -> str:
        """The same as in silence."""
        return state

    def objection(self, heard: Heard, scene: Scene) -> str:
        """None: what began while the guide could be heard is not heard at all."""
        return ""
