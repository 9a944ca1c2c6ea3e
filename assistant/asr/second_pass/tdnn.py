"""The base model's acoustic network, a factored TDNN (TDNN-F), in numpy.

Vosk runs the same network but does not expose its output. Here it also gets the i-vector of the
whole utterance, which is better than the one Vosk has while the utterance is still going on.

Layout as in Kaldi's chain recipes (``steps/libs/nnet3/xconfig/composite_layers.py``; Povey et al.
2018, "Semi-Orthogonal Low-Rank Matrix Factorization for Deep Neural Networks").
"""

from pathlib import Path

import numpy as np
import numpy.typing as npt

from assistant.asr.model_format import NETWORK, load_network
from assistant.asr.model_format import NetworkKeys as Keys
from assistant.asr.second_pass.mfcc import COEFFICIENTS, Floats

SUBSAMPLING = 3
"""Frame subsampling factor: input frames of 10 ms per output frame."""


class TdnnF:
    """Evaluates the network: MFCCs and i-vector in, scores of the pdfs every 30 ms out."""

    def __init__(self, folder: Path) -> None:
        """Read the arrays that ``graph/second_pass_export.py`` exported from the base model."""
        self._arrays = load_network(folder / NETWORK)
        self._layer_numbers = self._arrays[Keys.NUMBERS].tolist()
        self._strides = self._arrays[Keys.STRIDES].tolist()

    def prefinal(self, features: Floats, ivector: Floats) -> tuple[Floats, Floats]:
        """Outputs of the prefinal layers, for the chain head and for the cross-entropy head.

        ``features``: MFCCs, float32, shape (frames, 40); ``ivector``: float32, shape (100,).
        Both results: float32, shape (output frames, prefinal dimension).
        """
        output_frames = -(-len(features) // SUBSAMPLING)
        context = 1 + sum(self._strides)
        right = context + SUBSAMPLING * output_frames - len(features)
        padded = np.concatenate(
            [features[:1].repeat(context, 0), features, features[-1:].repeat(right, 0)]
        )
        weights = self._arrays[Keys.weight("first")]
        tap = [weights[:, n * COEFFICIENTS : (n + 1) * COEFFICIENTS].T for n in range(3)]
        constant = weights[:, 3 * COEFFICIENTS :] @ ivector + self._arrays[Keys.bias("first")]
        layer = padded[:-2] @ tap[0] + padded[1:-1] @ tap[1] + padded[2:] @ tap[2] + constant
        layer = self._relu_batchnorm(layer, "first")
        step = 1
        for place, (number, stride) in enumerate(
            zip(self._layer_numbers, self._strides, strict=True)
        ):
            # Once all later strides are multiples of 3, only every third frame is needed.
            if step == 1 and all(one % SUBSAMPLING == 0 for one in self._strides[place:]):
                step = SUBSAMPLING
                layer = layer[::step]
            layer = self._tdnnf_layer(layer, number, stride // step)
        bottleneck = layer[:output_frames] @ self._arrays[Keys.BOTTOM].T
        return self._prefinal_layer(bottleneck, "chain"), self._prefinal_layer(bottleneck, "xent")

    def log_likelihoods(self, chain: Floats) -> Floats:
        """Chain output: pseudo log-likelihoods (natural), float32, shape (output frames, pdfs)."""
        return self._affine(chain, Keys.out("chain"))

    def log_posteriors(self, xent: Floats, pdf_ids: npt.NDArray[np.int16]) -> Floats:
        """Log posterior (natural) of one pdf per frame, from the cross-entropy head.

        ``pdf_ids``: shape (output frames,). Returns float32 of that shape.
        """
        logits = self._affine(xent, Keys.out("xent"))
        top = logits.max(axis=1)
        log_sum = np.log(np.exp(logits - top[:, None]).sum(axis=1))
        return np.asarray(logits[np.arange(len(logits)), pdf_ids] - top - log_sum)

    def _affine(self, frames: Floats, layer: str) -> Floats:
        """Weights and bias of ``layer``: float32, shape (frames, inputs) to (frames, outputs)."""
        weight, bias = self._arrays[Keys.weight(layer)], self._arrays[Keys.bias(layer)]
        return np.asarray(frames @ weight.T + bias)

    def _relu_batchnorm(self, layer: Floats, name: str) -> Floats:
        """ReLU, then batch norm as scale and offset; in place, shape (frames, dimension)."""
        np.maximum(layer, 0, out=layer)
        layer *= self._arrays[Keys.scale(name)]
        layer += self._arrays[Keys.offset(name)]
        return layer

    def _tdnnf_layer(self, layer: Floats, number: int, stride: int) -> Floats:
        """One TDNN-F layer with bypass: float32, shape (frames, 768) to (frames - 2 stride, 768).

        The linear part sees the frames t - ``stride`` and t, the affine part t and t + ``stride``.
        """
        name = str(number)
        linear = self._arrays[Keys.weight(Keys.narrow(name))].T
        affine = self._arrays[Keys.weight(name)].T
        if stride:
            half = len(linear) // 2
            bottleneck = layer[:-stride] @ linear[:half] + layer[stride:] @ linear[half:]
            half = len(affine) // 2
            output = bottleneck[:-stride] @ affine[:half] + bottleneck[stride:] @ affine[half:]
            layer = layer[stride:-stride]
        else:
            output = layer @ linear @ affine
        output += self._arrays[Keys.bias(name)]
        bypass = self._arrays[Keys.BYPASS] * layer
        return np.asarray(bypass + self._relu_batchnorm(output, name))

    def _prefinal_layer(self, bottleneck: Floats, head: str) -> Floats:
        """Kaldi's prefinal layer of a head (affine, ReLU, batch norm, linear, batch norm).

        float32, shape (output frames, 64) to (output frames, 64).
        """
        narrow = Keys.narrow(head)
        hidden = self._relu_batchnorm(self._affine(bottleneck, head), head)
        linear = hidden @ self._arrays[Keys.weight(narrow)].T
        scale, offset = self._arrays[Keys.scale(narrow)], self._arrays[Keys.offset(narrow)]
        return np.asarray(linear * scale + offset)
