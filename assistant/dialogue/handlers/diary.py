"""Diary intents: "catat", "berapa kali", "sakitnya berat"."""

from assistant.dialogue.acts import Listen
from assistant.dialogue.facts import Bookkeeping, Medical, value_of, values_of
from assistant.dialogue.handlers import profile
from assistant.dialogue.notes import (
    DiaryAdd,
    DiaryCount,
    DiaryDelete,
    DiaryLast,
    SeverityReported,
)
from assistant.dialogue.state import REMARK, AgendaItem
from assistant.dialogue.turn import DialogueTurn
from assistant.nlu.intent import Intent

SEVERITIES = ("mild", "moderate", "severe")

_MOMENT = 0.3
"""Seconds of silence while the diary answers."""


def last(turn: DialogueTurn, intent: Intent) -> None:
    """Ask the diary when the last cramp was."""
    turn.note(DiaryLast())


def count(turn: DialogueTurn, intent: Intent) -> None:
    """Ask the diary how many cramps there were, in a week unless a month is named."""
    turn.note(DiaryCount(days=30 if intent.slots.get("period") == "month" else 7))


def add(turn: DialogueTurn, intent: Intent) -> None:
    """Add a cramp to the diary, and ask once how bad it was."""
    if intent.slots.get("save") and values_of(turn.state.facts, Bookkeeping.TOLD):
        profile.remember(turn, intent)  # "simpan" after they said something about themselves
        return
    running = turn.find("guide")
    if running and turn.script.guides[running.name].episode:
        turn.say("diary_noted")  # this cramp was stored when its guide began
        return
    level = _level(intent)
    turn.remark(AgendaItem(Listen(_MOMENT), tag=REMARK))
    turn.note(DiaryAdd(level))
    if not level:
        turn.ask("severity")


def severity(turn: DialogueTurn, intent: Intent) -> None:
    """Store how bad it was; a user who is still in pain is comforted and hears no confirmation."""
    level = _level(intent) or value_of(turn.state.facts, Medical.SEVERITY)
    if level not in SEVERITIES:
        return
    if turn.guide and turn.guide.episode and (Medical.EASED, "yes") not in turn.state.facts:
        turn.note(SeverityReported(level, quiet=True))
        turn.say("still_hurts")
        return
    if turn.top is None or turn.top.kind == "talk":
        turn.remark(AgendaItem(Listen(_MOMENT), tag=REMARK))
    turn.note(SeverityReported(level))


def delete(turn: DialogueTurn, intent: Intent) -> None:
    """Ask for confirmation before everything is deleted."""
    turn.ask("diary_delete")


def delete_now(turn: DialogueTurn, intent: Intent) -> None:
    """Confirmed: delete all diary entries."""
    turn.note(DiaryDelete())


def _level(intent: Intent) -> str:
    level = intent.slots.get("severity", "")
    return level if level in SEVERITIES else ""
