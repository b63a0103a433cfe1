"""One comparison: all candidates under the same workload, and what came of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from time import perf_counter
from typing import NamedTuple

from archspec.backend import Prepared, Workload, told
from archspec.benchmarking.candidates import Candidate
from archspec.benchmarking.measuring import CLOCKS, Tell, interleaved
from archspec.benchmarking.summary import FEWEST, Ratio, Spread, quartiles, ratio
from archspec.diagnostic import Diagnostic, SpecError


class Course(NamedTuple):
    """How often each is measured, and by which of ``CLOCKS``."""

    rounds: int
    clock: str = "wall"


class Result(NamedTuple):
    """What was measured of a candidate.

    ``samples`` are the seconds of each round, ``ready`` those until its first run was done, and
    ``memory`` bytes, None where nobody tells.
    """

    name: str
    samples: tuple[float, ...]
    ready: float
    memory: int | None

    @property
    def seconds(self) -> Spread:
        """The median between the quartiles."""
        return quartiles(self.samples)


class Comparison(NamedTuple):
    """The results of the candidates that took part, and why others did not."""

    workload: Workload
    course: Course
    results: tuple[Result, ...]
    left_out: Mapping[str, str]

    @property
    def batch(self) -> int:
        """The number of examples in a batch."""
        return len(next(iter(self.workload.inputs.values())))

    @property
    def has_intervals(self) -> bool:
        """Whether there were rounds enough for intervals."""
        return self.course.rounds >= FEWEST

    def ratio(self, result: Result, baseline: str) -> Ratio | None:
        """Return how many times as fast as the baseline a candidate is, if that took part."""
        other = next((each for each in self.results if each.name == baseline), None)
        return ratio(other.samples, result.samples) if other else None


class Ready(NamedTuple):
    """A candidate that is prepared, and the seconds until its first run was done."""

    candidate: Candidate
    prepared: Prepared
    seconds: float


def ready(candidate: Candidate, workload: Workload) -> Ready:
    """Prepare a candidate and run it once; raise ``SpecError``."""
    start = perf_counter()
    with attempt(candidate.name):
        prepared = candidate.prepare(workload)
        prepared.run()
    return Ready(candidate, prepared, perf_counter() - start)


def compare(
    candidates: Sequence[Candidate], workload: Workload, course: Course, tell: Tell
) -> tuple[Comparison, list[Ready]]:
    """Measure candidates in turn; return what was measured, and those that are ready.

    Raises ``SpecError`` where one of them cannot be run.
    """
    refusals = {each.name: each.refusal(workload) for each in candidates}
    left_out = {name: reason for name, reason in refusals.items() if reason}
    taking = []
    for each in candidates:
        if each.name not in left_out:
            tell(f"preparing {each.name}")
            taking.append(ready(each, workload))
    runs = {each.candidate.name: each.prepared.run for each in taking}
    with attempt("one of the candidates"):
        samples = interleaved(runs, course.rounds, tell, CLOCKS[course.clock])
    results = [_result(each, samples[each.candidate.name]) for each in taking]
    return Comparison(workload, course, tuple(results), left_out), taking


def _result(each: Ready, samples: list[float]) -> Result:
    with attempt(each.candidate.name):
        memory = each.prepared.memory()
    return Result(each.candidate.name, tuple(samples), each.seconds, memory)


@contextmanager
def attempt(name: str) -> Iterator[None]:
    """Turn exceptions of frameworks and of strangers' models into ``SpecError``."""
    try:
        yield
    except SpecError:
        raise
    except Exception as error:
        raise SpecError((_failed(name, error),)) from error


def _failed(name: str, error: Exception) -> Diagnostic:
    return Diagnostic(
        "bench/failed",
        f"{name} cannot be measured: {told(error)}",
        help="the reason is its framework's own; a smaller --batch or another --input may help,"
        " or leave it out",
    )
