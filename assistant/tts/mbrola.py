"""MBROLA's Indonesian voice: what it needs and may be used for. Never installed, never needed.

MBROLA joins recorded pairs of phonemes. espeak-ng turns the text into phonemes and pitches and
starts the program ``mbrola``, which makes the sound. Standard library only: set-up offers it.
"""

import re
import shutil
from pathlib import Path

from assistant.core.translation import _

INDONESIAN = "mb-id1"
"""The voice that ``config.toml`` may name."""

ONSET = "[[_:]] "
"""A short pause for it to begin with: else the first phoneme begins in its middle."""

GLOTTAL_STOP = "_!"
"""A pause of 0.04 s, in phonemes: it has no glottal stop, and "kaki Anda" would be one word."""

LICENCE = _("free of charge, not to be sold, and only for use with the program MBROLA")
"""The terms of ``id1`` in a line; its file ``license.txt`` has them all."""

PACKAGES = ("libespeak-ng1", "mbrola", "mbrola-id1")
"""Debian's; ``mbrola`` is in its section contrib, ``mbrola-id1`` in non-free."""

COMMAND = f"sudo apt-get install -y {' '.join(PACKAGES)}"

INSTALL = _(
    "type `{command}` (Debian's sections contrib and non-free), or remove the line `voice`"
).format(command=COMMAND)

_LIBRARIES = ("lib/*/libespeak-ng.so.1", "lib/libespeak-ng.so.1", "lib64/libespeak-ng.so.1",
              "local/lib/libespeak-ng.so.1")  # fmt: skip
"""Where distributions keep espeak-ng's library, below /usr."""

_NAME = re.compile(r"mb-([a-z]{2}[0-9])")

_FOLDERS = ("", "{}/", "voices/")
"""Where espeak-ng looks for a voice's file, below /usr/share/mbrola."""


def is_mbrola(voice: str) -> bool:
    """Whether ``voice`` names an MBROLA voice, such as ``mb-id1``."""
    return _NAME.fullmatch(voice) is not None


def system_library_file(root: Path = Path("/usr")) -> Path | None:
    """The system's espeak-ng library; None if it is not installed."""
    return next((file for pattern in _LIBRARIES for file in sorted(root.glob(pattern))), None)


def missing_packages(voice: str = INDONESIAN, root: Path = Path("/usr")) -> list[str]:
    """The Debian packages that ``voice`` still needs, by what each would bring."""
    name = voice.removeprefix("mb-")
    share = root / "share" / "mbrola"
    files = [share / folder.format(name) / name for folder in _FOLDERS]
    present = {
        "libespeak-ng1": system_library_file(root) is not None,
        "mbrola": shutil.which("mbrola") is not None,
        f"mbrola-{name}": any(file.is_file() for file in files),
    }
    return [package for package, is_there in present.items() if not is_there]
