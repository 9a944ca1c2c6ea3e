"""One deadline for a whole try: the name's address, the connection, TLS, and the answer."""

import threading
from collections.abc import Callable

_TIDY_SECONDS = 0.5
"""How long a try that is over may take to close its connection."""


def ended_within(
    seconds: float, work: Callable[[], None], over: threading.Event, abandon: Callable[[], None]
) -> None:
    """Run ``work`` in a thread until it sets ``over``; after ``seconds`` call ``abandon``.

    Time limits of a socket hold for each byte, and looking up a name has none, so the caller
    does not wait for the thread itself. ``work`` must send nothing once ``over`` is set.
    """
    thread = threading.Thread(target=work, name="one try", daemon=True)
    thread.start()
    over.wait(seconds)
    abandon()
    thread.join(_TIDY_SECONDS)
