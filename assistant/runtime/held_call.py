"""A call out of idle that is not certain waits for silence: whoever calls waits for an answer.

People who call fall silent after it, or call again. A television, a telephone call, somebody who
reads aloud go on talking. So what may be a call is dealt with only when nothing followed it, or
when another one did.
"""

from dataclasses import dataclass, replace

from assistant.asr.listener_events import Utterance
from assistant.dialogue.events import Doubtful, Understood
from assistant.nlu.danger import DANGER_INTENTS

SURE = 0.97
"""Probability from which a call is acted on at once."""

SILENCE = 2.6
"""Seconds without speech after which a call counts; pauses between sentences are shorter."""

PATIENCE = 8.0
"""Seconds for which a call that was probable, yet talked over, waits to be asked about."""

_MOAN = 0.6
"""Seconds of speech up to which a sound after the call is a moan or a cough, no talk."""

_SOFTER = 8.0
"""Decibels below the call at which what follows it is somebody else, farther away."""

Call = Understood | Doubtful


@dataclass(frozen=True)
class _Held:
    call: Call
    since: float
    until: float
    """End of the speech after which there must be silence."""

    level: float


class HeldCall:
    """Holds at most one call."""

    def __init__(self) -> None:
        self._held: _Held | None = None

    def heard(self, heard: Utterance, call: Call | None, sure: bool) -> Call | None:
        """The call that counts now, if one does; ``call`` is what ``heard`` means in idle."""
        before, self._held = self._held, None
        if call is None:
            self._held = _talked_on(before, heard) if before else None
            return None
        if sure:
            return call
        if before is not None:
            return _graver(before.call, call)
        self._held = _Held(call, heard.end, heard.end, heard.level)
        return None

    def due(self, now: float, speaking: bool) -> Call | None:
        """The call that was followed by silence until ``now``, once.

        ``speaking``: somebody speaks at the moment.
        """
        held = self._held
        if held is None or speaking or now < held.until + SILENCE:
            return None
        self._held = None
        return replace(held.call, at=now)

    def drop(self) -> None:
        """Forget the call: the conversation has begun otherwise."""
        self._held = None


def _talked_on(held: _Held, heard: Utterance) -> _Held | None:
    """What is left of a call when ``heard``, which is none, has followed it."""
    seconds = heard.end - heard.start
    if heard.level <= held.level - _SOFTER:
        return held
    if seconds <= _MOAN:
        return replace(held, until=heard.end)
    if isinstance(held.call, Doubtful) or heard.end > held.since + PATIENCE:
        return None
    call = Doubtful(held.call.at, held.call.intent, held.call.crowded)
    return replace(held, call=call, until=heard.end)


def _graver(first: Call, second: Call) -> Call:
    """Of two calls in a row the one that means a danger, else the later one."""
    danger = first.intent.name in DANGER_INTENTS and second.intent.name not in DANGER_INTENTS
    return replace(first, at=second.at) if danger else second
