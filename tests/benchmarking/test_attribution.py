"""Where the time goes, from arithmetic by hand."""

from __future__ import annotations

from pathlib import Path

import pytest

from archspec import checked
from archspec.benchmarking.attribution import Attribution, Time, divided

SPEC = """
archspec: 1
name: merged
input: 8x8x3
network:
  - conv 3x3 4 as a
  - conv 1x1 4 as b
  - add from a b as sum
  - concat: [conv 1x1 2, conv 3x3 2]
"""


def attribution(folder: Path, *runs: dict[str, float]) -> Attribution:
    file = folder / "merged.yaml"
    file.write_text(SPEC)
    return divided(checked.load(file), runs)


def test_shares_of_steps_and_of_the_rest_add_up_to_the_whole(tmp_path: Path) -> None:
    """Of 20 s, 4 and 6 are in layers and 1 + 2 in branches, so that 7 are left."""
    inside = {"concat.branch_0.conv": 1.0, "concat.branch_1.conv": 2.0}
    found = attribution(tmp_path, {"": 20.0, "a": 4.0, "b": 6.0, **inside})
    times = {part.path: (part.seconds, part.share) for part in found.parts}
    assert times == {"a": (4, 0.2), "b": (6, 0.3), "sum": (None, None), "concat": (3, 0.15)}
    assert found.outside == Time(7, 0.35)


def test_each_time_is_the_median_of_the_runs_and_the_whole_is_their_sum(tmp_path: Path) -> None:
    """Outside of a are 2, 5 and 3 s, whose median is 3; that of a is 5."""
    found = attribution(tmp_path, {"": 6, "a": 4}, {"": 10, "a": 5}, {"": 10, "a": 7})
    assert (found.parts[0].seconds, found.parts[0].share) == (5, 0.625)
    assert found.outside == Time(3, 0.375)


def test_without_a_time_of_the_whole_nothing_is_known_to_be_outside(tmp_path: Path) -> None:
    found = attribution(tmp_path, {"a": 4.0, "b": 12.0})
    assert found.outside == Time(0, 0)
    assert sum(part.share or 0 for part in found.parts) == pytest.approx(1)
