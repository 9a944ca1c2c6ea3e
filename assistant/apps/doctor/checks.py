"""Health checks: what Kram needs, whether it is present, how to fix it."""

import itertools
import shutil
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from assistant.asr.base_integrity import damaged_file, set_up_again
from assistant.asr.model_store import BASE
from assistant.core.errors import KramError
from assistant.core.listening_state import ListeningState
from assistant.core.paths import HOME, MODELS, as_typed, data_folder, instance_lock_file
from assistant.core.single_instance import is_free, single_instance
from assistant.core.translation import Translatable, _, reason

NEEDED_BYTES = 300_000_000
"""Free disk space below which a new model, the diary and the logs may not fit."""

_LISTEN_BLOCKS = 50
"""Microphone blocks of 20 ms that are read."""


@dataclass(frozen=True)
class HealthCheck:
    """The result of one check."""

    name: str
    ok: bool
    found: str
    """What was found, one line."""

    fix: str = ""
    """What to do; empty if the check passed."""


def run_checks() -> list[HealthCheck]:
    """Check microphone, loudspeaker, voice, model and disk; if all pass, run the loopback test."""
    checks = {
        _("microphone"): _microphone,
        _("loudspeaker"): _loudspeaker,
        _("voice"): _voice,
        _("model"): _model,
        _("disk"): _disk,
    }
    found = [_guarded(name, check) for name, check in checks.items()]
    usable = all(one.ok for one in found)
    return [*found, *recipient_checks(), *(loopback_checks() if usable else ())]


def recipient_checks() -> list[HealthCheck]:
    """Whether whoever is named under ``[tell]`` can be reached; none if nobody is named."""
    from assistant.apps.doctor.stored_files import recipient_problem
    from assistant.core.paths import config_file
    from assistant.runtime.config import load_config

    try:
        tell = load_config(config_file()).tell
    except KramError as error:
        return [HealthCheck(_("tell"), False, error.problem, as_typed(error.advice))]
    if problem := recipient_problem(tell):
        return [
            HealthCheck(
                _("tell"), False, problem, _("name mqtt or webhook under [tell], or no who")
            )
        ]
    if not tell.is_configured:
        return []
    way = "mqtt" if tell.mqtt else "webhook"
    return [
        HealthCheck(
            _("tell"),
            True,
            as_typed(
                _("{who} by {way}; `python3 run.py tell` tries").format(who=tell.who, way=way)
            ),
        )
    ]


def loopback_checks() -> list[HealthCheck]:
    """Play a sentence and record it with the microphone, unless a Kram listens.

    That one would take the sentence for the user's.
    """
    if not is_free(instance_lock_file()):
        return [HealthCheck(_("air"), True, _LISTENING)]
    from assistant.apps.doctor.loopback_check import health_checks, run_loopback

    try:
        with single_instance(instance_lock_file()):
            return [HealthCheck(*one) for one in health_checks(run_loopback())]
    except KramError as error:
        return [HealthCheck(_("air"), False, error.problem, as_typed(error.advice))]


def _guarded(name: str, check: Callable[[], HealthCheck]) -> HealthCheck:
    """Run ``check``; a ``KramError`` becomes a failed check with its advice."""
    try:
        return check()
    except KramError as error:
        from assistant.audio.stream_supervisor import CONNECT_ADVICE

        here = _("connect one, or choose it in the sound settings, then try again")
        advice = here if error.advice == CONNECT_ADVICE else error.advice
        return HealthCheck(name, False, error.problem, as_typed(advice))


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
        return HealthCheck(
            _("microphone"),
            False,
            Translatable("{name} {problem}").format(name=name, problem=problem[0]),
            problem[1],
        )
    loudest = int(np.abs(sound.astype(np.int32)).max())
    return HealthCheck(
        _("microphone"),
        True,
        _("{name}, loudest sample {loudest} of 32767").format(name=name, loudest=loudest),
    )


def _loudspeaker() -> HealthCheck:
    from assistant.audio.loudspeaker import SoundCardPlayer
    from assistant.core.paths import config_file
    from assistant.runtime.config import load_config

    chosen = load_config(config_file()).sound.loudspeaker
    SoundCardPlayer(chosen).close()
    return HealthCheck(_("loudspeaker"), True, _device("output", chosen))


