"""The server's self-description, modelled on wyoming-vosk and speech-to-phrase."""

from wyoming.info import (
    AsrModel,
    AsrProgram,
    Attribution,
    HandleModel,
    HandleProgram,
    Info,
    IntentModel,
    IntentProgram,
)

LANGUAGE = "id"

_VOSK = Attribution("Alpha Cephei", "https://alphacephei.com/vosk/")
_KRAM = Attribution("Kram", "")


def info(version: str, phrases: str, guide: bool) -> Info:
    """The answer to ``describe``; ``phrases`` is the name of the phrases folder.

    The guide is offered with its own phrases only: it does not handle the intents of others.
    """
    about = f"Indonesian phrases of {phrases}"
    hears = AsrModel(f"kram-{phrases}", _VOSK, True, about, version, [LANGUAGE])
    understands = IntentModel(f"kram-{phrases}", _KRAM, True, about, version, [LANGUAGE])
    asr = AsrProgram("kram", _VOSK, True, "Indonesian speech to phrase", version, [hears])
    intent = IntentProgram("kram", _KRAM, True, "Text to intent", version, [understands])
    if not guide:
        return Info(asr=[asr], intent=[intent])
    guides = HandleModel("kram-guide", _KRAM, True, "Guide for calf cramps", version, [LANGUAGE])
    handle = HandleProgram("kram", _KRAM, True, "Guide for calf cramps", version, [guides])
    return Info(asr=[asr], intent=[intent], handle=[handle])
