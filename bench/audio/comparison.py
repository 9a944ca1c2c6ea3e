"""The same commands in silence and over the guide: accuracy, latency, rejection reasons."""

import random
from collections import Counter
from collections.abc import Callable, Sequence

import numpy as np

from assistant.apps.simulation.overlapping_speech import (
    GRID,
    OverlapSimulation,
    Reaction,
    guide_sentences,
    own_phrases,
)
from assistant.asr.endpointing import final_prefixes
from assistant.asr.model_store import OWN_PHRASES
from assistant.asr.recognizer_interface import Recognizer
from assistant.audio.mixer import DUCK_DOWN
from assistant.audio.pcm import Samples
from assistant.audio.room_simulation import EchoPath
from assistant.tts.espeak_voice import EspeakVoice

WARM = 12.0
"""Seconds of guide speech before the first command, for the canceller to converge."""

Intent = Callable[[str], str]


def sentences() -> list[str]:
    """All sentences of the guide, shuffled."""
    said = guide_sentences(OWN_PHRASES)
    random.Random(1).shuffle(said)
    return said


def compared(
    recognizer: Recognizer,
    said: Sequence[tuple[str, Samples]],
    intent: Intent,
    rooms: Sequence[EchoPath] = GRID,
) -> dict[str, object]:
    """Play all clips in silence and in every room; ``intent`` maps words to an intent name."""
    quiet = _heard(OverlapSimulation(recognizer, EspeakVoice(), sentences(), None), said, True)
    known = [_right(one, intent) for one in quiet]
    found: dict[str, object] = {"in quiet": f"{sum(known)} of {len(said)}"}
    over: list[Reaction] = []
    reasons: Counter[str] = Counter()
    again = 0
    for echo in rooms:
        talk = OverlapSimulation(recognizer, EspeakVoice(), sentences(), echo)
        heard = _heard(talk, said, False)
        right = [_right(one, intent) for one in heard]
        wrong = sum(bool(one.obeyed) for one, ok in zip(heard, right, strict=True) if not ok)
        reasons.update(_why(one) for one, ok in zip(heard, right, strict=True) if not ok)
        again += sum(ok for ok, before in zip(right, known, strict=True) if before)
        found[f"over the guide, {echo.gain_db:.0f} dB, {1000 * echo.delay:.0f} ms"] = (
            f"{sum(right)} right, {wrong} taken for others"
        )
        over += [one for one, ok in zip(heard, right, strict=True) if ok]
    share = again / (len(rooms) * sum(known))
    found["why not"] = dict(reasons.most_common())
    found["share of those known in quiet"] = round(share, 3)
    ducked = [one.ducked - one.begun + DUCK_DOWN for one in over if one.ducked]
    found |= times("speech to ducked, ms", ducked)
    found |= _ending("end to obeyed, over the guide", over)
    return found | _ending(
        "end to known, in quiet", [one for one, ok in zip(quiet, known, strict=True) if ok]
    )


def _why(one: Reaction) -> str:
    """Why an utterance was not recognised with its intent."""
    if one.heard is None:
        return "nothing was heard"
    if one.heard.rejection is not None:
        return one.heard.rejection.text
    return "taken for another" if one.obeyed else "no phrase"


def _ending(name: str, reactions: Sequence[Reaction]) -> dict[str, object]:
    """Latencies, for phrases that are final prefixes and for all others."""
    is_final = final_prefixes(own_phrases().phrases)
    found: dict[str, object] = {}
    for kind, wanted in (("complete", True), ("may go on", False)):
        some = [one for one in reactions if is_final(one.obeyed) is wanted]
        found |= times(f"{name}, {kind}, ms", [_latency(one) for one in some])
    return found | times(f"{name}, computing of it, ms", [one.work for one in reactions])


def _heard(
    talk: OverlapSimulation, said: Sequence[tuple[str, Samples]], quiet: bool
) -> list[Reaction]:
    talk.quiet = quiet
    talk.run(2.0 if quiet else WARM)
    reactions = []
    for text, samples in said:
        reactions.append(talk.say(text, samples))
        talk.run(0.7)
    return reactions


def _right(one: Reaction, intent: Intent) -> bool:
    return bool(one.obeyed) and intent(one.obeyed) == intent(one.said)


def _latency(one: Reaction) -> float:
    """Seconds from the end of speech, processing time included."""
    return (one.known or 0.0) - one.ended + one.work


def times(name: str, seconds: Sequence[float]) -> dict[str, object]:
    """Median and 95th percentile in milliseconds; empty without values."""
    if not seconds:
        return {}
    middle, most = 1000 * np.percentile(seconds, [50, 95])
    return {name: f"{middle:.0f} median, {most:.0f} p95"}
