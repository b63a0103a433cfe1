"""Views and permutations are layouts, checked against what numpy makes of the same numbers."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product

import numpy as np
import pytest

from archspec.importing.layout import CHANNELS, COLUMNS, ROWS, Layout, flat, reshaped, spread, whole

SIZES = {CHANNELS: 12, ROWS: 4, COLUMNS: 6}
MAP: Layout = tuple(whole(axis, size) for axis, size in SIZES.items())
VIEWS: dict[str, list[tuple[int, ...]]] = {
    "as it is": [(12, 4, 6)],
    "a shuffle": [(3, 4, 4, 6), (1, 0, 2, 3), (12, 4, 6)],
    "a vector": [(288,)],
    "space to depth": [(12, 2, 2, 3, 2), (2, 4, 0, 1, 3), (48, 2, 3)],
    "depth to space": [(3, 2, 2, 4, 6), (0, 3, 1, 4, 2), (3, 8, 12)],
    "tokens": [(12, 24), (1, 0), (4, 6, 12)],
    "cells of one": [(1, 12, 1, 24), (0, 2, 1, 3), (12, 4, 6)],
}


def places(layout: Layout) -> Iterator[int]:
    """Yield which element of a map each element of a tensor is, in order."""
    runs = flat(layout)
    strides = {CHANNELS: 24, ROWS: 6, COLUMNS: 1}
    for place in product(*(range(run.size) for run in runs)):
        yield sum(at * run.step * strides[run.axis] for at, run in zip(place, runs, strict=True))


@pytest.mark.parametrize("name", VIEWS)
def test_a_layout_says_where_each_number_goes(name: str) -> None:
    layout, array = MAP, np.arange(288).reshape(12, 4, 6)
    for at, step in enumerate(VIEWS[name]):
        if at == 1:
            layout, array = tuple(layout[axis] for axis in step), array.transpose(step)
        else:
            found = reshaped(layout, step)
            assert found is not None
            layout, array = found, array.reshape(step)
    assert list(places(layout)) == array.ravel().tolist()


def test_what_was_taken_apart_and_put_together_is_the_same_layout() -> None:
    parted = reshaped(MAP, (2, 6, 2, 2, 6))
    assert parted is not None
    assert reshaped(parted, (12, 4, 6)) == MAP


@pytest.mark.parametrize("shape", [(9, 32), (12, 4, 5), (12, 4), (12, 4, 6, 2), (5, 12, 24)])
def test_a_shape_that_cuts_runs_unevenly_has_no_layout(shape: tuple[int, ...]) -> None:
    assert reshaped(MAP, shape) is None


def test_tensors_are_spread_over_dimensions_of_one_and_over_no_others() -> None:
    cell: Layout = (whole(CHANNELS, 12), (), ())
    turned: Layout = (whole(CHANNELS, 12), whole(COLUMNS, 6), whole(ROWS, 4))
    assert spread(cell, MAP) == spread(MAP, cell) == MAP
    assert spread(turned, MAP) is None
    assert spread(MAP[:2], MAP) is None
