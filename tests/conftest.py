"""What all tests share."""

import os
import sys
from pathlib import Path

from hypothesis import settings

ROOT = Path(__file__).resolve().parent.parent

# So that `pytest` finds the project from any folder, installed or not.
sys.path.insert(0, str(ROOT))

# As the command line does, before anybody loads numpy.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

# No database: nothing is written beside the sources. No deadline: two busy cores are slow.
settings.register_profile("kram", database=None, deadline=None)
settings.load_profile("kram")
