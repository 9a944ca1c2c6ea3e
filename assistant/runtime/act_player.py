"""Performs the dialogue acts with a voice and a player, and detects when one has ended."""

from collections.abc import Callable

from assistant.audio.earcons import earcon
from assistant.audio.interfaces import Player, Voice
from assistant.core.event_log import EventLog
from assistant.dialogue.acts import Act, Adjust, Ask, Cue, Hold, Hush, Lasting, Listen, Say
from assistant.tts.counted_hold import render_hold


class ActPlayer:
    """Performs at most one lasting act at a time; a new one replaces it.

    The caller keeps the time: ``now`` is in seconds of audio time.
    """

    def __init__(
        self,
        voice: Voice,
        player: Player,
        log: EventLog,
        cue_enough: Callable[[str], bool] = lambda text: False,
    ) -> None:
        """``cue_enough(text)`` is True if an earcon may replace ``text`` at the moment."""
        self._voice = voice
        self._player = player
        self._log = log
        self._cue_enough = cue_enough
        self._rate = 1.0
        self._current: Lasting | None = None
        self._silent_since: float | None = None

    @property
    def current(self) -> Lasting | None:
        """The current lasting act, if any."""
        return self._current

    def perform(self, acts: tuple[Act, ...], now: float) -> None:
        """Start ``acts``, in order."""
        for act in acts:
            match act:
                case Cue(name):
                    self._cue(name, now)
                case Adjust(volume, rate):
                    self._rate = rate
                    self._player.set_volume(volume)
                case Hush():
                    self._interrupt(now)
                case Say(text, pause) if self._cue_enough(text):
                    self._interrupt(now)
                    self._cue("heard", now)
                    self._begin(Listen(earcon("heard").seconds + pause), now)
                case Say() | Ask() | Hold() | Listen():
                    self._interrupt(now)
                    self._begin(act, now)
                case _:
                    pass  # a Note is for the diary, not for the player

    def finished(self, now: float) -> bool:
        """True if the current act has just ended; it is then no longer current."""
        if self._current is None or self._player.playing:
            return False
        if self._silent_since is None:
            self._silent_since = now
            self._spoken(self._current, now, interrupted=False)
            if isinstance(self._current, Ask):
                self._cue("ready", now)
        if now - self._silent_since < _silence_after(self._current):
            return False
        self._current = None
        return True

    def wait_again(self, now: float) -> None:
        """The user is speaking: restart the wait for an answer from ``now``."""
        if self._silent_since is not None:
            self._silent_since = now

    def stop(self, now: float) -> None:
        """Interrupt the current act and playback."""
        self._interrupt(now)

    def _begin(self, act: Lasting, now: float) -> None:
        self._current = act
        self._silent_since = None
        match act:
            case Say(text) | Ask(text):
                self._player.play(self._voice.speak(text, self._rate))
                self._log.write({"t": now, "event": "say_start", "text": text})
            case Hold(seconds, counts):
                marks = [(count.at, count.text) for count in counts]
                self._player.play(render_hold(self._voice, seconds, marks, self._rate))
                self._log.write({"t": now, "event": "hold", "seconds": seconds})
            case Listen():
                self._silent_since = now

    def _interrupt(self, now: float) -> None:
        act, self._current = self._current, None
        if act is not None and self._silent_since is None:
            self._player.stop()
            self._spoken(act, now, interrupted=True)

    def _spoken(self, act: Lasting, now: float, interrupted: bool) -> None:
        if isinstance(act, Say | Ask):
            self._log.write(
                {"t": now, "event": "say_end", "text": act.text, "interrupted": interrupted}
            )

    def _cue(self, name: str, now: float) -> None:
        self._player.cue(earcon(name))
        self._log.write({"t": now, "event": "cue", "name": name})


def _silence_after(act: Lasting) -> float:
    """Seconds of silence that belong to ``act`` after its last sample."""
    match act:
        case Say(_, pause):
            return pause
        case Ask(_, wait):
            return wait
        case Listen(seconds):
            return seconds
        case _:
            return 0.0
