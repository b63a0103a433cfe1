"""Functions that torch.onnx lacks, in terms of ONNX's operators."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import torch
from onnx import numpy_helper
from onnxscript import opset18

from archspec.window import shares

op: Any = opset18
_GRID = (2, 3)
"""The dimensions of rows and columns."""


def adaptive_max_pool2d(x: Any, output_size: Sequence[int]) -> tuple[Any, Any]:
    """Take the largest value of each share of the rows, and of those that of the columns.

    The second value would be where the largest are, which no model of archspec reads.
    """
    if all(count == 1 for count in output_size):
        largest = op.ReduceMax(x, op.Constant(value_ints=list(_GRID)), keepdims=1)
        return largest, largest
    sides = zip(_GRID, x.shape[2:], output_size, strict=True)
    for axis, places in [(axis, _places(int(size), count)) for axis, size, count in sides]:
        picked = op.Gather(x, op.Constant(value=numpy_helper.from_array(places)), axis=axis)
        x = op.ReduceMax(picked, op.Constant(value_ints=[axis + 1]), keepdims=0)
    return x, x


def _places(size: int, count: int) -> Any:
    """List the places of each share; shorter ones name their last again, as a maximum may."""
    ends = shares(size, count)
    longest = max(stop - start for start, stop in ends)
    return np.array([[min(start + at, stop - 1) for at in range(longest)] for start, stop in ends])


FUNCTIONS = {torch.ops.aten.adaptive_max_pool2d.default: adaptive_max_pool2d}
"""By the operators that they are for."""
