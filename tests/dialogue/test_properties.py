"""What must hold in every conversation, whatever is said in whatever order."""

from functools import cache

from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from assistant.dialogue import policy
from assistant.dialogue.acts import Act, Adjust, Ask, Cue, Hold, Hush, Listen, Note, Say
from assistant.dialogue.events import (
    DeviceAway,
    DeviceBack,
    DiaryAnswer,
    Doubtful,
    Event,
    Finished,
    NotUnderstood,
    ProfileKept,
    Started,
    Tick,
    Understood,
)
from assistant.dialogue.facts import ALWAYS
from assistant.dialogue.handlers.commands import CONTROLS
from assistant.dialogue.handlers.deafness import is_deaf
from assistant.dialogue.notes import DiaryRecord, ProfileRecord
from assistant.dialogue.state import State
from assistant.dialogue.state_json import from_json, to_json
from assistant.dialogue.user_profile import Profile
from assistant.nlu.intent import Intent
from tests.support.dialogue_driver import SCRIPT, seconds

LASTING = (Say, Ask, Hold, Listen)
SIGNS = sorted({sign for flag in SCRIPT.flags for sign in flag.signs})
EMERGENCIES = {
    sign for flag in SCRIPT.flags if flag.guide and flag.condition == ALWAYS for sign in flag.signs
}
CLOTS = next(flag.signs for flag in SCRIPT.flags if flag.name == "clot")
TEARS = next(flag.signs for flag in SCRIPT.flags if flag.name == "tear")
SITUATIONS = ["bed", "sitting", "standing", "swimming", "elderly", "helper", "cannot_reach",
              "diabetes", "kidney", "blood_thinner", "night", "sport", "pregnant", "dizzy",
              "cannot_stand", "fear_of_falling", "fear", "alone", "dark", "carer", "too_warm",
              "no_massage", "no_warmth", "no_towel", "under_65", "had_clot", "clot_risk", "thigh",
              "foot"]  # fmt: skip
STARTS = sorted(intent for guide in SCRIPT.guides.values() for intent in guide.starts)
NUMBER = "satu satu sembilan"
Events = list[tuple[str, object]]
NAMES = sorted(
    {*CONTROLS, *STARTS, "yes", "no", "tolong", "false_alarm", "x_duration", "unheard_of"}.union(
        *(topic.intents for topic in SCRIPT.topics.values())
    ).difference({"deafen", "deafen_now"})  # nothing is heard after it: test_deafness.py
)

REMEMBERED = [{"address": "Ibu"}, {"usual_leg": "right"}, {"pace": "slower"},
              {"volume": "louder"}, {"situation": "pregnant"}]  # fmt: skip

# Every event is one choice from a list: quick to draw, and shrinks well.
COMMON = [("understood", Intent(name)) for name in (
    "yes", "no", "next", "pause", "continue", "stop", "repeat", "back", "better", "still_hurts",
    "cramp_now", "tolong")]  # fmt: skip
PLAIN = [("understood", Intent(name)) for name in NAMES]
PLAIN += [("understood", Intent("situation", {"situation": name})) for name in SITUATIONS]
PLAIN += [
    ("understood", Intent("cramp_now", {"leg": leg})) for leg in ("left", "both", "other", "third")
]
PLAIN += [("understood", Intent("ask", {"topic": name})) for name in [*SCRIPT.topics, "moon"]]
PLAIN += [("understood", Intent("remember", slots)) for slots in REMEMBERED]
SIGNED = [
    ("understood", Intent(name, {"sign": sign} | negated))
    for name in ("cramp_now", "still_hurts", "swollen")
    for sign in [*SIGNS, "swollen,pop", "itch"]
    for negated in ({}, {}, {"negated": "yes"}, {"negated": "unsure"})
] + [("understood", Intent(name)) for name in SCRIPT.sign_of]
DOUBTED = [("doubtful", what) for _, what in COMMON + PLAIN + SIGNED[::4]]
TIME = [("finished", count) for count in (1, 1, 2, 3, 5, 9, 14)]
TIME += [("wait", length) for length in (0.3, 2.0, 7.0, 40.0, 700.0)]
OTHER = [(what, None) for what in ("misheard", "misheard", "maybe", "tick", "diary", "started")]
OTHER += [("kept", one) for one in (None, Profile(), Profile(leg="left", pregnant=True))]
OTHER += [("muted", "microphone")]
OTHER += [(what, device) for what in ("away", "back") for device in ("microphone", "loudspeaker")]

