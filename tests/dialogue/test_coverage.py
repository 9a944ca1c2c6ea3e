"""Every text in the phrases is spoken in some conversation: no dead text."""

import random
import re
from collections.abc import Iterator

from assistant.dialogue import policy
from assistant.dialogue.acts import Ask, Hold, Say
from assistant.dialogue.events import HearAgain, NotUnderstood, ProfileKept, Told
from assistant.dialogue.handlers.questions import find
from assistant.dialogue.script.model import Action, Question
from assistant.dialogue.user_profile import CONDITIONS, Profile
from tests.support.dialogue_driver import SCRIPT, Talk

SITUATIONS = ["bed", "sitting", "standing", "swimming", "elderly", "helper", "cannot_reach",
              "diabetes", "kidney", "night", "sport", "pregnant", "carer", "dizzy", "cannot_stand",
              "fear_of_falling", "fear", "alone", "dark", "blood_thinner", "too_warm", "cold",
              "no_massage", "no_warmth", "no_towel", "history", "had_clot", "clot_risk", "thigh",
              "foot", "heart", "phone_far", "sweet_taken"]  # fmt: skip
SIGNS = sorted({sign for flag in SCRIPT.flags for sign in flag.signs})
STARTS = sorted(intent for guide in SCRIPT.guides.values() for intent in guide.starts)
ASIDES = ["time_left", "help_menu", "thanks", "repeat", "louder", "softer", "slower", "faster",
          "slower_or_softer", "left", "right", "both", "next", "back", "still_hurts", "better",
          "cramp_now", "start_stretch", "diary_add", "diary_delete", "tolong", "x_duration",
          "stop", "better_partly", "toilet", "plays_down"]  # fmt: skip
WHO = ["carer", "carer,swimming", "carer,standing", "carer,sport", "carer,pregnant", "helper",
       "carer,blood_thinner", "blood_thinner", "dizzy", "cannot_stand", "dark", "alone,elderly",
       "swimming", "sitting", "standing", "sport", "night", "cannot_reach", "no_towel", "thigh",
       "foot", "had_clot", "cold", "liver"]  # fmt: skip
CONVERSATIONS = 2500
"""At most; it ends when every text has been spoken."""


def templates() -> dict[str, str]:
    """Every spoken text → where it stands."""
    found: dict[str, str] = {}
    questions: list[tuple[str, Question]] = list(SCRIPT.questions.items())
    for guide in SCRIPT.guides.values():
        for step in guide.steps:
            place = f"{guide.name}.{step.id}"
            for part in step.parts:
                found |= {line.text: place for line in part.lines}
                found |= {line.text: place for line in part.resume}
                questions += [(place, part.question)] if part.question else []
    for topic in SCRIPT.topics.values():
        found |= {line.text: topic.name for line in topic.pieces}
    for flag in SCRIPT.flags:
        found |= {line.text: flag.name for line in flag.lines}
    for name, lines in SCRIPT.replies.items():
        found |= {line.text: name for line in lines}
    for place, question in questions:
        found |= dict.fromkeys(of_question(question), place)
    return found


def of_question(question: Question) -> Iterator[str]:
    yield from (line.text for line in question.lines)
    if question.again:
        yield question.short
    if question.offer:
        yield question.offer
    actions: list[Action] = [one for _, some in question.answers for one in some]
    yield from (line.text for one in actions for line in one.lines)


def pattern(template: str) -> re.Pattern[str]:
    """What ``template`` may sound like when its braces are filled."""
    fixed = re.escape(template).replace(re.escape(", {name}"), "(, .+)?")
    return re.compile(re.sub(r"\\\{\w+\\\}", ".+", fixed))


