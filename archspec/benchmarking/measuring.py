"""Calling candidates in turn, and keeping what each took in each round."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from time import perf_counter

from archspec.benchmarking.schedule import rounds
from archspec.collector import paused

LEAST = 0.02
"""The seconds that a turn takes at least: what is faster runs several times in one."""
_MOST = 1000

Run = Callable[[], object]
Tell = Callable[[str], None]


def interleaved(runs: Mapping[str, Run], count: int, tell: Tell) -> dict[str, list[float]]:
    """Call each in turn, ``count`` rounds after one that is thrown away; return seconds by round.

    ``tell`` is called with each stage before it begins.
    """
    tell("warming up")
    repeats = {name: _repeats(run) for name, run in runs.items()}
    names = tuple(runs)
    samples: dict[str, list[float]] = {name: [] for name in names}
    for number, order in enumerate(rounds(len(names), count), 1):
        tell(f"round {number} of {count}")
        with paused():
            for place in order:
                name = names[place]
                samples[name].append(_seconds(runs[name], repeats[name]))
    return samples


def _repeats(run: Run) -> int:
    """Run once, which may compile something, then find how often a turn has to run it."""
    run()
    return min(_MOST, int(LEAST / max(_seconds(run, 1), 1e-9)) + 1)


def _seconds(run: Run, repeats: int) -> float:
    """Measure the mean of several runs."""
    start = perf_counter()
    for _ in range(repeats):
        run()
    return (perf_counter() - start) / repeats
