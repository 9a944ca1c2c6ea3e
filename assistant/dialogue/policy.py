"""The dialogue policy, a pure function: ``(state, event) → (state, acts)``."""

from dataclasses import replace

from assistant.dialogue import (
    clarification,
    guide_runner,
    notifications,
    replanning,
    unconfirmed,
)
from assistant.dialogue.acts import Act, Ask, Cue, Hush, Listen, Say
from assistant.dialogue.dispatch import apply_action
from assistant.dialogue.episode_progress import with_progress
from assistant.dialogue.events import (
    DeviceAway,
    DeviceBack,
    DiaryAnswer,
    Doubtful,
    Event,
    Finished,
    HearAgain,
    NotUnderstood,
    ProfileKept,
    Started,
    Tick,
    Told,
    Understood,
)
from assistant.dialogue.handlers import (
    deafness,
    devices,
    faq,
    navigation,
    profile,
    questions,
    red_flags,
    sign_memory,
    voice_settings,
)
from assistant.dialogue.handlers.profile import known_of, person_of
from assistant.dialogue.resumption import misfit
from assistant.dialogue.script.model import Script
from assistant.dialogue.state import ASIDE, MUST_HEAR, PAUSE, REMARK, AgendaItem, State
from assistant.dialogue.turn import DialogueTurn
from assistant.dialogue.user_profile import Profile

MORE = "reply/more"
"""The question between two pieces of an answer; "repeat" means the piece, not the question."""

HOPS = 300
"""Silent parts in a row after which a script is taken to be in an endless loop."""


def initial(profile: Profile | None = None) -> State:
    """The state before anything has been said."""
    one = profile or Profile()
    return State(
        known=known_of(one),
        rate=one.rate,
        volume=one.volume,
        person=person_of(one),
    )


def step(state: State, event: Event, script: Script) -> tuple[State, tuple[Act, ...]]:
    """Apply ``event``; returns the new state and the acts to perform.

    At most one act of the tuple takes time, and it is the last.
    """
    turn = DialogueTurn(replace(state, now=max(state.now, event.at)), script)
    asked = questions.left_open(state, script)
    counts = None if _while_deaf(turn, state, event) else unconfirmed.admitted(turn, event)
    if counts is not None:
        _react(turn, counts)
        if isinstance(counts, Understood | Doubtful):
            clarification.count_passed_over(turn, asked, counts.intent)
    after, acts = _advance_to_act(turn, isinstance(event, Finished))
    if questions.left_open(after, script) != asked:
        after = replace(after, passed_over=0)
    return after, with_progress(state, after, acts, script)


def _while_deaf(turn: DialogueTurn, before: State, event: Event) -> bool:
    """End the deafness that was asked for, when it is time. True if ``event`` is dealt with."""
    if isinstance(event, HearAgain):
        if deafness.is_deaf(turn.state):
            deafness.hear_again(turn, asked=True)
        return True
    if deafness.is_deaf(turn.state):
        # what was being said when the microphone went off
        return isinstance(event, Understood | Doubtful | NotUnderstood)
    if deafness.is_deaf(before):
        deafness.hear_again(turn, asked=False)
    return False


def _react(turn: DialogueTurn, event: Event) -> None:
    match event:
        case Started():
            if (turn.state.rate, turn.state.volume) != (1.0, 1.0):
                turn.adjust()
        case Understood(intent=intent, contested=True) if red_flags.signs_in(turn, intent):
            clarification.doubtful(turn, intent)
        case Understood(intent=intent, contested=contested):
            clarification.understood(turn, intent, contested)
            if turn.state.tasks and not turn.acts and not turn.dirty and not turn.in_emergency:
                turn.acts.append(Cue("heard"))  # nothing to say, but show that it was heard
        case Doubtful(intent=intent):
            was_idle = not turn.state.tasks
            clarification.doubtful(turn, intent)
            unconfirmed.opened(turn, was_idle)
        case NotUnderstood(maybe_stop=maybe_stop):
            if not (maybe_stop and clarification.stop_or_not(turn)):
                clarification.misheard(turn)
        case Finished():
            _finished(turn)
        case DiaryAnswer(text=text) if text.strip() and not turn.in_emergency:
            turn.remark(AgendaItem(Say(text), tag=MUST_HEAR))
        case ProfileKept():
            profile.report_stored(turn, event)
        case DeviceAway(muted=True):
            devices.muted(turn)
        case DeviceAway(device=device):
            devices.away(turn, device)
        case DeviceBack(device=device):
            devices.back(turn, device)
        case Told(about=about, ok=ok):
            notifications.report_outcome(turn, about, ok)
        case Tick() | DiaryAnswer() | HearAgain():
            pass


