"""How long the caregiver waits for the page. `python3 run.py bench first_page`.

Starts `dashboard` with two weeks of invented entries in folders of its own, and measures from the
start of the program to the whole page, and from a further visit to the whole page. The processor
time of the program is what remains of it where nothing else runs.
"""

import argparse
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from bench.common.paths import ROOT
from bench.release.invented_nights import write_nights

LIMIT = 2.0
"""Seconds from the start of the program to the first page."""


def main(argv: Sequence[str]) -> int:
    """Print the times; 1 if the slowest first page took longer than ``LIMIT``."""
    parser = argparse.ArgumentParser(prog="bench first_page", description=__doc__)
    parser.add_argument("--runs", type=int, default=10, metavar="N", help="10")
    args = parser.parse_args(argv)
    firsts, agains = [], []
    with tempfile.TemporaryDirectory() as folder:
        write_nights(Path(folder))
        for _ in range(args.runs):
            begun = time.monotonic()
            with dashboard(Path(folder)) as address:
                size = len(load(address))
                firsts.append(time.monotonic() - begun)
                begun = time.monotonic()
                load(address)
                agains.append(time.monotonic() - begun)
    for name, times in (("start to first page", firsts), ("again", agains)):
        print(f"{name}: median {statistics.median(times):.2f} s, longest {max(times):.2f} s "
              f"({args.runs} runs, {size / 1000:.0f} kB)")  # fmt: skip
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    print(f"processor time of a program with two visits: "
          f"{(used.ru_utime + used.ru_stime) / args.runs:.2f} s")  # fmt: skip
    return 1 if max(firsts) > LIMIT else 0


@contextmanager
def dashboard(folder: Path) -> Iterator[str]:
    """Run the command with its data in ``folder``; gives the address of the page."""
    homes = dict.fromkeys(("XDG_DATA_HOME", "XDG_CONFIG_HOME"), str(folder))
    command = [sys.executable, str(ROOT / "run.py"), "dashboard", "--port", "0"]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, text=True, env=os.environ | homes
    ) as server:
        try:
            assert server.stdout is not None
            yield server.stdout.readline().removeprefix("ready: ").strip()
        finally:
            server.terminate()


def load(address: str) -> bytes:
    """The page; no proxy of the environment is asked."""
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    with opener.open(address, timeout=60) as answer:
        return bytes(answer.read())
