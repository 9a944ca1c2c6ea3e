"""Details that are told in passing."""

from assistant.understanding.match import Entry

REMARKS = ("leg", "situation", "sign")
SEVERAL = ("sign", "situation")
"""Slots that may hold more than one value, with commas."""


def add(slots: dict[str, str], name: str, value: str) -> None:
    """Several signs or situations are one slot with commas; a denied sign takes no other one."""
    if name not in slots:
        slots[name] = value
    elif name in SEVERAL and "negated" not in slots and value not in slots[name].split(","):
        slots[name] += f",{value}"


def is_remark(entry: Entry) -> bool:
    slots = entry.phrase.slots
    return bool(slots) and all(name in REMARKS for name, _ in slots)