def answer(talk: Talk, dice: random.Random) -> None:
    """React to what the guide is doing: answer, be silent, mumble, interrupt."""
    question = find(talk.script, talk.state.tasks[-1].items[0].question)
    chance = dice.random()
    if isinstance(talk.running, Ask) and question and chance < 0.75:
        intents = [name for names, _ in question.answers for name in names if name != "silence"]
        if chance < 0.1:
            talk.mumble()
            talk.mumble()
        else:
            talk.hear(dice.choice(sorted(intents)))
    elif chance < 0.8:
        aside(talk, dice)
    elif chance < 0.83:
        device = dice.choice(["microphone", "loudspeaker"])
        talk.lose(device)
        talk.find(device)
    elif isinstance(talk.running, Hold) and chance < 0.9:
        talk.wait(3)
        talk.hear("pause")
        talk.wait(dice.choice([1, 70]))
        talk.hear(dice.choice(["continue", "continue", "better"]))


def aside(talk: Talk, dice: random.Random) -> None:
    """Something that the guide did not ask for."""
    chance = dice.random()
    if chance < 0.15:
        talk.hear("swollen", sign=dice.choice(SIGNS), negated=dice.choice(["unsure", "yes"]))
    elif chance < 0.3:
        talk.hear("still_hurts", sign=dice.choice(SIGNS))
    elif chance < 0.4:
        talk.hear("ask", topic=dice.choice([*SCRIPT.topics, "moon"]))
    elif chance < 0.5:
        talk.hear("situation", situation=dice.choice(SITUATIONS))
    elif chance < 0.6:
        talk.mumble()
        talk.mumble()
    else:
        talk.hear(dice.choice(ASIDES))


def converse(dice: random.Random) -> Talk:
    """One conversation by the dice."""
    profile = Profile(name="Budi", address="Bapak") if dice.random() < 0.3 else None
    talk = Talk(profile)
    chance = dice.random()
    if chance < 0.6:
        slots = {"situation": dice.choice(SITUATIONS)} if dice.random() < 0.7 else {}
        talk.hear(dice.choice(STARTS), **slots)
    elif chance < 0.8:
        talk.hear("ask", topic=dice.choice(sorted(SCRIPT.topics)))
    elif chance < 0.9:
        talk.doubt(dice.choice(["cramp_now", "emergency", "tolong"]))
    else:
        aside(talk, dice)
    busy = dice.choice([0.0, 0.3, 0.6])  # a few say nothing at all
    for _ in range(120):
        if talk.running is None:
            break
        if dice.random() < busy or (busy and isinstance(talk.running, Ask)):
            answer(talk, dice)
        if talk.running is not None:
            talk.wait(talk.ends - talk.now)
    if dice.random() < 0.1:
        aside(talk, dice)
    return talk


def conditions() -> Iterator[str]:
    """Texts of conversations about what changes the advice."""
    for condition in CONDITIONS:
        talk = Talk()
        talk.hear("cramp_now")
        talk.hear("situation", situation=condition)
        yield from talk.texts


def muted() -> Iterator[str]:
    """Texts of a guide that goes on while the microphone is muted."""
    talk = Talk()
    talk.hear("cramp_now")
    talk.mute()
    talk.wait_for("Panduan tetap berjalan.")
    talk.find("microphone")
    yield from talk.texts


def rare() -> Iterator[str]:
    """Texts of conversations that the dice hardly ever throw."""
    helped = Talk()
    helped.hear("cramp_now", situation="helper")
    for _ in range(5):
        helped.wait_for("reda?")
        helped.hear("no")
    helped.wait_for("sebelum dipijat")
    helped.hear("no")
    while not isinstance(helped.running, Hold):
        helped.wait(helped.ends - helped.now)
    helped.hear("pause")
    helped.hear("continue")
    helped.to_end()
    yield from helped.texts
    patient = Talk()
    patient.hear("see_doctor")
    while isinstance(patient.running, Say | Ask):
        if isinstance(patient.running, Ask):
            patient.hear("yes")
        else:
            patient.wait(patient.ends - patient.now)
    yield from patient.texts
    extreme = Talk()
    for intent in ["louder"] * 6 + ["softer"] * 9 + ["slower"] * 6 + ["faster"] * 9:
        extreme.hear(intent)
    yield from extreme.texts
    stopped = Talk()
    for intent in ("emergency", "stop", "stop"):
        stopped.hear(intent)
    yield from stopped.texts
    offered = Talk()
    offered.hear("swollen")
    offered.wait_for("Mau saya pandu")
    offered.hear("no")
    yield from offered.texts


