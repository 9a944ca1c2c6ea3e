"""Reads Wyoming events with size limits; the library's own reader accepts any length."""

import asyncio
import json

from wyoming.event import Event

from assistant.runtime.server_limits import ServeLimits


class BadEvent(Exception):
    """Invalid or oversized event; the message is sent to the client."""


async def read_event(reader: asyncio.StreamReader, limits: ServeLimits) -> Event | None:
    """The next event; None if the client has disconnected.

    ``reader`` must have been made with ``limit=limits.max_header_bytes``. Raises ``BadEvent``,
    and ``TimeoutError`` if no complete event arrives within ``limits.idle_seconds``.
    """
    async with asyncio.timeout(limits.idle_seconds):
        try:
            line = await reader.readline()
        except ValueError:
            raise BadEvent(f"the header is longer than {limits.max_header_bytes} bytes") from None
        if not line:
            return None
        header = _json_object(line, "header")
        kind = header.get("type")
        data = header.get("data")
        data = {} if data is None else data
        if not isinstance(kind, str) or not isinstance(data, dict):
            raise BadEvent("an event needs a type (string) and data (object)")
        data_bytes = _length(header, "data_length", limits.max_header_bytes)
        payload_bytes = _length(header, "payload_length", limits.max_payload_bytes)
        try:
            if data_bytes:
                data = data | _json_object(await reader.readexactly(data_bytes), "data")
            payload = await reader.readexactly(payload_bytes) if payload_bytes else None
        except asyncio.IncompleteReadError:
            return None  # disconnected in the middle of an event
    return Event(kind, data, payload)


def _json_object(text: bytes, what: str) -> dict[str, object]:
    try:
        value = json.loads(text.decode(), parse_constant=_refuse_constant)
        # "\ud800" is valid JSON, but half a character: no answer that repeats it can be sent
        json.dumps(value, ensure_ascii=False).encode()
    except (ValueError, RecursionError):
        raise BadEvent(f"the {what} is not JSON in UTF-8") from None
    if not isinstance(value, dict):
        raise BadEvent(f"the {what} is not a JSON object")
    return value


def _refuse_constant(name: str) -> None:
    raise ValueError(f"{name} is not JSON")


def _length(header: dict[str, object], name: str, longest: int) -> int:
    value = header.get(name)
    if value is None:
        return 0
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= longest:
        raise BadEvent(f"{name} must be a whole number of at most {longest}")
    return value
