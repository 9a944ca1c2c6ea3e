"""A conversation as lines of text, in the reader's language but for what is said."""

from assistant.apps.utterance_texts import INTENTS
from assistant.core.event_records import HeardRecord, Record
from assistant.core.translation import _, shown

YOU = _("You")
"""Whose the user's lines are in the transcript."""


def transcript_line(record: Record) -> str:
    """What a record tells, as a line without its time; empty if it is nothing."""
    if record["event"] == "say_start":
        return f"{_speaker('Kram')}{record['text']}"
    if record["event"] == "say_end" and record["interrupted"]:
        return _speaker() + shown(_("(broken off)"))
    if record["event"] == "hold":
        held = _("[{seconds:.0f} seconds, counted]").format(seconds=record["seconds"])
        return _speaker() + shown(held)
    if record["event"] == "heard":
        return _as_heard(record)
    if record["event"] == "error":
        return f"!      {record['text']}"
    return ""


def _as_heard(record: HeardRecord) -> str:
    text, sure = record["text"], f"{record['confidence']:.2f}"
    if record["accepted"] or record["doubtful"]:
        mark = ":" if record["accepted"] else "?"
        meaning = shown(INTENTS.get(record["intent"] or "", record["intent"]))
        return f"{_speaker(shown(YOU), mark)}{text}   → {meaning} ({sure})"
    not_understood = shown(_("not understood"))
    return f"?      {text or '…'}   ({not_understood}, {sure})"


def _speaker(name: str = "", mark: str = ":") -> str:
    return f"{name + mark if name else '':<7}"


def clock_text(seconds: float) -> str:
    """Minutes and seconds: ``03:07.2``."""
    minutes, rest = divmod(seconds, 60)
    return f"{int(minutes):02d}:{rest:04.1f}"
