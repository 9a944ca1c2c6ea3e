#!/usr/bin/env bash
# soxr 1.1.0: a ResampleStream answers in bursts, a short sound comes out only at the flush, and a
# lower quality does not always answer sooner.
#
# Guessed: 20 ms in, about 20 ms out, a few samples late; "LQ" waits less than "HQ".
# Instead, from 16 to 48 kHz (HQ), a call returns nothing or 30 ms at once. A cue of
# 30 ms returns nothing at all until last=True. And the order of the qualities depends on the
# ratio: before the first sample comes out, 48 to 16 kHz takes more sound at MQ than at HQ, 44.1
# to 48 kHz more at MQ than at VHQ.
# Why it matters: a player that asks for one block and gets none has a gap; a beep or a "ya" of a
# few blocks is never heard if the flush is forgotten, while every long sentence sounds right.
# Choosing LQ for a quick reaction may gain nothing.
# What to do: put a buffer of 2 bursts behind the stream, always end a sound with last=True, and
# measure the delay for your own pair of rates before trading quality for it.
set -eu
packages="soxr==1.1.0 numpy==2.4.6"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m pip install -qq --disable-pip-version-check --target "$work" $packages ||
    { echo "could not install $packages; see that a package index is reachable" >&2; exit 2; }
PYTHONPATH="$work" python3 - <<'PY'
from importlib.metadata import version

import numpy as np
import soxr

print("soxr", version("soxr"))
rng = np.random.default_rng(1)
sound = (0.1 * rng.standard_normal(16000)).astype(np.float32)


def stream(source, target, quality):
    return soxr.ResampleStream(source, target, 1, dtype="float32", quality=quality)


resampler = stream(16000, 48000, "HQ")
sizes = [len(resampler.resample_chunk(sound[at : at + 320])) for at in range(0, 3200, 320)]
print("16 to 48 kHz, blocks of 320 samples; 960 expected each:", sizes)

resampler = stream(16000, 48000, "HQ")
cue = [len(resampler.resample_chunk(sound[at : at + 160])) for at in (0, 160, 320)]
rest = len(resampler.resample_chunk(sound[:0], last=True))
print("a cue of 480 samples:", cue, "and at the flush", rest)


def wait(source, target, quality):
    """Milliseconds of sound that go in before the first sample comes out."""
    resampler = stream(source, target, quality)
    for at in range(len(sound)):
        if len(resampler.resample_chunk(sound[at : at + 1])):
            return 1000 * (at + 1) / source


waits = {}
for source, target in ((48000, 16000), (44100, 48000), (16000, 48000)):
    waits[source] = {q: wait(source, target, q) for q in ("LQ", "MQ", "HQ", "VHQ")}
    print(source, "to", target, {q: f"{ms:.1f} ms" for q, ms in waits[source].items()})
assert sizes.count(0) >= 4 and max(sizes) > 960, sizes
assert cue == [0, 0, 0] and rest == 1440, (cue, rest)
assert waits[48000]["HQ"] < waits[48000]["MQ"]
assert waits[44100]["VHQ"] < waits[44100]["MQ"]
print("as described")
PY
