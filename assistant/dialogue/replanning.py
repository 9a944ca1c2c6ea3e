"""Non-linear moves in a guide: re-planning when facts change, and stepping back."""

from assistant.dialogue.derived_facts import STANDING
from assistant.dialogue.facts import Facts, Medical
from assistant.dialogue.guide_runner import applicable, enter
from assistant.dialogue.script.model import Step
from assistant.dialogue.turn import DialogueTurn


def recheck(turn: DialogueTurn) -> None:
    """After a change of facts: leave the current step if it no longer applies.

    Who stood, and must not any more, is told the step anew.
    """
    top, guide, step = turn.top, turn.guide, turn.current_step
    if not (top and guide and step):
        return
    if top.part >= 0 and not applicable(turn, step):
        enter(turn, top.step + 1)
    elif (Medical.SITUATION, STANDING) in turn.before - turn.facts:
        restart_steps(turn)


def adapt(turn: DialogueTurn) -> None:
    """After new facts: go back to a skipped step that now applies, or restart the current one."""
    top, one, step = turn.top, turn.guide, turn.current_step
    if top is None or one is None or step is None:
        return
    facts = turn.facts
    for index, earlier in enumerate(one.steps[: top.step]):
        new = applicable(turn, earlier) and not earlier.condition.holds(turn.before)
        if new and not top.count(f"visit {earlier.id}"):
            if top.part > 0:  # what it has not said yet is still due
                _forget_visit(turn, step)
            enter(turn, index)
            return
    if not applicable(turn, step):
        recheck(turn)
    elif top.part > 0 and applicable_step(step, facts) != applicable_step(step, turn.before):
        restart_steps(turn)


def restart_steps(turn: DialogueTurn) -> None:
    """Restart the current step, as if it had not been visited yet."""
    top, step = turn.top, turn.current_step
    if top is None or step is None or top.part <= 0:
        return
    enter(turn, top.step)
    _forget_visit(turn, step)


def _forget_visit(turn: DialogueTurn, step: Step) -> None:
    if turn.top:
        visits = f"visit {step.id}"
        turn.set_top(turn.top.counted(visits, turn.top.count(visits) - 1))


def applicable_step(step: Step, facts: Facts) -> tuple[str, ...]:
    """The texts of ``step`` that apply under ``facts``."""
    return tuple(
        line.text
        for part in step.parts
        if part.condition.holds(facts)
        for line in part.lines
        if line.condition.holds(facts)
    )


def back(turn: DialogueTurn) -> None:
    """Go to the step before the current one, or to the beginning of the first."""
    top, guide = turn.top, turn.guide
    if top is None or guide is None:
        return
    index = min(top.step, len(guide.steps)) - 1
    while index > 0 and not applicable(turn, guide.steps[index]):
        index -= 1
    enter(turn, max(0, index))
