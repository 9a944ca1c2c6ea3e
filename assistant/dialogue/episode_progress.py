"""Reports to the diary what is known of a cramp as soon as it is known, not only at its end."""

from dataclasses import replace

from assistant.dialogue.acts import Act, Lasting, Note
from assistant.dialogue.facts import Medical, value_of, values_of
from assistant.dialogue.notes import EpisodeEnded, EpisodeStarted, EpisodeUpdated
from assistant.dialogue.script.model import Script
from assistant.dialogue.state import State
from assistant.dialogue.turn import DialogueTurn


def with_progress(
    before: State, after: State, acts: tuple[Act, ...], script: Script
) -> tuple[Act, ...]:
    """``acts`` with an ``EpisodeUpdated`` if more is known of the cramp than before the step.

    An act that takes time stays the last one.
    """
    known = progress(after, script)
    reported = progress(before, script)
    for act in acts:
        match act:
            case Note(EpisodeStarted(leg, situations)):
                reported = EpisodeUpdated(leg, situations)
            case Note(EpisodeEnded(_, leg, _, flags, situations)):
                reported = EpisodeUpdated(leg, situations, flags, ended=True)
    if known is None or reported is None:
        return acts
    if known.ended:
        reported = replace(reported, helped="", seconds=None, ended=True)
    if known == reported:
        return acts
    place = len(acts) - 1 if acts and isinstance(acts[-1], Lasting) else len(acts)
    return (*acts[:place], Note(known), *acts[place:])


def progress(state: State, script: Script) -> EpisodeUpdated | None:
    """What is known of the cramp that is being guided; None if none is."""
    cramps = {guide.name for guide in script.guides.values() if guide.episode}
    cramp = next((one for one in state.tasks if one.kind == "guide" and one.name in cramps), None)
    if cramp is None:
        return None
    facts = DialogueTurn(state, script).facts
    lasted = float(round(cramp.eased - cramp.started)) if cramp.eased else None
    return EpisodeUpdated(
        leg=value_of(facts, Medical.LEG),
        situations=values_of(facts, Medical.SITUATION),
        flags=values_of(facts, Medical.FLAG),
        helped="" if cramp.noted else cramp.helped,
        seconds=None if cramp.noted else lasted,
        ended=cramp.noted,
    )
