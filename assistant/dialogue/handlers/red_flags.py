"""Warning signs (red flags): reported, denied, asked about, and what they change."""

from collections.abc import Iterable
from dataclasses import replace

from assistant.dialogue import guide_runner, notifications, replanning
from assistant.dialogue.derived_facts import STAND, STANDING
from assistant.dialogue.facts import Bookkeeping, Medical, value_of, values_of
from assistant.dialogue.handlers import questions
from assistant.dialogue.script.model import Flag, Line
from assistant.dialogue.spoken_denial import tells
from assistant.dialogue.state import Task
from assistant.dialogue.turn import EMERGENCY, DialogueTurn
from assistant.nlu.intent import Intent

TWICE_DOUBTED = 0.5
"""Confidence from which a second doubtful sign is enough where only a doubt has opened the
conversation: others' talk goes on, and some word of it always sounds like a sign."""

TWICE_DOUBTED_BY_A_USER = 0.15
"""The same while somebody surely talks with the guide."""

MOST_URGENT = 2
"""Doubted signs of an emergency that are asked about one after the other."""


def signs_in(turn: DialogueTurn, intent: Intent) -> tuple[str, ...]:
    """The signs that an intent names or stands for."""
    known = frozenset().union(*(flag.signs for flag in turn.script.flags))
    slot = intent.slots.get("sign", "").replace(",", " ")
    named = [sign for sign in slot.split() if sign in known]
    if not named and intent.name in turn.script.sign_of:
        named = [turn.script.sign_of[intent.name]]
    return tuple(named)


def check_signs(turn: DialogueTurn, intent: Intent, sure: bool = True) -> bool:
    """Act on the signs that ``intent`` carries; True if there were any."""
    signs = signs_in(turn, intent)
    if not signs:
        return False
    negated = intent.slots.get("negated", "")
    if negated == "yes" and sure and _is_the_asked(turn, signs):
        questions.withdraw(turn)
        resolve_sign(turn, False)
        return True
    asked = questions.signs_asked_about(turn, signs)
    # told twice, each time badly heard, or oddly put
    again = tells(intent) and _is_the_asked(turn, signs)
    again = again or (negated != "yes" and _joins_the_asked(turn, signs))
    enough = TWICE_DOUBTED if turn.state.unconfirmed else TWICE_DOUBTED_BY_A_USER
    if again and (sure or intent.confidence >= enough):
        negated, sure = "", True
        questions.withdraw(turn)
        wondered = value_of(turn.state.facts, Bookkeeping.WONDERED)
        open_signs = {(Bookkeeping.WONDERED, wondered), (Medical.UNSURE, wondered)}
        turn.state = replace(turn.state, facts=turn.state.facts - open_signs)
    if negated == "yes" and not asked and intent.opens_with_no and questions.accepts(turn, "no"):
        # "Sudah reda?" – "Tidak. Bengkak." sounds like "tidak bengkak"
        ask_sign(turn, *signs)
    elif negated == "yes" and sure:
        for sign in signs:
            deny(turn, sign)
        if asked and (action := questions.answer(turn, "no")):
            turn.learn(*((Medical.DENIED, sign) for sign in action.deny))
    elif not negated and all((Medical.SIGN, sign) in turn.state.facts for sign in signs):
        turn.say("noted_sign")  # known already: no need to hear it clearly
        if not turn.find("guide"):
            turn.say_lines(turn.script.replies["left_to_do"])
    elif negated or not sure:
        ask_sign(turn, *signs)
    else:
        if asked:
            questions.withdraw(turn)
        raise_signs(turn, *signs)
    return True


def _is_the_asked(turn: DialogueTurn, signs: tuple[str, ...]) -> bool:
    """Whether one of ``signs`` is asked about by its name: "napasnya sesak?" – "tidak sesak"."""
    wondered = value_of(turn.state.facts, Bookkeeping.WONDERED)
    return wondered in signs and questions.asked(turn, "sign_or_not")


def _joins_the_asked(turn: DialogueTurn, signs: tuple[str, ...]) -> bool:
    """Whether a second sign of the flag is told while one of it is asked about: enough for both."""
    wondered = value_of(turn.state.facts, Bookkeeping.WONDERED)
    if not wondered or wondered in signs or not questions.asked(turn, "sign_or_not"):
        return False
    flag = flag_of(turn, wondered)
    return flag is not None and any(sign in flag.signs for sign in signs)


