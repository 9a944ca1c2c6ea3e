"""One session of ``listen``, on a sound card or on files."""

import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from types import FrameType

from assistant.audio.level_meter import MeteredSource
from assistant.audio.pcm import AudioSource, Interruptible
from assistant.audio.stream_supervisor import needs_reexec
from assistant.audio.wav_player import WavPlayer
from assistant.core.errors import KramError
from assistant.core.interrupts import raise_if_interrupted
from assistant.core.translation import _
from assistant.runtime.components import Components
from assistant.runtime.composition import open_session
from assistant.runtime.conversation_loop import ConversationLoop
from assistant.runtime.session_options import SessionOptions


def run_session(options: SessionOptions) -> bool:
    """Listen and guide until the input ends, a signal says stop or ``needs_reexec`` says so.

    Returns True in the last case: the program shall be executed again.

    Raises ``InputError`` for unusable files, ``MissingError`` without microphone or model, and
    ``KramError`` at the end if a file that was asked for could not be written to its end.
    """
    with open_session(options) as components:
        source = components.source
        if options.meter is not None:
            components = replace(components, source=MeteredSource(source, options.meter))
        loop = ConversationLoop(components)
        if options.is_live and sys.stdin is not None and sys.stdin.isatty():
            threading.Thread(target=_hear_again_by_key, args=(loop,), daemon=True).start()
        with stopped_by_signals(loop, source):
            restart = loop.run(
                until=lambda state: (
                    options.is_live and needs_reexec() and not components.notifier.pending
                )
            )
        if not restart:
            components.systemd.stopping()
    if not restart and not (options.is_live and options.output is None):
        check_files(options, components)
    return restart


def check_files(options: SessionOptions, components: Components) -> None:
    """Raise ``KramError`` if a file that was asked for could not be written to its end."""
    cut = isinstance(components.player, WavPlayer) and components.player.incomplete
    for path, incomplete in ((options.output, cut), (options.events, components.log.incomplete)):
        if path is not None and incomplete:
            raise KramError(
                _("{output} is incomplete").format(output=path),
                _("free some disk space, or choose another"),
            )


def _hear_again_by_key(loop: ConversationLoop) -> None:
    """Enter in the terminal ends the deafness that the user asked for."""
    for __ in sys.stdin:
        loop.ear.press_key()


@contextmanager
def stopped_by_signals(loop: ConversationLoop, source: AudioSource) -> Iterator[None]:
    """End the loop, not the process, on SIGTERM and SIGINT, so that nothing is lost.

    SIGUSR1, where there is one, is the key of a service that has no terminal: it hears again.
    """

    def stop(number: int, frame: FrameType | None) -> None:
        loop.stop()
        if isinstance(source, Interruptible):
            source.interrupt()  # a pipe may not give another block for long

    before = {number: signal.signal(number, stop) for number in (signal.SIGTERM, signal.SIGINT)}
    key = getattr(signal, "SIGUSR1", None)
    if key is not None:
        before[key] = signal.signal(key, lambda number, frame: loop.ear.press_key())
    try:
        raise_if_interrupted()
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
