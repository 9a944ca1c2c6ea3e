"""The running assistant opens no network socket: the kernel would kill the process.

``test_night_on_card.py`` runs under the same guard with microphone and loudspeaker.
"""

import json
import os
import signal
import subprocess
import sys
import wave
from pathlib import Path

import numpy as np
import pytest
import soxr

from assistant.audio.interfaces import SPEECH_RATE as SPOKEN_RATE
from tests.support.fresh_process import speak_fresh
from tests.support.paths import ROOT, SUPPORT

GUARD = (sys.executable, str(SUPPORT / "no_network.py"))
RATE = 16_000


def guarded(*words: str, **changes: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [*GUARD, *words], capture_output=True, text=True, env=os.environ | changes
    )


@pytest.mark.parametrize(
    "program",
    [
        "import socket; socket.socket()",
        "import socket; socket.socket(socket.AF_INET6, socket.SOCK_DGRAM)",
        "import socket; socket.socket(socket.AF_NETLINK, socket.SOCK_RAW)",
        "import ctypes; ctypes.CDLL(None).socket(2, 1, 0)",
        "import subprocess, sys; sys.exit(subprocess.call([sys.executable, '-c', "
        "'import socket; socket.socket()']))",
    ],
    ids=["ipv4", "ipv6", "netlink", "a library in C", "a child"],
)
def test_the_guard_catches_every_way(program: str) -> None:
    done = guarded(sys.executable, "-c", program)
    assert done.returncode in (-signal.SIGSYS, 256 - signal.SIGSYS), done.stderr


def test_the_guard_lets_local_sockets_be() -> None:
    program = "import socket; socket.socketpair(); print('fine')"
    assert guarded(sys.executable, "-c", program).stdout == "fine\n"


def test_an_evening_with_an_emergency_makes_no_network_socket(tmp_path: Path) -> None:
    """With an emergency that is not taken back, and so an alarm; nobody is to be told."""
    (clip,) = speak_fresh(("saya tidak bisa bernapas",), "id+m3")
    speech = soxr.resample(clip.samples, SPOKEN_RATE, RATE) // 2
    quiet = np.zeros(RATE * 2, dtype=np.int16)
    night = np.concatenate([quiet, speech, *[quiet] * 22]).astype("<i2")
    sound, events = tmp_path / "night.wav", tmp_path / "events.jsonl"
    with wave.open(str(sound), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes(night.tobytes())
    done = guarded(
        *(sys.executable, str(ROOT / "run.py"), "listen", "--input", str(sound)),
        *("--output", str(tmp_path / "out.wav"), "--events", str(events)),
        XDG_DATA_HOME=str(tmp_path / "data"),
        XDG_CONFIG_HOME=str(tmp_path / "config"),
    )
    assert done.returncode == 0, done.stderr
    records = [json.loads(line) for line in events.read_text(encoding="utf-8").splitlines()]
    heard = [record["intent"] for record in records if record["event"] == "heard"]
    assert heard == ["emergency"]
    assert any(record["event"] == "cue" and record["name"] == "alarm" for record in records)
    kept = [file for file in (tmp_path / "data").rglob("*") if file.is_file()]
    assert kept == [], "an evening from a file is not kept"