def flag_of(turn: DialogueTurn, sign: str) -> Flag | None:
    """The flag that ``sign`` belongs to."""
    meant = [flag for flag in turn.script.flags if sign in flag.signs]
    return next((flag for flag in meant if flag.condition.holds(turn.facts)), None)


def raise_signs(turn: DialogueTurn, *signs: str) -> None:
    """Take these signs as present: say what follows from them, and change the guide."""
    stood = _on_their_feet(turn)
    new = [sign for sign in signs if (Medical.SIGN, sign) not in turn.state.facts]
    open_keys = (Medical.DENIED, Medical.UNSURE, Bookkeeping.WONDERED)
    gone = {(key, sign) for sign in signs for key in open_keys}
    turn.state = replace(
        turn.state,
        facts=turn.state.facts - gone,
        flagged=turn.state.now,
        last_said="",
        last_kind="",
    )
    turn.learn(*((Medical.SIGN, sign) for sign in signs))
    flags = {flag.name: flag for sign in signs if (flag := flag_of(turn, sign))}
    takes_over = next((flag for flag in flags.values() if flag.guide), None)
    urgent = takes_over.signs if takes_over else frozenset(signs)
    turn.learn((Bookkeeping.HEARD, next(sign for sign in signs if sign in urgent)))
    if takes_over:
        take_over(turn, takes_over)
        return
    if not new:
        turn.say("noted_sign")
    elif stood and STAND in turn.forbidden:
        turn.say("sit_down")
    asked_too = ""
    for flag in flags.values():
        if any(sign in flag.signs for sign in new):
            turn.say_lines(flag.lines or _left_to_do(turn))
            notifications.notify_warning(turn)
            if flag.ask_always and turn.find("guide"):
                asked_too = flag.ask
        running = turn.guide
        if not running:
            guide_runner.stay_awake(turn)  # what makes it worse may be told next
        if flag.go and running:
            known = flag.go == "end" or running.index(flag.go) < len(running.steps)
            guide_runner.go(turn, flag.go if known else "next")
    replanning.recheck(turn)
    if asked_too:  # not before: leaving a step drops its questions
        turn.ask(asked_too)


def _left_to_do(turn: DialogueTurn) -> tuple[Line, ...]:
    """What a flag without words of its own asks for, where no guide of a cramp will say it."""
    treated = turn.guide is not None and turn.guide.episode
    return () if treated else turn.script.replies["left_to_do"]


def _on_their_feet(turn: DialogueTurn) -> bool:
    """Whether the user stands, or has been told to get up."""
    standing, up = (Medical.SITUATION, STANDING), (Bookkeeping.GETTING_UP, "yes")
    return turn.find("guide") is not None and bool({standing, up} & turn.facts)


def offer_guide(turn: DialogueTurn) -> None:
    """A sign was reported and no guide is running: ask whether to start one."""
    if turn.find("guide") or questions.pending(turn):
        return
    raised = set(values_of(turn.facts, Medical.FLAG))
    flag = next((f for f in turn.script.flags if f.ask and f.name in raised), None)
    if flag:
        turn.ask(flag.ask)


def take_over(turn: DialogueTurn, flag: Flag) -> None:
    """Put the flag's own guide on top of everything, unless it is running already."""
    top = turn.top
    if top and top.name == flag.guide:
        return
    while turn.top and turn.top.kind != "guide":
        guide_runner.pop(turn)
    turn.push(Task("guide", flag.guide, started=turn.state.now))


def emergency(turn: DialogueTurn) -> Flag | None:
    """The raised flag that has a guide of its own."""
    raised = set(values_of(turn.facts, Medical.FLAG))
    return next((f for f in turn.script.flags if f.guide and f.name in raised), None)


def ends_guide(turn: DialogueTurn) -> Flag | None:
    """The raised flag for which there is no guide: who has it needs somebody who can look."""
    raised = set(values_of(turn.facts, Medical.FLAG))
    return next((f for f in turn.script.flags if f.go == "end" and f.name in raised), None)


