"""One story in sound, in a process of its own."""

from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

from assistant.apps.demo.runner import Outcome, run_story
from assistant.apps.demo.story import load_story


def tell(path: Path) -> tuple[Outcome, list[str]]:
    """How it went, and its transcript."""
    lines: list[str] = []
    return run_story(load_story(path), None, lines.append), lines


def tell_fresh(path: Path) -> tuple[Outcome, list[str]]:
    """The same in a new process: espeak-ng carries its state from sentence to sentence."""
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        return pool.submit(tell, path).result()