def rarer() -> Iterator[str]:
    """More of them: silence, unclear words, notifications, a crash."""
    for sign in ("swollen", "belly"):
        silent = Talk()
        silent.hear("other_sign", sign=sign)
        silent.to_end()
        yield from silent.texts
    yield from about_the_user()
    leaving = Talk()
    leaving.hear("cramp_now")
    leaving.doubt("emergency", sign="stroke")
    leaving.hear("thanks")
    leaving.hear("stop")
    leaving.to_end()
    yield from leaving.texts
    for situation in ("standing", "carer"):
        stood = Talk()
        stood.hear("cramp_now", situation=f"standing,{situation}")
        stood.hear("other_sign", sign="walking")
        yield from stood.texts
    unclear = Talk()
    unclear.hear("cramp_now")
    unclear.send(NotUnderstood(unclear.now, maybe_stop=True))
    unclear.mumble()
    unclear.mumble()
    yield from unclear.texts
    for about in ("emergency", "warning", "all_clear"):
        for ok in (True, False):
            told = Talk(who="Budi")
            told.send(Told(0.0, about, ok))
            yield from told.texts
    crashed = Talk()
    crashed.hear("cramp_now")
    _, acts = policy.resume(crashed.state, 0.0, SCRIPT)
    yield from (act.text for act in acts if isinstance(act, Say))


def rarest() -> Iterator[str]:
    """Texts that need two things at once, for which the dice would take a minute."""
    torn = Talk()
    torn.hear("swollen", sign="pop")
    torn.to_end()
    torn.hear("ask", topic="treat_stretch")
    torn.to_end()
    torn.hear("start_desk")
    torn.to_end()
    yield from torn.texts
    steadied = Talk()
    steadied.hear("cramp_now", situation="elderly")
    steadied.hear("better")
    steadied.wait_for("Mau bangun")
    steadied.hear("yes")
    steadied.to_end()
    yield from steadied.texts
    asking = Talk()
    asking.hear("ask", topic="causes")
    asking.hear("help_menu")
    asking.to_end()
    yield from asking.texts
    doubted = Talk()
    doubted.doubt("emergency", sign="chest")
    doubted.hear("stop")
    doubted.to_end()
    yield from doubted.texts
    doubts = [{"sign": sign} for sign in ("numb", "vomit", "headache", "birth")]
    for slots in (*doubts, {"sign": "belly", "situation": "pregnant"}):
        unanswered = Talk()
        unanswered.doubt("other_sign", **slots)
        unanswered.to_end()
        yield from unanswered.texts
    swimming = Talk()
    swimming.hear("cramp_now", situation="swimming")
    for _ in range(8):
        swimming.mumble()
    yield from swimming.texts


def nights() -> Iterator[str]:
    """Texts of nights of each kind of user: with and without a sign, eased soon, late or never."""
    for who in WHO:
        for sign in ("", "swollen", "pop", "headache"):
            for patience in (0, 1, 2, 8):
                talk = Talk()
                talk.hear("cramp_now", situation=who)
                for _ in range(40):
                    if talk.running is None:
                        break
                    if isinstance(talk.running, Hold) and sign:
                        talk.hear("swollen", sign=sign)
                    elif isinstance(talk.running, Hold) and patience == 2:
                        talk.hear("pause")
                        talk.hear("continue")
                    elif isinstance(talk.running, Ask) and patience:
                        patience -= 1
                        eased = patience == 0 and "reda?" in talk.saying
                        talk.hear("better" if eased else "no")
                    elif talk.saying.startswith(("Mau", "Dia mau")):
                        talk.hear("yes")
                        if who == "standing" and not sign:
                            talk.hear("still_hurts")
                    talk.wait(talk.ends - talk.now)
                yield from talk.texts


