#!/usr/bin/env bash
# wyoming 1.10.2: AudioChunkConverter lowers the sample rate without a low-pass filter.
#
# Guessed: a resampler removes what the lower rate cannot hold.
# Instead the converter (audioop's ratecv, or wyoming's own copy where Python has none) interpolates
# between samples and filters nothing. From 48 to 16 kHz a tone of 10 kHz comes out as a tone of
# 6 kHz, as loud as before.
# Why it matters: microphones run at 48 kHz, recognisers at 16 kHz. Hiss, a whistling power supply
# and the upper half of every s are folded into the band of speech, and voice detection and
# recognition get a noisier signal than the microphone gave. It sounds harmless, so nobody looks.
# What to do: resample with a real filter (soxr) before the chunk is made, or record at 16 kHz.
set -eu
packages="wyoming==1.10.2 numpy==2.4.6 soxr==1.1.0"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m pip install -qq --disable-pip-version-check --target "$work" $packages ||
    { echo "could not install $packages; see that a package index is reachable" >&2; exit 2; }
PYTHONPATH="$work" python3 - <<'PY'
import warnings
from importlib.metadata import version

warnings.simplefilter("ignore", DeprecationWarning)  # audioop, in Python 3.11 and 3.12
import numpy as np
import soxr
from wyoming.audio import AudioChunk, AudioChunkConverter

print("wyoming", version("wyoming"), "soxr", version("soxr"))
tone = 0.5 * np.sin(2 * np.pi * 10000 * np.arange(48000) / 48000)
pcm = np.round(tone * 32767).astype("<i2")
converter = AudioChunkConverter(rate=16000, width=2, channels=1)
chunks = [
    converter.convert(AudioChunk(48000, 2, 1, pcm[at : at + 480].tobytes())).audio
    for at in range(0, len(pcm), 480)
]
folded = np.frombuffer(b"".join(chunks), "<i2") / 32767
filtered = soxr.resample(tone, 48000, 16000)


def level(sound):
    """Level in dB against the tone that went in."""
    return 20 * np.log10(np.std(sound) / np.std(tone) + 1e-9)


spectrum = np.abs(np.fft.rfft(folded * np.hanning(len(folded))))
heard = np.argmax(spectrum) * 16000 / len(folded)
print(f"10 kHz at 48 kHz -> converter at 16 kHz: {heard:.0f} Hz, {level(folded):+.1f} dB")
print(f"10 kHz at 48 kHz -> soxr at 16 kHz: {level(filtered):+.1f} dB")
assert abs(heard - 6000) < 20 and level(folded) > -1 and level(filtered) < -40
print("as described")
PY