# What would lead to the very steps that a sign forbids: dice alone hardly ever get there.
TEMPTING: Events = [("understood", Intent("cramp_now")), ("understood", Intent("no"))]
TEMPTING += [("reach", f"acute.{step}") for step in ("stretch", "massage", "warmth")]
TEMPTING += [("reach", "bedtime.calf"), ("understood", Intent("start_stretch"))]
TEMPTING += [
    ("understood", Intent("ask", {"topic": topic}))
    for topic in ("treat_stretch", "treat_massage", "treat_warmth", "treatment", "prevention")
]

one_event = st.one_of(*map(st.sampled_from, (TIME, TIME, COMMON, PLAIN, SIGNED, DOUBTED, OTHER)))
conversations = st.lists(one_event, min_size=1, max_size=25)
tempted = st.lists(
    st.one_of(*map(st.sampled_from, (TEMPTING, TEMPTING, TIME, COMMON, PLAIN))),
    min_size=3, max_size=25,
)  # fmt: skip
profiles = st.sampled_from(
    [
        None,
        Profile(name="Sri", address="Ibu", leg="left", over_65=True),
        Profile(pregnant=True, conditions=("kidney", "diabetes"), rate=0.8, volume=1.4),
    ]
)
quick = settings(
    max_examples=500,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)


def play(
    script_of_events: Events, profile: Profile | None
) -> list[tuple[State, Event, State, tuple[Act, ...]]]:
    """Send the events, with times; returns what each of them did."""
    state, now, steps = policy.initial(profile), 0.0, []
    running: Act | None = None

    def send(event: Event) -> None:
        nonlocal state, running
        before = state
        state, acts = policy.step(before, event, SCRIPT)
        steps.append((before, event, state, acts))
        if any(isinstance(act, Hush) for act in acts):
            running = None
        if acts and isinstance(acts[-1], LASTING):
            running = acts[-1]
        elif isinstance(event, Finished):
            running = None

    send(Started(now))
    for kind, what in script_of_events:
        now += 0.5
        match kind:
            case "understood" if isinstance(what, Intent):
                send(Understood(now, what))
            case "doubtful" if isinstance(what, Intent):
                send(Doubtful(now, what))
            case "misheard":
                send(NotUnderstood(now))
            case "maybe":
                send(NotUnderstood(now, maybe_stop=True))
            case "away" if isinstance(what, str):
                send(DeviceAway(now, what))
            case "muted" if isinstance(what, str):
                send(DeviceAway(now, what, muted=True))
            case "back" if isinstance(what, str):
                send(DeviceBack(now, what))
            case "kept" if what is None or isinstance(what, Profile):
                send(ProfileKept(now, what, forgotten=what == Profile()))
            case "diary":
                send(DiaryAnswer(now, "Kram terakhir kemarin."))
            case "tick" | "started":
                send(Tick(now) if kind == "tick" else Started(now))
            case "wait" if isinstance(what, float):
                now += what
                send(Tick(now))
            case "reach" if isinstance(what, str):
                for _ in range(60):
                    if not state.tasks or state.name.startswith(what):
                        break
                    now += seconds(running) if isinstance(running, LASTING) else 1.0
                    asked = isinstance(running, Ask)
                    send(Understood(now, Intent("no")) if asked else Finished(now))
            case "finished" if isinstance(what, int):
                for _ in range(what):
                    now += seconds(running) if isinstance(running, LASTING) else 1.0
                    send(Finished(now))
    return steps