def half_understood() -> list[str]:
    talk = Talk()
    talk.doubt_call("kaki ibu saya kram dan ibu saya kesulitan")
    talk.hear("yes")
    talk.wait_for("Selain kram")
    talk.hear("yes")
    talk.mumble()
    talk.mumble()
    talk.to_end()
    return talk.texts


def asides() -> Iterator[str]:
    """Texts of what is said in between."""
    for intents in (
        ("cramp_now", "thanks", "no"),
        ("cramp_now", "still_hurts", "still_hurts", "better_partly"),
        ("emergency", "false_alarm", "no"),
    ):
        talk = Talk()
        for intent in intents:
            talk.hear(intent)
        talk.to_end(1200)
        yield from talk.texts
    yield from answers()
    yield from worries()
    yield from alarmed()
    yield from on_the_way()
    yield from told_once()
    yield from deaf()
    late = Talk()
    late.hear("cramp_now", situation="carer")
    late.hear("x_duration")
    late.to_end()
    yield from late.texts
    yield from half_understood()
    for sign in ("chest", "swollen"):
        silent = Talk()
        silent.doubt("swollen", sign=sign)
        silent.to_end()
        yield from silent.texts
    her = Talk()
    her.hear("cramp_now", situation="carer")
    her.hear("pregnant", situation="pregnant,carer")
    her.to_end()
    yield from her.texts
    doubted = Talk()
    doubted.hear("cramp_now", situation="pregnant")
    doubted.doubt("other_sign", sign="headache")
    doubted.hear("stop")
    doubted.to_end()
    yield from doubted.texts
    standing_up = Talk()
    standing_up.hear("cramp_now")
    standing_up.hear("better")
    standing_up.wait_for("Mau bangun")
    standing_up.hear("yes")
    standing_up.wait_for("Berdiri pelan")
    standing_up.hear("no")
    yield from standing_up.texts
    holding = Talk()
    holding.hear("cramp_now")
    while not isinstance(holding.running, Hold):
        holding.wait(holding.ends - holding.now)
    holding.hear("time_left")
    yield from holding.texts
    for who in SITUATIONS:
        told = Talk()
        told.hear("cramp_now")
        told.hear("situation", situation=who)
        yield from told.texts


def alarmed() -> Iterator[str]:
    """Texts of what is said while the alarm goes on."""
    for who in ("carer", "alone"):
        talk = Talk()
        talk.hear("cramp_now", situation=who)
        talk.hear("emergency", sign="chest")
        talk.hear("calling", about="number")
        talk.hear("calling", about="unconnected")
        talk.hear("ask", topic="treat_warmth")
        talk.hear("situation", situation="fear")
        talk.hear("situation", situation="phone_far")
        talk.hear("plays_down")
        talk.hear("emergency", sign="faint")
        talk.hear("calling", about="coming")
        talk.to_end()
        yield from talk.texts


