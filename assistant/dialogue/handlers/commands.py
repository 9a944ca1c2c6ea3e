"""Commands that control the conversation: stop, repeat, slower, help and the like."""

from collections.abc import Callable, Mapping
from dataclasses import replace

from assistant.dialogue import guide_runner, replanning, timing
from assistant.dialogue.acts import Ask, Hold, Say
from assistant.dialogue.derived_facts import STAND, STANDING
from assistant.dialogue.facts import Bookkeeping, Medical, values_of, with_fact, without
from assistant.dialogue.handlers import (
    deafness,
    diary,
    faq,
    help_calls,
    navigation,
    profile,
    questions,
    red_flags,
    sign_memory,
    situations,
    voice_settings,
)
from assistant.dialogue.script.model import Guide, Step
from assistant.dialogue.state import REMARK, AgendaItem, State, Task
from assistant.dialogue.turn import DialogueTurn
from assistant.nlu.intent import Intent

_SOON = 5
"""Seconds of a hold to which the answer to "masih lama?" is rounded."""

Control = Callable[[DialogueTurn, Intent], None]


def stop(turn: DialogueTurn, intent: Intent) -> None:
    """End an answer inside a guide, else everything."""
    if not turn.state.tasks:
        return
    top = turn.top
    if top and top.kind == "answer" and turn.find("guide"):
        faq.end(turn)
        return
    if questions.asked(turn, "too_long"):
        sign_memory.too_long(turn)  # it was said, and not denied
    while turn.top:
        guide_runner.pop(turn)
    turn.carried = ()
    leaves = "farewell" in intent.slots or takes_leave(turn, intent)
    if not leaves:
        turn.state = replace(turn.state, awake_until=State.awake_until)
    left = turn.script.replies["left_to_do"]
    good_night = leaves and not any(line.condition.holds(turn.facts) for line in left)
    turn.say("good_night" if good_night else "stopped")
    turn.say_lines(left)
    # who leaves is told what a doubted sign asks for, and not asked about it again
    doubted = values_of(turn.state.facts, Medical.UNSURE)
    turn.learn(*((Bookkeeping.UNANSWERED, sign) for sign in doubted))


def repeat(turn: DialogueTurn, intent: Intent) -> None:
    """Repeat the last sentence, not the last step; asked how, what is to be held."""
    text, kind = turn.state.last_said, turn.state.last_kind
    holding = turn.head
    if holding and isinstance(holding.act, Hold) and holding.resume and "about" in intent.slots:
        text, kind = holding.resume, holding.kind
    again = AgendaItem(Say(text), tag=REMARK, kind=kind)
    if not text or not turn.allows(again):
        turn.say("repeat_nothing" if not turn.state.tasks else "back_to_guide")
        return
    turn.park()
    head = turn.head
    if head and isinstance(head.act, Say | Ask) and head.act.text == text:
        return  # it is queued anyway
    turn.remark(again)


_READY = frozenset({
    *("sudah", "udah", "udh", "wis", "wes", "uwis", "geus", "sampun", "dah", "siap"),
    *("oke", "ok", "okay", "ya", "iya", "nah", "nih", "deh", "ini"),
})  # fmt: skip
"""Words of who comes back from a pause: "oke udah" is no relief then."""


def takes_leave(turn: DialogueTurn, intent: Intent) -> bool:
    """Whether ``intent`` was said along with a good night or thanks."""
    return any(f" {word} " in f" {intent.text} " for word in turn.script.farewells)


def better(turn: DialogueTurn, intent: Intent) -> None:
    """The cramp has eased: go to the gentle end of the guide."""
    if navigation.paused(turn):
        if intent.text and set(intent.text.split()) <= _READY:
            navigation.go_on(turn, intent)
            return
        navigation.unpause(turn)
    while turn.top and turn.top.kind != "guide" and turn.find("guide"):
        guide_runner.pop(turn)
    top, one, step = turn.top, turn.guide, turn.current_step
    if top is None or one is None or not one.eased:
        turn.say("ok")
        return
    first = (Medical.EASED, "yes") not in turn.state.facts
    turn.learn((Medical.EASED, "yes"))
    if takes_leave(turn, intent):
        turn.learn((Bookkeeping.LEAVING, "yes"))
    if first and step:
        helped = _what_helped(top, one, step)
        turn.set_top(replace(top, helped=helped, eased=turn.state.now))
    turn.returned = False
    turn.say("better")
    if top.step < one.index(one.eased):
        guide_runner.go(turn, one.eased)
    else:
        replanning.recheck(turn)


def _what_helped(top: Task, one: Guide, step: Step) -> str:
    """Id of the exercise during which it eased, or of the last one before it."""
    done = [s for s in one.steps[: top.step + 1] if s.kind and top.count(f"visit {s.id}")]
    return (step if step.kind or not done else done[-1]).id


def worse(turn: DialogueTurn, intent: Intent) -> None:
    """It still hurts: comfort, and go back to the stretch if the guide was past it."""
    top, one = turn.top, turn.guide
    if top is None:
        turn.say("offer_idle")
        return
    if one and one.episode and (flag := red_flags.ends_guide(turn)):
        turn.say_lines(flag.lines)
        return
    again = (Medical.EASED, "yes") in turn.state.facts
    turn.state = replace(turn.state, facts=with_fact(turn.state.facts, Medical.EASED, "no"))
    if one and one.worse and again and top.step >= one.index(one.eased):
        navigation.unpause(turn)
        turn.set_top(replace(turn.top or top, helped="", eased=0.0))
        turn.say("worse")
        facts = turn.state.facts
        if (Bookkeeping.GETTING_UP, "yes") in facts:
            facts -= {(Medical.SITUATION, STANDING)}  # told to sit down
        gone = (Bookkeeping.GETTING_UP, Bookkeeping.LEAVING)
        turn.state = replace(turn.state, facts=without(facts, *gone))
        guide_runner.go(turn, one.worse)
        return
    turn.say("still_hurts")
    again = (Bookkeeping.COMFORTED, "yes") in turn.state.facts
    turn.learn((Bookkeeping.COMFORTED, "no" if again else "yes"))


