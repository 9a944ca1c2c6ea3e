"""Mutated input of every kind: no traceback, no hang, no growing memory.

`python3 run.py bench fuzz [--kind KIND ...] [--seconds N] [--count N] [--seed N] [--first N]`:
each input is a valid one with a few changes (bits, lengths, lines, types, extreme numbers). It must
be read, or be refused in one line. Anything else is a fault: another exception, an error logged
with a traceback, a warning of numpy, more than ``--deadline`` seconds of processor time, a process
that ends or waits for ever, or memory (RSS) that in the last tenth is more than ``--most`` MB above
the first. The same seed and number give the same input: `--kind wav --first 1234 --count 1` repeats
one. Exit code 1 if there is a fault; JSON in bench/out/fuzz.json.
"""

import argparse
import logging
import random
import signal
import statistics
import sys
import tempfile
import time
import traceback
import warnings
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from types import FrameType

from assistant.core.errors import KramError
from assistant.core.json_process import Answer, JsonProcess, write_answer
from assistant.core.numerals import decimal, integer
from bench.common.paths import OUT, ROOT
from bench.common.rates import upper_bound
from bench.common.rows import write_json
from bench.robustness.attempt import Attempt, Opener
from bench.robustness.fuzz_model import open_model
from bench.robustness.fuzz_stored import open_json, open_toml
from bench.robustness.fuzz_wav import open_wav
from bench.robustness.fuzz_wyoming import open_wyoming
from bench.robustness.fuzz_yaml import open_yaml

KINDS: Mapping[str, Opener] = {
    "wav": open_wav,
    "yaml": open_yaml,
    "toml": open_toml,
    "json": open_json,
    "model": open_model,
    "wyoming": open_wyoming,
}

_NEXT, _END = b"next\n", b"end\n"
"""What a worker is told."""

_STARTING = 600.0
"""Seconds that a worker may take to load what it needs."""

_HANGING = 300.0
"""Seconds until a worker that waits, or computes in native code, is killed; the machine may be
busy, so the deadline counts processor time."""


class TooSlow(BaseException):
    """An input took longer than the deadline; no ``except Exception`` catches it."""


@dataclass
class Report:
    """What the inputs of one kind did."""

    inputs: int = 0
    loaded: int = 0
    refused: int = 0
    faults: list[str] = field(default_factory=list)
    """Number of the input, and what was raised where."""

    slowest: float = 0.0
    """Seconds of processor time."""

    memory: list[float] = field(default_factory=list)
    """MB after each input; of the last worker."""

    peak: float = 0.0
    """Most memory after any input, in MB."""

    def growth(self) -> float:
        """Median memory of the last tenth minus that of the first, in MB."""
        tenth = len(self.memory) // 10
        if not tenth:
            return 0.0
        return statistics.median(self.memory[-tenth:]) - statistics.median(self.memory[:tenth])


def work(kind: str, seed: int, first: int, deadline: float) -> None:
    """The worker: try inputs from number ``first`` on, a JSON line for each, until the end."""

    def on_alarm(number: int, frame: FrameType | None) -> None:
        raise TooSlow

    signal.signal(signal.SIGPROF, on_alarm)
    warnings.simplefilter("error", RuntimeWarning)  # of numpy, printed with a line of code
    logged = _TracebackLog()
    with (
        tempfile.TemporaryDirectory(prefix="kram-fuzz-") as folder,
        KINDS[kind](Path(folder)) as attempt,
    ):
        write_answer(ready=True)
        while sys.stdin.readline() == _NEXT.decode():
            begun = time.process_time()
            outcome = _try(attempt, random.Random(f"{seed}/{kind}/{first}"), deadline)
            outcome = logged.take() or outcome
            write_answer(outcome=outcome, took=time.process_time() - begun, memory=attempt.memory())
            first += 1


class _TracebackLog(logging.Handler):
    """Remembers what was logged or printed with a traceback; keeps the rest off the terminal."""

    def __init__(self) -> None:
        super().__init__()
        self._found = ""
        logging.basicConfig(level=logging.INFO, handlers=[self], force=True)
        sys.unraisablehook = self._on_unraisable

    def emit(self, record: logging.LogRecord) -> None:
        """Keep the last line of the traceback."""
        if record.exc_info and record.levelno >= logging.WARNING:
            self._found = f"logged: {record.getMessage()}: {record.exc_info[1]!r}"

    def _on_unraisable(self, what: "sys.UnraisableHookArgs") -> None:
        """An exception in a callback from C, or in a destructor, whose traceback is printed."""
        self._found = f"printed: {what.exc_value!r} in {what.object!r}"

    def take(self) -> str:
        """What was found since the last call."""
        found, self._found = self._found, ""
        return found


