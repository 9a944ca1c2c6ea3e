"""What the user wants remembered for good: "ingat itu", "panggil saya Ibu", "lupakan profil saya".

The machine only asks for it with a ``profile`` note; whoever keeps the profile answers with a
``ProfileKept`` event, and only then the user is told that it is kept.
"""

from collections.abc import Mapping
from dataclasses import replace

from assistant.dialogue import replanning
from assistant.dialogue.acts import Listen
from assistant.dialogue.events import ProfileKept
from assistant.dialogue.facts import Bookkeeping, Fact, Facts, Medical, value_of, values_of, without
from assistant.dialogue.handlers import voice_settings
from assistant.dialogue.notes import ProfileChange, ProfileForget, ProfileRecord
from assistant.dialogue.state import CONDITIONS, REMARK, AgendaItem, Profile
from assistant.dialogue.turn import DialogueTurn
from assistant.nlu.intent import Intent

KEEPABLE = frozenset({"pregnant", "elderly", *CONDITIONS})
"""Situations that outlive a night."""

_MOMENT = 0.3
"""Seconds of silence while the profile is being written."""

_STEPS = {"slower": -1, "faster": 1, "softer": -1, "louder": 1}


def known_of(profile: Profile) -> Facts:
    """What a profile lets the guide know; ``kept`` names each thing that it holds."""
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


def tell(turn: DialogueTurn, *what: str) -> None:
    """The user has just told this: "ingat itu" means it."""
    told = {(Bookkeeping.TOLD, one) for one in what}
    turn.state = replace(turn.state, facts=without(turn.state.facts, Bookkeeping.TOLD) | told)


def remember(turn: DialogueTurn, intent: Intent) -> None:
    """Have that kept which the intent names, or else what was told last."""
    change = _named(turn, intent) or _told(turn)
    if change == ProfileChange():
        turn.say("keep_nothing")
    else:
        _note(turn, change)
    if turn.state.tasks:
        replanning.adapt(turn)


def _note(turn: DialogueTurn, record: ProfileRecord) -> None:
    """Ask for it to be kept; a talk with nothing else to say stays open until it is."""
    if turn.top is None or turn.top.kind == "talk":
        turn.remark(AgendaItem(Listen(_MOMENT), tag=REMARK))
    turn.note(record)


def _named(turn: DialogueTurn, intent: Intent) -> ProfileChange | None:
    """What the intent itself names: a form of address, a leg, or the voice's pace or volume."""
    address, leg = intent.slots.get("address", ""), intent.slots.get("usual_leg", "")
    if address:
        tell(turn, "person")
        return ProfileChange(address=address)
    if leg:
        tell(turn, "leg")
        return ProfileChange(leg=leg)
    for knob in (voice_settings.PACE, voice_settings.VOLUME):
        step = _STEPS.get(intent.slots.get(knob.name, ""), 0)
        if step:
            voice_settings.adjust(turn, knob, step)
            tell(turn, knob.value)
    return None


def _told(turn: DialogueTurn) -> ProfileChange:
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


def kept(turn: DialogueTurn, event: ProfileKept) -> None:
    """The profile was kept, or could not be."""
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
    """Ask what is to be kept, one thing after another."""
    turn.ask("profile")
    turn.learn((Bookkeeping.PROFILING, "yes"))


def show(turn: DialogueTurn, intent: Intent) -> None:
    """Say what is kept."""
    turn.say("profile_told" if values_of(turn.facts, Bookkeeping.KEPT) else "profile_empty")


def forget(turn: DialogueTurn, intent: Intent) -> None:
    """Ask whether everything is to be forgotten."""
    turn.ask("profile_forget")


def forget_now(turn: DialogueTurn, intent: Intent) -> None:
    """Confirmed: have everything forgotten that was kept by voice."""
    _note(turn, ProfileForget())


def not_pregnant(turn: DialogueTurn, intent: Intent) -> None:
    """Ask before what protects her is taken away; nothing was known, nothing changes."""
    if (Medical.SITUATION, "pregnant") in turn.facts:
        turn.ask("not_pregnant")
    else:
        turn.say("ok")


def not_pregnant_now(turn: DialogueTurn, intent: Intent) -> None:
    """Confirmed: the guide is for somebody who is not pregnant again."""
    was_kept = (Bookkeeping.KEPT, "pregnant") in turn.state.known
    gone = {(Medical.SITUATION, "pregnant"), (Bookkeeping.KEPT, "pregnant")}
    turn.state = replace(turn.state, facts=turn.state.facts - gone, known=turn.state.known - gone)
    tell(turn, "not_pregnant")
    if was_kept:
        _note(turn, ProfileChange(pregnant=False))
    else:
        turn.say("noted_situation")


def slots_told(intent: Intent, legs: tuple[str, ...]) -> tuple[str, ...]:
    """What of an intent's remarks may be kept for good."""
    situations: Mapping[str, None] = dict.fromkeys(
        intent.slots.get("situation", "").replace(",", " ").split()
    )
    told = tuple(name for name in situations if name in KEEPABLE)
    return (*told, "leg") if intent.slots.get("leg", "") in legs else told
