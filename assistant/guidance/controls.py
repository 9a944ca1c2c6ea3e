"""Wishes that steer the conversation: wait, again, slower, stop and the like."""

from collections.abc import Callable, Mapping
from dataclasses import replace

from assistant.guidance import answers, estimates, flags, guide, questions
from assistant.guidance.acts import Ask, Hold, Listen, Say
from assistant.guidance.facts import with_fact
from assistant.guidance.state import PAUSE, REMARK, TOLD, Item
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


def pause(turn: Turn, intent: Intent) -> None:
    """Be silent until the user wants to go on."""
    if not turn.state.tasks:
        turn.say("nothing_running")
        return
    if paused(turn):
        return
    turn.state = replace(turn.state, reminded=0)
    turn.say("paused")
    # a mere talk is not worth waiting for without end
    tag = REMARK if turn.top and turn.top.kind == "talk" else PAUSE
    turn.remark(Item(Listen(turn.script.reminders[0]), tag=tag))


def paused(turn: Turn) -> bool:
    """Whether the user has the guide wait."""
    return any(item.tag == PAUSE for item in (turn.top.items if turn.top else ()))


def unpause(turn: Turn) -> Item | None:
    """End a pause; returns what is due after it."""
    turn.park()
    top = turn.top
    if top is None:
        return None
    items = tuple(item for item in top.items if item.tag not in (PAUSE, REMARK))
    turn.set_top(replace(top, items=items))
    return next((item for item in items if item.tag != TOLD), None)


def position_again(turn: Turn, due: Item | None) -> bool:
    """If a hold is due, say how the position is taken up again; whether it was said."""
    if due is None or not isinstance(due.act, Hold) or not due.resume:
        return False
    turn.remark(Item(Say(due.resume), tag=TOLD, kind=due.kind))
    return True


def go_on(turn: Turn, intent: Intent) -> None:
    """Continue after a pause; without one, it is a yes to whatever comes next."""
    if paused(turn):
        if not position_again(turn, unpause(turn)):
            turn.say("continued")
    elif questions.pending(turn) or (turn.top and turn.top.kind == "answer"):
        forward(turn, intent)
    elif not turn.state.tasks:
        turn.say("nothing_running")
    # in the middle of a step the user merely agrees: going on undisturbed is the answer


def forward(turn: Turn, intent: Intent) -> None:
    """The next step, or the next piece of an answer."""
    top = turn.top
    if top is None:
        turn.say("nothing_running")
    elif top.kind == "answer":
        answers.skip(turn)
    elif top.kind == "guide":
        unpause(turn)
        guide.enter(turn, top.step + 1)
    else:
        leave_talk(turn)


def leave_talk(turn: Turn) -> None:
    """Give up a short talk, but for its warnings."""
    turn.park()
    if turn.top:
        turn.set_top(replace(turn.top, items=tuple(i for i in turn.top.items if i.tag == TOLD)))


def backward(turn: Turn, intent: Intent) -> None:
    """The step before, or the piece before."""
    top = turn.top
    if top is None:
        turn.say("nothing_running")
    elif top.kind == "answer":
        answers.skip(turn, back=True)
    elif top.kind == "guide":
        unpause(turn)
        guide.back(turn)


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
    if paused(turn):
        unpause(turn)
    while turn.top and turn.top.kind != "guide" and turn.find("guide"):
        guide.pop(turn)
    top, one, step = turn.top, turn.guide, turn.current_step
    if top is None or one is None or not one.eased:
        turn.say("ok")
        return
    first = ("eased", "yes") not in turn.state.facts
    turn.learn(("eased", "yes"))
    if first and step:
        turn.set_top(replace(top, helped=step.id))
    turn.returned = False
    turn.say("better")
    if top.step < one.index(one.eased):
        guide.go(turn, one.eased)


