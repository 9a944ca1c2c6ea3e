"""Makes ``tests/data/tiny-voice.onnx``: a Piper voice of two kilobytes that hums each phoneme.

Run by hand (``pip install onnx`` first) when Piper's interface changes; the result is committed.
Inputs and output are those of Piper's own voices. Every phoneme becomes 1,024 samples times the
length scale of a sine whose pitch is its number, so that length and content can be tested.
"""

import json

import numpy as np
from onnx import TensorProto, checker, helper, numpy_helper, save

from tests.support.paths import DATA

OUT = DATA / "tiny-voice.onnx"
SAMPLES = 1024
RATE = 16_000  # not ours, so that it has to be resampled


def constant(name: str, value: object, kind: type) -> object:
    return numpy_helper.from_array(np.array(value, dtype=kind), name)


NODES = [
    ("Gather", ["scales", "one"], ["length_scale"]),
    ("Mul", ["length_scale", "samples"], ["exact"]),
    ("Cast", ["exact"], ["count"], {"to": TensorProto.INT64}),
    ("Range", ["zero", "count", "one"], ["steps"]),
    ("Cast", ["steps"], ["times"], {"to": TensorProto.FLOAT}),
    ("Cast", ["input"], ["numbers"], {"to": TensorProto.FLOAT}),
    ("Unsqueeze", ["numbers", "last"], ["column"]),
    ("Mul", ["column", "step"], ["pitches"]),
    ("Mul", ["pitches", "times"], ["angles"]),
    ("Sin", ["angles"], ["waves"]),
    ("Reshape", ["waves", "flat"], ["output"]),
]


def main() -> None:
    nodes = [helper.make_node(*node[:3], **(node[3] if len(node) > 3 else {})) for node in NODES]
    graph = helper.make_graph(
        nodes, "hum",
        [helper.make_tensor_value_info("input", TensorProto.INT64, ["batch", "phonemes"]),
         helper.make_tensor_value_info("input_lengths", TensorProto.INT64, ["batch"]),
         helper.make_tensor_value_info("scales", TensorProto.FLOAT, [3])],
        [helper.make_tensor_value_info("output", TensorProto.FLOAT, [1, 1, 1, "time"])],
        [constant("zero", 0, np.int64), constant("one", 1, np.int64),
         constant("samples", SAMPLES, np.float32), constant("last", [-1], np.int64),
         constant("step", 0.002, np.float32), constant("flat", [1, 1, 1, -1], np.int64)],
    )  # fmt: skip
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    checker.check_model(model)
    OUT.parent.mkdir(exist_ok=True)
    save(model, OUT)
    letters = "_^$ !',-.:;?abcdefghijklmnopqrstuvwxyzæçðøħŋœɐɑɒɔɕəɚɛɡɪɲɹɾʃʊʌʒʔˈˌː"
    config = {
        "audio": {"sample_rate": RATE},
        "espeak": {"voice": "id"},
        "inference": {"noise_scale": 0.667, "length_scale": 1.0, "noise_w": 0.8},
        "num_symbols": 256, "num_speakers": 1, "speaker_id_map": {}, "phoneme_type": "espeak",
        "phoneme_map": {}, "phoneme_id_map": {one: [place] for place, one in enumerate(letters)},
    }  # fmt: skip
    text = json.dumps(config, ensure_ascii=False, indent=None)
    OUT.with_name(OUT.name + ".json").write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
