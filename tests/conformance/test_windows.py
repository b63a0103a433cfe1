"""Windows of every size, stride and padding, where frameworks differ most."""

from __future__ import annotations

from itertools import product
from typing import Any

import numpy as np
import pytest

from archspec.backend import Backend, Runtime
from archspec.operator import Operator
from archspec.operators.conv2d import Conv2d
from archspec.operators.conv_transpose2d import ConvTranspose2d
from archspec.operators.pool import AvgPool, MaxPool
from archspec.tensor import TensorType
from tests.conformance.reference import Array, compute
from tests.conformance.running import BACKENDS, start
from tests.conformance.small import single

KERNELS, STRIDES, SIZES = range(1, 8), range(1, 6), (7, 8, 9, 10, 11)


@pytest.fixture(scope="module", params=BACKENDS)
def running(request: pytest.FixtureRequest) -> tuple[Backend, Runtime]:
    """Find a backend and what runs its models."""
    return start(request.param)


def agrees(running: tuple[Backend, Runtime], op: Operator, kind: TensorType) -> None:
    """Compare a backend with the plain reference, on values that are all below zero, too.

    What the backend refuses is left out; its own tests say what that is.
    """
    generator = np.random.default_rng(0)
    graph = single(op, (kind,))
    parameters = {each.name: generator.standard_normal(each.shape) for each in op.parameters(kind)}
    found, runtime = running
    if any(found.refusals(graph)):
        return
    model = runtime.model(found.emit(graph), graph.name)
    tensors = {f"only.{name}": each.astype(np.float32) for name, each in parameters.items()}
    runtime.fill(model, tensors)
    for shift in (0.0, -9.0):
        x: Array = generator.standard_normal(kind.shape) + shift
        batch = x.astype(np.float32)[None]
        (out,) = runtime.run(model, {"a": batch}, "cpu").outputs.values()
        wanted = compute(op, [x], parameters)
        np.testing.assert_allclose(out[0], wanted, rtol=1e-4, atol=1e-4, err_msg=repr((op, kind)))


@pytest.mark.parametrize("kernel", KERNELS)
@pytest.mark.parametrize("size", SIZES)
def test_same_padding_is_tensorflows_for_convolutions_and_pools(
    running: tuple[Backend, Runtime], kernel: int, size: int
) -> None:
    kind = TensorType((1, size, 2))
    for stride in STRIDES:
        window: dict[str, Any] = {"kernel": (1, kernel), "stride": (1, stride)}
        agrees(running, MaxPool(**window), kind)
        agrees(running, AvgPool(**window), kind)
        agrees(running, AvgPool(**window, count_padding=True), kind)
        agrees(running, Conv2d(filters=2, **window), kind)
        agrees(running, ConvTranspose2d(filters=2, **window), kind)


@pytest.mark.parametrize("padding", ["symmetric", 1, (0, 1, 2, 0), (2, 0, 0, 1)], ids=str)
@pytest.mark.parametrize("ceil", [False, True])
def test_pools_pad_and_round_as_written(
    running: tuple[Backend, Runtime], padding: str | int | tuple[int, ...], *, ceil: bool
) -> None:
    for kernel, stride, size in product((3, 4, 5), (1, 2, 3), (7, 8)):
        kind = TensorType((size, size + 1, 1))
        window: dict[str, Any] = {
            "kernel": kernel,
            "stride": stride,
            "padding": padding,
            "ceil": ceil,
        }
        agrees(running, MaxPool(**window), kind)
        agrees(running, AvgPool(**window), kind)
        agrees(running, AvgPool(**window, count_padding=True), kind)


@pytest.mark.parametrize("padding", ["symmetric", "valid", 2, (0, 1, 2, 0), (2, 0, 0, 1)], ids=str)
@pytest.mark.parametrize("dilation", [1, 2])
def test_convolutions_pad_and_dilate_as_written(
    running: tuple[Backend, Runtime], padding: str | int | tuple[int, ...], dilation: int
) -> None:
    for kernel, stride, size in product((1, 2, 3), (1, 2, 3), (5, 6)):
        kind = TensorType((size, size + 1, 2))
        window: dict[str, Any] = {
            "kernel": kernel,
            "stride": stride,
            "padding": padding,
            "dilation": dilation,
        }
        agrees(running, Conv2d(filters=2, groups=2, **window), kind)
        agrees(running, Conv2d(filters=2, **window), kind)


@pytest.mark.parametrize(
    "padding", ["same", "symmetric", "valid", (0, 1, 1, 0), (1, 0, 0, 1)], ids=str
)
@pytest.mark.parametrize("dilation", [1, 2])
def test_transposed_convolutions_crop_as_written(
    running: tuple[Backend, Runtime], padding: str | tuple[int, ...], dilation: int
) -> None:
    for kernel, stride in product((1, 2, 3, 4), (1, 2, 3)):
        kind = TensorType((4, 5, 2))
        window: dict[str, Any] = {
            "kernel": kernel,
            "stride": stride,
            "padding": padding,
            "dilation": dilation,
        }
        agrees(running, ConvTranspose2d(filters=4, groups=2, **window), kind)
        agrees(running, ConvTranspose2d(filters=4, **window), kind)
