"""The fields of Wyoming events, each checked for its type before it is used."""

from typing import TypeGuard

from wyoming.audio import AudioChunk
from wyoming.event import Event

from assistant.apps.wyoming.event_reader import BadEvent
from assistant.apps.wyoming.info import LANGUAGE

LONGEST_TEXT = 500
"""Characters of a remark that is understood; a sentence has fewer."""

_RATES = range(8000, 48_001)
_WIDTHS = (1, 2, 4)
_CHANNELS = (1, 2)


def text_of(event: Event, key: str, optional: bool = False) -> str:
    """A text; empty if it is ``optional`` and missing. Raises ``BadEvent``."""
    value = event.data.get(key)
    if value is None and optional:
        return ""
    if not isinstance(value, str) or len(value) > LONGEST_TEXT:
        raise BadEvent(f"{event.type} needs a {key} of at most {LONGEST_TEXT} letters")
    return value


def conversation_of(event: Event) -> str:
    """The name of the conversation that a remark belongs to; empty if it names none.

    Raises ``BadEvent``.
    """
    context = event.data.get("context")
    if context is None:
        return ""
    if not isinstance(context, dict):
        raise BadEvent(f"the context of {event.type} must be an object")
    return text_of(Event(f"the context of {event.type}", context), "conversation_id", optional=True)


def check_transcribe(event: Event) -> None:
    """Raises ``BadEvent`` for a language that is not recognised here."""
    text_of(event, "name", optional=True)
    conversation_of(event)
    language = text_of(event, "language", optional=True)
    if language and language.lower().replace("_", "-").split("-")[0] != LANGUAGE:
        raise BadEvent(f"only Indonesian ({LANGUAGE}) is understood here")


def check_start(event: Event) -> None:
    """Raises ``BadEvent`` for a format that is refused; every chunk carries its own as well."""
    check_time(event)
    data = event.data
    given = [data.get(key, fit) for key, fit in (("rate", 8000), ("width", 2), ("channels", 1))]
    _check_format(*given)


def check_time(event: Event) -> None:
    """Raises ``BadEvent`` for a time stamp that is no number."""
    value = event.data.get("timestamp")
    if value is not None and type(value) not in (int, float):
        raise BadEvent(f"the timestamp of {event.type} must be a number")


def chunk_of(event: Event) -> AudioChunk:
    """The audio of an event, which need not end with a whole frame.

    Raises ``BadEvent`` for formats that nobody records speech in.
    """
    check_time(event)
    rate, width, channels = (event.data.get(key) for key in ("rate", "width", "channels"))
    return AudioChunk(*_check_format(rate, width, channels), event.payload or b"")


def seconds_of(chunk: AudioChunk) -> float:
    """Duration to the byte: ``AudioChunk.seconds`` ignores an incomplete frame."""
    return len(chunk.audio) / (chunk.width * chunk.channels * chunk.rate)


def _check_format(rate: object, width: object, channels: object) -> tuple[int, int, int]:
    if not (_is_int(rate) and rate in _RATES and _is_int(width) and width in _WIDTHS):
        raise BadEvent("sound needs a rate of 8000 to 48000 Hz and a width of 1, 2 or 4 bytes")
    if not (_is_int(channels) and channels in _CHANNELS):
        raise BadEvent("sound needs 1 or 2 channels")
    return rate, width, channels


def _is_int(value: object) -> TypeGuard[int]:
    """Whether JSON had a whole number: ``True`` is an int too, and 2.0 is equal to 2."""
    return type(value) is int
