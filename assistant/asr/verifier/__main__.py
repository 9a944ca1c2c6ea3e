"""``python -m assistant.asr.verifier [BEAM]``: see ``whisper_process.py``."""

import os
import sys
from typing import BinaryIO

import numpy as np

from assistant.asr.verifier.whisper import Whisper
from assistant.core.errors import MissingError
from assistant.core.json_process import write_answer

NICE = 5
"""Listening and speaking go before it."""


def main(beam: int, source: BinaryIO) -> int:
    """Answer requests until ``source`` ends."""
    os.nice(NICE)
    os.environ["HF_HUB_OFFLINE"] = "1"  # its library shall not look for anything
    try:
        whisper = Whisper(beam=beam)
    except MissingError as error:
        write_answer(error=str(error))
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