def check(before: State, event: Event, after: State, acts: tuple[Act, ...]) -> None:
    """What holds for every single step."""
    lasting = [act for act in acts if isinstance(act, LASTING)]
    assert len(lasting) <= 1
    assert not lasting or acts[-1] is lasting[0]
    for act in acts:
        match act:
            case Say(text, pause):
                assert text.strip() and "{" not in text and 0 <= pause <= 20
            case Ask(text, wait):
                assert text.strip() and "{" not in text and 1 <= wait <= 60
            case Hold(length, counts):
                assert 0 < length <= 600
                assert all(0 <= one.at <= length and one.text for one in counts)
            case Listen(length):
                assert 0 < length <= 3600
            case Cue(name):
                assert name in ("ready", "heard", "not_understood", "alarm")
            case Adjust(volume, rate):
                assert 0 < volume <= 4 and 0.3 <= rate <= 2
            case Note(record):
                assert isinstance(record, DiaryRecord | ProfileRecord)
                assert hash(record) is not None, "nothing in it can change"
    if any(isinstance(act, Ask) and "sakitnya ringan" in act.text for act in acts):
        # how bad it was is asked once it is over, and never after an alarm
        assert ("eased", "yes") in after.facts
        assert ("alarmed", "yes") not in after.facts
        assert not warned(after, CLOTS | TEARS | EMERGENCIES)
    # never a dead end: what is not idle is doing something that will come to an end
    assert (after.name == "idle") == (not after.tasks)
    assert after.listening == ("conversation" if after.tasks or after.awake else "idle")
    if after.tasks:
        assert after.tasks[-1].items
        if lasting:
            assert after.tasks[-1].items[0].act == lasting[0]
        else:
            assert before.tasks and not isinstance(event, Finished)
            assert not any(isinstance(act, Hush) for act in acts)
    elif before.tasks and not isinstance(event, Finished):
        assert any(isinstance(act, Hush) for act in acts)
    assert from_json(to_json(after)) == after


@quick
@given(conversations, profiles)
def test_every_step_of_every_conversation_is_sound(events: Events, profile: Profile | None) -> None:
    for before, event, after, acts in play(events, profile):
        check(before, event, after, acts)


@cache
def texts_of_kind(kind: str) -> frozenset[str]:
    """Every text of the script that is tagged as ``kind`` and says something of it."""
    lines: set[tuple[str, str, tuple[str, ...]]] = set()
    for guide in SCRIPT.guides.values():
        for step in guide.steps:
            for part in step.parts:
                found = part.lines + (part.question.lines if part.question else ())
                lines |= {(line.text, line.kind or step.kind, line.source) for line in found}
                lines |= {(line.text, step.kind, ()) for line in part.resume}
                if part.question:
                    source = part.question.lines[0].source
                    lines.add((part.question.short, step.kind, source))
    for topic in SCRIPT.topics.values():
        lines |= {(line.text, line.kind, line.source) for line in topic.pieces}
    harmless = ("talk",) if kind != "emergency" else ()
    return frozenset(text for text, of, source in lines if of == kind and source != harmless)


def template_of(text: str, kind: str) -> bool:
    """Whether ``text`` was made from a template of ``kind``."""
    for template in texts_of_kind(kind):
        fixed = [part.strip(" ,.?!") for part in _split(template)]
        if all(part in text for part in fixed) and sum(map(len, fixed)) >= len(text) / 2:
            return True
    return False


def _split(template: str) -> list[str]:
    for name in ("{leg}", "{name}", "{sign}", "{step}"):
        template = template.replace(name, "\0")
    return template.split("\0")


def warned(before: State, signs: frozenset[str] | set[str]) -> bool:
    return any(key == "sign" and value in signs for key, value in before.facts)


@quick
@given(
    conversations,
    st.sampled_from(sorted(CLOTS)),
    tempted,
)
def test_after_a_clot_sign_no_massage_and_no_heat(first: Events, sign: str, then: Events) -> None:
    said = ("understood", Intent("swollen", {"sign": sign}))
    reached = 0
    for _, _, after, acts in play([*first, said, *then], None):
        if not warned(after, CLOTS):
            continue
        reached += 1
        for act in acts:
            if isinstance(act, Say | Ask):
                assert not template_of(act.text, "massage"), act
                assert not template_of(act.text, "heat"), act
            if isinstance(act, LASTING):
                assert after.name.split(".")[:2] not in (["acute", "massage"], ["acute", "warmth"])
    assert reached


