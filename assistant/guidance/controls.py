"""Wishes that steer the conversation: wait, again, slower, stop and the like."""

from collections.abc import Callable, Mapping
from dataclasses import replace

from assistant.guidance import (
    adjusting,
    answers,
    detours,
    diary,
    estimates,
    flags,
    guide,
    keeping,
    moves,
)
from assistant.guidance.acts import Ask, Say
from assistant.guidance.facts import value_of, with_fact
from assistant.guidance.script import Guide, Step
from assistant.guidance.state import REMARK, Item, Task
from assistant.guidance.turn import Turn
from assistant.understanding.intent import Intent

Control = Callable[[Turn, Intent], None]


def stop(turn: Turn, intent: Intent) -> None:
    """End what is going on: an answer within a guide, else everything."""
    if not turn.state.tasks:
        return
    top = turn.top
    if top and top.kind == "answer" and turn.find("guide"):
        answers.end(turn)
        return
    while turn.top:
        guide.pop(turn)
    turn.carried = ()
    turn.say("stopped")


def repeat(turn: Turn, intent: Intent) -> None:
    """Say the last thing again, not the last step."""
    text, kind = turn.state.last_said, turn.state.last_kind
    again = Item(Say(text), tag=REMARK, kind=kind)
    if not text or not turn.allows(again):
        turn.say("repeat_nothing" if not turn.state.tasks else "back_to_guide")
        return
    turn.park()
    head = turn.head
    if head and isinstance(head.act, Say | Ask) and head.act.text == text:
        return  # it is due anyway
    turn.remark(again)


def better(turn: Turn, intent: Intent) -> None:
    """It has eased: on to the gentle end of the guide."""
    if moves.paused(turn):
        moves.unpause(turn)
    while turn.top and turn.top.kind != "guide" and turn.find("guide"):
        guide.pop(turn)
    top, one, step = turn.top, turn.guide, turn.current_step
    if top is None or one is None or not one.eased:
        turn.say("ok")
        return
    first = ("eased", "yes") not in turn.state.facts
    turn.learn(("eased", "yes"))
    if first and step:
        helped = _what_helped(top, one, step)
        turn.set_top(replace(top, helped=helped, eased=turn.state.now))
    turn.returned = False
    turn.say("better")
    if top.step < one.index(one.eased):
        guide.go(turn, one.eased)


def _what_helped(top: Task, one: Guide, step: Step) -> str:
    """The exercise during which it eased, or the last one before a step that is none."""
    done = [s for s in one.steps[: top.step + 1] if s.kind and top.count(f"visit {s.id}")]
    return (step if step.kind or not done else done[-1]).id


def worse(turn: Turn, intent: Intent) -> None:
    """It still hurts: comfort, and back to the stretch if the guide had gone on from it."""
    top, one = turn.top, turn.guide
    if top is None:
        turn.say("offer_idle")
        return
    again = ("eased", "yes") in turn.state.facts
    turn.state = replace(turn.state, facts=with_fact(turn.state.facts, "eased", "no"))
    if one and one.worse and again and top.step >= one.index(one.eased):
        moves.unpause(turn)
        turn.set_top(replace(turn.top or top, helped="", eased=0.0))
        turn.say("worse")
        guide.go(turn, one.worse)
        return
    turn.say("still_hurts")


def set_leg(turn: Turn, leg: str) -> None:
    """Remember the leg; a position that was taken with the other one is begun anew."""
    before = value_of(turn.before, "leg")
    turn.learn(("leg", leg))
    keeping.tell(turn, "leg")
    turn.say("noted_leg")
    detours.adapt(turn)
    step, one = turn.current_step, turn.guide
    if before and before != leg and one and one.episode and step and step.kind == "stretch":
        detours.anew(turn)


def situation(turn: Turn, intent: Intent) -> None:
    """The circumstances have been learnt already; acknowledge them and adapt the step."""
    if not turn.state.tasks:
        turn.say("nothing_running")
        return
    # What changes the advice is named, so that the user notices when it was misheard.
    named = f"noted_{intent.slots.get('situation', '')}"
    turn.say(named if named in turn.script.replies else "noted_situation")
    detours.adapt(turn)


def help_menu(turn: Turn, intent: Intent) -> None:
    """The few words that help most right now."""
    turn.say(f"help_{place(turn)}")


def place(turn: Turn) -> str:
    """``idle``, ``guide`` or ``answer``: what help and offers depend on."""
    top = turn.top
    if top is None or top.kind == "talk":
        return "guide" if turn.find("guide") else "idle"
    return top.kind


def time_left(turn: Turn, intent: Intent) -> None:
    """How long the guide will take from here."""
    if not turn.find("guide"):
        turn.say("nothing_left")
        return
    minutes = round(estimates.seconds_left(turn) / 60)
    if minutes < 1:
        turn.say("time_left_short")
    else:
        turn.say("time_left", minutes=turn.script.numbers[min(minutes, 60)])


def _turns(knob: adjusting.Knob, step: int) -> Control:
    def control(turn: Turn, intent: Intent) -> None:
        turn.say(adjusting.adjust(turn, knob, step))
        keeping.tell(turn, knob.value)

    return control


def _tells(reply: str) -> Control:
    return lambda turn, intent: turn.say(reply)


CONTROLS: Mapping[str, Control] = {
    "stop": stop,
    "pause": moves.pause,
    "continue": moves.go_on,
    "next": moves.forward,
    "back": moves.backward,
    "repeat": repeat,
    "better": better,
    "still_hurts": worse,
    "slower": _turns(adjusting.PACE, -1),
    "faster": _turns(adjusting.PACE, 1),
    "softer": _turns(adjusting.VOLUME, -1),
    "louder": _turns(adjusting.VOLUME, 1),
    "slower_or_softer": lambda turn, intent: turn.ask("pace"),
    "left": lambda turn, intent: set_leg(turn, "left"),
    "right": lambda turn, intent: set_leg(turn, "right"),
    "both": lambda turn, intent: set_leg(turn, "both"),
    "situation": situation,
    "pregnant": situation,
    "help_menu": help_menu,
    "time_left": time_left,
    "thanks": _tells("thanks"),
    "diary_add": diary.add,
    "diary_last": diary.question,
    "diary_count": diary.question,
    "diary_delete": diary.delete,
    "diary_delete_now": diary.delete_now,
    "severity": diary.severity,
    "remember": keeping.remember,
    "profile_menu": keeping.menu,
    "profile_tell": keeping.show,
    "profile_forget": keeping.forget,
    "profile_forget_now": keeping.forget_now,
    "not_pregnant": keeping.not_pregnant,
    "not_pregnant_now": keeping.not_pregnant_now,
    "sign_present": lambda turn, intent: flags.decide(turn, True),
    "sign_absent": lambda turn, intent: flags.decide(turn, False),
    "all_clear": lambda turn, intent: flags.all_clear(turn),
}