def _try(attempt: Attempt, chance: random.Random, deadline: float) -> str:
    """``loaded``, ``refused``, or what went wrong."""
    signal.setitimer(signal.ITIMER_PROF, deadline)
    try:
        return "loaded" if attempt(chance) else "refused"
    except KramError as error:
        return "refused" if "\n" not in str(error) else f"an error of several lines: {error!r}"
    except (Exception, TooSlow) as error:  # noqa: BLE001 - that is what is looked for
        frames = traceback.extract_tb(error.__traceback__)
        own = [one for one in frames if "assistant" in one.filename] or frames
        return f"{error!r:.300} in {Path(own[-1].filename).name}:{own[-1].lineno}"
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)


@dataclass(frozen=True)
class Limits:
    """When a kind is done."""

    seconds: float | None
    count: int | None
    deadline: float

    def reached(self, inputs: int, begun: float) -> bool:
        """Whether it is."""
        enough = self.count is not None and inputs >= self.count
        late = self.seconds is not None and time.monotonic() - begun >= self.seconds
        return enough or late


def fuzz(kind: str, seed: int, first: int, limits: Limits) -> Report:
    """Try inputs of one kind; a worker that ends or hangs is a fault, and is replaced."""
    report, begun = Report(), time.monotonic()
    while not limits.reached(report.inputs, begun):
        number = first + report.inputs
        report.memory.clear()
        for answer in _answers(kind, seed, number, limits, report, begun):
            _count(report, first + report.inputs, answer)
    return report


def _answers(
    kind: str, seed: int, number: int, limits: Limits, report: Report, begun: float
) -> Iterator[Answer]:
    """The outcomes of one worker's inputs, up to the limits or its end."""
    command = [sys.executable, "-m", "bench.robustness.fuzz", "--work", kind]
    command += ["--seed", str(seed), "--first", str(number), "--deadline", str(limits.deadline)]
    worker = JsonProcess(command, ROOT, keep_stderr=True)
    try:
        worker.receive(_STARTING)  # raises KramError if it cannot even start
        while not limits.reached(report.inputs, begun):
            try:
                worker.send(_NEXT)
                answer = worker.receive(_HANGING)
            except KramError as error:
                yield {"outcome": f"{error.problem} ({worker.stderr_tail()})"}
                return
            yield answer
        worker.send(_END)  # it puts away its folder, and ends its server
        worker.wait()
    finally:
        worker.close()


def _count(report: Report, number: int, answer: Answer) -> None:
    outcome = str(answer["outcome"])
    report.inputs += 1
    if report.inputs % 1000 == 0:
        print(f"  {report.inputs} inputs", flush=True)
    report.slowest = max(report.slowest, float(str(answer.get("took", 0.0))))
    if "memory" in answer:
        report.memory.append(float(str(answer["memory"])))
        report.peak = max(report.peak, report.memory[-1])
    if outcome in {"loaded", "refused"}:
        setattr(report, outcome, getattr(report, outcome) + 1)
        return
    report.faults.append(f"{number}: {outcome}")
    print(f"  input {number}: {outcome}", flush=True)


def main(argv: Sequence[str]) -> int:
    """Try every kind, print a table, write JSON."""
    parser = argparse.ArgumentParser(prog="bench fuzz", description=__doc__)
    parser.add_argument("--kind", choices=KINDS, nargs="+", default=list(KINDS))
    parser.add_argument("--seconds", type=decimal, help="for each kind; 30 without --count")
    parser.add_argument("--count", type=integer, help="inputs of each kind")
    parser.add_argument("--seed", type=integer, default=17)
    parser.add_argument("--first", type=integer, default=0, help="number of the first input")
    parser.add_argument("--deadline", type=decimal, default=20.0, help="seconds for one input")
    parser.add_argument("--most", type=decimal, default=10.0, help="largest growth in MB")
    parser.add_argument("--work", choices=KINDS, help=argparse.SUPPRESS)
    parser.add_argument("--output", type=Path, default=OUT / "fuzz.json")
    args = parser.parse_args(argv)
    if args.work:
        work(args.work, args.seed, args.first, args.deadline)
        return 0
    seconds = 30.0 if args.seconds is None and args.count is None else args.seconds
    limits = Limits(seconds, args.count, args.deadline)
    reports = {kind: fuzz(kind, args.seed, args.first, limits) for kind in args.kind}
    print("kind      inputs  loaded refused faults (95 %) slowest  growth    peak")
    grown = 0
    for kind, one in reports.items():
        bound = upper_bound(len(one.faults), one.inputs)
        print(f"{kind:8} {one.inputs:7} {one.loaded:7} {one.refused:7} {len(one.faults):6} "
              f"<{bound:6.3%} {one.slowest:5.2f} s {one.growth():5.1f} MB "
              f"{one.peak:4.0f} MB")  # fmt: skip
        for what, times in Counter(f.partition(": ")[2] for f in one.faults).most_common(20):
            print(f"    {times} times: {what}")
        grown += one.growth() > args.most
    write_json(args.output, {
        kind: asdict(one) | {"growth": one.growth(), "memory": one.memory[:: 100]}
        for kind, one in reports.items()
    })  # fmt: skip
    return int(grown > 0 or any(one.faults for one in reports.values()))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
