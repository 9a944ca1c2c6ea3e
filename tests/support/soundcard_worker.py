"""Run as a process of its own on the virtual card, since PortAudio reads its devices only once.

``python soundcard_worker.py TASK`` prints one JSON object a line; each line of standard input
is a wish of the test.
"""

import json
import sys
import time
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from assistant.audio.interfaces import SPEECH_RATE as SPOKEN_RATE
from assistant.audio.interfaces import Clip
from assistant.audio.microphone import Microphone
from assistant.audio.pcm import BLOCK, RATE
from assistant.audio.wav_player import SoundCardPlayer


def tell(**details: object) -> None:
    print(json.dumps(details), flush=True)


def tone(seconds: float, pitch: float = 440.0) -> Clip:
    time_axis = np.arange(int(seconds * SPOKEN_RATE)) / SPOKEN_RATE
    return Clip((8000 * np.sin(2 * np.pi * pitch * time_axis)).astype(np.int16))


def hear(seconds: float) -> None:
    """Tell when the loud part of what the microphone hears begins and ends."""
    microphone = Microphone()
    tell(ready=True)
    blocks = microphone.blocks()
    sound = np.concatenate([next(blocks) for _ in range(int(seconds * RATE / BLOCK))])
    microphone.close()
    loud = np.flatnonzero(np.abs(sound.astype(int)) > 500)
    spectrum = np.abs(np.fft.rfft(sound))
    tell(
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
    tell(took=time.monotonic() - started, position=player.position)
    time.sleep(0.3)
    player.close()


def stop(times: float) -> None:
    """Start and stop a tone again and again; tell the (monotonic) times of each stop."""
    player = SoundCardPlayer()
    time.sleep(0.3)
    for turn in range(int(times)):
        player.play(tone(5.0))
        time.sleep(0.4 + turn * 0.007)
        stopped = time.monotonic()
        player.stop()
        time.sleep(0.3)
        tell(stopped=stopped, until=time.monotonic())
    player.close()


def lose(seconds: float) -> None:
    """Play and listen through a loss; tell ten times a second how it goes."""
    microphone, player = Microphone(), SoundCardPlayer()
    player.play(tone(60.0))
    tell(ready=True)
    peak = 0
    for count, block in enumerate(microphone.blocks(), start=1):
        peak = max(peak, int(np.abs(block.astype(int)).max()))
        if count % 5 == 0:
            tell(
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
    tell(closed=time.monotonic() - started)


if __name__ == "__main__":
    {"hear": hear, "play": play, "stop": stop, "lose": lose}[sys.argv[1]](float(sys.argv[2]))
