"""Interleaved runs and their medians, shared by the benchmarks."""

from __future__ import annotations

import importlib.util
import os
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from statistics import median
from time import perf_counter
from types import ModuleType
from typing import NamedTuple

Clock = Callable[[], float]
"""The wall clock, or the processor's time of all threads, which a busy machine hardly changes."""
ROUNDS = 9
"""Rounds of a comparison: enough for a median on a noisy machine."""


class Run(NamedTuple):
    """What one process took: seconds on the wall clock and MiB at its largest."""

    seconds: float
    mebibytes: float


def process(command: Sequence[str]) -> Run:
    """Run a command to its end, its output thrown away."""
    start = perf_counter()
    child = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, status, usage = os.wait4(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode:
        raise SystemExit(f"{' '.join(command)} ended with status {child.returncode}")
    return Run(perf_counter() - start, usage.ru_maxrss / 1024)


def interleaved(commands: Mapping[str, Sequence[str]], rounds: int) -> dict[str, Run]:
    """Run commands in turn, several rounds; return the medians by name."""
    runs: dict[str, list[Run]] = {name: [] for name in commands}
    for _ in range(rounds):
        for name, command in commands.items():
            runs[name].append(process(command))
    return {
        name: Run(median(run.seconds for run in each), median(run.mebibytes for run in each))
        for name, each in runs.items()
    }


class Comparison(NamedTuple):
    """Two ways of doing the same: median seconds of each, and the median of the rounds' ratios."""

    mine: float
    theirs: float
    ratio: float


def compared(mine: Callable[[], object], theirs: Callable[[], object], rounds: int) -> Comparison:
    """Call two functions in turn, several rounds after one that is thrown away.

    A ratio is taken within each round, so that a machine that slows down slows both sides.
    """
    runs = [(_seconds(mine), _seconds(theirs)) for _ in range(rounds + 1)][1:]
    return Comparison(
        median(run[0] for run in runs),
        median(run[1] for run in runs),
        median(run[0] / run[1] for run in runs),
    )


def report(
    what: str, mine: Callable[[], object], theirs: Callable[[], object], *, peer: str
) -> None:
    """Print what both take in nine rounds, and the ratio."""
    found = compared(mine, theirs, ROUNDS)
    seconds = f"archspec {found.mine:.3f} s, {peer} {found.theirs:.3f} s"
    sys.stdout.write(f"{what}: {seconds}; ratio {found.ratio:.3f}\n")
    sys.stdout.flush()


def rounds(
    calls: Mapping[str, Callable[[], object]], count: int, clock: Clock = perf_counter
) -> dict[str, list[float]]:
    """Call functions in turn, several rounds after one that is thrown away; return the seconds."""
    seconds: dict[str, list[float]] = {name: [] for name in calls}
    for _ in range(count + 1):
        for name, call in calls.items():
            seconds[name].append(_seconds(call, clock))
    return {name: each[1:] for name, each in seconds.items()}


def told(seconds: Mapping[str, list[float]], peer: str) -> Iterator[str]:
    """Tell the median of each with its spread, and the median of the rounds' ratios to a peer."""
    for name, mine in seconds.items():
        ratio = median(one / other for one, other in zip(seconds[peer], mine, strict=True))
        spread = f"{min(mine):.3f} to {max(mine):.3f}"
        yield f"{name}: {median(mine):.3f} s ({spread}), {ratio:.3f} times as fast as {peer}"


def _seconds(action: Callable[[], object], clock: Clock = perf_counter) -> float:
    start = clock()
    action()
    return clock() - start


def built_module(path: Path) -> ModuleType:
    """Execute the source that `archspec build` wrote."""
    spec = importlib.util.spec_from_file_location("built_model", path)
    if spec is None or spec.loader is None:
        raise SystemExit(f"{path} is no Python file")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def python(code: str) -> list[str]:
    """Write a command that runs some Python."""
    return [sys.executable, "-c", code]
