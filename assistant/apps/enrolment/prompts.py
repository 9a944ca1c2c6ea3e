"""What ``enroll`` says and asks for, as read from ``enrol.yaml``."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import yaml

from assistant.core.errors import InputError

NAMES = ("hello", "ask", "again", "unclear", "skip", "done", "nothing", "stopped")


@dataclass(frozen=True)
class EnrolmentTexts:
    """The words of an enrolment."""

    say: Mapping[str, str]
    """Name → text; ``{phrase}`` stands for the phrase that is asked for."""

    phrases: tuple[str, ...]
    """What is asked for, in this order."""


def load_enrolment_texts(path: Path) -> EnrolmentTexts:
    """Read them; raises ``InputError`` with the file and what is wrong in it."""
    try:
        # every value stays a text: ya and tidak are words here
        tree = yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.BaseLoader)
        say = {name: str(tree["say"][name]) for name in NAMES}
        phrases = tuple(" ".join(str(one).split()) for one in tree["phrases"])
        for text in say.values():
            text.format(phrase="")
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise InputError(f"cannot read {path}: {' '.join(str(error).split())}") from error
    except (KeyError, TypeError, ValueError, IndexError, AttributeError) as error:
        raise InputError(
            f"{path} needs say: with {', '.join(NAMES)} and a list phrases: ({error})"
        ) from error
    if not phrases or not all(phrases) or len(set(phrases)) < len(phrases):
        raise InputError(f"{path}: phrases: must hold different phrases, at least one")
    return EnrolmentTexts(say, phrases)
