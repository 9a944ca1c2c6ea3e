"""Offers Kokoro, and MBROLA's voice where apt has it. Nothing is installed unasked."""

import shutil
import subprocess
import tomllib
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from assistant.core.translation import _
from assistant.tts import kokoro
from assistant.tts.mbrola import INDONESIAN, LICENCE, missing_packages

_TIMEOUT = 20.0
"""Timeout of apt-cache in seconds."""


def packages_at_hand(packages: Sequence[str]) -> bool:
    """Whether apt knows all ``packages``: with Debian's main section alone it does not."""
    if shutil.which("apt-cache") is None:
        return False
    command = ["apt-cache", "show", "--no-all-versions", *packages]
    try:
        found = subprocess.run(
            command, capture_output=True, text=True, timeout=_TIMEOUT, check=False
        )
    except (OSError, subprocess.SubprocessError):
        return False
    known = {line.removeprefix("Package: ") for line in found.stdout.splitlines()}
    return known.issuperset(packages)


def _names_a_voice(config: Path) -> bool:
    try:
        speaking = tomllib.loads(config.read_text(encoding="utf-8")).get("speaking", {})
    except (OSError, ValueError):
        return False  # whoever reads the file for its settings reports what is wrong with it
    return isinstance(speaking, dict) and bool(speaking.get("voice"))


def voice_offers(config: Path) -> Iterator[str]:
    """Clearer voices that are to be had, the free one first; none if ``config`` names a voice."""
    for offer in (kokoro_offer(config), voice_offer(config)):
        if offer:
            yield offer


def voice_offer(
    config: Path,
    missing: Callable[[], Sequence[str]] = missing_packages,
    at_hand: Callable[[Sequence[str]], bool] = packages_at_hand,
) -> str | None:
    """What MBROLA's voice is, its licence and what to type.

    None where it is not at hand, or ``config`` names a voice already.
    """
    if _names_a_voice(config):
        return None
    packages = missing()
    if packages and not at_hand(packages):
        return None
    install = (
        _("type `sudo apt-get install -y {packages}`, then ").format(packages=" ".join(packages))
        if packages
        else ""
    )
    return _(
        "A clearer voice for the guide is at hand: {indonesian}, MBROLA's "
        "Indonesian voice.\n  Licence: {licence}.\n  To use it: "
        '{install}write voice = "{indonesian}" below [speaking] in '
        "{config}."
    ).format(indonesian=INDONESIAN, licence=LICENCE, install=install, config=config)


def kokoro_offer(
    config: Path, missing: Callable[[], Sequence[str]] = kokoro.missing_packages
) -> str | None:
    """What Kokoro is, its licence and what to type; None if ``config`` names a voice already."""
    if _names_a_voice(config):
        return None
    install = _("type `{command}`, then ").format(command=kokoro.COMMAND) if missing() else ""
    return _(
        "A clearer voice that is free software: {name}.\n  Licence: {licence}.\n"
        '  To use it: {install}write voice = "{name}" below [speaking] in {config}.'
    ).format(name=kokoro.KOKORO, licence=kokoro.LICENCE, install=install, config=config)
