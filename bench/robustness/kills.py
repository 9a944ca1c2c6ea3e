"""Processes killed at random moments: nothing acknowledged is lost, nothing half is left.

`python3 run.py bench kills [--writers N] [--builds N] [--signals N] [--setups N] [--seed N]`: a
writer of diary, profile, conversation and transcript is ended by kill -9, and every write that it
has acknowledged must be there; a build of a small model is ended the same way, and must leave a
whole model or none, and nothing in the way of the next; commands get Ctrl-C or SIGTERM, and must
end in no traceback; set-up of a copy of the project is ended by either (``setups``; none without
``--setups``: each takes as long as a set-up), and a second run must complete it. Exit code 1 if
anything is found.
"""

import argparse
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from itertools import count
from pathlib import Path

from assistant.asr.model_format import read_manifest
from assistant.asr.model_store import build
from assistant.core.numerals import decimal, integer
from assistant.core.paths import OWN_PHRASES
from assistant.dialogue import policy
from assistant.dialogue.events import Finished, Understood
from assistant.dialogue.notes import EpisodeStarted, ProfileChange
from assistant.dialogue.script.loader import load_script
from assistant.dialogue.user_profile import Profile
from assistant.nlu.intent import Intent
from assistant.runtime.conversation_snapshot import ConversationSnapshot
from assistant.runtime.diary.episodes import read_episodes
from assistant.runtime.diary.store import SqliteDiary
from assistant.runtime.diary.texts import load_diary_texts
from assistant.runtime.profile_store import ProfileStore
from assistant.runtime.transcript_log import TranscriptLog, read_transcript
from bench.common.paths import OUT, ROOT
from bench.robustness.setups import Project, fetch_wheels

_SMALL = ROOT / "tests" / "data" / "small_phrases"

_COMMANDS = (
    ("understand", "kaki saya kram"), ("--version",), ("phrases", "try", "kaki saya kram"),
    ("listen", "--input", "/dev/zero"), ("report",), ("serve", "--uri", "tcp://127.0.0.1:0"),
    ("dashboard", "--port", "0"), ("build", "--help"), ("demo", "--output", "demo.wav"),
)  # fmt: skip


def write(folder: Path) -> None:
    """The writer: four kinds of writes in turn, each acknowledged by its number on stdout."""
    diary = SqliteDiary(folder / "diary.sqlite", load_diary_texts(OWN_PHRASES))
    profile, snapshot = (
        ProfileStore(folder / "profile.json"),
        ConversationSnapshot(folder / "conversation.json"),
    )
    log = TranscriptLog(folder / "heard.jsonl", 100)
    script = load_script(OWN_PHRASES)
    state, _ = policy.step(policy.initial(), Understood(0.0, Intent("cramp_now")), script)
    for number in count(1):
        diary.take(EpisodeStarted())
        profile.apply(ProfileChange(rate=0.6 + number % 80 / 100))
        log.record({
            "t": 1.0, "event": "heard", "text": f"kalimat {number}", "intent": "yes",
            "confidence": 0.9, "accepted": True, "threshold": 0.5, "reason": "exact",
            "state": "idle", "ignored": "", "best": "",
        })  # type: ignore[arg-type]  # fmt: skip
        state, _ = policy.step(state, Finished(float(number)), script)
        snapshot.save(state)
        os.write(1, b"%d\n" % number)


def kill_writer(folder: Path, longest: float, chance: random.Random) -> tuple[int, list[str]]:
    """Kill a writer once, within ``longest`` seconds of its first write.

    Returns the number of acknowledged writes, and what is wrong afterwards.
    """
    before = len(read_episodes(folder / "diary.sqlite"))
    command = [sys.executable, "-m", "bench.robustness.kills", "--write", str(folder)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE) as writer:
        assert writer.stdout is not None
        writer.stdout.readline()
        time.sleep(chance.uniform(0.0, longest))
        writer.kill()
        acknowledged = 1 + len(writer.stdout.read().splitlines())
    return 4 * acknowledged, list(_lost(folder, before, acknowledged))


def _lost(folder: Path, before: int, acknowledged: int) -> Iterator[str]:
    kept = len(read_episodes(folder / "diary.sqlite")) - before
    if kept not in (acknowledged, acknowledged + 1):
        yield f"diary: {acknowledged} acknowledged, {kept} kept"
    rates = [0.6 + (acknowledged + more) % 80 / 100 for more in (0, 1)]
    found = ProfileStore(folder / "profile.json", Profile()).profile.rate
    if found not in rates:
        yield f"profile: a rate of {found}, not of {rates}"
    latest = read_transcript(folder / "heard.jsonl")[0].text
    if latest not in {f"kalimat {acknowledged + more}" for more in (0, 1)}:
        yield f"transcript: {latest} after {acknowledged}"
    path = folder / "conversation.json"
    if path.exists() and ConversationSnapshot(path).load() is None:
        yield "conversation: it cannot be loaded"


