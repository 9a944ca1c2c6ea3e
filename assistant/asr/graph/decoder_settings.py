"""Kaldi's decoder settings of each kind of graph, as ``model.conf`` holds them."""

DECODER = {
    "min-active": "200",
    "max-active": "3000",
    "beam": "16.0",
    "lattice-beam": "10.0",
    # with many pronunciation variants hundreds of times slower than words directly, and no better
    "phone-determinize": "false",
    "acoustic-scale": "0.7",  # fine-tuned, the network is too sure of single frames for 1.0
    "frame-subsampling-factor": "3",
    "endpoint.silence-phones": "1:2:3:4:5:6:7:8:9:10",
    "endpoint.rule1.min-trailing-silence": "1000",
    "endpoint.rule2.min-trailing-silence": "1000",
    "endpoint.rule3.min-trailing-silence": "1000",
    "endpoint.rule4.min-trailing-silence": "1000",
    "endpoint.rule5.min-utterance-length": "100000",
}
"""Kaldi's decoder settings; see ``bench recognition``. Endpointing is the listener's."""

FOLLOWING = DECODER | {"beam": "13.0", "lattice-beam": "2.0"}
"""Settings for graphs whose n-best list is not used: narrower beams."""

HOME = DECODER | {"beam": "18.0", "lattice-beam": "16.0", "acoustic-scale": "0.8"}
"""For somebody's own commands: so that the background is found beside many similar sentences."""

FREE_SPEECH = DECODER | {"beam": "18.0", "lattice-beam": "8.0"}
"""For graphs with a language model."""

FREE_SPEECH_IDLE = DECODER | {"beam": "14.0", "lattice-beam": "6.0"}
"""Less than half the cost; in idle the second pass finds the sentences."""
