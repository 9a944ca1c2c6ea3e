"""Words that YAML 1.1 takes for true or false: Home Assistant's YAML reader does, ours does not.

A rule ``on:`` is called "on" here, but ``True`` there, where "<on>" is then unknown.
"""

import re
from collections.abc import Iterator
from pathlib import Path

import yaml

from assistant.core.translation import _
from assistant.nlu.templates.unsupported_keys import UnsupportedKey

_WORDS = re.compile(r"yes|Yes|YES|no|No|NO|on|On|ON|off|Off|OFF")
_MENTIONED = re.compile(rf"(?<!\w)({_WORDS.pattern})(?!\w)")

_SAME = frozenset({"wildcard", "slot", "digits", "words", "filter_with_regex", "ignore_whitespace"})
"""Keys whose values are meant as true or false."""


def bare_booleans(path: Path) -> Iterator[UnsupportedKey]:
    """The words of a valid file that are to be put in quotes."""
    text = path.read_text(encoding="utf-8-sig")
    if path.suffix == ".json" or not _MENTIONED.search(text):
        return
    key = ""
    for event in yaml.parse(text, Loader=yaml.SafeLoader):
        if not isinstance(event, yaml.ScalarEvent):
            continue
        if event.implicit[0] and _WORDS.fullmatch(event.value) and key not in _SAME:
            line = event.start_mark.line + 1 if event.start_mark else 1
            meaning = _("is true or false to hassil and Home Assistant, not a word")
            yield UnsupportedKey(
                event.value, f"{path.name}:{line}", meaning, _("put quotes around it")
            )
        key = event.value
