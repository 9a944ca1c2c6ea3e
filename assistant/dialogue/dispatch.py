"""Dispatch: from an intent to the handler that acts on it."""

from dataclasses import replace

from assistant.dialogue import guide_runner, replanning
from assistant.dialogue.acts import Listen
from assistant.dialogue.facts import Bookkeeping, Medical, value_of, values_of, without
from assistant.dialogue.handlers import (
    commands,
    diary,
    faq,
    help_calls,
    navigation,
    profile,
    questions,
    red_flags,
    sign_memory,
    situations,
)
from assistant.dialogue.script.model import Action, Guide
from assistant.dialogue.state import AgendaItem
from assistant.dialogue.turn import EMERGENCY, DialogueTurn
from assistant.nlu import quantities
from assistant.nlu.intent import Intent

_NOT_AFTER_A_CRAMP = frozenset({
    *("yes", "no", "next", "back", "pause", "continue", "stop", "better", "thanks", "false_alarm"),
    *("slower", "faster", "softer", "louder", "slower_or_softer", "time_left", "severity"),
    *("left", "right", "both", "situation"),
})  # fmt: skip
"""Short answers and commands that mean nothing in the minutes after a cramp."""

_RELIEVED = (Medical.EASED, Bookkeeping.GETTING_UP, Bookkeeping.LEAVING)

DONT_KNOW = "dont_know"

LONG_CRAMP = "long_cramp"
"""An intent that only the script uses: a cramp that has lasted too long for exercises."""


def handle_intent(turn: DialogueTurn, intent: Intent) -> None:
    """Act on ``intent``: warning signs first, then the pending question, then the intent itself."""
    if turn.state.awake:
        if intent.name in _NOT_AFTER_A_CRAMP:
            if not situations.concerns(turn, intent):
                return
            intent = replace(intent, name="situation")
        turn.learn(*turn.state.recalled)
        if intent.name in ("still_hurts", "better_partly"):
            intent = replace(intent, name="cramp_now")
    sign_memory.forget_old(turn)
    turn.before, turn.moved_on = turn.facts, True
    intent = situations.of_the_room(turn, intent)
    if turn.in_emergency:
        _in_emergency(turn, intent)
        return
    if intent.name == "tolong":
        _help(turn)
        return
    if intent.name == DONT_KNOW:
        # to a question it is no more an answer than silence is
        unanswered = questions.accepts(turn, questions.SILENCE)
        intent = replace(intent, name=questions.SILENCE if unanswered else "help_menu")
    learn_slots(turn, intent)
    if help_calls.has_become_urgent(turn):
        return
    flagged = red_flags.check_signs(turn, intent)
    if turn.in_emergency:
        return
    if flagged and intent.name in turn.script.sign_of:
        if intent.slots.get("negated") == "yes":
            _treat_the_cramp(turn)
        red_flags.offer_guide(turn)
        return
    action = questions.answer(turn, intent.name)
    if action is not None:
        apply_action(turn, action)
    elif not _blocked_by_question(turn, intent):
        dispatch(turn, intent)
    goes_on = any(task.kind != "talk" for task in turn.state.tasks)
    if goes_on and not questions.pending(turn):
        red_flags.ask_unsure(turn)  # "Dadanya sakit?" – "sudah enakan": of the cramp, perhaps


def _blocked_by_question(turn: DialogueTurn, intent: Intent) -> bool:
    """True if the pending question accepts only its own answers and ``intent`` is none of them."""
    now = questions.pending(turn)
    if now is None or not now[0].only:
        return False
    one = turn.script.guide_for(intent.name)
    return not (one and one.episode) and intent.name not in ("stop", "help_menu", "repeat")


_PRESENT = ("sign_present", "sign_unanswered")
"""Actions of a doubted sign that is there, or may be."""


def learn_slots(turn: DialogueTurn, intent: Intent) -> None:
    """Store leg, situation and severity that were named along with something else."""
    if leg := situations.leg_of(turn, intent):
        turn.learn((Medical.LEG, leg))
    for name in situations.named(intent):
        turn.learn((Medical.SITUATION, name))
    if (level := intent.slots.get("severity", "")) in diary.SEVERITIES:
        turn.learn((Medical.SEVERITY, level))
    if found := profile.storable_slots(intent, situations.LEGS):
        profile.mark_said(turn, *found)
    if intent.slots.get("cramp"):
        turn.learn((Bookkeeping.CRAMPS, "yes"))
    one = turn.script.guide_for(intent.name)
    if one and (turn.state.tasks or intent.name == "pregnant"):
        turn.learn(*one.starts[intent.name])


def apply_action(turn: DialogueTurn, action: Action) -> None:
    """Apply the signs, the denials and the intent of an action."""
    for sign in action.deny:
        if (Medical.SIGN, sign) not in turn.state.facts:
            turn.learn((Medical.DENIED, sign))
    if action.signs:
        red_flags.raise_signs(turn, *action.signs)
    wondered = value_of(turn.state.facts, Bookkeeping.WONDERED)
    if action.do and (not turn.in_emergency or action.do == "all_clear"):
        dispatch(turn, Intent(action.do))
    if action.do in _PRESENT and wondered == sign_memory.TOO_LONG and turn.guide:
        _too_long(turn)
    if action.do == "sign_absent":
        _treat_the_cramp(turn)


def _treat_the_cramp(turn: DialogueTurn) -> None:
    """The sign that was doubted is absent: begin with the cramp that was told along with it."""
    if (Bookkeeping.CRAMPS, "yes") in turn.state.facts and not questions.pending(turn):
        turn.state = replace(turn.state, facts=without(turn.state.facts, Bookkeeping.CRAMPS))
        if not turn.find("guide"):
            dispatch(turn, Intent("cramp_now"))


