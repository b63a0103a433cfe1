"""Windows of every size, stride and padding, where frameworks differ most.

All windows of a test are run in one model, in which each has an output of its own.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product
from typing import Any

import numpy as np
import pytest

from archspec.interpreter.interpret import interpret
from archspec.operators.conv2d import Conv2d
from archspec.operators.conv_transpose2d import ConvTranspose2d
from archspec.operators.pool import AvgPool, MaxPool
from archspec.tensor import TensorType
from tests.conformance.running import LOWERINGS, Running, start
from tests.conformance.small import Array, Case, several

KERNELS, STRIDES, SIZES = range(1, 8), range(1, 6), (7, 8, 9, 10, 11)


@pytest.fixture(scope="module", params=LOWERINGS)
def running(request: pytest.FixtureRequest) -> Running:
    """Find a backend and what runs its models."""
    return start(request.param)


def disagreements(running: Running, cases: Sequence[Case]) -> list[Case]:
    """List the cases in which a backend differs from the interpreter.

    What the backend refuses is left out, since its own tests say what that is; not all may be.
    One of two examples has values that are all below zero.
    """
    lowered = running.lowered(cases)
    graph, generator = several(lowered), np.random.default_rng(0)
    tensors = {
        f"{node.path}.{each.name}": generator.standard_normal(each.shape)
        for node in graph.nodes.values()
        for each in node.op.parameters(*node.inputs)
    }
    inputs = {
        name: generator.standard_normal((2, *given.type.shape)) - np.reshape([0, 9], (2, 1, 1, 1))
        for name, given in graph.inputs.items()
    }
    wanted = interpret(graph, tensors, inputs, dtype="float64")
    found = running.outputs(graph, tensors, inputs)
    triples = zip(lowered, found, graph.outputs.values(), strict=True)
    return [case for case, out, path in triples if not alike(out, wanted[path])]


def alike(found: Array, wanted: Array) -> bool:
    return found.shape == wanted.shape and np.allclose(found, wanted, 1e-4, 1e-4)


@pytest.mark.parametrize("kernel", KERNELS)
@pytest.mark.parametrize("size", SIZES)
def test_same_padding_is_tensorflows_for_convolutions_and_pools(
    running: Running, kernel: int, size: int
) -> None:
    kind = (TensorType((1, size, 2)),)
    cases: list[Case] = []
    for stride in STRIDES:
        window: dict[str, Any] = {"kernel": (1, kernel), "stride": (1, stride)}
        cases += [
            (MaxPool(**window), kind),
            (AvgPool(**window), kind),
            (AvgPool(**window, count_padding=True), kind),
            (Conv2d(filters=2, **window), kind),
            (ConvTranspose2d(filters=2, **window), kind),
        ]
    assert disagreements(running, cases) == []


@pytest.mark.parametrize("padding", ["symmetric", 1, (0, 1, 2, 0), (2, 0, 0, 1)], ids=str)
@pytest.mark.parametrize("ceil", [False, True])
def test_pools_pad_and_round_as_written(
    running: Running, padding: str | int | tuple[int, ...], *, ceil: bool
) -> None:
    cases: list[Case] = []
    for kernel, stride, size in product((3, 4, 5), (1, 2, 3), (7, 8)):
        kind = (TensorType((size, size + 1, 1)),)
        window: dict[str, Any] = {
            "kernel": kernel,
            "stride": stride,
            "padding": padding,
            "ceil": ceil,
        }
        cases += [
            (MaxPool(**window), kind),
            (AvgPool(**window), kind),
            (AvgPool(**window, count_padding=True), kind),
        ]
    assert disagreements(running, cases) == []


@pytest.mark.parametrize("padding", ["symmetric", "valid", 2, (0, 1, 2, 0), (2, 0, 0, 1)], ids=str)
@pytest.mark.parametrize("dilation", [1, 2])
def test_convolutions_pad_and_dilate_as_written(
    running: Running, padding: str | int | tuple[int, ...], dilation: int
) -> None:
    cases: list[Case] = []
    for kernel, stride, size in product((1, 2, 3), (1, 2, 3), (5, 6)):
        kind = (TensorType((size, size + 1, 2)),)
        window: dict[str, Any] = {
            "kernel": kernel,
            "stride": stride,
            "padding": padding,
            "dilation": dilation,
        }
        cases += [
            (Conv2d(filters=2, groups=2, **window), kind),
            (Conv2d(filters=2, **window), kind),
        ]
    assert disagreements(running, cases) == []


@pytest.mark.parametrize(
    "padding", ["same", "symmetric", "valid", (0, 1, 1, 0), (1, 0, 0, 1)], ids=str
)
@pytest.mark.parametrize("dilation", [1, 2])
def test_transposed_convolutions_crop_as_written(
    running: Running, padding: str | tuple[int, ...], dilation: int
) -> None:
    cases: list[Case] = []
    for kernel, stride in product((1, 2, 3, 4), (1, 2, 3)):
        kind = (TensorType((4, 5, 2)),)
        window: dict[str, Any] = {
            "kernel": kernel,
            "stride": stride,
            "padding": padding,
            "dilation": dilation,
        }
        cases += [
            (ConvTranspose2d(filters=4, groups=2, **window), kind),
            (ConvTranspose2d(filters=4, **window), kind),
        ]
    assert disagreements(running, cases) == []
