"""Calling candidates in turn, and keeping what each took in each round."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from time import perf_counter, process_time

from archspec.benchmarking.schedule import rounds
from archspec.collector import paused

LEAST = 0.02
"""The seconds that a turn takes at least: what is faster runs several times in one."""
_MOST = 1000

Run = Callable[[], object]
Clock = Callable[[], float]
Tell = Callable[[str], None]

CLOCKS: Mapping[str, Clock] = {"wall": perf_counter, "processor": process_time}
"""Clocks by name: the second stands still while other programs have the processor."""


def interleaved(
    runs: Mapping[str, Run], count: int, tell: Tell, clock: Clock = perf_counter
) -> dict[str, list[float]]:
    """Call each in turn, ``count`` rounds after one that is thrown away; return seconds by round.

    ``tell`` is called with each stage before it begins.
    """
    tell("warming up")
    repeats = {name: _repeats(run, clock) for name, run in runs.items()}
    names = tuple(runs)
    samples: dict[str, list[float]] = {name: [] for name in names}
    for number, order in enumerate(rounds(len(names), count), 1):
        tell(f"round {number} of {count}")
        with paused():
            for place in order:
                name = names[place]
                samples[name].append(_seconds(runs[name], repeats[name], clock))
    return samples


def _repeats(run: Run, clock: Clock) -> int:
    """Find how often a turn has to run it, by a run that is thrown away."""
    return min(_MOST, int(LEAST / max(_seconds(run, 1, clock), 1e-9)) + 1)


def _seconds(run: Run, repeats: int, clock: Clock) -> float:
    """Measure the mean of several runs."""
    start = clock()
    for _ in range(repeats):
        run()
    return (clock() - start) / repeats
