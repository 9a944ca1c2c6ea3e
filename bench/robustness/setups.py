"""Set-up of a copy of the project, ended at random moments and then run again.

A part of what set-up makes is removed (the environment with its packages, the base model, or the
Indonesian model), set-up runs again and is ended: by kill -9 alone, by kill -9 of it with its child
processes, or by Ctrl-C. A plain second run must then end with a Kram that hears, with the same
files as after an undisturbed set-up and nothing left over. Real venv, pip, wheels and base model.
"""

import hashlib
import json
import os
import random
import re
import shutil
import signal
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import soundfile

from assistant.apps.bootstrap.plan import project_plan
from assistant.audio.pcm import RATE
from assistant.audio.room_simulation import users_voice
from assistant.core.errors import KramError
from assistant.tts.espeak_voice import EspeakVoice
from bench.common.paths import ROOT

_SHIPPED = ("assistant", "phrases", "models/phones", "models/networks", "pyproject.toml",
            "requirements.txt", "run.py")  # fmt: skip
_SENTENCE = "kaki saya kram"
_PARTS = (".venv", "models/base", "models/kram")
_WAYS = ("kill", "kill with children", "Ctrl-C")
_STEP = re.compile(r"\[\d+/\d+\] (.{36})")
_LOGS = {"lock", "apt.log", "venv.log", "pip.log", "download.log", "extract.log", "build.log",
         "portaudio-tried.json"}  # fmt: skip
_DERIVED = frozenset({"adapted", "second"})
"""Folders that a build adds to the base model, and makes again when it needs them."""

_TOO_LONG = 1200.0
"""Seconds for a whole set-up on a busy machine."""


class Project:
    """A copy of the project in a folder of its own, with wheels in place of a network."""

    def __init__(self, folder: Path, wheels: Path) -> None:
        self._folder = folder
        for name in _SHIPPED:
            source = ROOT / name
            copy = shutil.copytree if source.is_dir() else shutil.copy
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            copy(source, folder / name)
        sound = users_voice(EspeakVoice("id+m3", words_per_minute=160).speak(_SENTENCE))
        soundfile.write(folder / "sound.wav", sound, RATE)
        own = {"PIP_NO_INDEX": "1", "PIP_FIND_LINKS": str(wheels), "LANGUAGE": "en"}
        own |= {f"XDG_{name}_HOME": str(folder / "home") for name in ("DATA", "CONFIG")}
        self._environment = os.environ | own
        self._seconds: dict[str, float] = {}
        """How long each part takes undisturbed."""
        self._complete()
        self._whole = self._files()
        for part in _PARTS:
            begun = time.monotonic()
            shutil.rmtree(folder / part)
            self._complete()
            self._seconds[part] = time.monotonic() - begun
        self.steps: Counter[str] = Counter()
        """In which step of set-up it was ended, and how often"""

    def disturb(self, chance: random.Random) -> list[str]:
        """End set-up once, run it again; returns what is wrong."""
        part, way = chance.choice(_PARTS), chance.choice(_WAYS)
        shutil.rmtree(self._folder / part)
        process = self._start()
        time.sleep(chance.uniform(0.0, self._seconds[part]))
        if way == "kill":
            process.kill()
        elif process.poll() is None:
            os.killpg(process.pid, signal.SIGINT if way == "Ctrl-C" else signal.SIGKILL)
        _, told = process.communicate(timeout=_TOO_LONG)
        step = (_STEP.findall(told) or ["before the first step"])[-1].strip()
        self.steps[step if process.returncode else "after the last step"] += 1
        wrong = ["a traceback"] if "Traceback" in told else []
        if way == "Ctrl-C" and process.returncode not in {0, 130}:
            wrong.append(f"exit code {process.returncode}: {told[-500:]}")
        wrong += self._finish()
        now = self._files()
        wrong += [f"{name} differs" for name in sorted(set(now.items()) ^ set(self._whole.items()))]
        return [f"{way} in {step!r} of {part}: {one}" for one in wrong]

    def _complete(self) -> None:
        """Set up undisturbed."""
        if wrong := self._finish():
            raise KramError(f"undisturbed, set-up fails: {wrong}", "mend that first")

    def _start(self) -> "subprocess.Popen[str]":
        # Ctrl-C waits until the interpreter has started, which would report it in its own way
        before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
        try:
            return subprocess.Popen(
                [_base_python(), "run.py", "recognize", "--json", "sound.wav"],
                cwd=self._folder, env=self._environment, start_new_session=True,
                stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
            )  # fmt: skip
        finally:
            signal.pthread_sigmask(signal.SIG_SETMASK, before)

    def _finish(self) -> list[str]:
        """A plain run; returns what is wrong."""
        process = self._start()
        out, told = process.communicate(timeout=_TOO_LONG)
        if process.returncode:
            return [f"then exit code {process.returncode}: {told[-500:]}"]
        heard = json.loads(out)["text"]
        wrong = [f"then {heard!r} is heard"] if heard != _SENTENCE else []
        left = {file.name for file in (self._folder / ".setup").iterdir()} - _LOGS
        return wrong + [f"then {name} is left" for name in sorted(left)]

    def _files(self) -> dict[str, str]:
        """What set-up has made: models by their content, packages by their size."""
        found = {}
        for file in self._folder.glob("models/**/*"):
            if file.is_file() and not _DERIVED.intersection(file.parts):
                content = hashlib.sha256(file.read_bytes()).hexdigest()
                found[str(file.relative_to(self._folder))] = content
        for file in self._folder.glob(".venv/**/*"):
            if file.is_file() and file.suffix != ".pyc":
                found[str(file.relative_to(self._folder))] = str(file.stat().st_size)
        return found


def fetch_wheels(folder: Path) -> Path:
    """The wheels that set-up asks for, downloaded once; returns ``folder``."""
    base = project_plan().base
    named = ["-r", ROOT / "requirements.txt", f"{base.package}=={base.version}"]
    pip = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--wheel-dir", folder]
    subprocess.run([str(word) for word in [*pip, *named]], check=True)
    return folder


def _base_python() -> str:
    return str(getattr(sys, "_base_executable", sys.executable))
