"""In which language a visitor sees the page."""

from assistant.core.translation import LANGUAGES, language

NAMES = {"id": "Bahasa Indonesia", "en": "English"}
"""What each language calls itself."""

_INDONESIAN = ("id", "in")
"""Its code, and the one that Java and old Android use."""


def page_language(wished: str, accepted: str, is_configured: bool, usual: str = "") -> str:
    """One of ``LANGUAGES``: that of the link at the foot of the page, if one was followed.

    Else the one that Kram was told, which the process has (``is_configured``); else Indonesian,
    if the browser prefers it to English (``accepted``: its ``Accept-Language``); else ``usual``, or
    without it that of the process. A browser's English counts for nothing: it is what they ask for
    unless somebody has chosen another language, also on an Indonesian computer.
    """
    wished = wished.lower()
    if wished in (*LANGUAGES, *_INDONESIAN):
        return "id" if wished in _INDONESIAN else wished
    return "id" if not is_configured and _prefers_indonesian(accepted) else usual or language()


def _prefers_indonesian(accepted: str) -> bool:
    found = {"id": 0.0, "en": 0.0}
    for part in accepted.split(","):
        tag, _, weight = part.partition(";")
        name = tag.strip().lower().split("-")[0]
        name = "id" if name in _INDONESIAN else name
        if name in found:
            found[name] = max(found[name], _quality(weight))
    return found["id"] > found["en"]


def _quality(weight: str) -> float:
    """Of ``q=0.8``; 1 without it, 0 for what is no number."""
    name, _, value = weight.strip().partition("=")
    if not name:
        return 1.0
    try:
        return min(1.0, float(value))
    except ValueError:
        return 0.0
