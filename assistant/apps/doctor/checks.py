"""What of the things that Kram needs is there, and how to mend what is not."""

import itertools
import shutil
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from assistant.asr.model_store import BASE
from assistant.core.errors import KramError
from assistant.core.listening_state import ListeningState
from assistant.core.paths import HOME, MODELS, as_typed, data_folder

NEEDED_BYTES = 300_000_000
"""Free disk below which a new model, the diary and the logs may not fit any more."""

_LISTEN_BLOCKS = 50
"""Blocks of 20 ms that the microphone is listened to."""


@dataclass(frozen=True)
class HealthCheck:
    """One thing that was looked at."""

    name: str
    ok: bool
    found: str
    """What was found, one line."""

    mend: str = ""
    """What to do; empty if all is well."""


def run_checks() -> list[HealthCheck]:
    """Look at microphone, loudspeaker, voice, model and disk, and play and hear a sentence."""
    checks = {
        "microphone": _microphone,
        "loudspeaker": _loudspeaker,
        "voice": _voice,
        "model": _model,
        "disk": _disk,
    }
    found = [_guarded(name, check) for name, check in checks.items()]
    return found + _air() if all(one.ok for one in found) else found


def _air() -> list[HealthCheck]:
    """What becomes of a sentence between loudspeaker and microphone."""
    from assistant.apps.doctor.loopback_check import health_checks, run_loopback

    try:
        return [HealthCheck(*one) for one in health_checks(run_loopback())]
    except KramError as error:
        return [HealthCheck("air", False, error.problem, as_typed(error.advice))]


def _guarded(name: str, check: Callable[[], HealthCheck]) -> HealthCheck:
    """Run ``check``; an error of our own becomes a failed check with its advice."""
    try:
        return check()
    except KramError as error:
        return HealthCheck(name, False, error.problem, as_typed(error.advice))


def _microphone() -> HealthCheck:
    import numpy as np

    from assistant.apps.doctor.microphone_level import level_problem
    from assistant.audio.microphone import Microphone
    from assistant.core.paths import config_file
    from assistant.runtime.config import load_config

    chosen = load_config(config_file()).sound.microphone
    microphone = Microphone(chosen)
    try:
        blocks = list(itertools.islice(microphone.blocks(), _LISTEN_BLOCKS))
    finally:
        microphone.close()
    sound = np.concatenate(blocks)
    name = _device("input", chosen)
    if problem := level_problem(sound):
        return HealthCheck("microphone", False, f"{name} {problem[0]}", problem[1])
    loudest = int(np.abs(sound.astype(np.int32)).max())
    return HealthCheck("microphone", True, f"{name}, loudest sample {loudest} of 32767")


def _loudspeaker() -> HealthCheck:
    from assistant.audio.wav_player import SoundCardPlayer
    from assistant.core.paths import config_file
    from assistant.runtime.config import load_config

    chosen = load_config(config_file()).sound.loudspeaker
    SoundCardPlayer(chosen).close()
    return HealthCheck("loudspeaker", True, _device("output", chosen))


def _device(kind: str, chosen: str | None) -> str:
    """The name of the device that is used: the one chosen in config.toml, else the default."""
    from assistant.audio.portaudio import sounddevice

    return str(sounddevice().query_devices(chosen, kind)["name"])


def _voice() -> HealthCheck:
    from assistant.core.paths import config_file
    from assistant.runtime.config import load_config
    from assistant.tts.espeak_voice import EspeakVoice

    chosen = load_config(config_file()).speaking.voice
    if chosen is not None:
        from assistant.tts.piper_voice import PiperVoice

        clip = PiperVoice(chosen).speak("Halo, saya Kram.")
        return HealthCheck(
            "voice", True, f"Piper, {chosen.name}, {clip.seconds:.1f} s of speech made"
        )
    clip = EspeakVoice().speak("Halo, saya Kram.")
    if not clip.seconds:
        return HealthCheck("voice", False, "the Indonesian voice is silent", _AGAIN)
    return HealthCheck("voice", True, f"espeak-ng, Indonesian, {clip.seconds:.1f} s of speech made")


def _model() -> HealthCheck:
    from assistant.asr.vosk_recognizer import VoskRecognizer

    if not (BASE / "base.json").exists():
        return HealthCheck("model", False, f"no base model in {BASE}", _AGAIN)
    folder = MODELS / "kram"
    recognizer = VoskRecognizer(folder)
    recognizer.start(ListeningState.IDLE)
    recognizer.finish()
    size = sum(file.stat().st_size for file in folder.rglob("*") if file.is_file())
    return HealthCheck("model", True, f"{folder} opens, {size / 1e6:.0f} MB")


def _disk() -> HealthCheck:
    free = shutil.disk_usage(HOME).free
    found = f"{free / 1e9:.1f} GB free"
    if free < NEEDED_BYTES:
        return HealthCheck("disk", False, found, f"make room for {NEEDED_BYTES / 1e6:.0f} MB")
    return kept_in(data_folder(), found)


def kept_in(folder: Path, found: str) -> HealthCheck:
    """Whether the diary and an unfinished conversation can be kept in ``folder``; leaves nothing.

    A folder that is not there yet is made when it is needed, so its first parent counts.
    """
    there = next(place for place in (folder, *folder.parents) if place.exists())
    try:
        with tempfile.TemporaryFile(dir=there) as file:
            file.write(bytes(4096))
    except OSError as error:
        told = f"{there} cannot be written: {error.strerror}"
        return HealthCheck("disk", False, told, "until it can, no diary is kept; the guide works")
    return HealthCheck("disk", True, found)


_AGAIN = "run `python3 run.py demo` once with a network; it sets up what is missing"