def on_the_way() -> Iterator[str]:
    """Texts of good nights, of the toilet, and of who makes little of a sign."""
    for hints in ({}, {"situation": "dizzy"}, {"sign": "pop"}, {"sign": "dark_urine"}):
        talk = Talk()
        talk.hear("cramp_now", **hints)
        talk.hear("plays_down")
        talk.hear("toilet")
        talk.hear("ask", topic="can_wait")
        talk.hear("stop")  # the answer
        talk.hear("stop", farewell="yes")
        talk.to_end()
        yield from talk.texts
    for answer_ in ("yes", "no", "mumble"):
        torn = Talk()
        torn.hear("x_pop", sign="pop")
        torn.wait_for("Ada orang yang bisa mengantar?")
        (torn.mumble(), torn.mumble()) if answer_ == "mumble" else torn.hear(answer_)
        torn.to_end()
        yield from torn.texts
    sweet = Talk()
    sweet.hear("cramp_now", sign="low_sugar")
    sweet.hear("situation", situation="sweet_taken")
    sweet.to_end()
    yield from sweet.texts
    again = Talk()
    again.hear("x_pop", sign="dark_urine")
    again.doubt("other_sign", sign="dark_urine")
    yield from again.texts
    child = Talk()
    child.hear("cramp_now", situation="carer", sign="fever")
    child.to_end()
    yield from child.texts
    hurting = Talk()
    hurting.hear("cramp_now")
    hurting.hear("still_hurts")
    hurting.to_end()
    yield from hurting.texts
    thinned = Talk()
    thinned.hear("cramp_now", situation="blood_thinner")
    thinned.hear("ask", topic="medicine")
    thinned.wait(8)
    thinned.hear("ask", topic="treat_massage")
    yield from thinned.texts


def told_once() -> Iterator[str]:
    """Texts of who floats without a hold, of who stands in pain again, and of an unsure sign."""
    adrift = Talk()
    adrift.hear("cramp_now", situation="swimming")
    for _ in range(3):
        adrift.wait_for("berpegangan?")
        adrift.hear("no")
    adrift.wait_for("Butuh bantuan?")
    adrift.mumble()
    adrift.mumble()
    yield from adrift.texts
    standing = Talk()
    standing.hear("cramp_now", situation="standing")
    standing.hear("better")
    standing.hear("still_hurts")
    yield from standing.texts
    unsure = Talk()
    unsure.hear("cramp_now")
    unsure.hear("swollen", sign="wound", negated="unsure")
    unsure.hear("stop")
    unsure.to_end()
    yield from unsure.texts


def answers() -> Iterator[str]:
    """Texts of every answer to its end."""
    for topic in SCRIPT.topics:
        talk = Talk()
        talk.hear("ask", topic=topic)
        while talk.running is not None:
            if isinstance(talk.running, Ask):
                talk.hear("yes")
            else:
                talk.wait(talk.ends - talk.now)
        yield from talk.texts


def deaf() -> Iterator[str]:
    """Texts of microphones that are turned off, or not."""
    for answer_ in ("", "no", "yes"):
        talk = Talk()
        talk.hear("deafen")
        talk.mumble()
        talk.mumble()
        if answer_:
            talk.hear(answer_)
        talk.to_end()
        talk.send(HearAgain(talk.now))
        yield from talk.texts
    torn = Talk()
    torn.hear("cramp_now", sign="pop")
    torn.hear("deafen")
    torn.to_end()
    yield from torn.texts
    asked = Talk()
    asked.hear("tolong")
    asked.hear("deafen")
    yield from asked.texts


def worries() -> Iterator[str]:
    """Texts for the afraid, for the thirsty, and for somebody with an earlier clot."""
    for slots in ({"situation": "fear"}, {}, {"sign": "swollen"}):
        talk = Talk()
        talk.hear("cramp_now", **slots)
        talk.hear("see_doctor", topic="danger")
        talk.to_end()
        yield from talk.texts
    for topic in ("treat_water", "prevent_fluid"):
        thirsty = Talk()
        thirsty.hear("cramp_now", situation="kidney")
        thirsty.hear("ask", topic=topic)
        yield from thirsty.texts
    for answer_ in ("", "no"):
        for who in ("had_clot", "had_clot,carer"):
            clot = Talk()
            clot.hear("cramp_now", situation=who)
            clot.mumble()
            clot.mumble()
            if answer_:
                clot.hear(answer_)
            clot.to_end()
            yield from clot.texts
    alone = Talk()
    alone.hear("cramp_now", situation="alone")
    alone.hear("emergency", sign="chest")
    alone.wait(60)
    yield from alone.texts
    other = Talk()
    other.hear("cramp_now")
    other.hear("cramp_now", leg="other")
    yield from other.texts
    for sign in ("vomit", "fever", "low_sugar"):
        ill = Talk()
        ill.hear("cramp_now", situation="kidney")
        ill.hear("other_sign", sign=sign)
        ill.to_end()
        yield from ill.texts


