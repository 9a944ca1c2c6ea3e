"""The same synthetic speech whatever was spoken before.

espeak-ng keeps state (phases, noise) between sentences, so a sentence sounds slightly different
depending on what was spoken before, enough to flip a close decision of the recogniser. In a new
process it is reproducible, except with breathy voices (``id+f3``), whose noise is random: use
``id+m1`` where that matters.
"""

from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import cache
from multiprocessing import get_context
from typing import TypeVar

from assistant.audio.interfaces import Clip
from assistant.tts.espeak_voice import CALM_WPM, EspeakVoice

Result = TypeVar("Result")

GUIDE_SENTENCES = (
    "Lutut lurus, tarik jari kaki ke arah tulang kering.",
    "Kalau masih sakit, katakan masih sakit. Kalau mau berhenti, katakan berhenti.",
    "Katakan lanjut, atau ulangi, atau tunggu sebentar.",
    "Pijat betis dengan lembut dari bawah ke atas.",
)
"""Ordinary sentences of the guide."""


def in_fresh_process(function: Callable[..., Result], *arguments: object) -> Result:
    """Call ``function`` in a new interpreter; it, what it takes and gives must be picklable."""
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        return pool.submit(function, *arguments).result()


def _speak(texts: Sequence[str], voice: str, words_per_minute: int) -> list[Clip]:
    speaker = EspeakVoice(voice=voice, words_per_minute=words_per_minute)
    return [speaker.speak(text) for text in texts]


@cache
def speak_fresh(
    texts: tuple[str, ...], voice: str = "id+f3", words_per_minute: int = CALM_WPM
) -> list[Clip]:
    """Speak ``texts``, one after the other, in one new process."""
    return in_fresh_process(_speak, texts, voice, words_per_minute)
