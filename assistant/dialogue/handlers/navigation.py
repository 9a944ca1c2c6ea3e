"""Navigation: pause, continue, next, back."""

from dataclasses import replace

from assistant.dialogue import guide_runner, replanning
from assistant.dialogue.acts import Hold, Listen, Say
from assistant.dialogue.handlers import faq, questions
from assistant.dialogue.state import MUST_HEAR, PAUSE, REMARK, AgendaItem
from assistant.dialogue.turn import DialogueTurn
from assistant.nlu.intent import Intent


def pause(turn: DialogueTurn, intent: Intent) -> None:
    """Pause until the user wants to continue."""
    if not turn.state.tasks:
        turn.say("nothing_running")
        return
    if paused(turn):
        return
    turn.state = replace(turn.state, reminded=0)
    turn.say("paused")
    # a short talk does not wait without end
    tag = REMARK if turn.top and turn.top.kind == "talk" else PAUSE
    turn.remark(AgendaItem(Listen(turn.script.reminders[0]), tag=tag))


def to_the_toilet(turn: DialogueTurn, intent: Intent) -> None:
    """Wait for somebody who has to go; how to go safely is said first."""
    turn.say("toilet")
    if turn.state.tasks and not paused(turn):
        pause(turn, intent)


def paused(turn: DialogueTurn) -> bool:
    """True if the user has paused the guide."""
    return any(item.tag == PAUSE for item in (turn.top.items if turn.top else ()))


def unpause(turn: DialogueTurn) -> AgendaItem | None:
    """End a pause; returns the item that is due after it."""
    turn.park()
    top = turn.top
    if top is None:
        return None
    items = tuple(item for item in top.items if item.tag not in (PAUSE, REMARK))
    turn.set_top(replace(top, items=items))
    return next((item for item in items if item.tag != MUST_HEAR), None)


def position_again(turn: DialogueTurn, due: AgendaItem | None) -> bool:
    """If a hold is due, say how to take the position again; True if it was queued."""
    if due is None or not isinstance(due.act, Hold) or not due.resume:
        return False
    turn.remark(AgendaItem(Say(due.resume), tag=MUST_HEAR, kind=due.kind))
    return True


def go_on(turn: DialogueTurn, intent: Intent) -> None:
    """Continue after a pause; without a pause it is a "yes" to what comes next."""
    if paused(turn):
        if not position_again(turn, unpause(turn)):
            turn.say("continued")
    elif questions.pending(turn) or (turn.top and turn.top.kind == "answer"):
        forward(turn, intent)
    elif not turn.state.tasks:
        turn.say("nothing_running")
    # within a step the user merely agrees: the step goes on without a reply


def forward(turn: DialogueTurn, intent: Intent) -> None:
    """Go to the next step, or to the next piece of an answer."""
    top, now = turn.top, questions.pending(turn)
    if top is None:
        turn.say("nothing_running")
    elif now and now[1].question in faq.FIRST:
        turn.remark(AgendaItem(Say(now[0].offer), tag=REMARK))  # that is no answer
    elif top.kind == "answer":
        faq.skip(turn)
    elif top.kind == "guide":
        unpause(turn)
        one = turn.guide
        if one and top.step + 1 >= len(one.steps):
            turn.say_lines(turn.script.replies["left_to_do"])  # what it skips may matter
        guide_runner.enter(turn, top.step + 1)
    else:
        leave_talk(turn)


def leave_talk(turn: DialogueTurn) -> None:
    """End a short talk, except for its warnings."""
    turn.park()
    if turn.top:
        rest = tuple(item for item in turn.top.items if item.tag == MUST_HEAR)
        turn.set_top(replace(turn.top, items=rest))


def backward(turn: DialogueTurn, intent: Intent) -> None:
    """Go to the previous step or piece."""
    top = turn.top
    if top is None:
        turn.say("nothing_running")
    elif top.kind == "answer":
        faq.skip(turn, back=True)
    elif top.kind == "guide":
        unpause(turn)
        replanning.back(turn)
