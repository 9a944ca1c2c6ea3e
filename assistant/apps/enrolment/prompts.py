"""The texts and phrases of ``enroll``, read from ``enrol.yaml``."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from assistant.core.translation import _
from assistant.core.yaml_reader import read_yaml

NAMES = "hello ask again unclear skip done nothing stopped muted"


@dataclass(frozen=True)
class EnrolmentTexts:
    """The texts of an enrolment."""

    say: Mapping[str, str]
    """Name → text; ``{phrase}`` is replaced by the requested phrase."""

    phrases: tuple[str, ...]
    """The requested phrases, in this order."""


def load_enrolment_texts(path: Path) -> EnrolmentTexts:
    """Read them; raises ``InputError`` with file and line."""
    fields = read_yaml(path).fields("", "say phrases")
    say = {
        name: node.format_text("phrase") for name, node in fields["say"].fields("", NAMES).items()
    }
    phrases = tuple(one.text(_("a phrase")) for one in fields["phrases"].items("phrases"))
    if not phrases or len(set(phrases)) < len(phrases):
        raise fields["phrases"].error(_("phrases are missing or one is there twice"))
    return EnrolmentTexts(say, phrases)
