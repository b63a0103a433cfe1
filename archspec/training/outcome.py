"""What a training has come to so far, from its log and from what the clock said."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from statistics import median
from typing import Any, NamedTuple

from archspec.standalone.journal import LOG, TIMES, read

Line = Mapping[str, Any]


class Outcome(NamedTuple):
    """Steps and epochs that are behind, what tests found, and what it took.

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
        """What the last test found; nothing before the first."""
        return self.tests[-1]["test"] if self.tests else {}


def outcome(run: Path) -> Outcome:
    """Read what a training has come to; raise ``TrainingError``."""
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
    """Find the last line that has a key; an empty one where none has."""
    return next((each for each in reversed(lines) if key in each), {})


def _sessions(times: Iterable[Line]) -> list[int]:
    """List how long each start of a training went on."""
    found: list[int] = []
    for line in times:
        if "start" in line:
            found.append(0)
        elif found and "seconds" in line:
            found[-1] = line["seconds"]
    return found
