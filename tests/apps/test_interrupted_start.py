"""Ctrl-C while the program is still being loaded: one word, exit code 130, no traceback."""

import os
import signal
import subprocess
import sys

import pytest

from tests.support.paths import ROOT

PROGRAM = """
import os, signal, sys, weakref

class Thing:
    pass

def press(_=None):
    os.kill(os.getpid(), signal.SIGINT)

class PressCtrlC:
    def find_spec(name, path=None, target=None):
        if name == os.environ["PRESSED_AT"]:
            if "IN_CALLBACK" in os.environ:  # where an exception is printed and forgotten
                reference = weakref.ref(Thing(), press)
            else:
                press()

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


@pytest.mark.parametrize(
    ("words", "module", "code"),
    [(UNDERSTAND, "yaml", 130),
     (("serve", "--uri", "tcp://127.0.0.1:0"), "assistant.apps.wyoming.server", 0)],
)  # fmt: skip
def test_ctrl_c_in_a_callback_of_the_interpreter_is_not_lost(
    words: tuple[str, ...], module: str, code: int
) -> None:
    """Each import has one; there an exception is printed, and the program goes on."""
    done = run("run_here", module, words, IN_CALLBACK="1")
    assert done.returncode == code and "Traceback" not in done.stderr


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
