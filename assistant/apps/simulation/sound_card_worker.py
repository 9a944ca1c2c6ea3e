"""Plays and records on the default sound card, in a separate process.

``python -m assistant.apps.simulation.sound_card_worker TASK NUMBER`` writes JSON lines.
A separate process, because PortAudio reads the device list only once.
"""

import json
import sys
import time

import numpy as np

from assistant.audio.interfaces import SPEECH_RATE, Clip
from assistant.audio.loudspeaker import SoundCardPlayer
from assistant.audio.microphone import Microphone
from assistant.audio.pcm import BLOCK, RATE


def report(**details: object) -> None:
    """Write ``details`` as one line, at once."""
    sys.stdout.write(json.dumps(details) + "\n")
    sys.stdout.flush()


def tone(seconds: float, pitch: float = 440.0) -> Clip:
    """A sine of ``pitch`` Hz at a quarter of full scale, ``SPEECH_RATE`` Hz."""
    time_axis = np.arange(int(seconds * SPEECH_RATE)) / SPEECH_RATE
    return Clip((8000 * np.sin(2 * np.pi * pitch * time_axis)).astype(np.int16))


def hear(seconds: float) -> None:
    """Record, and report the length (s), pitch (Hz) and peak of the tone in the microphone."""
    microphone = Microphone()
    report(ready=True)
    blocks = microphone.blocks()
    sound = np.concatenate([next(blocks) for _ in range(int(seconds * RATE / BLOCK))])
    microphone.close()
    loud = np.flatnonzero(np.abs(sound.astype(int)) > 500)
    spectrum = np.abs(np.fft.rfft(sound))
    report(
        loud=len(loud) / RATE,
        pitch=float(spectrum.argmax() * RATE / len(sound)),
        peak=int(np.abs(sound.astype(int)).max()),
    )


def play(seconds: float) -> None:
    """Play a tone to its end."""
    player = SoundCardPlayer()
    player.play(tone(seconds))
    started = time.monotonic()
    while player.playing and time.monotonic() - started < seconds + 5:
        time.sleep(0.01)
    report(took=time.monotonic() - started, position=player.position)
    time.sleep(0.3)
    player.close()


def stop(times: float) -> None:
    """Start and stop a tone repeatedly; report the monotonic times around each stop."""
    player = SoundCardPlayer()
    time.sleep(0.3)
    for turn in range(int(times)):
        player.play(tone(5.0))
        time.sleep(0.4 + turn * 0.007)
        stopped = time.monotonic()
        player.stop()
        time.sleep(0.3)
        report(stopped=stopped, until=time.monotonic())
    player.close()


def lose(seconds: float) -> None:
    """Play and record while a device is lost; report ten times a second."""
    microphone, player = Microphone(), SoundCardPlayer()
    player.play(tone(60.0))
    report(ready=True)
    peak = 0
    for count, block in enumerate(microphone.blocks(), start=1):
        peak = max(peak, int(np.abs(block.astype(int)).max()))
        if count % 5 == 0:
            report(
                at=time.monotonic(),
                lost=[microphone.lost, player.lost],
                position=player.position,
                peak=peak,
            )
            peak = 0
        if count * BLOCK / RATE > seconds:
            break
    started = time.monotonic()
    microphone.close()
    player.close()
    report(closed=time.monotonic() - started)


TASKS = {"hear": hear, "play": play, "stop": stop, "lose": lose}

if __name__ == "__main__":
    TASKS[sys.argv[1]](float(sys.argv[2]))