def dispatch(turn: DialogueTurn, intent: Intent) -> None:
    """Call the handler of ``intent``."""
    one = turn.script.guide_for(intent.name)
    topic = turn.script.topic_for(intent.name, intent.slots.get("topic", ""))
    if one is not None and not (intent.name == "pregnant" and turn.state.tasks):
        _begin_guide(turn, one, intent)
    elif topic is not None:
        faq.start(turn, topic)
    elif intent.name == "ask":
        turn.say("no_topic")
    elif intent.name == LONG_CRAMP:
        begin_late(turn)
    elif intent.name == "x_duration":
        _too_long(turn, intent.text)
    elif intent.name in ("yes", "no") and turn.top and turn.top.kind == "answer":
        (navigation.forward if intent.name == "yes" else commands.stop)(turn, intent)
    elif intent.name in commands.CONTROLS:
        commands.CONTROLS[intent.name](turn, intent)
    elif intent.name == "false_alarm" and turn.top and turn.top.kind == "talk":
        navigation.leave_talk(turn)


def _begin_guide(turn: DialogueTurn, one: Guide, intent: Intent) -> None:
    running = turn.find("guide")
    if one.episode and (flag := red_flags.ends_guide(turn)):
        turn.say_lines(flag.lines)
        return
    if one.too_long and sign_memory.lasts_too_long(turn):
        begin_late(turn)
        return
    if running and running.name == one.name:
        other = intent.slots.get("leg") == situations.OTHER_LEG
        if one.episode and other and (Medical.EASED, "yes") not in turn.state.facts:
            situations.other_leg(turn, intent)
        elif one.episode:
            commands.worse(turn, intent)
            replanning.adapt(turn)
            situations.ask_about(turn, *situations.named(intent))
        else:
            turn.say("back_to_guide")
        return
    acute = running and turn.script.guides[running.name].episode
    if acute and not one.episode:
        turn.say("finish_first")
        return
    guide_runner.start(turn, one, facts=one.starts[intent.name])
    if not red_flags.ask_unsure(turn):
        situations.ask_about(turn, *values_of(turn.facts, Medical.SITUATION))


def _too_long(turn: DialogueTurn, text: str = "") -> None:
    one = turn.guide
    if one and one.too_long:
        # whatever was said of relief before: it is not over
        turn.state = replace(turn.state, facts=without(turn.state.facts, *_RELIEVED))
        sign_memory.too_long(turn)
        navigation.unpause(turn)
        guide_runner.go(turn, one.too_long)
    elif turn.state.now < turn.state.awake_until:
        begin_late(turn)  # nobody has to ask who has just been guided
    else:
        if quantities.LONG in quantities.tag_quantities(text).split():
            turn.learn((Bookkeeping.LONG_TOLD, "yes"))
        turn.ask("too_long")


def begin_late(turn: DialogueTurn) -> None:
    """Start the cramp guide at the step that says when to seek help."""
    one = next((one for one in turn.script.guides.values() if one.too_long), None)
    if one:
        guide_runner.start(turn, one, one.too_long)
        sign_memory.too_long(turn)


def _help(turn: DialogueTurn) -> None:
    """``tolong`` means "please" or "help": ask; a second one counts as a cry for help."""
    memory = turn.script.settings["help_memory"]
    again = turn.state.now - turn.state.called <= memory
    turn.state = replace(turn.state, called=turn.state.now)
    if again or questions.asked(turn, "help"):
        turn.learn((Bookkeeping.LOUD, "yes"))
        red_flags.raise_signs(turn, turn.script.sign_of.get("emergency", "call"))
    else:
        turn.ask("help")


def _in_emergency(turn: DialogueTurn, intent: Intent) -> None:
    """Handle an intent during an emergency: only those that end, repeat or quieten it count."""
    flag = red_flags.emergency(turn)
    if flag is None:
        return
    told = () if intent.slots.get("negated") else red_flags.signs_in(turn, intent)
    more = [sign for sign in told if (Medical.SIGN, sign) not in turn.state.facts]
    turn.learn(*((Medical.SIGN, sign) for sign in told))
    if turn.top is None or turn.top.name != flag.guide:
        help_calls.has_become_urgent(turn)
        turn.ask("all_clear", EMERGENCY)
        return
    asked = questions.asked(turn, "all_clear")
    if asked and intent.name in ("no", "tolong", "emergency"):
        questions.withdraw(turn)
        turn.say("alarm_stays", EMERGENCY)
        return
    if asked and intent.name == "stop":
        help_calls.quieten(turn, "stopped_emergency")
        return
    if more and not asked:
        turn.learn((Bookkeeping.HEARD, more[0]))
        turn.say("alarm_sign", EMERGENCY)
        return
    if help_calls.takes_back(intent) and not asked:
        turn.ask("all_clear", EMERGENCY)
        return
    if help_calls.in_alarm(turn, intent):
        return
    action = questions.answer(turn, intent.name)
    if action is not None:
        apply_action(turn, action)
    elif intent.name in ("false_alarm", "stop", "better") or intent.slots.get("negated") == "yes":
        turn.ask("all_clear", EMERGENCY)
    elif intent.name == "pause":
        turn.remark(AgendaItem(Listen(turn.script.settings["emergency_pause"]), kind=EMERGENCY))
    elif intent.name in ("louder", "softer", "slower", "faster"):
        turn.adjust()
    elif intent.name in ("repeat", "help_menu", DONT_KNOW):
        turn.say("emergency_words", EMERGENCY)
