"""``python -m assistant.asr.verifier [BEAM]``: the child of ``whisper_process.py``."""

import os
import sys
from typing import BinaryIO

import numpy as np

from assistant.asr.verifier.whisper import Whisper
from assistant.core.errors import MissingError
from assistant.core.json_process import write_answer

NICE = 5
"""Nice value: listening and speaking take precedence."""


def main(beam: int, source: BinaryIO) -> int:
    """Serve requests until ``source`` ends; returns the exit code."""
    os.nice(NICE)
    os.environ["HF_HUB_OFFLINE"] = "1"  # its library must not go online
    try:
        whisper = Whisper(beam=beam)
    except MissingError as error:
        write_answer(error=error.problem, advice=error.advice)
        return error.exit_code
    write_answer(ready=True)
    while len(head := source.read(4)) == 4:
        wanted = 2 * int.from_bytes(head, "little")
        data = source.read(wanted)
        if len(data) < wanted:
            break
        write_answer(text=whisper.transcribe(np.frombuffer(data, "<i2").astype(np.int16)))
    return 0


sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 1, sys.stdin.buffer))
