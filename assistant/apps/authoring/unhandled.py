"""Unhandled intents: phrases that can be recognised although the guide never reacts to them.

Found by trial: each intent is sent to the dialogue policy in a sample of states, and one that
changes nothing in any of them is unhandled.
"""

from collections.abc import Iterator
from dataclasses import replace

from assistant.apps.authoring.finding import LintFinding
from assistant.core.translation import _
from assistant.dialogue import policy
from assistant.dialogue.events import Finished, Understood
from assistant.dialogue.script.model import Script
from assistant.dialogue.state import State
from assistant.nlu.intent import Intent
from assistant.nlu.templates import Phrasebook

_NOBODY = Intent("nothing that any script knows")
_MOST_PARTS = 12
"""Parts of a guide or an answer after which each intent is tried."""


def unhandled_intents(book: Phrasebook, script: Script) -> Iterator[LintFinding]:
    """A finding for every intent that changes nothing in any state, at its first sentence."""
    moments = list(_moments(script))
    told: set[str] = set()
    heeded: set[str] = set()
    for phrase in book.phrases:
        if phrase.intent in heeded:
            continue
        intent = Intent(phrase.intent, dict(phrase.slots))
        if any(_changes(state, intent, script) for state in moments):
            heeded.add(phrase.intent)
    for phrase in book.phrases:
        if phrase.intent not in heeded | told:
            told.add(phrase.intent)
            yield LintFinding(
                "unheeded", phrase.source, phrase.text,
                _("the guide never handles {intent} ({text!r})").format(
                    intent=phrase.intent, text=phrase.text
                ),
                _("handle it in a guide, an answer or a question, or remove its sentences"),
            )  # fmt: skip


def _moments(script: Script) -> Iterator[State]:
    """The states tried: idle, every part of every guide, and of every answer."""
    idle = policy.initial()
    yield idle
    begins = [intent for guide in script.guides.values() for intent in guide.starts]
    begins += [intent for topic in script.topics.values() for intent in topic.intents]
    for name in begins:
        state, _ = policy.step(idle, Understood(1.0, Intent(name)), script)
        for part in range(_MOST_PARTS):
            yield state
            state, _ = policy.step(state, Finished(2.0 + part), script)


def _changes(state: State, intent: Intent, script: Script) -> bool:
    at = state.now + 1.0
    state_after, acts = policy.step(state, Understood(at, intent), script)
    usual_state, usual = policy.step(state, Understood(at, _NOBODY), script)
    return acts != usual or replace(state_after, now=0.0) != replace(usual_state, now=0.0)
