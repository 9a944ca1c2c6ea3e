"""Makes ``tests/data/tiny-kokoro.onnx``: a network of 665 bytes that hums Kokoro's symbols.

Run by hand (``pip install onnx`` first) when Kokoro's interface changes; the result is committed.
Inputs and output are those of Kokoro. Every symbol becomes 1,200 samples, divided by the speed, of
a sine whose pitch is its number and whose level follows from the style.
"""

import numpy as np
from onnx import TensorProto, checker, helper, numpy_helper, save

from tests.support.paths import DATA

OUT = DATA / "tiny-kokoro.onnx"
SAMPLES = 1200


def constant(name: str, value: object, kind: type) -> object:
    return numpy_helper.from_array(np.array(value, dtype=kind), name)


NODES = [
    ("Squeeze", ["speed"], ["rate"]),
    ("Div", ["samples", "rate"], ["exact"]),
    ("Cast", ["exact"], ["count"], {"to": TensorProto.INT64}),
    ("Range", ["zero", "count", "one"], ["steps"]),
    ("Cast", ["steps"], ["times"], {"to": TensorProto.FLOAT}),
    ("Cast", ["tokens"], ["numbers"], {"to": TensorProto.FLOAT}),
    ("Unsqueeze", ["numbers", "last"], ["column"]),
    ("Mul", ["column", "step"], ["pitches"]),
    ("Mul", ["pitches", "times"], ["angles"]),
    ("Sin", ["angles"], ["waves"]),
    ("ReduceSum", ["style"], ["sum"], {"keepdims": 0}),
    ("Abs", ["sum"], ["level"]),
    ("Mul", ["waves", "level"], ["loud"]),
    ("Reshape", ["loud", "flat"], ["audio"]),
]


def main() -> None:
    nodes = [helper.make_node(*node[:3], **(node[3] if len(node) > 3 else {})) for node in NODES]
    graph = helper.make_graph(
        nodes, "hum",
        [helper.make_tensor_value_info("tokens", TensorProto.INT64, [1, "symbols"]),
         helper.make_tensor_value_info("style", TensorProto.FLOAT, [1, 256]),
         helper.make_tensor_value_info("speed", TensorProto.FLOAT, [1])],
        [helper.make_tensor_value_info("audio", TensorProto.FLOAT, ["time"])],
        [constant("zero", 0, np.int64), constant("one", 1, np.int64),
         constant("samples", SAMPLES, np.float32), constant("last", [-1], np.int64),
         constant("step", 0.002, np.float32), constant("flat", [-1], np.int64)],
    )  # fmt: skip
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    checker.check_model(model)
    save(model, OUT)


if __name__ == "__main__":
    main()
