#!/usr/bin/env bash
# wyoming 1.10.2: the timestamps of wav_to_chunks() run slow at most sample rates.
#
# Guessed: a chunk's timestamp is its place in the file, in milliseconds.
# Instead each chunk's length is cut down to whole milliseconds before it is added, so every chunk
# loses the fraction. With 1,024 samples at 16 kHz (64 ms exactly) nothing is lost; at 48 kHz
# (21.33 ms) the clock runs 1.6 % slow, at 22.05 kHz, a common rate of synthetic voices, 0.9 %.
# Why it matters: after an hour at 48 kHz the timestamps are 56 s behind the sound. Whatever joins
# them with another clock (what was said when, echo reference, captions) drifts, and a test with a
# short file at 16 kHz shows none of it.
# What to do: count samples yourself and compute samples * 1000 // rate, or choose chunks that last
# a whole number of milliseconds (480 samples at 48 kHz, 441 at 44.1 or 22.05 kHz).
set -eu
packages="wyoming==1.10.2"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m pip install -qq --disable-pip-version-check --target "$work" $packages ||
    { echo "could not install $packages; see that a package index is reachable" >&2; exit 2; }
PYTHONPATH="$work" python3 - <<'PY'
import io
import wave
from importlib.metadata import version

from wyoming.audio import wav_to_chunks

print("wyoming", version("wyoming"))
SECONDS = 600


def end_of(rate, samples_per_chunk):
    """Timestamp (ms) of the stop event of ten minutes of silence."""
    file = io.BytesIO()
    with wave.open(file, "wb") as out:
        out.setnchannels(1)
        out.setsampwidth(2)
        out.setframerate(rate)
        out.writeframes(bytes(2 * rate * SECONDS))
    file.seek(0)
    *_, stop = wav_to_chunks(wave.open(file), samples_per_chunk, stop_event=True)
    return stop.timestamp


late = {}
for rate, samples in [(16000, 1024), (22050, 1024), (44100, 1024), (48000, 1024), (48000, 480)]:
    late[rate, samples] = SECONDS * 1000 - end_of(rate, samples)
    print(f"{rate} Hz, {samples} samples a chunk: ten minutes end {late[rate, samples]} ms early")
assert late[16000, 1024] == 0 and late[48000, 480] == 0, late
assert 5000 < late[22050, 1024] < 6500 and 9000 < late[48000, 1024] < 10000, late
print("as described")
PY