def deny(turn: DialogueTurn, sign: str) -> None:
    """The user says that ``sign`` is absent; if it was reported before, ask first."""
    if (Medical.SIGN, sign) in turn.state.facts:
        if turn.in_emergency:
            turn.ask("all_clear", EMERGENCY)
        else:
            ask_sign(turn, sign)
        return
    turn.learn((Medical.DENIED, sign))


def ask_sign(turn: DialogueTurn, *signs: str) -> None:
    """Ask by its name whether a sign is present: one of each flag, the most urgent first.

    A question about an emergency stays open when something less urgent is doubted as well.
    """
    unsure_about(turn, *signs)
    turn.state = replace(turn.state, flagged=turn.state.now, misheard=0)
    wondered = value_of(turn.state.facts, Bookkeeping.WONDERED)
    open_now = (wondered,) if wondered and questions.asked(turn, "sign_or_not") else ()
    urgent = [one for one in (*signs, *open_now) if is_urgent(turn, one)]
    first = _ranked(turn, urgent)[0] if urgent else signs[0]
    turn.learn((Bookkeeping.WONDERED, first))
    turn.ask("sign_or_not")


def unsure_about(turn: DialogueTurn, *signs: str) -> None:
    """Remember that one sign of each flag, or ``MOST_URGENT`` of an emergency, must be asked about.

    "Kena ubur-ubur, sekarang susah napas" tells two: no bite is not yet enough air.
    """
    by_flag = {flag.name: sign for sign in reversed(signs) if (flag := flag_of(turn, sign))}
    urgent = _ranked(turn, [one for one in signs if is_urgent(turn, one)])[:MOST_URGENT]
    others = [one for one in by_flag.values() if not is_urgent(turn, one)]
    for sign in (*urgent, *others):
        turn.learn((Medical.UNSURE, sign))


def _ranked(turn: DialogueTurn, signs: Iterable[str]) -> list[str]:
    """``signs`` of flags that take over, the most urgent first, none twice."""
    ranks = [one for flag in turn.script.flags if flag.guide for one in flag.ranked]
    return sorted(set(signs), key=ranks.index)


def is_urgent(turn: DialogueTurn, sign: str) -> bool:
    """True if ``sign`` means an emergency."""
    flag = flag_of(turn, sign)
    return bool(flag and flag.guide)


def ask_unsure(turn: DialogueTurn) -> bool:
    """Ask about the signs that were mentioned and not asked about yet; True if there were any."""
    left = values_of(turn.state.facts, Medical.UNSURE)
    if left and not turn.in_emergency:
        ask_sign(turn, *left)
    return bool(left)


def resolve_sign(turn: DialogueTurn, present: bool) -> None:
    """Apply the answer to ``ask_sign``; asks about the next unsure sign, if there is one."""
    sign = value_of(turn.state.facts, Bookkeeping.WONDERED)
    if not sign:
        return
    facts = turn.state.facts
    gone = {(Medical.UNSURE, sign), (Bookkeeping.WONDERED, sign), (Medical.SIGN, sign)}
    turn.state = replace(turn.state, facts=facts - gone)
    if present:
        raise_signs(turn, sign)
    else:
        if (Medical.DENIED, sign) in facts:
            turn.learn((Bookkeeping.DENIED_AGAIN, sign))
        turn.learn((Medical.DENIED, sign))
        turn.say("denied")
    if not ask_unsure(turn) and present and not turn.in_emergency:
        offer_guide(turn)


def all_clear(turn: DialogueTurn) -> None:
    """Confirmed false alarm: drop the emergency's signs and resume the task below."""
    flag = emergency(turn)
    if flag is None:
        return
    gone = {(Medical.SIGN, sign) for one in turn.script.flags if one.guide for sign in one.signs}
    turn.state = replace(turn.state, facts=turn.state.facts - gone, called=-1e9)
    # after an alarm the guide does not ask how bad the cramp was
    turn.learn((Bookkeeping.ALARMED, "yes"))
    if turn.top and turn.top.name == flag.guide:
        guide_runner.pop(turn)
    turn.say("all_clear")
    notifications.notify_all_clear(turn)
