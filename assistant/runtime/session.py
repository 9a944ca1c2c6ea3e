"""One session of ``listen``, on a sound card or on files."""

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

from assistant.audio.pcm import AudioSource, Interruptible
from assistant.audio.stream_supervisor import needs_reexec
from assistant.runtime.composition import open_session
from assistant.runtime.conversation_loop import ConversationLoop
from assistant.runtime.session_options import SessionOptions


def run_session(options: SessionOptions) -> bool:
    """Listen and guide until the input ends, a signal says stop or ``needs_reexec`` says so.

    Returns True in the last case: the program shall be executed again.

    Raises ``InputError`` for unusable files, ``MissingError`` without microphone or model.
    """
    with open_session(options) as components:
        loop = ConversationLoop(components)
        with _stopped_by_signals(loop, components.source):
            restart = loop.run(
                until=lambda state: (
                    options.is_live and needs_reexec() and not components.notifier.pending
                )
            )
        if not restart:
            components.systemd.stopping()
    return restart


@contextmanager
def _stopped_by_signals(loop: ConversationLoop, source: AudioSource) -> Iterator[None]:
    """End the loop, not the process, on SIGTERM and SIGINT, so that nothing is lost."""

    def stop(number: int, frame: FrameType | None) -> None:
        loop.stop()
        if isinstance(source, Interruptible):
            source.interrupt()  # a pipe may not give another block for long

    before = {number: signal.signal(number, stop) for number in (signal.SIGTERM, signal.SIGINT)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