def about_the_user() -> Iterator[str]:
    """What is said about the profile."""
    full = Profile(*("Budi", "Bapak", "left"), pregnant=True, over_65=True, conditions=CONDITIONS)
    for known in (Profile(), full):
        talk = Talk(known)
        talk.hear("profile_menu")
        talk.mumble()
        talk.mumble()
        talk.wait_for("Misalnya")
        for told in ("left", "pregnant", "slower", "louder"):
            talk.hear(told, **({"situation": "pregnant"} if told == "pregnant" else {}))
            talk.hear("remember")
            talk.send(ProfileKept(talk.now, known))
            talk.to_end()
            talk.hear("profile_menu")
        for slots in (
            {"address": "Ibu"}, {"usual_leg": "left"}, {"situation": "elderly"},
            {"situation": "diabetes"},
        ):  # fmt: skip
            talk.hear("remember", **slots)
            talk.send(ProfileKept(talk.now, known))
            talk.mumble()
            talk.mumble()
        talk.hear("no")
        talk.hear("remember")
        talk.hear("profile_tell")
        talk.to_end()
        for question in ("profile_forget", "not_pregnant"):
            for answer_ in ("", "no", "yes"):
                talk.hear("cramp_now")
                talk.hear(question)
                talk.mumble()
                talk.mumble()
                if answer_:
                    talk.hear(answer_)
                    talk.send(ProfileKept(talk.now, known, question == "profile_forget"))
                talk.to_end()
        talk.hear("remember", address="Ibu")
        talk.send(ProfileKept(talk.now, None))
        talk.to_end()
        talk.hear("x_duration")
        talk.to_end()
        standing = Talk()
        standing.hear("cramp_now", leg="both", situation="standing")
        standing.to_end()
        yield from standing.texts
        talk.hear("cramp_now")
        talk.doubt("numb", sign="numb")
        talk.hear("stop")
        talk.to_end()
        yield from talk.texts


def test_every_text_is_spoken_in_some_conversation() -> None:
    missing = {text: (place, pattern(text)) for text, place in templates().items()}

    def tick_off(spoken: Iterator[str] | list[str]) -> None:
        for one in set(spoken):
            for text in [text for text, (_, form) in missing.items() if form.fullmatch(one)]:
                del missing[text]

    tick_off(rare())
    tick_off(rarer())
    tick_off(rarest())
    tick_off(muted())
    tick_off(conditions())
    tick_off(nights())
    tick_off(asides())
    dice = random.Random(1)
    for _ in range(CONVERSATIONS):
        if missing:
            tick_off(converse(dice).texts)
    assert not missing, [f"{place}: {text}" for text, (place, _) in missing.items()]


def test_every_word_for_a_sign_is_spoken() -> None:
    for sign in SIGNS:
        talk = Talk()
        talk.hear("swollen", sign=sign, negated="unsure")
        asked = SCRIPT.words[f"ask_{sign}"]
        assert talk.saying == f"Maaf, kurang jelas. {asked}? Bilang ya, atau tidak."


def test_numbers_are_spoken_in_holds() -> None:
    spoken = set()
    for name in ("cramp_now", "start_stretch"):
        talk = Talk()
        talk.hear(name)
        talk.to_end()
        spoken |= {count.text for hold in talk.holds for count in hold.counts}
    assert {"satu", "dua", "tiga", "lima", "sepuluh", "tinggal lima"} <= spoken
