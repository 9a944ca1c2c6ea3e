"""Profile intents: "ingat itu", "panggil saya Ibu", "lupakan profil saya".

The policy asks for a change with a ``Note``; the profile store answers with a ``ProfileKept``
event, and only then the user hears that it is stored.
"""

from collections.abc import Mapping
from dataclasses import replace

from assistant.dialogue import replanning
from assistant.dialogue.acts import Listen
from assistant.dialogue.events import ProfileKept
from assistant.dialogue.facts import Bookkeeping, Fact, Facts, Medical, value_of, values_of, without
from assistant.dialogue.handlers import voice_settings
from assistant.dialogue.notes import ProfileChange, ProfileForget, ProfileRecord
from assistant.dialogue.state import REMARK, AgendaItem
from assistant.dialogue.turn import DialogueTurn
from assistant.dialogue.user_profile import CONDITIONS, Profile
from assistant.nlu.intent import Intent

STORABLE = frozenset({"pregnant", "elderly", *CONDITIONS})
"""Situations that may be stored in the profile."""

_MOMENT = 0.3
"""Seconds of silence while the profile is written."""

_STEPS = {"slower": -1, "faster": 1, "softer": -1, "louder": 1}


def known_of(profile: Profile) -> Facts:
    """Facts of a profile; ``Bookkeeping.KEPT`` names each entry that it holds."""
    situations = set(profile.conditions)
    situations |= {"pregnant"} if profile.pregnant else set()
    situations |= {"elderly"} if profile.over_65 else set()
    facts: set[Fact] = {(Medical.SITUATION, name) for name in situations}
    facts |= {(Bookkeeping.KEPT, name) for name in situations}
    facts |= {(Medical.LEG, profile.leg), (Bookkeeping.KEPT, "leg")} if profile.leg else set()
    facts |= {(Bookkeeping.KEPT, "person")} if person_of(profile) else set()
    return frozenset(facts)


def person_of(profile: Profile) -> str:
    """How to address the user: "Ibu Sri", "Ibu", "Sri" or nothing."""
    return " ".join(f"{profile.address} {profile.name}".split())


def mark_said(turn: DialogueTurn, *what: str) -> None:
    """Mark ``what`` as said last: "ingat itu" refers to it."""
    said = {(Bookkeeping.TOLD, one) for one in what}
    turn.state = replace(turn.state, facts=without(turn.state.facts, Bookkeeping.TOLD) | said)


def remember(turn: DialogueTurn, intent: Intent) -> None:
    """Store what the intent names, or else what the user said last."""
    change = _named(turn, intent) or _said_last(turn)
    if change == ProfileChange():
        turn.say("keep_nothing")
    else:
        _note(turn, change)
    if turn.state.tasks:
        replanning.adapt(turn)


def _note(turn: DialogueTurn, record: ProfileRecord) -> None:
    """Emit the record; a talk with nothing else to say stays open for the outcome."""
    if turn.top is None or turn.top.kind == "talk":
        turn.remark(AgendaItem(Listen(_MOMENT), tag=REMARK))
    turn.note(record)


def _named(turn: DialogueTurn, intent: Intent) -> ProfileChange | None:
    """What the intent itself names: a form of address, a leg, or the voice's pace or volume."""
    address, leg = intent.slots.get("address", ""), intent.slots.get("usual_leg", "")
    if address:
        mark_said(turn, "person")
        return ProfileChange(address=address)
    if leg:
        mark_said(turn, "leg")
        return ProfileChange(leg=leg)
    for knob in (voice_settings.PACE, voice_settings.VOLUME):
        step = _STEPS.get(intent.slots.get(knob.name, ""), 0)
        if step:
            voice_settings.adjust(turn, knob, step)
            mark_said(turn, knob.value)
    return None


def _said_last(turn: DialogueTurn) -> ProfileChange:
    """What the user said last about themselves."""
    change = ProfileChange()
    for what in values_of(turn.state.facts, Bookkeeping.TOLD):
        match what:
            case "leg":
                change = replace(change, leg=value_of(turn.facts, Medical.LEG))
            case "rate":
                change = replace(change, rate=turn.state.rate)
            case "volume":
                change = replace(change, volume=turn.state.volume)
            case "pregnant":
                change = replace(change, pregnant=True)
            case "elderly":
                change = replace(change, over_65=True)
            case _ if what in CONDITIONS:
                change = replace(change, conditions=(*change.conditions, what))
    return change


def report_stored(turn: DialogueTurn, event: ProfileKept) -> None:
    """Report that the profile was stored, or that it could not be."""
    profile = event.profile
    if profile is not None:
        turn.state = replace(turn.state, known=known_of(profile), person=person_of(profile))
        if event.forgotten:
            turn.state = replace(turn.state, rate=profile.rate, volume=profile.volume)
            turn.adjust()
    if turn.in_emergency:
        return
    if profile is None:
        turn.say("not_kept")
    else:
        turn.say("forgotten" if event.forgotten else "kept")
    if (Bookkeeping.PROFILING, "yes") in turn.state.facts:
        turn.ask("profile_more")


def menu(turn: DialogueTurn, intent: Intent) -> None:
    """Ask what to store, one entry after another."""
    turn.ask("profile")
    turn.learn((Bookkeeping.PROFILING, "yes"))


def show(turn: DialogueTurn, intent: Intent) -> None:
    """Say what the profile holds."""
    turn.say("profile_told" if values_of(turn.facts, Bookkeeping.KEPT) else "profile_empty")


def forget(turn: DialogueTurn, intent: Intent) -> None:
    """Ask for confirmation before the profile is deleted."""
    turn.ask("profile_forget")


def forget_now(turn: DialogueTurn, intent: Intent) -> None:
    """Confirmed: delete everything that was stored by voice."""
    _note(turn, ProfileForget())


def not_pregnant(turn: DialogueTurn, intent: Intent) -> None:
    """Ask for confirmation before the protection in pregnancy is dropped."""
    if (Medical.SITUATION, "pregnant") in turn.facts:
        turn.ask("not_pregnant")
    else:
        turn.say("ok")


def not_pregnant_now(turn: DialogueTurn, intent: Intent) -> None:
    """Confirmed: the user is no longer pregnant; drop the fact and any stored entry."""
    was_kept = (Bookkeeping.KEPT, "pregnant") in turn.state.known
    gone = {(Medical.SITUATION, "pregnant"), (Bookkeeping.KEPT, "pregnant")}
    turn.state = replace(turn.state, facts=turn.state.facts - gone, known=turn.state.known - gone)
    mark_said(turn, "not_pregnant")
    if was_kept:
        _note(turn, ProfileChange(pregnant=False))
    else:
        turn.say("noted_situation")


def storable_slots(intent: Intent, legs: tuple[str, ...]) -> tuple[str, ...]:
    """What of an intent's slots may be stored in the profile."""
    situations: Mapping[str, None] = dict.fromkeys(
        intent.slots.get("situation", "").replace(",", " ").split()
    )
    found = tuple(name for name in situations if name in STORABLE)
    return (*found, "leg") if intent.slots.get("leg", "") in legs else found
