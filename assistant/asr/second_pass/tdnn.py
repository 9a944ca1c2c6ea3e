"""The acoustic network of the base model, in numpy: what each sound of 30 ms could be.

The recogniser computes the same inside, but shows nothing of it. Given the i-vector of the whole
utterance the network hears better than the recogniser can, who has to begin with the first word.
"""

from pathlib import Path

import numpy as np
import numpy.typing as npt

from assistant.asr.model_format import NETWORK, load_network
from assistant.asr.model_format import NetworkKeys as Keys
from assistant.asr.second_pass.mfcc import COEFFICIENTS, Floats

SUBSAMPLING = 3
"""Frames of 10 ms for each output of the network."""


class TdnnF:
    """Log-likelihoods of acoustic states."""

    def __init__(self, folder: Path) -> None:
        """Read the arrays that ``asr/graph/second_pass_export.py`` made of a base model."""
        self._of = load_network(folder / NETWORK)
        self._numbers = self._of[Keys.NUMBERS].tolist()
        self._strides = self._of[Keys.STRIDES].tolist()

    def hidden(self, features: Floats, speaker: Floats) -> tuple[Floats, Floats]:
        """What the last layers of both outputs are made of; a row for every 30 ms."""
        rows = -(-len(features) // SUBSAMPLING)
        margin = 1 + sum(self._strides)
        after = margin + SUBSAMPLING * rows - len(features)
        wide = np.concatenate(
            [features[:1].repeat(margin, 0), features, features[-1:].repeat(after, 0)]
        )
        weights = self._of[Keys.weight("first")]
        part = [weights[:, n * COEFFICIENTS : (n + 1) * COEFFICIENTS].T for n in range(3)]
        constant = weights[:, 3 * COEFFICIENTS :] @ speaker + self._of[Keys.bias("first")]
        layer = wide[:-2] @ part[0] + wide[1:-1] @ part[1] + wide[2:] @ part[2] + constant
        layer = self._squash(layer, "first")
        step = 1
        for place, (number, stride) in enumerate(zip(self._numbers, self._strides, strict=True)):
            if step == 1 and all(one % SUBSAMPLING == 0 for one in self._strides[place:]):
                step = SUBSAMPLING
                layer = layer[::step]
            layer = self._factored(layer, number, stride // step)
        bottom = layer[:rows] @ self._of[Keys.BOTTOM].T
        return self._head(bottom, "chain"), self._head(bottom, "xent")

    def likelihoods(self, chain: Floats) -> Floats:
        """Log-likelihoods of all acoustic states; shape (rows, states)."""
        return self._affine(chain, Keys.out("chain"))

    def posteriors(self, xent: Floats, states: npt.NDArray[np.int16]) -> Floats:
        """Log-probability of one state in each row, by the output that was trained for it."""
        values = self._affine(xent, Keys.out("xent"))
        top = values.max(axis=1)
        total = np.log(np.exp(values - top[:, None]).sum(axis=1))
        return np.asarray(values[np.arange(len(values)), states] - top - total)

    def _affine(self, rows: Floats, layer: str) -> Floats:
        """Weights and bias of ``layer``; (rows, inputs) to (rows, outputs)."""
        return np.asarray(rows @ self._of[Keys.weight(layer)].T + self._of[Keys.bias(layer)])

    def _squash(self, layer: Floats, name: str) -> Floats:
        np.maximum(layer, 0, out=layer)
        layer *= self._of[Keys.scale(name)]
        layer += self._of[Keys.offset(name)]
        return layer

    def _factored(self, layer: Floats, number: int, stride: int) -> Floats:
        name = f"{number}"
        narrow = self._of[Keys.weight(Keys.narrow(name))].T
        wide = self._of[Keys.weight(name)].T
        if stride:
            half = len(narrow) // 2
            small = layer[:-stride] @ narrow[:half] + layer[stride:] @ narrow[half:]
            half = len(wide) // 2
            large = small[:-stride] @ wide[:half] + small[stride:] @ wide[half:]
            layer = layer[stride:-stride]
        else:
            large = layer @ narrow @ wide
        large += self._of[Keys.bias(name)]
        return np.asarray(self._of[Keys.BYPASS] * layer + self._squash(large, name))

    def _head(self, bottom: Floats, name: str) -> Floats:
        narrow = Keys.narrow(name)
        rows = self._squash(self._affine(bottom, name), name) @ self._of[Keys.weight(narrow)].T
        return np.asarray(rows * self._of[Keys.scale(narrow)] + self._of[Keys.offset(narrow)])
