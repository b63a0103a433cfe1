"""Windows of every kernel, stride, padding and dilation: the interpreter gives what loops give."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product
from typing import Any

import numpy as np
import pytest

from archspec.operator import Operator, RuleError
from archspec.operators.conv2d import Conv2d
from archspec.operators.conv_transpose2d import ConvTranspose2d
from archspec.operators.pool import AvgPool, MaxPool
from archspec.tensor import TensorType
from tests.conformance.small import computed
from tests.interpreter import loops

PADDINGS = ["same", "symmetric", "valid", 1, (0, 1, 2, 0), (2, 0, 0, 1)]


def windows(*kernels: int) -> Iterator[dict[str, Any]]:
    """List kernels and strides, each pair once with both sides alike and once with both unlike."""
    for kernel, stride in product(kernels, (1, 2, 3)):
        yield {"kernel": kernel, "stride": stride}
        yield {"kernel": (kernel, 2), "stride": (stride, 1)}


def difference(op: loops.Windowed, kind: TensorType) -> float:
    """Say how far the interpreter's rule lies from the loops, below zero, too."""
    generator = np.random.default_rng(0)
    parameters = {each.name: generator.standard_normal(each.shape) for each in op.parameters(kind)}
    batch = generator.standard_normal((2, *kind.shape)) + np.array([0, -9]).reshape(2, 1, 1, 1)
    found = np.array([computed(op, [x], parameters) for x in batch])
    wanted = np.array([loops.compute(op, x, parameters) for x in batch])
    assert found.shape[1:] == wanted.shape[1:] == op.infer(kind).shape, (op, kind)
    return float(abs(found - wanted).max())


def legal(op: Operator, kind: TensorType) -> bool:
    try:
        op.infer(kind)
    except RuleError:
        return False
    return True


def wrong(cases: list[loops.Windowed], *sizes: int) -> list[tuple[Operator, TensorType]]:
    """List the legal cases in which the interpreter differs; there are at least a few cases."""
    kinds = [TensorType((size, size + 1, 4)) for size in sizes]
    found = [(op, kind) for op, kind in product(cases, kinds) if legal(op, kind)]
    assert len(found) >= 10
    return [(op, kind) for op, kind in found if difference(op, kind) > 1e-12]


@pytest.mark.parametrize("padding", PADDINGS, ids=str)
@pytest.mark.parametrize("ceil", [False, True])
def test_pools_are_those_of_the_loops(padding: Any, *, ceil: bool) -> None:
    pools: list[loops.Windowed] = []
    for window in windows(2, 3, 5):
        given = {**window, "padding": padding, "ceil": ceil}
        pools += [MaxPool(**given), AvgPool(**given), AvgPool(**given, count_padding=True)]
    assert wrong(pools, 5, 8) == []


@pytest.mark.parametrize("padding", PADDINGS, ids=str)
@pytest.mark.parametrize("groups", [1, 2, 4])
def test_convolutions_are_those_of_the_loops(padding: Any, groups: int) -> None:
    convolutions: list[loops.Windowed] = [
        Conv2d(filters=8, padding=padding, groups=groups, dilation=dilation, **window)
        for window in windows(1, 2, 3)
        for dilation in ((1, 1), (2, 2))
    ]
    assert wrong(convolutions, 5, 6) == []


@pytest.mark.parametrize("padding", PADDINGS, ids=str)
@pytest.mark.parametrize("groups", [1, 2, 4])
def test_transposed_convolutions_are_those_of_the_loops(padding: Any, groups: int) -> None:
    given: dict[str, Any] = {"filters": 8, "padding": padding, "groups": groups}
    convolutions: list[loops.Windowed] = [
        ConvTranspose2d(dilation=dilation, output_padding=extra, **given, **window)
        for window in windows(1, 2, 4)
        for dilation, extra in (((1, 1), (0, 0)), ((2, 2), (0, 0)), ((1, 1), (1, 0)))
    ]
    assert wrong(convolutions, 3) == []
