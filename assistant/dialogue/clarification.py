"""Clarification: what to ask when an utterance was understood with low confidence or not at all."""

from collections.abc import Iterable
from dataclasses import replace

from assistant.dialogue.acts import Cue, Hold, Say
from assistant.dialogue.dispatch import apply_action, handle_intent, learn_slots
from assistant.dialogue.facts import Bookkeeping, Medical, value_of, values_of, without
from assistant.dialogue.handlers import (
    commands,
    help_calls,
    questions,
    red_flags,
    sign_memory,
    situations,
)
from assistant.dialogue.leg_comparison import as_comparison
from assistant.dialogue.spoken_denial import tells
from assistant.dialogue.state import REMARK, AgendaItem
from assistant.dialogue.turn import EMERGENCY, DialogueTurn
from assistant.nlu.alternatives import DENIAL
from assistant.nlu.guards import CANNOT_STAND
from assistant.nlu.intent import Intent

FALL = "fall"

GIVEN_UP = 4
"""Answers to a question of danger, or to a reply's, that are not understood, or are none, before it
counts as unanswered."""

LONG_CALL = 5
"""Words of a call from which there is more in it than a cramp and where it is."""

BARE_DENIAL = 4
"""Most words of an "all is well" that answers a question of danger: "saya tidak apa apa"."""

LATER_TONIGHT = 3600.0
"""Seconds after a cramp in which "kumat lagi" is asked about, although no leg is named."""

_NO = ("no", "false_alarm")
_HEARING = frozenset(
    {"repeat", "louder", "softer", "slower", "faster", "slower_or_softer", "help_menu"}
)
_COMES_BACK = ("still_hurts", "better_partly")


def doubtful(turn: DialogueTurn, intent: Intent) -> None:
    """``intent`` was recognised with low confidence: ask, where a mistake would matter."""
    name = intent.name
    if turn.in_emergency:
        _doubtful_in_alarm(turn, intent)
        return
    signs = red_flags.signs_in(turn, intent)
    urgent = any(red_flags.is_urgent(turn, sign) for sign in signs)
    one = turn.script.guide_for(name)
    begins = one is not None and one.episode and not turn.state.tasks
    if signs and _denied_often(turn, signs):
        misheard(turn)
    elif name == "tolong":
        turn.ask("help")
    elif name == help_calls.CALLING and turn.state.tasks:
        help_calls.say_whom(turn, intent)
    elif signs and (urgent or not begins):
        learn_slots(turn, intent)
        if not help_calls.has_become_urgent(turn):
            red_flags.check_signs(turn, intent, sure=False)
    elif name == "x_duration" and not turn.state.tasks:
        handle_intent(turn, intent)  # asks, or speaks to somebody who has just had a cramp
    elif name == "x_duration" and (Medical.SIGN, sign_memory.TOO_LONG) not in turn.state.facts:
        red_flags.ask_sign(turn, sign_memory.TOO_LONG)
    elif turn.state.awake and situations.must_sit(turn, intent):
        handle_intent(turn, intent)
    elif turn.state.tasks and (name == "stop" or situations.must_sit(turn, intent)):
        handle_intent(turn, intent)  # a needless stop costs little, an ignored one costs trust
        _wonder_about_a_fall(turn, intent)
    elif turn.state.tasks and name == help_calls.PLAYS_DOWN:
        handle_intent(turn, intent)  # what it makes light of was perhaps not heard at all
    elif turn.state.tasks:
        _half_heard(turn, intent)
    elif name in _COMES_BACK and 0 < turn.state.now - turn.state.awake_until < LATER_TONIGHT:
        turn.ask("cramp")
    elif begins and one:
        # what was said along with it must survive the question
        learn_slots(turn, intent)
        turn.learn(*one.starts[name])
        if len(intent.text.split()) >= LONG_CALL:
            turn.learn((Bookkeeping.UNCLEAR, "yes"))
        red_flags.unsure_about(turn, *signs)
        turn.ask("cramp")


def _doubtful_in_alarm(turn: DialogueTurn, intent: Intent) -> None:
    cleared = intent.name in ("false_alarm", "stop") or help_calls.takes_back(intent)
    if cleared and turn.state.tasks:
        turn.ask("all_clear", EMERGENCY)
    else:
        help_calls.in_alarm(turn, intent, sure=False)


def _denied_often(turn: DialogueTurn, signs: Iterable[str]) -> bool:
    """Whether every one of ``signs`` was denied twice by name, and none is an emergency.

    "Belum nak", badly heard as a numb leg, was asked about twelve times.
    """
    denied = values_of(turn.state.facts, Bookkeeping.DENIED_AGAIN)
    return all(one in denied and not red_flags.is_urgent(turn, one) for one in signs)


def understood(turn: DialogueTurn, intent: Intent, contested: bool) -> None:
    """``intent`` was recognised; ``contested``: its opposite is nearly as probable."""
    if questions.compares_legs(turn):
        intent = as_comparison(intent)
    contested = contested or (intent.name in _NO and intent.confidence < DENIAL)
    # "kata istri saya tidak apa-apa", badly heard, is no denial of the one who has the sign
    contested = contested or (
        intent.name == "false_alarm" and len(intent.text.split()) > BARE_DENIAL
    )
    if questions.danger_asked(turn) and (contested or is_contradicted(turn, intent)):
        ask_for_clear_words(turn)
    else:
        facts = without(turn.state.facts, Bookkeeping.HALF_ANSWER)
        turn.state = replace(turn.state, misheard=0, facts=facts)
        handle_intent(turn, intent)