def kill_build(folder: Path, longest: float, chance: random.Random) -> list[str]:
    """Kill a build once, somewhere within ``longest`` seconds; returns what is wrong."""
    output = folder / "model"
    command = [sys.executable, "-m", "assistant.asr.graph", "build", "--phrases", str(_SMALL)]
    command += ["--output", str(output), "--sources", str(chance.random())]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL) as process:
        time.sleep(chance.uniform(0.0, longest))
        process.kill()
    if output.exists() and read_manifest(output) is None:
        return ["a model that is not whole"]
    return []


def send_signal(folder: Path, chance: random.Random) -> list[str]:
    """Send a command Ctrl-C or SIGTERM at a random moment; returns what is wrong."""
    words = chance.choice(_COMMANDS)
    number = chance.choice((signal.SIGINT, signal.SIGTERM))
    own = {"XDG_DATA_HOME": str(folder / "data"), "XDG_CONFIG_HOME": str(folder / "config"),
           "PYTHONFAULTHANDLER": "1"}  # fmt: skip
    # Ctrl-C waits until the interpreter has started, which would report it in its own way
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    with subprocess.Popen(
        [sys.executable, str(ROOT / "run.py"), *words], cwd=folder, env=os.environ | own,
        stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True,
    ) as process:  # fmt: skip
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
        time.sleep(chance.uniform(0.0, 4.0))
        process.send_signal(number)
        try:
            _, told = process.communicate(timeout=60)
        except subprocess.TimeoutExpired:
            process.send_signal(signal.SIGABRT)  # it prints where each thread is
            told = process.communicate()[1]
            return [f"{words} went on after {number.name}: {told[-3000:]}"]
    ends = {0, 3, 130, -number, 128 + number}
    ends |= {2} if words[0] == "listen" else set()  # it has refused its input before
    wrong = "Traceback" in told or process.returncode not in ends
    return [f"{words}, {number.name}: {process.returncode} {told[-300:]}"] if wrong else []


def disturb_setups(folder: Path, count: int, chance: random.Random) -> list[str]:
    """End a set-up ``count`` times, and complete it each time; returns what is wrong."""
    if not count:
        return []
    wrong: list[str] = []
    project = Project(folder, fetch_wheels(OUT / "wheels"))
    for number in range(count):
        found = project.disturb(chance)
        wrong += found
        for one in found:
            print(f"  {one}")
        print(f"{number + 1} set-ups ended, found: {len(wrong)}; {dict(project.steps)}", flush=True)
    return wrong


def main(argv: Sequence[str]) -> int:
    """Kill, check, and print what was found."""
    parser = argparse.ArgumentParser(prog="bench kills", description=__doc__)
    parser.add_argument("--writers", type=integer, default=20)
    parser.add_argument("--writer-seconds", type=decimal, default=0.5, metavar="SECONDS")
    parser.add_argument("--builds", type=integer, default=5)
    parser.add_argument("--signals", type=integer, default=30)
    parser.add_argument("--setups", type=integer, default=0)
    parser.add_argument("--seed", type=integer, default=17)
    parser.add_argument("--write", type=Path, help=argparse.SUPPRESS)
    args = parser.parse_args(argv)
    if args.write:
        write(args.write)
    chance = random.Random(args.seed)
    wrong: list[str] = []
    with tempfile.TemporaryDirectory(prefix="kram-kills-") as name:
        folder, acknowledged = Path(name), 0
        for _ in range(args.writers):
            writes, found = kill_writer(folder, args.writer_seconds, chance)
            acknowledged, wrong = acknowledged + writes, wrong + found
        print(f"{args.writers} writers killed, {acknowledged} acknowledged writes", flush=True)
        if args.builds:
            begun = time.monotonic()
            build(_SMALL, folder / "model")
            longest = time.monotonic() - begun
            for _ in range(args.builds):
                wrong += kill_build(folder, longest, chance)
            build(_SMALL, folder / "model")
            left = sorted(one.name for one in folder.glob(".kram-*"))
            wrong += [f"left behind: {left}"] if left else []
            print(f"{args.builds} builds killed within {longest:.0f} s", flush=True)
        for _ in range(args.signals):
            wrong += send_signal(folder, chance)
        print(f"{args.signals} signals", flush=True)
        wrong += disturb_setups(folder / "project", args.setups, chance)
    for one in wrong:
        print(one)
    print(f"found: {len(wrong)}")
    return int(bool(wrong))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
