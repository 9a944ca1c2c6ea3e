"""The order of sets depends on the process; what a sentence means must not."""

import os
import subprocess
import sys

from tests.support.paths import ROOT

_SCORES = """
import csv, sys
from assistant.core.listening_state import ListeningState
from assistant.core.paths import OWN_PHRASES
from assistant.nlu import Interpreter
from assistant.nlu.templates import load_phrases
interpreter = Interpreter(load_phrases(OWN_PHRASES))
for line in open("tests/sentences/development.tsv", encoding="utf-8").readlines()[:400]:
    text = line.split("\\t")[2]
    said = interpreter._extractor.extract(text)
    for match in interpreter._index.best_per_intent(text, said, ListeningState.ALL):
        print(text, match.entry.phrase.text, repr(match.score))
    print(interpreter.interpret(text))
"""


def test_scores_do_not_depend_on_the_hash_seed() -> None:
    said = [
        subprocess.run(
            [sys.executable, "-c", _SCORES], capture_output=True, text=True, check=True, cwd=ROOT,
            env=os.environ | {"PYTHONHASHSEED": seed, "PYTHONPATH": str(ROOT)},
        ).stdout.splitlines()
        for seed in ("1", "2")
    ]  # fmt: skip
    assert len(said[0]) > 1000
    differing = [pair for pair in zip(*said, strict=True) if pair[0] != pair[1]]
    assert differing == []
