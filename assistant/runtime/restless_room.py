"""How much a short call counts in a room that is full of sounds that are no words."""

from collections import deque

from assistant.asr.listener_events import Utterance
from assistant.asr.rejection import RejectionReason
from assistant.nlu.alternatives import Meaning
from assistant.runtime.others_talk import Repetition

SECONDS, SOUNDS = 120.0, 6
"""As many sounds without a meaning within as many seconds make a room restless. A sleeper snores
20 times in two minutes; whoever moans with pain calls in between, which is no such sound."""

FEW_WORDS = 2
"""Words of a call of which chance makes one in an hour of snores."""


class RestlessRoom:
    """Passes over short or doubtful calls while somebody snores, unless they come twice.

    A snore sounds like "kram" or "muntah darah" as clearly as if it had been said. But it does not
    say the same again at once, while whoever needs help calls again. Calls among others' talk have
    been weighed by ``OthersTalk``, which lets them pass the second time.
    """

    def __init__(self) -> None:
        self._sounds: deque[float] = deque(maxlen=SOUNDS)
        self._passed_over = Repetition()

    def weigh(self, heard: Utterance, meaning: Meaning) -> RejectionReason | None:
        """Why what was heard in idle is ignored, if it is; ``meaning``: what it means."""
        intent = meaning.intent
        if intent is None or not (meaning.accepted or meaning.doubtful):
            if not _is_talk(heard):
                self._sounds.append(heard.end)
            return None
        full = len(self._sounds) == SOUNDS and heard.start - self._sounds[0] <= SECONDS
        clear = meaning.accepted and len(meaning.words.split()) > FEW_WORDS
        if clear or heard.crowded or not full:
            return None
        if self._passed_over.comes_again(heard, intent):
            return None
        return RejectionReason.RESTLESS


def _is_talk(heard: Utterance) -> bool:
    """Whether several words were heard, though without a meaning."""
    best = heard.alternatives[0].words if heard.alternatives else heard.words
    return len(best.split()) > 1
