"""One story in audio, in a separate process."""

from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

from assistant.apps.demo.runner import Outcome, run_story
from assistant.apps.demo.story import load_story


def run(path: Path) -> tuple[Outcome, list[str]]:
    """Run a story; returns the outcome and the transcript lines."""
    lines: list[str] = []
    return run_story(load_story(path), None, lines.append), lines


def run_in_new_process(path: Path) -> tuple[Outcome, list[str]]:
    """The same in a new process: espeak-ng keeps state from sentence to sentence."""
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        return pool.submit(run, path).result()
