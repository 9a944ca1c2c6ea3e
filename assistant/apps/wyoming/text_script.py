"""The script as it is true by text: no diary, no profile, and somebody else's voice.

A client of the server may be anybody. So what is stored on this machine is neither read nor
changed for it, and the guide says so instead of claiming otherwise.
"""

from dataclasses import dataclass, replace
from pathlib import Path

from assistant.core.yaml_reader import read_yaml
from assistant.dialogue.script.model import Guide, Line, Part, Script, Topic

_RECORDS = (
    "diary_add",
    "diary_last",
    "diary_count",
    "diary_delete",
    "profile_menu",
    "profile_tell",
    "profile_forget",
)
"""Intents that read or change what is stored. "remember" and "severity" are not among them: they
also change the guide; their answers are replaced instead."""

_VOICE = ("slower", "faster", "softer", "louder", "slower_or_softer")

_CLAIMS = (
    "diary_noted",
    "kept",
    "not_kept",
    "keep_nothing",
    "forgotten",
    "profile_told",
    "profile_empty",
)
"""Replies that say what is stored, or offer to store it."""


@dataclass(frozen=True)
class TextReplies:
    """What is only said by text."""

    go_on: str
    """After a hold, which nobody counts aloud here."""

    not_understood: str

    done: str
    """After something that Home Assistant has carried out for a stranger's phrase."""

    not_done: str
    """After something that is only like a phrase of a stranger's: ``{phrase}``."""

    at_device: str
    """In place of everything that reads or changes the diary or the profile."""

    voice: str
    """In place of everything that changes pace or volume."""


def load_text_replies(phrases: Path) -> TextReplies:
    """Read ``by_text.yaml`` of the project's phrases; raises ``InputError`` with file and line."""
    names = "go_on not_understood done not_done at_device voice"
    fields = read_yaml(phrases / "by_text.yaml").fields("", names)
    return TextReplies(
        **{
            name: node.format_text("phrase" if name == "not_done" else "")
            for name, node in fields.items()
        }
    )


def text_script(script: Script, wording: TextReplies) -> Script:
    """``script`` without anything that would reveal, store or claim to store something.

    The intents become questions with one answer, so warning signs, emergencies and the guide in
    progress are treated as with any question. The guide no longer asks what only the diary needs.
    """
    at_device = (Line(wording.at_device),)
    topics = {
        "at_device": Topic("at_device", at_device, intents=_RECORDS),
        "voice": Topic("voice", (Line(wording.voice),), intents=_VOICE),
    }
    return replace(
        script,
        topics={**script.topics, **topics},
        replies={**script.replies, **dict.fromkeys(_CLAIMS, at_device)},
        guides={name: _unasked(guide) for name, guide in script.guides.items()},
    )


def _unasked(guide: Guide) -> Guide:
    """The guide without questions about the severity."""
    steps = (
        replace(step, parts=tuple(part for part in step.parts if not _asks_severity(part)))
        for step in guide.steps
    )
    return replace(guide, steps=tuple(steps))


def _asks_severity(part: Part) -> bool:
    return part.question is not None and "severity" in part.question.intents
