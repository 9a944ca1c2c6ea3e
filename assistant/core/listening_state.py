"""The listening state: which phrases the user may say at the moment.

It selects the recogniser's grammar and the acceptance thresholds. The values are written to event
logs, templates (``requires_context``), the model manifest and ``--state``: they must not change.
"""

from enum import StrEnum


class ListeningState(StrEnum):
    """One listening state, equal to its value as text."""

    IDLE = "idle"
    """Nobody has asked for anything yet."""

    CONVERSATION = "conversation"
    """A guide, an answer or a question is going on."""

    BARGE_IN = "barge_in"
    """As ``CONVERSATION``, while the guide is speaking: a small grammar of commands."""

    ALL = "all"
    """No restriction: any phrase, as for a single file or text."""


PHRASE_STATES = (ListeningState.IDLE, ListeningState.CONVERSATION)
"""States that a template may name in ``requires_context``; without it a phrase has both."""

GRAPH_STATES = (*PHRASE_STATES, ListeningState.BARGE_IN)
"""States with a decoding graph of their own; the model's top folder is for ``ALL``."""

SELECTABLE_STATES = (*PHRASE_STATES, ListeningState.ALL)
"""States that ``--state`` accepts."""
