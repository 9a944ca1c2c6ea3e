"""What a typed conversation shows: the guide's words, and what became of each line."""

from collections.abc import Callable

from assistant.apps.demo.transcript_lines import YOU, transcript_line
from assistant.apps.listening_view.listening_status import outcome
from assistant.apps.utterance_texts import INTENTS
from assistant.core.event_log import Subscriber
from assistant.core.event_records import HeardRecord, Record
from assistant.core.translation import _, shown

WELCOME = _(
    'Type what you would say, such as "kaki saya kram". Nothing is stored, and nobody is told. '
    "Enter alone passes the time up to the next sentence, Ctrl-D ends it."
)


def typed_view(write: Callable[[str], None], echo: bool) -> Subscriber:
    """A subscriber of the event log that writes a line for whatever can be seen.

    ``echo``: what was typed as well, where no terminal has shown it.
    """

    def listen(record: Record) -> None:
        if record["event"] == "heard":
            if echo:
                write(f"{shown(YOU) + ':':<7}{record['text']}")
            write(f"       → {_meaning(record)}")
        elif line := transcript_line(record):
            write(line)

    return listen


def _meaning(record: HeardRecord) -> str:
    meaning = shown(INTENTS.get(record["intent"] or "", record["intent"] or ""))
    if record["accepted"]:
        return meaning
    return ", ".join(filter(None, (meaning, outcome(record))))
