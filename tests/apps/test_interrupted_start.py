"""Ctrl-C while the program is still being loaded: one word, exit code 130, no traceback."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import soundfile

from assistant.audio.pcm import RATE
from tests.support.paths import ROOT

PROGRAM = """
import os, signal, sys, time, weakref

class Thing:
    pass

def press(*_):
    os.kill(os.getpid(), signal.SIGINT)

def in_callback():  # where an exception is printed and forgotten
    reference = weakref.ref(Thing(), press)

def in_slow_callback():  # as on a busy machine: the main thread gets no time for a while
    def wait(frame, event, arg):
        if event == "c_return" and frame.f_code.co_name == "_on_unraisable":
            time.sleep(0.5)
    sys.setprofile(wait)
    in_callback()

def in_set_name():  # where Python 3.11 replaces any exception by another
    type("Owner", (), {{"part": type("Part", (), {{"__set_name__": press}})()}})

def in_extension():  # nanobind runs a few lines of its own when soxr is loaded, and drops it there
    def wait(frame, event, arg):
        if frame.f_code.co_filename == "<internal>":
            sys.setprofile(None)
            press()
    sys.setprofile(wait)

def swallowed():  # by code that catches everything
    try:
        press()
    except BaseException:
        pass

class PressCtrlC:
    def find_spec(name, path=None, target=None):
        if name == os.environ["PRESSED_AT"]:
            globals()[os.environ.get("PRESSED", "press")]()

sys.meta_path.insert(0, PressCtrlC)
from assistant.apps.cli.entry_point import enter, run_here
sys.exit({entry}())
"""

MODULES = ("argparse", "assistant.apps.cli.main", "assistant.apps.bootstrap.plan",
           "assistant.apps.cli.commands.understand", "assistant.nlu.templates", "yaml")  # fmt: skip


UNDERSTAND = ("understand", "kaki saya kram")


def run(
    entry: str, module: str, words: tuple[str, ...] = UNDERSTAND, **more: str
) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-c", PROGRAM.format(entry=entry), *words],
        capture_output=True, text=True, timeout=120, cwd=ROOT,
        env=os.environ | {"PRESSED_AT": module, **more},
    )  # fmt: skip


def test_the_word_is_indonesian_once_a_language_is_chosen() -> None:
    done = run("enter", "assistant.nlu.templates", KRAM_LANG="id")
    assert (done.returncode, done.stdout, done.stderr) == (130, "", "\nkram: dihentikan\n")


@pytest.mark.parametrize("module", MODULES)
def test_it_ends_in_one_word_while_anything_is_imported(module: str) -> None:
    done = run("enter", module)
    assert (done.returncode, done.stdout, done.stderr) == (130, "", "\nkram: interrupted\n")


@pytest.mark.parametrize(
    ("words", "module"),
    [(("serve",), "assistant.apps.wyoming.server"),
     (("dashboard",), "assistant.apps.dashboard.http_server"),
     (("listen",), "assistant.runtime.session")],
)  # fmt: skip
def test_what_ctrl_c_ends_as_it_should_has_no_error_at_its_start_either(
    words: tuple[str, ...], module: str
) -> None:
    done = run("run_here", module, words)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


SERVE = ("serve", "--uri", "tcp://127.0.0.1:0")
DASHBOARD = ("dashboard", "--port", "0")


@pytest.mark.parametrize("place", ["in_callback", "in_slow_callback"])
@pytest.mark.parametrize(
    ("words", "module", "code"),
    [(UNDERSTAND, "yaml", 130), (SERVE, "assistant.apps.wyoming.server", 0)],
)
def test_ctrl_c_in_a_callback_of_the_interpreter_is_not_lost(
    words: tuple[str, ...], module: str, code: int, place: str
) -> None:
    """Each import has one; there an exception is printed, and the program goes on."""
    done = run("run_here", module, words, PRESSED=place)
    assert done.returncode == code and "Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("entry", "words", "module", "code"),
    [("enter", UNDERSTAND, "argparse", 130), ("run_here", UNDERSTAND, "yaml", 130),
     ("run_here", SERVE, "assistant.apps.wyoming.server", 0),
     ("run_here", DASHBOARD, "assistant.apps.dashboard.http_server", 0)],
)  # fmt: skip
def test_ctrl_c_that_the_interpreter_turns_into_an_error_is_ctrl_c(
    entry: str, words: tuple[str, ...], module: str, code: int
) -> None:
    done = run(entry, module, words, PRESSED="in_set_name")
    told = "\nkram: interrupted\n" if code else ""
    assert (done.returncode, done.stderr) == (code, told)


@pytest.mark.parametrize(
    ("words", "module"),
    [(SERVE, "assistant.apps.wyoming.server"),
     (DASHBOARD, "assistant.apps.dashboard.http_server")],
)  # fmt: skip
def test_a_server_ends_where_foreign_code_has_swallowed_ctrl_c(
    words: tuple[str, ...], module: str
) -> None:
    done = run("run_here", module, words, PRESSED="swallowed")
    assert (done.returncode, done.stdout if words is SERVE else "", done.stderr) == (0, "", "")


def test_ctrl_c_while_an_extension_module_is_loaded_is_not_lost() -> None:
    done = run("run_here", "soxr.soxr_ext", SERVE, PRESSED="in_extension")
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_nor_does_it_listen(tmp_path: Path) -> None:
    sound, events = tmp_path / "sound.wav", tmp_path / "events.jsonl"
    soundfile.write(sound, np.zeros(RATE, np.int16), RATE)
    words = ("listen", "--input", str(sound), "--events", str(events))
    done = run("run_here", "assistant.runtime.session", words, PRESSED="swallowed")
    assert (done.returncode, done.stderr) == (0, "")
    # Ctrl-C is noticed before the file is opened, or after: nothing was heard either way
    assert not events.exists() or events.read_text(encoding="utf-8") == ""


def test_the_module_does_the_same() -> None:
    done = run("run_here", "assistant.apps.cli.main")
    assert (done.returncode, done.stdout, done.stderr) == (130, "", "\nkram: interrupted\n")


def test_without_ctrl_c_it_does_what_was_asked() -> None:
    done = run("enter", "no such module")
    assert done.returncode == 0 and "cramp_now" in done.stdout and done.stderr == ""


def test_a_blocked_ctrl_c_arrives_when_it_can_be_taken() -> None:
    """As it comes from set-up, which replaces itself by the interpreter of ``.venv``."""
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        process = subprocess.Popen(
            [sys.executable, str(ROOT / "run.py"), "understand", "kaki saya kram"],
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        )  # fmt: skip
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=120)
    assert (process.returncode, out, err) == (130, "", "\nkram: interrupted\n")
