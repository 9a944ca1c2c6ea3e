"""Is "berhenti" obeyed over the guide's voice? `listen` on the virtual card, in wall-clock time.

`bench interruptions [--times N] [--guide VOICE] [--user VOICE ...]`: a synthetic user calls, and
says "berhenti" a random moment into the first sentence, or in every other round later in the
guide; with an echo of -6 dB. What is not obeyed is said again until it is. The load of the machine
counts, and is printed.
"""

import argparse
import math
import os
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np

from assistant.apps.simulation.virtual_sound_card import VirtualSoundCard
from assistant.audio.pcm import RATE, Samples, amplitude, truncate_to_int16
from assistant.audio.room_simulation import NOISE_DB, pink_noise, users_voice
from assistant.core.numerals import integer
from assistant.core.paths import NAME
from assistant.tts.espeak_voice import EspeakVoice
from bench.audio.sound_card import Night
from bench.dialogue.triage import upper_bound

_CALL, _STOP = "kaki saya kram", "berhenti"

_PATIENCE = 6
"""How often something is said until it is understood."""

_PAUSE = 20.0
"""Seconds for which the guide may be silent in a guide, at most."""

_MINUTES = 60
"""For how long the room has noise."""

_FIRST, _LATER = (0.4, 2.0), (8.0, 25.0)
"""Seconds after the guide began, in which the moment lies."""


def main(argv: Sequence[str]) -> int:
    """Measure and print the rates; exit code 1 if something was not obeyed."""
    parser = argparse.ArgumentParser(prog="run.py bench interruptions", description=__doc__)
    parser.add_argument("--times", type=integer, default=10, help="for each of the user's voices")
    parser.add_argument("--guide", default="", metavar="VOICE", help="mb-id1; else the usual one")
    parser.add_argument("--user", nargs="+", default=["id+m3"], metavar="VOICE")
    parser.add_argument("--seed", type=integer, default=1)
    arguments = parser.parse_args(argv)
    chance, failed = random.Random(arguments.seed), 0
    for voice in arguments.user:
        obeyed, told = _measure(arguments.guide, voice, arguments.times, chance)
        missed = arguments.times - obeyed
        failed += missed
        most = 100 * upper_bound(missed, arguments.times)
        print(f"guide {arguments.guide or 'id'}, user {voice}: {obeyed} of {arguments.times} "
              f"obeyed; not obeyed at most {most:.1f} %; load {os.getloadavg()[0]:.1f}",
              flush=True)  # fmt: skip
        for line in told:
            print(f"  {line}")
    return int(failed > 0)


def _measure(guide: str, voice: str, times: int, chance: random.Random) -> tuple[int, list[str]]:
    """How often it was obeyed at once; a line for each time that it was not."""
    user = EspeakVoice(voice, words_per_minute=160)
    call, stop = (users_voice(user.speak(text)) for text in (_CALL, _STOP))
    obeyed, told = 0, []
    with tempfile.TemporaryDirectory() as folder, VirtualSoundCard() as card:
        settings = Path(folder) / NAME / "config.toml"
        settings.parent.mkdir()
        settings.write_text(f'[speaking]\nvoice = "{guide}"\n' if guide else "", encoding="utf-8")
        night = Night(card, Path(folder))
        room = _room(card)
        try:
            while not night.events:
                if night.process.poll() is not None:
                    raise RuntimeError(f"listen has ended with {night.process.returncode}")
                time.sleep(0.1)
            time.sleep(2.0)
            for number in range(times):
                spread = _LATER if number % 2 else _FIRST
                wrong = _once(night, call, stop, chance.uniform(*spread))
                obeyed += not wrong
                told += [f"round {number + 1}: {wrong}"] if wrong else []
                print(f"{number + 1} of {times}: {wrong or 'obeyed'}", file=sys.stderr, flush=True)
        finally:
            night.close()
            room.kill()
            room.wait(5)
    return obeyed, told


def _room(card: VirtualSoundCard) -> "subprocess.Popen[bytes]":
    """Soft noise at the microphone, for as long as it plays: one that is silent counts as muted."""
    noise = pink_noise(RATE * 60, np.random.default_rng(1)) * amplitude(NOISE_DB)
    path = card.here / "room.raw"
    path.write_bytes(np.tile(truncate_to_int16(noise), _MINUTES).astype("<i2").tobytes())
    return subprocess.Popen(
        ["paplay", "-d", "micpipe", "--raw", f"--rate={RATE}", "--channels=1", str(path)],
        env=card.environment,
    )


def _once(night: Night, call: Samples, stop: Samples, after: float) -> str:
    """One guide, ended; what became of the first "berhenti", empty if it was obeyed."""
    for _ in range(_PATIENCE):
        called = time.monotonic()
        night.say(call)
        if not math.isnan(night.wait("say_start", called, lambda record: True)):
            break
    time.sleep(after)
    until = time.monotonic() + _PAUSE
    while night.speaker.first_loud(time.monotonic() - 0.1) is None and time.monotonic() < until:
        time.sleep(0.02)
    wrong = ""
    for _ in range(_PATIENCE):
        asked = time.monotonic()
        night.say(stop)
        if not math.isnan(night.wait("heard", asked, _is_stop)):
            break
        wrong = wrong or f"{after:.1f} s after the guide began: {_heard_since(night, asked)}"
    time.sleep(6.0)  # "Baik, kita berhenti."
    return wrong


def _is_stop(record: dict[str, object]) -> bool:
    return bool(record["accepted"]) and record["intent"] == "stop"


def _heard_since(night: Night, asked: float) -> str:
    heard = [one for at, one in night.events if at > asked and one["event"] == "heard"]
    return "; ".join(map(_told, heard)) or "nothing was heard"


def _told(heard: Mapping[str, object]) -> str:
    words, why = heard["text"] or heard["best"], heard["ignored"] or heard["reason"]
    return f"{words!r} ({heard['confidence']:.2f}, {why})"
