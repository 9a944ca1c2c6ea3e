"""The texts and phrases of ``enroll``, read from ``enrol.yaml``."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import yaml

from assistant.core.errors import InputError

NAMES = ("hello", "ask", "again", "unclear", "skip", "done", "nothing", "stopped")


@dataclass(frozen=True)
class EnrolmentTexts:
    """The texts of an enrolment."""

    say: Mapping[str, str]
    """Name → text; ``{phrase}`` is replaced by the requested phrase."""

    phrases: tuple[str, ...]
    """The requested phrases, in this order."""


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
        detail = " ".join(str(error).split())
        raise InputError(f"cannot read {path}: {detail}", "correct the file") from error
    except (KeyError, TypeError, ValueError, IndexError, AttributeError) as error:
        raise InputError(
            f"{path} lacks a text or has a wrong one ({error})",
            f"it needs say: with {', '.join(NAMES)} and a list phrases:",
        ) from error
    if not phrases or not all(phrases) or len(set(phrases)) < len(phrases):
        problem = f"{path}: phrases: must hold different phrases, at least one"
        raise InputError(problem, "correct the list")
    return EnrolmentTexts(say, phrases)