@quick
@given(
    conversations,
    st.sampled_from(sorted(TEARS)),
    tempted,
)
def test_after_a_tear_sign_no_stretch_massage_or_heat(
    first: Events, sign: str, then: Events
) -> None:
    said = ("understood", Intent("x_pop", {"sign": sign}))
    for _, _, after, acts in play([*first, said, *then], None):
        if not warned(after, TEARS):
            continue
        for act in acts:
            assert not isinstance(act, Hold) or after.name.startswith("acute.sit"), after.name
            if isinstance(act, Say | Ask):
                for kind in ("stretch", "massage", "heat"):
                    assert not template_of(act.text, kind), act


@quick
@given(
    conversations,
    st.sampled_from(["dizzy", "cannot_stand", "fear_of_falling", "dark", "elderly,alone"]),
    tempted,
)
def test_after_an_unsafe_fact_nobody_is_told_to_stand(
    first: Events, said: str, then: Events
) -> None:
    unsafe = ("understood", Intent("situation", {"situation": said}))
    up = [("understood", Intent("better")), ("reach", "acute.up"), ("understood", Intent("yes"))]
    known = set(said.split(","))
    for _, _, after, acts in play([*first, unsafe, *up, *then, *up], None):
        if not known <= {value for key, value in after.facts if key == "situation"}:
            continue
        for act in acts:
            if isinstance(act, LASTING):
                assert after.name.split(".")[1:2] not in (["up"], ["sit"], ["walk"]), after.name
            if isinstance(act, Say | Ask):
                # whoever is pregnant stretches seated, leaning back: nobody stands up for that
                seated = act.text == "Duduk pelan-pelan, dan bersandar."
                assert seated or not template_of(act.text, "stand"), act
                assert (
                    "menghadap dinding" not in act.text and "Condongkan badan ke d" not in act.text
                )


@quick
@given(conversations, profiles)
def test_nobody_gets_up_without_a_plain_yes(events: Events, profile: Profile | None) -> None:
    for before, _, after, acts in play(events, profile):
        for act in acts:
            if isinstance(act, Say) and after.name.startswith(("acute.sit", "acute.walk")):
                assert ("getting_up", "yes") in before.facts | after.facts, act


@quick
@given(conversations, tempted)
def test_in_the_water_nobody_stretches_without_a_hold(first: Events, then: Events) -> None:
    said = ("understood", Intent("cramp_now", {"situation": "swimming"}))
    for _, _, after, acts in play([*first, said, *then], None):
        swims = ("situation", "swimming") in after.facts and ("held", "yes") not in after.facts
        for act in acts if swims else ():
            assert not isinstance(act, Hold) or not after.name.startswith("acute"), after.name
            if isinstance(act, Say):
                assert not template_of(act.text, "stretch"), act


@quick
@given(
    conversations,
    st.sampled_from(sorted(EMERGENCIES)),
    conversations,
)
def test_in_an_emergency_nothing_but_emergency_words(
    first: Events, sign: str, then: Events
) -> None:
    said = ("understood", Intent("emergency", {"sign": sign}))
    reached = 0
    for before, event, after, acts in play([*first, said, *then], None):
        if not warned(after, EMERGENCIES):
            cleared = warned(before, EMERGENCIES)
            if cleared and event.at - before.flagged < SCRIPT.settings["keep_signs"]:
                # only the user's own "yes, a false alarm" ends it
                assert isinstance(event, Understood)
                assert event.intent.name in ("yes", "false_alarm")
            continue
        reached += 1
        for act in acts:
            assert not isinstance(act, Hold)
            if isinstance(act, Say | Ask):
                assert is_emergency(act.text), act
    assert reached