def resume(state: State, at: float, script: Script) -> tuple[State, tuple[Act, ...]]:
    """Resume a conversation after a crash; ``at`` is the present time of the new clock.

    Returns what ``step`` returns. The interrupted act begins again after "Kita lanjutkan dari …".
    A conversation that the script does not know (any more) is dropped.
    """
    if misfit(state, script):
        fresh = State(
            known=state.known,
            rate=state.rate,
            volume=state.volume,
            person=state.person,
            tell=state.tell,
            tell_warnings=state.tell_warnings,
        )
        return step(fresh, Started(at), script)
    shift = at - state.now
    turn = DialogueTurn(
        replace(
            state,
            now=at,
            deaf_until=State.deaf_until,
            since=state.since + shift,
            called=state.called + shift,
            flagged=state.flagged + shift,
            device_told=state.device_told + shift,
            muted_told=state.muted_told + shift,
            stop_asked=state.stop_asked + shift,
            awake_until=state.awake_until + shift,
            tasks=tuple(task.shifted(shift) for task in state.tasks),
        ),
        script,
    )
    if (state.rate, state.volume, state.loud) != (1.0, 1.0, 1.0):
        turn.adjust()
    if turn.top:
        turn.park()
        devices.all_back(turn)
        if navigation.paused(turn):
            turn.say("reminder")
        elif not turn.in_emergency:
            due = turn.head
            turn.say("resume_step" if turn.current_step else "back_to_guide")
            navigation.position_again(turn, due)
    return _advance_to_act(turn, False)


def _finished(turn: DialogueTurn) -> None:
    top, head = turn.top, turn.head
    if top is None or head is None:
        return
    turn.park_wait()
    turn.set_top(replace(turn.top or top, items=top.items[1:]))
    turn.dirty = True
    if head.tag == PAUSE:
        _remind(turn)
    elif head.question:
        action = questions.unanswered(turn, head)
        if action:
            apply_action(turn, action)


def _remind(turn: DialogueTurn) -> None:
    times = turn.script.reminders
    count = turn.state.reminded
    turn.state = replace(turn.state, reminded=count + 1)
    if count < len(times):
        turn.say("reminder")
    turn.remark(AgendaItem(Listen(times[min(count + 1, len(times) - 1)]), tag=PAUSE))


def _advance_to_act(turn: DialogueTurn, natural: bool) -> tuple[State, tuple[Act, ...]]:
    """Advance the tasks until an act takes time; ``natural`` if the last one ended by itself."""
    talked = bool(turn.state.tasks)
    for _ in range(HOPS):
        top, head = turn.top, turn.head
        if top is None and talked and natural and sign_memory.ask_forgotten(turn):
            continue
        if top is None or (head and not turn.dirty):
            break
        if turn.returned:
            _return(turn)
        elif head is None:
            _advance(turn)
        elif not turn.allows(head):
            turn.set_top(replace(top, items=top.items[1:]))
        else:
            _begin(turn, head)
            break
    else:
        while turn.top:
            turn.pop()
    if turn.top is None:
        if turn.dirty and not natural:
            turn.acts.append(Hush())
        turn.state = sign_memory.at_the_end(turn)
    return replace(turn.state, name=_name(turn)), tuple(turn.acts)


def _begin(turn: DialogueTurn, head: AgendaItem) -> None:
    turn.acts.append(head.act)
    turn.state = replace(turn.state, since=turn.state.now)
    waiting = head.tag == REMARK and navigation.paused(
        turn
    )  # "apa tadi?" means what was said before the pause
    aside = waiting or head.question == MORE or head.kind == voice_settings.KIND
    if isinstance(head.act, Say | Ask) and not aside:
        turn.state = replace(turn.state, last_said=head.act.text, last_kind=head.kind)


def _advance(turn: DialogueTurn) -> None:
    top = turn.top
    turn.dirty = True
    if top and top.kind == "guide":
        guide_runner.advance(turn)
    elif top and top.kind == "answer":
        faq.advance(turn)
    else:
        turn.pop()


def _return(turn: DialogueTurn) -> None:
    """A task above another has ended: recheck the lower one and say that it goes on."""
    turn.returned = False
    replanning.recheck(turn)
    if not turn.in_emergency and not navigation.paused(turn):
        due = next((i for i in turn.top.items if i.tag not in ASIDE), None) if turn.top else None
        turn.say("back_to_guide")
        navigation.position_again(turn, due)


def _name(turn: DialogueTurn) -> str:
    top, head = turn.top, turn.head
    if top is None:
        return "deaf" if deafness.is_deaf(turn.state) else "idle"
    if top.kind == "guide":
        one = turn.current_step
        place = f"{top.name}.{one.id}" if one else top.name
    else:
        place = f"{top.kind}.{top.name}" if top.kind == "answer" else top.kind
    if head is None:
        return place
    if head.tag == PAUSE:
        return f"{place}.pause"
    return f"{place}.{type(head.act).__name__.lower()}"
