"""Pictures of the caregiver's page with invented entries, by a headless Chromium."""

import io
import shutil
import subprocess
import tempfile
from pathlib import Path

from PIL import Image

from assistant.apps.bootstrap.apt import BROWSERS
from assistant.core.errors import MissingError
from assistant.core.paths import NAME
from assistant.core.single_instance import single_instance
from bench.release.first_page import dashboard
from bench.release.invented_nights import write_nights

SIZES = {"dashboard": (1280, 1400), "dashboard-phone": (400, 1500)}
SIZES |= {f"{name}.id": size for name, size in SIZES.items()}
"""Width and height of the window, by name of the picture; Indonesian if it ends in ``.id``."""

_COLOURS = 32
"""Enough for text and five tints; the file is a quarter of what all colours take."""


def dashboard_picture(name: str) -> bytes:
    """A PNG of the page as it is while Kram listens; raises ``MissingError`` without a browser."""
    browser = next((found for one in BROWSERS if (found := shutil.which(one))), None)
    if browser is None:
        raise MissingError("there is no browser", f"sudo apt install {BROWSERS[0]}")
    width, height = SIZES[name]
    with tempfile.TemporaryDirectory() as folder:
        write_nights(Path(folder) / "home")
        shot = Path(folder) / "page.png"
        lock = Path(folder) / "home" / NAME / "listening.lock"
        with single_instance(lock), dashboard(Path(folder) / "home") as address:
            flags = ("--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars",
                     "--no-first-run", f"--user-data-dir={folder}/browser")  # fmt: skip
            command = [browser, *flags, f"--window-size={width},{height}", f"--screenshot={shot}"]
            language = "id" if name.endswith(".id") else "en"
            page = f"{address}?lang={language}"
            subprocess.run([*command, page], check=True, capture_output=True, timeout=120)
        return _smaller(shot.read_bytes())


def _smaller(png: bytes) -> bytes:
    picture = Image.open(io.BytesIO(png)).convert("RGB").quantize(_COLOURS, dither=0)
    out = io.BytesIO()
    picture.save(out, "PNG", optimize=True)
    return out.getvalue()
