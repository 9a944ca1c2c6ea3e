"""A complete conversation without a sound card: one WAV file, transcript on the terminal.

The user's lines are synthesised with another voice, mixed with reverberation and light noise,
and decoded by the real recogniser; nothing is passed as text.
"""

import wave
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import soxr

from assistant.apps.demo.story import SpokenLine, Story, StoryMicrophone, TextListener, load_story
from assistant.apps.demo.transcript_lines import clock_text, transcript_line
from assistant.audio.interfaces import SPEECH_RATE as SPOKEN_RATE
from assistant.audio.pcm import RATE, saturate
from assistant.audio.wav_player import WavPlayer
from assistant.core.atomic_file import open_atomic
from assistant.core.errors import KramError
from assistant.core.event_log import EventLog
from assistant.core.event_records import Record
from assistant.core.paths import OWN_PHRASES
from assistant.core.translation import _, language
from assistant.runtime.composition import open_components, open_listener
from assistant.runtime.conversation_loop import ConversationLoop
from assistant.runtime.session_options import SessionOptions
from assistant.tts.espeak_voice import EspeakVoice

DEFAULT_STORY = OWN_PHRASES / "demo.yaml"

USER_VOICE = "id+m3"
"""The user's espeak-ng voice; differs from the guide's."""

USER_PACE = 175
"""The user's words per minute: an ordinary pace; the guide speaks more slowly."""


@dataclass
class Transcript:
    """Prints the conversation as it runs and records the recognised intents."""

    write: Callable[[str], None]
    understood: list[str | None] = field(default_factory=list)
    said: list[str] = field(default_factory=list)
    """Texts that the guide began to speak, interrupted ones included."""

    last_said: str = ""

    def listen(self, record: Record) -> None:
        """Handle a record of the event log."""
        line = transcript_line(record)
        if line:
            self.write(f"{clock_text(record['t'])}  {line}")
        if record["event"] == "heard":
            # A doubtful phrase counts as recognised: the guide asks for confirmation.
            heard = record["accepted"] or record["doubtful"]
            self.understood.append(record["intent"] if heard else None)
        elif record["event"] == "say_start":
            self.said.append(record["text"])
        elif record["event"] == "say_end" and not record["interrupted"]:
            self.last_said = record["text"]


@dataclass(frozen=True)
class Outcome:
    """Result of running a story."""

    right: int
    """User lines recognised with the expected intent, in order."""

    lines: int
    """User lines in the story."""

    extra: int
    """Recognised intents that neither a line nor a confirmation accounts for (insertions)."""

    ended: bool
    """Whether the guide reached the story's final text."""

    forbidden: tuple[str, ...]
    """Texts spoken that contain words under the story's ``never``."""

    missing: tuple[str, ...]
    """Words under the story's ``says`` that were not spoken."""

    seconds: float
    """Length in seconds of audio time."""


def run_story(
    story: Story,
    output: Path | None,
    write: Callable[[str], None],
    as_text: bool = False,
) -> Outcome:
    """Run ``story``; ``output`` receives what a person in the room would hear.

    ``as_text`` passes the user's lines as text instead of audio.
    """
    transcript = Transcript(write)
    player = WavPlayer(output)
    if as_text:
        microphone = StoryMicrophone(story)
    else:
        user_voice = EspeakVoice(voice=USER_VOICE, words_per_minute=USER_PACE)
        microphone = StoryMicrophone(story, lambda text: user_voice.speak(text))
    with EventLog(None, (transcript.listen, microphone.listen)) as log:
        ear = TextListener(microphone) if as_text else open_listener(None)
        assistant = ConversationLoop(
            open_components(microphone, ear, player, log, SessionOptions())
        )
        try:
            assistant.run()
        finally:
            player.close()
    if output is not None:
        _complete(output, player, microphone.spoken)
    expected = [turn.expect for turn in story.turns]
    right = _common(expected, transcript.understood)
    intents = [intent for intent in transcript.understood if intent]
    confirmed = min(microphone.confirmations, max(0, intents.count("yes") - expected.count("yes")))
    return Outcome(
        right=right,
        lines=len(expected),
        extra=len(intents) - right - confirmed,
        ended=microphone.all_spoken and story.ends in transcript.last_said,
        forbidden=tuple(
            said for said in transcript.said if any(word in said.lower() for word in story.never)
        ),
        missing=tuple(
            words for words in story.says if not any(words in said for said in transcript.said)
        ),
        seconds=assistant.now,
    )


def demo(output: Path, story: Path | None, write: Callable[[str], None]) -> bool:
    """Run the demo; returns True if the conversation reached its end."""
    chosen = load_story(story or DEFAULT_STORY)
    write(f"{chosen.title_in(language())}\n")
    outcome = run_story(chosen, output, write)
    minutes, seconds = divmod(round(outcome.seconds), 60)
    write(
        _(
            "\nRecognised: {right} of {lines} sentences (synthetic speech), "
            "{extra} false accepts; the conversation {reached} its end after "
            "{minutes}:{seconds:02d}. Listen to it: {output}"
        ).format(
            right=outcome.right,
            lines=outcome.lines,
            extra=outcome.extra,
            reached=_("reached") if outcome.ended else _("did NOT reach"),
            minutes=minutes,
            seconds=seconds,
            output=output,
        )
    )
    return outcome.ended


def _complete(output: Path, player: WavPlayer, lines: list[SpokenLine]) -> None:
    """Add what the user said; raises ``KramError`` if a part of the sound is not in the file."""
    failed = KramError(
        _("{output} is incomplete").format(output=output),
        _("free some disk space, or choose another"),
    )
    if player.incomplete:
        raise failed
    try:
        mix_user_speech(output, lines)
    except OSError as error:
        raise failed from error


def mix_user_speech(path: Path, lines: list[SpokenLine]) -> None:
    """Add the user's ``lines`` to the WAV file at ``path``."""
    with wave.open(str(path), "rb") as file:
        sound = np.frombuffer(file.readframes(file.getnframes()), dtype=np.int16)
    mixed = sound.astype(np.int32)
    for spoken in lines:
        line = soxr.resample(spoken.samples, RATE, SPOKEN_RATE)
        start = int(spoken.start * SPOKEN_RATE)
        line = line[: max(0, len(mixed) - start)]
        mixed[start : start + len(line)] += line
    with open_atomic(path) as part, wave.open(part, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(SPOKEN_RATE)
        file.writeframes(saturate(mixed).tobytes())


def _common(expected: list[str], understood: list[str | None]) -> int:
    """Length of the longest common subsequence: lines understood as expected, in order."""
    row = [0] * (len(understood) + 1)
    for want in expected:
        previous = row
        row = [0]
        for column, got in enumerate(understood):
            best = previous[column] + 1 if want == got else max(previous[column + 1], row[column])
            row.append(best)
    return row[-1]
