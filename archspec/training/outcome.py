"""The results of a training so far, from its log and its timings."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from statistics import median
from typing import Any, NamedTuple

from archspec.standalone.journal import LOG, TIMES, read

Line = Mapping[str, Any]


class Outcome(NamedTuple):
    """The steps and epochs so far, the evaluations, and the time taken.

    Attributes:
        step: The last step that the log speaks of.
        epoch: The epochs until then.
        tests: The lines of the log that tell of tests.
        broken: The names of images that could not be decoded.
        seconds: How long it took, stops left out.
        images_per_second: What half of the intervals were faster than.
        place: What computed, as of the last start.
        processes: How many did, as of the last start.
    """

    step: int
    epoch: float
    tests: list[Line]
    broken: tuple[str, ...]
    seconds: int
    images_per_second: float
    place: str
    processes: int

    @property
    def test(self) -> Mapping[str, float]:
        """The results of the last evaluation; empty before the first."""
        return self.tests[-1]["test"] if self.tests else {}


def outcome(run: Path) -> Outcome:
    """Read the results of a training; raise ``TrainingError``."""
    lines, times = read(run / LOG), read(run / TIMES)
    last, start = _last(lines, "epoch"), _last(times, "start")
    speeds = [each["images_per_second"] for each in times if "images_per_second" in each]
    return Outcome(
        step=last.get("step", 0),
        epoch=last.get("epoch", 0),
        tests=[each for each in lines if "test" in each],
        broken=tuple(each["broken"] for each in lines if "broken" in each),
        seconds=sum(_sessions(times)),
        images_per_second=median(speeds) if speeds else 0,
        place=start.get("place", ""),
        processes=start.get("processes", 1),
    )


def _last(lines: Sequence[Line], key: str) -> Line:
    """Return the last line with a key; empty if there is none."""
    return next((each for each in reversed(lines) if key in each), {})


def _sessions(times: Iterable[Line]) -> list[int]:
    """List the duration of each start of a training, which may have been resumed."""
    found: list[int] = []
    for line in times:
        if "start" in line:
            found.append(0)
        elif found and "seconds" in line:
            found[-1] = line["seconds"]
    return found
