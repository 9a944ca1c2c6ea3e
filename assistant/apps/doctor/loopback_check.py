"""The loopback test of ``doctor``: play a sentence, record it, speak the verdict."""

import itertools
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from assistant.apps.doctor.loopback import NOISY, LoopbackResult, measure
from assistant.asr.model_store import ensure_model
from assistant.asr.vosk_recognizer import VoskRecognizer
from assistant.audio.interfaces import EchoReference, Voice
from assistant.audio.level_meter import CLIPPED, MOST_CLIPPED, SOFT
from assistant.audio.loudspeaker import SoundCardPlayer
from assistant.audio.microphone import Microphone
from assistant.audio.pcm import BLOCK, RATE, Samples
from assistant.core.listening_state import ListeningState
from assistant.core.paths import OWN_PHRASES, config_file
from assistant.core.translation import _
from assistant.core.yaml_reader import read_yaml
from assistant.runtime.config import load_config
from assistant.runtime.guide_voice import open_voice
from assistant.tts.espeak_voice import EspeakVoice

_SETTLE, _NOISE, _AFTER = 0.4, 1.0, 1.0
"""Seconds: for the sound cards to settle, of noise measurement, and after the sentence."""

_TRIES = 2
"""Attempts; a machine that is still busy starting up may lose audio at the first."""


@dataclass(frozen=True)
class LoopbackTexts:
    """The spoken texts, from phrases/id/doctor.yaml."""

    announce: str
    test: str
    well: str
    unheard: str
    half: str
    mend: str


def load_texts() -> LoopbackTexts:
    """Read the file; raises ``InputError`` with file and line."""
    fields = read_yaml(OWN_PHRASES / "doctor.yaml").fields(
        "", "announce test well unheard half mend"
    )
    return LoopbackTexts(**{name: node.text() for name, node in fields.items()})


def run_loopback() -> LoopbackResult:
    """Announce the test sentence, play it and measure it.

    Raises ``MissingError`` without a sound card.
    """
    config = load_config(config_file())
    sound, chosen = config.sound, config.speaking.voice
    # Piper is too slow to speak between two blocks of the microphone.
    voice = open_voice(chosen) if isinstance(chosen, str) else EspeakVoice()
    texts = load_texts()
    microphone = Microphone(sound.microphone)
    try:
        player = SoundCardPlayer(sound.loudspeaker)
        try:
            reference = microphone.paired_with(player.reference)
            player.reference(0)
            blocks = microphone.blocks()
            _take(blocks, _SETTLE)
            noise = _take(blocks, _NOISE)
            _tell(player, voice, texts.announce, blocks)
            _take(blocks, _SETTLE)
            for _ in range(_TRIES):
                player.play(voice.speak(texts.test))
                air = measure(noise, *_heard(player, blocks, reference), recognise)
                if air.heard:
                    break
            _tell(player, voice, _verdict(air, texts), blocks)
            return air
        finally:
            player.close()
    finally:
        microphone.close()


def _heard(
    player: SoundCardPlayer, blocks: Iterator[Samples], reference: EchoReference
) -> tuple[Samples, Samples]:
    """Record until ``_AFTER`` s after the sentence; returns microphone and reference signals."""
    near, far = [], []
    left = round(_AFTER * RATE / BLOCK)
    while left and not player.lost:
        near.append(next(blocks))
        far.append(reference(BLOCK))
        left -= not player.playing
    return np.concatenate(near), np.concatenate(far)


def recognise(sound: Samples) -> str:
    """The phrase accepted in the idle state; empty if none was."""
    recognizer = VoskRecognizer(ensure_model())
    recognizer.start(ListeningState.IDLE)
    recognizer.feed(sound)
    result = recognizer.finish()
    return result.words if result.accepted else ""


def health_checks(air: LoopbackResult) -> Iterator[tuple[str, bool, str, str]]:
    """Yield (name, ok, found, fix) of each check, the fields of ``HealthCheck``."""
    noisy = air.noise_db > NOISY
    quieter = _("turn down the microphone's gain, or switch off the source of the noise")
    yield _("noise"), not noisy, f"{air.noise_db:.0f} dBFS", quieter if noisy else ""
    if not air.heard:
        yield _("echo"), True, _("the microphone does not hear the loudspeaker (headphones?)"), ""
    else:
        found = _(
            "{echo_db:+.0f} dB, {delay_ms:.0f} ms late, {removed_db:.0f} dB of it removed"
        ).format(echo_db=air.echo_db, delay_ms=air.delay_ms, removed_db=air.removed_db)
        yield _("echo"), True, found, ""
        cut = air.clipped > MOST_CLIPPED
        yield (
            _("clipping"),
            not cut,
            _("{clipped:.1%} of the samples at {clipped2} or above").format(
                clipped=air.clipped, clipped2=CLIPPED
            ),
            (_("turn down the microphone's gain, or the loudspeaker") if cut else ""),
        )
        if air.peak_db < SOFT:
            found = _("too soft: the sentence reaches {peak_db:.0f} dB of full scale").format(
                peak_db=air.peak_db
            )
            yield _("level"), False, found, _("turn the microphone's gain up, or the loudspeaker")
        right = air.words == "kaki saya kram"
        yield (
            _("own words"),
            right,
            _("recognised {words!r} in its own speech").format(words=air.words),
            ("" if right else _("move loudspeaker and microphone closer, or into a quieter room")),
        )
    yield (
        _("duplex"),
        True,
        _('[sound] duplex = "{duplex}" in config.toml suits this room').format(duplex=air.duplex),
        "",
    )


def _verdict(air: LoopbackResult, texts: LoopbackTexts) -> str:
    if not air.heard:
        return texts.unheard
    if air.duplex == "half":
        return texts.half
    return texts.well if all(ok for _, ok, _, _ in health_checks(air)) else texts.mend


def _take(blocks: Iterator[Samples], seconds: float) -> Samples:
    return np.concatenate(list(itertools.islice(blocks, round(seconds * RATE / BLOCK))))


def _tell(player: SoundCardPlayer, voice: Voice, text: str, blocks: Iterator[Samples]) -> None:
    """Speak ``text`` to the end; the microphone's blocks are the clock."""
    clip = voice.speak(text)
    player.play(clip)
    for _block in itertools.islice(blocks, round((clip.seconds + 2.0) * RATE / BLOCK)):
        if not player.playing or player.lost:
            return
