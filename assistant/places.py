"""Where Kram's own things lie: beside the package in a clone, else as pip has installed them.

Standard library only, for the set-up.
"""

from pathlib import Path

from assistant.folders import data_folder

PACKAGE = Path(__file__).resolve().parent

IN_CLONE = (PACKAGE.parent / "run.py").is_file() and (PACKAGE.parent / "phrases/id").is_dir()
"""Whether this runs from a clone of the project rather than from site-packages."""

SHIPPED = PACKAGE.parent if IN_CLONE else PACKAGE / "shipped"
"""What comes with the project and is only read."""

HOME = PACKAGE.parent if IN_CLONE else data_folder()
"""Where set-up writes: the clone, or the user's data folder."""

OWN_PHRASES = SHIPPED / "phrases" / "id"
OWN_TABLE = SHIPPED / "models" / "phones" / "ko.yaml"
OWN_ADAPTATION = SHIPPED / "models" / "networks" / "ko.npz"
MODELS = HOME / "models"

PROGRAM = "python3 run.py" if IN_CLONE else "kram"
"""What the user types to start Kram."""


def as_typed(text: str) -> str:
    """``text`` with the commands in it as they are typed here."""
    return text.replace("python3 run.py", PROGRAM)
