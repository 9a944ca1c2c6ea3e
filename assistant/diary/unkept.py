"""What stands in the diary's place when there is none to write in: nobody is left alone for it."""

import logging
from collections.abc import Mapping
from pathlib import Path

from assistant.diary.book import Diary, DiaryBook
from assistant.diary.words import Words
from assistant.errors import KramError

_LOGGER = logging.getLogger(__name__)


class Unkept:
    """A ``Diary`` that keeps nothing and says so: when it is asked, and when a cramp is over."""

    def __init__(self, words: Words) -> None:
        self._words = words

    def take(self, kind: str, data: Mapping[str, str]) -> str | None:
        """Keep nothing; see ``Diary``. Who is in pain just now is not told of a diary."""
        told = kind in ("episode_end", "diary_query") or (
            kind == "severity" and not data.get("quiet")
        )
        return self._words.failed if told else None


def open_diary(path: Path | None, words: Words) -> Diary:
    """The diary of that file; ``Unkept``, with a line in the log, where it cannot be opened.

    A full disk, a home that cannot be written, a file that is no diary: the cramp is there anyway.
    """
    try:
        return DiaryBook(path, words)
    except KramError as error:
        _LOGGER.error("%s; the guide goes on without it", error)
        return Unkept(words)
