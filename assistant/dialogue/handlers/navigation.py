"""Waiting and moving about: pause, go on, next, back."""

from dataclasses import replace

from assistant.dialogue import guide_runner, replanning
from assistant.dialogue.acts import Hold, Listen, Say
from assistant.dialogue.handlers import faq, questions
from assistant.dialogue.state import PAUSE, REMARK, TOLD, AgendaItem
from assistant.dialogue.turn import DialogueTurn
from assistant.nlu.intent import Intent


def pause(turn: DialogueTurn, intent: Intent) -> None:
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
    turn.remark(AgendaItem(Listen(turn.script.reminders[0]), tag=tag))


def paused(turn: DialogueTurn) -> bool:
    """Whether the user has the guide wait."""
    return any(item.tag == PAUSE for item in (turn.top.items if turn.top else ()))


def unpause(turn: DialogueTurn) -> AgendaItem | None:
    """End a pause; returns what is due after it."""
    turn.park()
    top = turn.top
    if top is None:
        return None
    items = tuple(item for item in top.items if item.tag not in (PAUSE, REMARK))
    turn.set_top(replace(top, items=items))
    return next((item for item in items if item.tag != TOLD), None)


def position_again(turn: DialogueTurn, due: AgendaItem | None) -> bool:
    """If a hold is due, say how the position is taken up again; whether it was said."""
    if due is None or not isinstance(due.act, Hold) or not due.resume:
        return False
    turn.remark(AgendaItem(Say(due.resume), tag=TOLD, kind=due.kind))
    return True


def go_on(turn: DialogueTurn, intent: Intent) -> None:
    """Continue after a pause; without one, it is a yes to whatever comes next."""
    if paused(turn):
        if not position_again(turn, unpause(turn)):
            turn.say("continued")
    elif questions.pending(turn) or (turn.top and turn.top.kind == "answer"):
        forward(turn, intent)
    elif not turn.state.tasks:
        turn.say("nothing_running")
    # in the middle of a step the user merely agrees: going on undisturbed is the answer


def forward(turn: DialogueTurn, intent: Intent) -> None:
    """The next step, or the next piece of an answer."""
    top = turn.top
    if top is None:
        turn.say("nothing_running")
    elif top.kind == "answer":
        faq.skip(turn)
    elif top.kind == "guide":
        unpause(turn)
        guide_runner.enter(turn, top.step + 1)
    else:
        leave_talk(turn)


def leave_talk(turn: DialogueTurn) -> None:
    """Give up a short talk, but for its warnings."""
    turn.park()
    if turn.top:
        turn.set_top(replace(turn.top, items=tuple(i for i in turn.top.items if i.tag == TOLD)))


def backward(turn: DialogueTurn, intent: Intent) -> None:
    """The step before, or the piece before."""
    top = turn.top
    if top is None:
        turn.say("nothing_running")
    elif top.kind == "answer":
        faq.skip(turn, back=True)
    elif top.kind == "guide":
        unpause(turn)
        replanning.back(turn)