def worse(turn: Turn, intent: Intent) -> None:
    """It still hurts: comfort, and back to the stretch if the guide had gone on from it."""
    top, one = turn.top, turn.guide
    if top is None:
        turn.say("offer_idle")
        return
    again = ("eased", "yes") in turn.state.facts
    turn.state = replace(turn.state, facts=with_fact(turn.state.facts, "eased", "no"))
    if one and one.worse and again and top.step >= one.index(one.eased):
        unpause(turn)
        turn.set_top(replace(turn.top or top, helped=""))
        turn.say("worse")
        guide.go(turn, one.worse)
        return
    turn.say("still_hurts")


def pace(turn: Turn, factor: int) -> None:
    """Speak slower (-1) or faster (+1)."""
    settings = turn.script.settings
    rate = turn.state.rate + factor * settings["pace_step"]
    bounded = min(max(rate, settings["pace_lowest"]), settings["pace_highest"])
    changed = abs(bounded - turn.state.rate) > 1e-6
    turn.state = replace(turn.state, rate=round(bounded, 3))
    turn.adjust()
    names = ("slower", "slowest") if factor < 0 else ("faster", "fastest")
    turn.say(names[0] if changed else names[1])


def volume(turn: Turn, factor: int) -> None:
    """Speak softer (-1) or louder (+1)."""
    settings = turn.script.settings
    level = turn.state.volume + factor * settings["volume_step"]
    bounded = min(max(level, settings["volume_lowest"]), settings["volume_highest"])
    changed = abs(bounded - turn.state.volume) > 1e-6
    turn.state = replace(turn.state, volume=round(bounded, 3))
    turn.adjust()
    names = ("softer", "softest") if factor < 0 else ("louder", "loudest")
    turn.say(names[0] if changed else names[1])


def set_leg(turn: Turn, leg: str, speak: bool = True) -> None:
    """Remember the leg."""
    turn.learn(("leg", leg))
    if speak:
        turn.say("noted_leg")
    guide.adapt(turn)


def situation(turn: Turn, intent: Intent) -> None:
    """The circumstances have been learnt already; acknowledge them and adapt the step."""
    if not turn.state.tasks:
        turn.say("nothing_running")
        return
    turn.say("noted_situation")
    guide.adapt(turn)


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


def diary(turn: Turn, intent: Intent) -> None:
    """Hand the question on; deleting is asked about first."""
    what = intent.name.removeprefix("diary_")
    if what == "delete":
        turn.ask("diary_delete")
        return
    turn.note("diary_query", what=what)


def delete_diary(turn: Turn, intent: Intent) -> None:
    """Confirmed: the diary is to forget everything."""
    turn.note("diary_query", what="delete")


def _tells(reply: str) -> Control:
    return lambda turn, intent: turn.say(reply)


CONTROLS: Mapping[str, Control] = {
    "stop": stop,
    "pause": pause,
    "continue": go_on,
    "next": forward,
    "back": backward,
    "repeat": repeat,
    "better": better,
    "still_hurts": worse,
    "slower": lambda turn, intent: pace(turn, -1),
    "faster": lambda turn, intent: pace(turn, 1),
    "softer": lambda turn, intent: volume(turn, -1),
    "louder": lambda turn, intent: volume(turn, 1),
    "slower_or_softer": lambda turn, intent: turn.ask("pace"),
    "left": lambda turn, intent: set_leg(turn, "left"),
    "right": lambda turn, intent: set_leg(turn, "right"),
    "both": lambda turn, intent: set_leg(turn, "both"),
    "situation": situation,
    "pregnant": situation,
    "help_menu": help_menu,
    "time_left": time_left,
    "thanks": _tells("thanks"),
    "diary_add": diary,
    "diary_last": diary,
    "diary_count": diary,
    "diary_delete": diary,
    "diary_delete_now": delete_diary,
    "sign_present": lambda turn, intent: flags.decide(turn, True),
    "sign_absent": lambda turn, intent: flags.decide(turn, False),
    "all_clear": lambda turn, intent: flags.all_clear(turn),
}
