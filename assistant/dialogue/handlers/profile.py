"""What the user wants remembered for good: "ingat itu", "panggil saya Ibu", "lupakan profil saya".

The machine only asks for it with a ``profile`` note; whoever keeps the profile answers with a
``ProfileKept`` event, and only then the user is told that it is kept.
"""

from collections.abc import Mapping
from dataclasses import replace

from assistant.dialogue import replanning
from assistant.dialogue.acts import Listen
from assistant.dialogue.events import ProfileKept
from assistant.dialogue.facts import Facts, value_of, values_of, without
from assistant.dialogue.handlers import voice_settings
from assistant.dialogue.state import REMARK, AgendaItem
from assistant.dialogue.turn import DialogueTurn
from assistant.dialogue.user_profile import CONDITIONS, Profile
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
    facts = {(key, name) for key in ("situation", "kept") for name in situations}
    facts |= {("leg", profile.leg), ("kept", "leg")} if profile.leg else set()
    facts |= {("kept", "person")} if person_of(profile) else set()
    return frozenset(facts)


def person_of(profile: Profile) -> str:
    """How to address the user: "Ibu Sri", "Ibu", "Sri" or nothing."""
    return " ".join(f"{profile.address} {profile.name}".split())


def tell(turn: DialogueTurn, *what: str) -> None:
    """The user has just told this: "ingat itu" means it."""
    told = {("told", one) for one in what}
    turn.state = replace(turn.state, facts=without(turn.state.facts, "told") | told)


def remember(turn: DialogueTurn, intent: Intent) -> None:
    """Have that kept which the intent names, or else what was told last."""
    changes = _named(turn, intent) or _told(turn)
    if changes:
        _note(turn, "profile", **changes)
    else:
        turn.say("keep_nothing")
    if turn.state.tasks:
        replanning.adapt(turn)


def _note(turn: DialogueTurn, kind: str, **data: str) -> None:
    """Ask for it to be kept; a talk with nothing else to say stays open until it is."""
    if turn.top is None or turn.top.kind == "talk":
        turn.remark(AgendaItem(Listen(_MOMENT), tag=REMARK))
    turn.note(kind, **data)


def _named(turn: DialogueTurn, intent: Intent) -> dict[str, str]:
    address, leg = intent.slots.get("address", ""), intent.slots.get("usual_leg", "")
    if address:
        tell(turn, "person")
        return {"address": address}
    if leg:
        tell(turn, "leg")
        return {"leg": leg}
    for knob in (voice_settings.PACE, voice_settings.VOLUME):
        step = _STEPS.get(intent.slots.get(knob.name, ""), 0)
        if step:
            voice_settings.adjust(turn, knob, step)
            tell(turn, knob.value)
    return {}


def _told(turn: DialogueTurn) -> dict[str, str]:
    changes: dict[str, str] = {}
    for what in values_of(turn.state.facts, "told"):
        match what:
            case "leg":
                changes["leg"] = value_of(turn.facts, "leg")
            case "rate":
                changes["rate"] = str(turn.state.rate)
            case "volume":
                changes["volume"] = str(turn.state.volume)
            case "pregnant":
                changes["pregnant"] = "yes"
            case "elderly":
                changes["over_65"] = "yes"
            case _ if what in CONDITIONS:
                changes["conditions"] = f"{changes.get('conditions', '')} {what}".strip()
    return changes


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
    if ("profiling", "yes") in turn.state.facts:
        turn.ask("profile_more")


def menu(turn: DialogueTurn, intent: Intent) -> None:
    """Ask what is to be kept, one thing after another."""
    turn.ask("profile")
    turn.learn(("profiling", "yes"))


def show(turn: DialogueTurn, intent: Intent) -> None:
    """Say what is kept."""
    turn.say("profile_told" if values_of(turn.facts, "kept") else "profile_empty")


def forget(turn: DialogueTurn, intent: Intent) -> None:
    """Ask whether everything is to be forgotten."""
    turn.ask("profile_forget")


def forget_now(turn: DialogueTurn, intent: Intent) -> None:
    """Confirmed: have everything forgotten that was kept by voice."""
    _note(turn, "profile_forget")


def not_pregnant(turn: DialogueTurn, intent: Intent) -> None:
    """Ask before what protects her is taken away; nothing was known, nothing changes."""
    if ("situation", "pregnant") in turn.facts:
        turn.ask("not_pregnant")
    else:
        turn.say("ok")


def not_pregnant_now(turn: DialogueTurn, intent: Intent) -> None:
    """Confirmed: the guide is for somebody who is not pregnant again."""
    was_kept = ("kept", "pregnant") in turn.state.known
    gone = {("situation", "pregnant"), ("kept", "pregnant")}
    turn.state = replace(turn.state, facts=turn.state.facts - gone, known=turn.state.known - gone)
    tell(turn, "not_pregnant")
    if was_kept:
        _note(turn, "profile", pregnant="no")
    else:
        turn.say("noted_situation")


def slots_told(intent: Intent, legs: tuple[str, ...]) -> tuple[str, ...]:
    """What of an intent's remarks may be kept for good."""
    situations: Mapping[str, None] = dict.fromkeys(
        intent.slots.get("situation", "").replace(",", " ").split()
    )
    told = tuple(name for name in situations if name in KEEPABLE)
    return (*told, "leg") if intent.slots.get("leg", "") in legs else told
