"""One night by the clock: who speaks when, from a conversation that the real recogniser decoded.

The conversation is that of ``demo``: synthetic user, real ear, in audio time.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from html import escape

from assistant.apps.demo.runner import DEFAULT_STORY, USER_PACE, USER_VOICE
from assistant.apps.demo.story import StoryMicrophone, load_story
from assistant.audio.wav_player import WavPlayer
from assistant.core.event_log import EventLog
from assistant.core.event_records import Record
from assistant.dialogue.script.model import Script
from assistant.runtime.composition import open_components, open_listener
from assistant.runtime.conversation_loop import ConversationLoop
from assistant.runtime.session_options import SessionOptions
from assistant.tts.espeak_voice import EspeakVoice

WIDTH, LEFT, RIGHT = 1000, 70, 20
STEPS_Y, USER_Y, GUIDE_Y, HOLD_Y, CLOCK_Y = 12, 50, 150, 190, 238
BAR = 22
INK, PALE, PAPER = "#1f2937", "#9ca3af", "#ffffff"
GREEN, BLUE, AMBER = "#16a34a", "#60a5fa", "#fbbf24"
FONT = "Helvetica, Arial, sans-serif"
LANES = ((USER_Y + 62, "Anda"), (GUIDE_Y, "Kram"), (HOLD_Y, "tahan"))


@dataclass(frozen=True)
class Span:
    """Something that lasted, in seconds of the conversation."""

    start: float
    end: float
    text: str


@dataclass(frozen=True)
class Course:
    """A conversation as three lanes and the steps of the guide."""

    user: tuple[Span, ...]
    guide: tuple[Span, ...]
    holds: tuple[Span, ...]
    steps: tuple[Span, ...]
    seconds: float


def demo_records() -> list[Record]:
    """The event log of ``demo``, without its sound."""
    story = load_story(DEFAULT_STORY)
    voice = EspeakVoice(voice=USER_VOICE, words_per_minute=USER_PACE)
    microphone = StoryMicrophone(story, voice.speak)
    records: list[Record] = []
    with EventLog(None, (records.append, microphone.listen)) as log:
        components = open_components(
            microphone, open_listener(None), WavPlayer(None), log, SessionOptions()
        )
        ConversationLoop(components).run()
    return records


def course(records: Sequence[Record], script: Script) -> Course:
    """What ``records`` tell; a hold lasts until the guide or the user speaks."""
    names = {f"{guide.name}.{step.id}": step.name for guide in script.guides.values()
             for step in guide.steps}  # fmt: skip
    seconds = max(record["t"] for record in records)
    user, guide, holds, steps = [], [], [], []
    said = 0.0
    for at, record in enumerate(records):
        match record["event"]:
            case "heard" if record["accepted"]:
                user.append(Span(record["speech_start"], record["speech_end"], record["text"]))
            case "say_start":
                said = record["t"]
            case "say_end":
                guide.append(Span(said, record["t"], record["text"]))
            case "hold":
                end = _interrupted(records[at + 1 :], record["t"] + record["seconds"])
                holds.append(Span(record["t"], end, f"{record['seconds']:.0f} detik"))
            case "state":
                name = names.get(".".join(record["name"].split(".")[:2]))
                if name and (not steps or steps[-1].text != name):
                    steps.append(Span(record["t"], seconds, name))
    ends = [step.start for step in steps[1:]] + [seconds]
    steps = [Span(step.start, end, step.text) for step, end in zip(steps, ends, strict=True)]
    return Course(tuple(user), tuple(guide), tuple(holds), tuple(steps), seconds)


def _interrupted(later: Iterable[Record], end: float) -> float:
    """When a hold that would last until ``end`` really ended: at the next spoken sentence."""
    spoken = (record["t"] for record in later if record["event"] == "say_start")
    return min(end, next(spoken, end))


def night(records: Sequence[Record], script: Script) -> str:
    """The SVG: steps, what the user said, when the guide spoke, holds, and the clock."""
    found = course(records, script)
    scale = (WIDTH - LEFT - RIGHT) / found.seconds

    def x(seconds: float) -> float:
        return round(LEFT + scale * seconds, 1)

    lines = [f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} 262" '
             f'font-family="{FONT}" font-size="13" fill="{INK}" role="img">',
             f"<title>{escape(_told(found))}</title>",
             f'<rect width="{WIDTH}" height="262" fill="{PAPER}"/>']  # fmt: skip
    lines += [f'<text x="6" y="{y + 16}">{name}</text>' for y, name in LANES]
    for number, step in enumerate(found.steps):
        fill = "#f3f4f6" if number % 2 else "#ffffff"
        width = round(x(step.end) - x(step.start), 1)
        lines.append(f'<rect x="{x(step.start)}" y="0" width="{width}" height="226" '
                     f'fill="{fill}"/>')  # fmt: skip
        if width > 6.5 * len(step.text):
            lines.append(_text(x(step.start) + 4, STEPS_Y + 8, step.text, PALE))
    lines += [_bar(x(one.start), x(one.end), GUIDE_Y, BLUE, one.text) for one in found.guide]
    for hold in found.holds:
        lines.append(_bar(x(hold.start), x(hold.end), HOLD_Y, AMBER, hold.text))
        if x(hold.end) - x(hold.start) > 60:
            lines.append(_text(x(hold.start) + 4, HOLD_Y + 16, hold.text))
    lines += _user(found.user, x)
    for minute in range(int(found.seconds // 60) + 1):
        lines.append(f'<path d="M{x(60 * minute)} 226v6" stroke="{PALE}"/>')
        lines.append(_text(x(60 * minute) - 12, CLOCK_Y + 10, f"{minute}.00"))
    return "\n".join([*lines, "</svg>\n"])


def _told(found: Course) -> str:
    said = ", ".join(f"“{one.text}”" for one in found.user)
    times = f"{len(found.guide)} kali Kram berbicara, {len(found.holds)} kali menghitung"
    return f"Satu malam, {found.seconds / 60:.0f} menit. Yang diucapkan: {said}. {times}."


def _user(spans: Iterable[Span], x: Callable[[float], float]) -> Iterable[str]:
    """Bars with the words above them, in three rows so that neighbours do not overlap."""
    free = [0.0, 0.0, 0.0]
    for one in spans:
        left = min(x(one.start), WIDTH - RIGHT - 6.6 * len(one.text))
        row = min((row for row in range(3) if free[row] <= left), default=0)
        free[row] = left + 7 * len(one.text) + 6
        y = USER_Y + 18 * (2 - row)
        yield f'<path d="M{x(one.start) + 1} {y + 4}V{USER_Y + 62}" stroke="{PALE}"/>'
        yield _bar(x(one.start), x(one.end), USER_Y + 62, GREEN, one.text)
        yield _text(left, y, one.text, "#166534")


def _bar(start: float, end: float, y: int, fill: str, text: str) -> str:
    width = round(max(end - start, 3.0), 1)
    return (f'<rect x="{start}" y="{y}" width="{width}" height="{BAR}" rx="3" fill="{fill}">'
            f"<title>{escape(text)}</title></rect>")  # fmt: skip


def _text(x: float, y: float, text: str, fill: str = INK) -> str:
    return (f'<text x="{round(x, 1)}" y="{y}" fill="{fill}" paint-order="stroke" '
            f'stroke="{PAPER}" stroke-width="3">{escape(text)}</text>')  # fmt: skip