def _device(kind: str, chosen: str | None) -> str:
    """Name of the device in use: the one chosen in config.toml, else the default."""
    from assistant.audio.portaudio import sounddevice

    return str(sounddevice().query_devices(chosen, kind)["name"])


def _voice() -> HealthCheck:
    from assistant.audio.interfaces import Clip
    from assistant.core.paths import config_file
    from assistant.runtime.config import load_config
    from assistant.runtime.guide_voice import open_named_voice, open_voice_file
    from assistant.tts.espeak_voice import EspeakVoice, trim_silence
    from assistant.tts.kokoro import KOKORO
    from assistant.tts.kokoro_voice import SPEAKER

    chosen = load_config(config_file()).speaking.voice
    if isinstance(chosen, Path) or chosen == KOKORO:
        if isinstance(chosen, Path):
            clip = open_voice_file(chosen).speak("Halo, saya Kram.")
            kind, name = "Piper" if chosen.suffix == ".onnx" else _("a program"), chosen.name
        else:
            clip = open_named_voice(chosen).speak("Halo, saya Kram.")
            kind, name = "Kokoro", SPEAKER.stem.removeprefix("kokoro_")
        return HealthCheck(
            _("voice"),
            True,
            _("{kind}, {name}, {seconds:.1f} s of speech").format(
                kind=kind, name=name, seconds=clip.seconds
            ),
        )
    voice = EspeakVoice() if chosen is None else EspeakVoice(chosen)
    spoken = voice.synthesise("Halo, saya Kram.")
    seconds = Clip(trim_silence(spoken.samples)).seconds
    if not seconds:
        return HealthCheck(_("voice"), False, _("the Indonesian voice is silent"), _SET_UP_AGAIN)
    name = _("espeak-ng {library}, voice {voice}").format(
        library=spoken.library, voice=spoken.voice
    )
    return HealthCheck(
        _("voice"), True, _("{name}, {seconds:.1f} s of speech").format(name=name, seconds=seconds)
    )


def _model() -> HealthCheck:
    from assistant.asr.vosk_recognizer import VoskRecognizer

    if not (BASE / "base.json").exists():
        return HealthCheck(
            _("model"), False, _("no base model in {base}").format(base=BASE), _SET_UP_AGAIN
        )
    if (damaged := damaged_file(BASE)) is not None:
        fix = as_typed(set_up_again(BASE))
        return HealthCheck(
            _("model"), False, _("{damaged} is missing or damaged").format(damaged=damaged), fix
        )
    folder = MODELS / "kram"
    recognizer = VoskRecognizer(folder)
    recognizer.start(ListeningState.IDLE)
    recognizer.finish()
    size = sum(file.stat().st_size for file in folder.rglob("*") if file.is_file())
    return HealthCheck(
        _("model"),
        True,
        _("{folder} loads, {size:.0f} MB").format(folder=folder, size=size / 1e6),
    )


def _disk() -> HealthCheck:
    free = shutil.disk_usage(HOME).free
    found = _("{free:.1f} GB free").format(free=free / 1e9)
    if free < NEEDED_BYTES:
        return HealthCheck(
            _("disk"),
            False,
            found,
            _("free {needed_bytes:.0f} MB of disk space").format(needed_bytes=NEEDED_BYTES / 1e6),
        )
    return check_writable(data_folder(), found)


def check_writable(folder: Path, found: str) -> HealthCheck:
    """Whether the diary and an unfinished conversation can be stored in ``folder``.

    Leaves no file behind. A missing folder is created when it is needed, so its nearest existing
    parent is checked. ``found`` is reported if it is writable.
    """
    existing = next(place for place in (folder, *folder.parents) if place.exists())
    try:
        with tempfile.TemporaryFile(dir=existing) as file:
            file.write(bytes(4096))
    except OSError as error:
        problem = _("{existing} cannot be written: {reason}").format(
            existing=existing, reason=reason(error)
        )
        advice = _("make it writable; until then the guide works without a diary")
        return HealthCheck(_("disk"), False, problem, advice)
    return HealthCheck(_("disk"), True, found)


_LISTENING = _(
    "not tested: Kram is listening, and would obey the test sentence; "
    "end that one first (systemctl --user stop kram)"
)
_SET_UP_AGAIN = _("run `python3 run.py demo` once with a network; it installs what is missing")
