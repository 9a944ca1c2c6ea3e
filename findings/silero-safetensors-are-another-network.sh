#!/usr/bin/env bash
# silero-vad 6.2.3: silero_vad_16k.safetensors and silero_vad.onnx beside it are not one network.
#
# Guessed: the wheel ships the same weights in several formats, so that whoever needs no ONNX
# runtime may take the safetensors.
# Instead the tensors have the same shapes and other values, and the probabilities differ by 0.5 and
# more on the same sound. silero_vad_16k_op15.onnx holds the weights of silero_vad.onnx as plain
# initialisers.
# What to do: take the weights from silero_vad_16k_op15.onnx.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m pip install -qq --disable-pip-version-check --target "$work" onnx==1.23.0 numpy==2.4.6 &&
    python3 -m pip install -qq --disable-pip-version-check --target "$work" --no-deps silero-vad==6.2.3 ||
    { echo "could not install; see that a package index is reachable" >&2; exit 2; }
PYTHONPATH="$work" python3 - "$work" <<'PY'
import json
import struct
import sys
from importlib.metadata import version
from pathlib import Path

import numpy as np
import onnx
from onnx import numpy_helper

data = Path(sys.argv[1], "silero_vad/data")
raw = (data / "silero_vad_16k.safetensors").read_bytes()
(length,) = struct.unpack("<Q", raw[:8])
header = json.loads(raw[8 : 8 + length])


def tensor(name):
    begin, end = header[name]["data_offsets"]
    values = np.frombuffer(raw[8 + length + begin : 8 + length + end], np.float32)
    return values.reshape(header[name]["shape"])


found = {}


def collect(graph):
    found.update({one.name: numpy_helper.to_array(one) for one in graph.initializer})
    for node in graph.node:
        for attribute in node.attribute:
            if attribute.type == onnx.AttributeProto.GRAPH:
                collect(attribute.g)
            elif attribute.type == onnx.AttributeProto.TENSOR and node.op_type == "Constant":
                found[node.output[0]] = numpy_helper.to_array(attribute.t)


collect(onnx.load(data / "silero_vad_16k_op15.onnx").graph)
print("silero-vad", version("silero-vad"), "largest difference of the weights")
differences = {}
for here, there in (
    ("stft_conv.weight", "model.stft.forward_basis_buffer"),
    ("conv1.weight", "model.encoder.0.reparam_conv.weight"),
    ("lstm_cell.weight_ih", "model.decoder.rnn.weight_ih"),
    ("final_conv.weight", "model.decoder.decoder.2.weight"),
):
    one, other = tensor(here), found[there]
    assert one.size == other.size
    differences[here] = float(np.abs(one.ravel() - other.ravel()).max())
    print(f"  {here:<20} {differences[here]:.3f} of at most {np.abs(other).max():.3f}")
assert differences["stft_conv.weight"] == 0, "the spectra are the same"
assert min(differences[name] for name in differences if name != "stft_conv.weight") > 0.5
PY