def partly(turn: DialogueTurn, intent: Intent) -> None:
    """Half better is not better: the stretch goes on, and nobody gets up."""
    if (Medical.EASED, "yes") in turn.state.facts or turn.guide is None:
        worse(turn, intent)
    else:
        turn.say("better_partly")


def refuse(turn: DialogueTurn, intent: Intent) -> None:
    """A "no" that answers no question: it keeps who is getting up from standing."""
    if (Bookkeeping.GETTING_UP, "yes") in turn.state.facts:
        step = turn.current_step
        turn.state = replace(turn.state, facts=without(turn.state.facts, Bookkeeping.GETTING_UP))
        turn.learn((Bookkeeping.GETTING_UP, "no"))
        if step and step.kind == STAND:
            turn.say("stay_down")
            replanning.recheck(turn)


def thanks(turn: DialogueTurn, intent: Intent) -> None:
    """While a cramp is treated, thanks may be a good night: offer a short way out."""
    one = turn.guide
    danger = questions.asks_about_danger(turn) or questions.asked(turn, "sign_or_not")
    if danger or one is None or not one.episode or not one.eased:
        turn.say("thanks")
    elif (Medical.EASED, "yes") in turn.state.facts:
        turn.learn((Bookkeeping.LEAVING, "yes"))
        turn.say("thanks")
        replanning.recheck(turn)
    else:
        turn.ask("leaving")


def help_menu(turn: DialogueTurn, intent: Intent) -> None:
    """Name the few commands that help most right now."""
    turn.say(f"help_{place(turn)}")


def place(turn: DialogueTurn) -> str:
    """``idle``, ``guide`` or ``answer``: the suffix of the help and offer replies."""
    top = turn.top
    if top is None or top.kind == "talk":
        return "guide" if turn.find("guide") else "idle"
    return top.kind


def time_left(turn: DialogueTurn, intent: Intent) -> None:
    """Say how long the guide will still take."""
    if not turn.find("guide"):
        turn.say("nothing_left")
        return
    head, one = turn.head, turn.guide
    if one and one.episode and head and isinstance(head.act, Hold):
        left = head.act.seconds - (0.0 if turn.dirty else turn.state.now - turn.state.since)
        if left > _SOON:
            tens = min(60, round(left / _SOON) * _SOON)
            turn.say("time_left_hold", seconds=turn.script.numbers[tens])
        else:
            turn.say("time_left_short")
        return
    minutes = round(timing.seconds_left(turn) / 60)
    if minutes < 1:
        turn.say("time_left_short")
    else:
        turn.say("time_left", minutes=turn.script.numbers[min(minutes, 60)])


def _adjusts(knob: voice_settings.Knob, step: int) -> Control:
    def control(turn: DialogueTurn, intent: Intent) -> None:
        turn.say(voice_settings.adjust(turn, knob, step), voice_settings.KIND)
        profile.mark_said(turn, knob.value)

    return control


CONTROLS: Mapping[str, Control] = {
    "stop": stop,
    "pause": navigation.pause,
    "continue": navigation.go_on,
    "next": navigation.forward,
    "back": navigation.backward,
    "repeat": repeat,
    "better": better,
    "still_hurts": worse,
    "better_partly": partly,
    "slower": _adjusts(voice_settings.PACE, -1),
    "faster": _adjusts(voice_settings.PACE, 1),
    "softer": _adjusts(voice_settings.VOLUME, -1),
    "louder": _adjusts(voice_settings.VOLUME, 1),
    "slower_or_softer": lambda turn, intent: turn.ask("pace"),
    "left": lambda turn, intent: situations.set_leg(turn, "left"),
    "right": lambda turn, intent: situations.set_leg(turn, "right"),
    "both": lambda turn, intent: situations.set_leg(turn, "both"),
    "situation": situations.situation,
    "pregnant": situations.situation,
    "help_menu": help_menu,
    "time_left": time_left,
    "thanks": thanks,
    "no": refuse,
    "toilet": navigation.to_the_toilet,
    "plays_down": situations.played_down,
    "calling": help_calls.say_whom,
    "diary_add": diary.add,
    "diary_last": diary.last,
    "diary_count": diary.count,
    "diary_delete": diary.delete,
    "diary_delete_now": diary.delete_now,
    "severity": diary.severity,
    "remember": profile.remember,
    "profile_menu": profile.menu,
    "profile_tell": profile.show,
    "profile_forget": profile.forget,
    "profile_forget_now": profile.forget_now,
    "not_pregnant": profile.not_pregnant,
    "not_pregnant_now": profile.not_pregnant_now,
    "sign_present": lambda turn, intent: red_flags.resolve_sign(turn, True),
    "sign_unanswered": lambda turn, intent: sign_memory.sign_unanswered(turn),
    "sign_absent": lambda turn, intent: red_flags.resolve_sign(turn, False),
    "deafen": deafness.deafen,
    "deafen_now": lambda turn, intent: deafness.deafen_now(turn),
    "all_clear": lambda turn, intent: red_flags.all_clear(turn),
}
