"""A child process that answers in JSON lines."""

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from assistant.core.errors import KramError
from assistant.core.json_process import JsonProcess

HEAD = "import sys, time\nfrom assistant.core.json_process import write_answer\n"
FOLDER = Path(__file__).parents[2]


def child(code: str) -> Iterator[JsonProcess]:
    process = JsonProcess([sys.executable, "-c", HEAD + code], FOLDER, keep_stderr=True)
    try:
        yield process
    finally:
        process.close()


def test_answers_come_one_by_one_and_other_lines_are_skipped() -> None:
    code = "write_answer(a='é'); print('noise'); print('[1]'); write_answer(b=2); sys.exit(3)"
    for process in child(code):
        assert list(process.answers()) == [{"a": "é"}, {"b": 2}]
        assert process.wait() == 3 and process.stderr_tail() == ""
        with pytest.raises(KramError, match="has ended"):
            process.receive(30.0)


def test_what_is_sent_is_read_and_a_slow_child_is_given_up() -> None:
    code = "write_answer(got=sys.stdin.buffer.read(3).decode()); time.sleep(60)"
    for process in child(code):
        process.send(b"abc")
        assert process.receive(30.0) == {"got": "abc"}
        with pytest.raises(KramError, match="no answer within 0.1 seconds"):
            process.receive(0.1)


def test_the_last_line_of_a_failure_is_there_to_be_shown() -> None:
    for process in child("raise ValueError('broken')"):
        assert list(process.answers()) == [] and process.wait() == 1
        assert process.stderr_tail() == "ValueError: broken"