def count_passed_over(turn: DialogueTurn, asked: str, intent: Intent | None) -> None:
    """End a question that stays open over several remarks, however well understood.

    ``asked``: the one that was open before the remark (``questions.left_open``); ``intent``: what
    was understood of it. Whoever only wants to hear better is still listening. A denial in free
    words is not believed at once, but when it has been said so often.
    """
    if not asked or questions.left_open(turn.state, turn.script) != asked:
        return
    name = intent.name if intent else ""
    turn.state = replace(turn.state, passed_over=turn.state.passed_over + (name not in _HEARING))
    covered = questions.open_danger(turn.state, turn.script) and not questions.danger_asked(turn)
    if turn.state.passed_over < GIVEN_UP or turn.in_emergency or covered:
        return
    wondered = value_of(turn.state.facts, Bookkeeping.WONDERED)
    signs = red_flags.signs_in(turn, intent) if intent and not tells(intent) else ()
    if wondered in signs and questions.asked(turn, "sign_or_not"):
        questions.withdraw(turn)
        red_flags.resolve_sign(turn, False)
    elif not _take_silence(turn) and not questions.danger_asked(turn):
        questions.withdraw(turn)


def _half_heard(turn: DialogueTurn, intent: Intent) -> None:
    """Within a conversation something was heard badly that is no danger and no end."""
    danger = questions.danger_asked(turn)
    if danger and intent.name == "yes":
        _half_yes(turn, intent)
    elif not danger and questions.accepts(turn, intent.name):
        _half_answer(turn, intent)
    else:
        misheard(turn)


def _half_yes(turn: DialogueTurn, intent: Intent) -> None:
    """A yes to a question of danger was heard badly: the second one is a yes."""
    half = (Bookkeeping.HALF_YES, questions.danger_asked(turn))
    if half in turn.state.facts:
        handle_intent(turn, intent)
    else:
        turn.learn(half)
        misheard(turn)


def _half_answer(turn: DialogueTurn, intent: Intent) -> None:
    """An answer to a harmless question was heard badly: the second one counts, unless it is a yes.

    So does the first if silence would lead to the same: asking again could change nothing. A yes
    may lead to getting up, and short words of others are taken for one; whether somebody has a
    cramp is answered by the second (where others talk, ``unconfirmed`` has passed it over).
    """
    half = (Bookkeeping.HALF_ANSWER, questions.answer_key(turn, intent.name))
    whether_called = questions.asked(turn, "cramp")
    again = half in turn.state.facts and (intent.name != "yes" or whether_called)
    if again or questions.is_like_silence(turn, intent.name):
        understood(turn, intent, contested=False)
        return
    turn.learn(half)
    if whether_called:
        ask_for_clear_words(turn)  # a tone alone would leave a caller waiting in silence
    else:
        misheard(turn)


def is_contradicted(turn: DialogueTurn, intent: Intent) -> bool:
    """Whether ``intent`` is a no to a question of danger to which a yes was heard badly; once."""
    half = (Bookkeeping.HALF_YES, questions.danger_asked(turn))
    if intent.name not in _NO or half not in turn.state.facts:
        return False
    turn.state = replace(turn.state, facts=turn.state.facts - {half})
    return True


def _wonder_about_a_fall(turn: DialogueTurn, intent: Intent) -> None:
    """Of "I fell and cannot get up" only the end may have been understood."""
    if CANNOT_STAND not in situations.named(intent) or turn.in_emergency:
        return
    if not turn.facts & {(Medical.DENIED, FALL), (Medical.SIGN, FALL)}:
        red_flags.ask_sign(turn, FALL)


def stop_or_not(turn: DialogueTurn) -> bool:
    """A badly recognised "berhenti": ask, and obey the second one. True if it was handled."""
    if not turn.state.tasks:
        return False
    if turn.in_emergency:
        turn.ask("all_clear", EMERGENCY)
        return True
    if questions.asked(turn, "stop"):
        handle_intent(turn, Intent("stop"))
        return True
    if turn.state.now - turn.state.stop_asked < turn.script.settings["stop_silence"]:
        return False
    turn.state = replace(turn.state, stop_asked=turn.state.now)
    turn.ask("stop")
    return True


def misheard(turn: DialogueTurn) -> None:
    """Nothing was understood: a tone, and every second time a reply that names possible words."""
    if not turn.state.tasks or turn.in_emergency:
        return
    if questions.answer(turn, questions.UNHEARD) is not None:
        return
    turn.acts.append(Cue("not_understood"))
    count = turn.state.misheard + 1
    turn.state = replace(turn.state, misheard=count)
    if count >= GIVEN_UP and _take_silence(turn):
        return
    if count % 2:
        return
    if ask_for_clear_words(turn):
        return
    holding = turn.head is not None and isinstance(turn.head.act, Hold)
    turn.say("offer_hold" if holding else f"offer_{commands.place(turn)}")


def _take_silence(turn: DialogueTurn) -> bool:
    """Take the answers to the pending question for none; True if silence is an answer to it.

    Whoever answers again and again, and is not understood, must not be asked for ever.
    """
    action = questions.answer(turn, questions.SILENCE)
    if action is None:
        return False
    turn.state = replace(turn.state, misheard=0)
    apply_action(turn, action)
    return True


def ask_for_clear_words(turn: DialogueTurn) -> bool:
    """Name the words that answer the pending question; False if it has no such offer."""
    now = questions.pending(turn)
    if now and now[0].offer:
        turn.remark(AgendaItem(Say(turn.fill(now[0].offer)), tag=REMARK))
        return True
    return False
