"""Terminals that are not UTF-8, and standard streams that are closed or full."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.paths import ROOT

ARROW = "kaki saya kram"


def run(
    *words: str, redirect: str = "", typed: bytes | None = None, **environment: str
) -> "subprocess.CompletedProcess[bytes]":
    """Run the command line under a shell that redirects as ``redirect`` says."""
    return subprocess.run(
        ["sh", "-c", f'exec "$@" {redirect}', "sh", sys.executable, "-m", "assistant.apps.cli",
         *words],
        input=typed,
        capture_output=True,
        cwd=ROOT,
        env=os.environ | environment,
        timeout=120,
        check=False,
    )  # fmt: skip


@pytest.mark.parametrize("encoding", ["cp1252", "ascii"])
@pytest.mark.parametrize(
    "words", [("understand", ARROW), ("phrases", "try", ARROW), ("understand", "é…→ 漢字")]
)
def test_what_a_terminal_cannot_show_is_replaced(encoding: str, words: tuple[str, ...]) -> None:
    done = run(*words, PYTHONIOENCODING=encoding)
    assert done.returncode == 0 and done.stderr == b""
    assert b"->" in done.stdout or words[0] == "phrases"
    assert done.stdout.decode(encoding).strip()


@pytest.mark.parametrize("encoding", ["latin-1", "utf-8"])
def test_json_stays_exact(encoding: str) -> None:
    done = run("understand", "--json", "é…→ 漢字 kaki", PYTHONIOENCODING=encoding)
    assert done.returncode == 0 and done.stderr == b""
    record = json.loads(done.stdout.decode(encoding))
    assert record["text"] == "é…→ 漢字 kaki"


def test_bytes_that_are_no_text_end_nothing() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "assistant.apps.cli", "understand", b"kaki \xff kram"],
        capture_output=True, cwd=ROOT, timeout=120, check=False,
    )  # fmt: skip
    assert done.returncode == 0 and done.stderr == b""


def test_doctor_on_such_a_terminal() -> None:
    done = run("doctor", PYTHONIOENCODING="cp1252")
    assert done.returncode in (0, 3) and b"Traceback" not in done.stderr


@pytest.mark.parametrize("redirect", [">&-", "2>&-", "<&-", ">&- 2>&- <&-"])
def test_closed_streams_are_the_null_device(redirect: str) -> None:
    done = run("understand", ARROW, redirect=redirect)
    assert done.returncode == 0 and done.stderr == b""


@pytest.mark.parametrize(
    "words", [("understand", ARROW), ("understand", "--json", ARROW), ("settings",), ("--help",)]
)
def test_a_full_stdout_is_one_line(words: tuple[str, ...], tmp_path: Path) -> None:
    done = run(*words, redirect=">/dev/full", typed=b"\n" * 40, XDG_CONFIG_HOME=str(tmp_path),
               PYTHONUNBUFFERED="")  # fmt: skip
    told = done.stderr.decode()
    assert done.returncode == 1 and "Traceback" not in told and "Exception" not in told
    if words != ("--help",):
        assert told.count("\n") == 1 and "stdout cannot be written (No space left" in told


def test_without_a_buffer_it_is_the_same_line() -> None:
    done = run("understand", ARROW, redirect=">/dev/full", PYTHONUNBUFFERED="1")
    assert done.returncode == 1 and done.stderr.decode().count("\n") == 1


def test_a_full_stderr_keeps_the_exit_code() -> None:
    assert run("recognize", "/nonexistent.wav", redirect="2>/dev/full").returncode == 2


def test_settings_without_stdin_writes_nothing(tmp_path: Path) -> None:
    done = run("settings", redirect="<&-", XDG_CONFIG_HOME=str(tmp_path))
    assert done.returncode == 2 and b"nothing was written" in done.stderr
    assert b"Traceback" not in done.stderr and not list(tmp_path.iterdir())


def test_settings_refuses_bytes_that_are_no_text(tmp_path: Path) -> None:
    done = run("settings", typed=b"S\xff\n", XDG_CONFIG_HOME=str(tmp_path))
    assert done.returncode == 2 and b"nothing was written" in done.stderr
    assert b"Traceback" not in done.stderr and b"letters" in done.stdout