def is_emergency(text: str) -> bool:
    """Whether ``text`` is one of the few that may be spoken in an emergency."""
    names = ("stopped_emergency", "emergency_words", "alarm_stays", "emergency_question",
             "alarm_fear", "alarm_phone_far", "not_connected", "played_down")  # fmt: skip
    replies = {line.text for name in names for line in SCRIPT.replies[name]}
    # who plays an emergency down hears the number; the other lines are for lesser signs
    replies |= {line.text for line in SCRIPT.replies["played_down"] if NUMBER in line.text}
    question = SCRIPT.questions["all_clear"]
    replies |= {line.text for line in question.lines} | {question.short}
    heard = text.startswith("Saya dengar: ")  # alarm_sign, with the sign's name
    return text in replies or heard or template_of(text, "emergency")


@quick
@given(conversations, profiles)
def test_stop_and_help_work_everywhere(events: Events, profile: Profile | None) -> None:
    state = play(events, profile)[-1][2]
    now = state.now
    if state.tasks:
        helped, acts = policy.step(state, Understood(now, Intent("help_menu")), SCRIPT)
        assert isinstance(acts[-1], Say | Ask)
        assert helped.tasks
    for _ in range(4):  # at most: an answer, its guide, and the question of an emergency
        state, acts = policy.step(state, Understood(now, Intent("stop")), SCRIPT)
        if len(state.tasks) == 1 and state.tasks[0].kind == "talk":
            break
    assert not state.tasks or state.tasks[0].kind == "talk"
    for _ in range(12):
        # Another question of danger may have waited behind the first: it is stopped too.
        asked = state.name.endswith(".ask")
        event = Understood(now, Intent("stop")) if asked else Finished(now + 1)
        state, acts = policy.step(state, event, SCRIPT)
        now += 1
    assert state.name == "idle"


@quick
@example(
    [("understood", Intent("cramp_now")), ("understood", Intent("pause")), ("finished", 1)],
    None,
    -2e-242,
)
@given(conversations, profiles, st.floats(-1e5, 1e5))
def test_a_crash_anywhere_is_resumed(events: Events, profile: Profile | None, at: float) -> None:
    state = from_json(to_json(play(events, profile)[-1][2]))
    after, acts = policy.resume(state, at, SCRIPT)
    if state.tasks:
        assert acts and isinstance(acts[-1], LASTING)
    else:
        assert not after.tasks
    now = at
    for _ in range(3):
        now += 1
        before = after
        after, acts = policy.step(before, Finished(now), SCRIPT)
        check(before, Finished(now), after, acts)


@settings(max_examples=200)
@given(
    st.lists(st.sampled_from(["", "", "", "no", "still_hurts", "yes"]), min_size=60, max_size=60),
    st.sampled_from(STARTS),
    st.sampled_from(SITUATIONS),
)
def test_a_guide_always_comes_to_an_end(answers: list[str], start: str, situation: str) -> None:
    state, _ = policy.step(
        policy.initial(), Understood(0.0, Intent(start, {"situation": situation})), SCRIPT
    )
    now, spoken, relapses, waiting = 0.0, 0.0, 0, iter(answers)
    while state.tasks and not state.name.startswith("emergency"):  # that one ends by a person
        act = state.tasks[-1].items[0].act
        answer = next(waiting, "") if isinstance(act, Ask) else ""
        if answer:
            now += 2.0
            relapses += answer == "still_hurts"
            state, _ = policy.step(state, Understood(now, Intent(answer)), SCRIPT)
        else:
            now += seconds(act)
            spoken += seconds(act) if isinstance(act, Say) else 0.0
            state, _ = policy.step(state, Finished(now), SCRIPT)
        assert now < 900, state.name
    assert 20 < now < 900
    # who says again and again that it hurts is comforted, and told each time what to do
    assert 10 < spoken < 170 + 12 * relapses


@quick
@given(conversations, profiles)
def test_never_deaf_in_an_alarm(events: Events, profile: Profile | None) -> None:
    state = play(events, profile)[-1][2]
    alarm = any(task.name == "emergency" for task in state.tasks)
    for name in ("deafen", "yes"):
        state, _ = policy.step(state, Understood(state.now, Intent(name)), SCRIPT)
    if alarm:
        assert not is_deaf(state)
