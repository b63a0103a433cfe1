"""Windows of every size, stride and padding, where frameworks differ most."""

from __future__ import annotations

from collections.abc import Iterable
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
from tests.conformance.running import BACKENDS, start
from tests.conformance.small import computed, single

KERNELS, STRIDES, SIZES = range(1, 8), range(1, 6), (7, 8, 9, 10, 11)


@pytest.fixture(scope="module", params=BACKENDS)
def running(request: pytest.FixtureRequest) -> tuple[Backend, Runtime]:
    """Find a backend and what runs its models."""
    return start(request.param)


Case = tuple[Operator, TensorType]


def disagreements(running: tuple[Backend, Runtime], cases: Iterable[Case]) -> list[Case]:
    """List the cases in which a backend differs from the interpreter.

    What the backend refuses is left out, since its own tests say what that is; not all may be.
    """
    found, _ = running
    lowered = [case for case in cases if not any(found.refusals(single(case[0], case[1:])))]
    assert lowered, "every case was refused"
    return [case for case in lowered if not agrees(running, *case)]


def agrees(running: tuple[Backend, Runtime], op: Operator, kind: TensorType) -> bool:
    """Whether a backend gives what the interpreter does, on values that are all below zero, too."""
    generator = np.random.default_rng(0)
    graph = single(op, (kind,))
    parameters = {each.name: generator.standard_normal(each.shape) for each in op.parameters(kind)}
    found, runtime = running
    model = runtime.model(found.emit(graph), graph.name)
    tensors = {f"only.{name}": each.astype(np.float32) for name, each in parameters.items()}
    runtime.fill(model, tensors)
    given = [generator.standard_normal(kind.shape) + shift for shift in (0.0, -9.0)]
    wanted = np.stack([computed(op, [x], parameters) for x in given])
    batch = np.stack(given).astype(np.float32)
    (out,) = runtime.run(model, {"a": batch}, "cpu").outputs.values()
    return out.shape == wanted.shape and np.allclose(out, wanted, 1e-4, 1e-4)


@pytest.mark.parametrize("kernel", KERNELS)
@pytest.mark.parametrize("size", SIZES)
def test_same_padding_is_tensorflows_for_convolutions_and_pools(
    running: tuple[Backend, Runtime], kernel: int, size: int
) -> None:
    kind = TensorType((1, size, 2))
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
    running: tuple[Backend, Runtime], padding: str | int | tuple[int, ...], *, ceil: bool
) -> None:
    cases: list[Case] = []
    for kernel, stride, size in product((3, 4, 5), (1, 2, 3), (7, 8)):
        kind = TensorType((size, size + 1, 1))
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
    running: tuple[Backend, Runtime], padding: str | int | tuple[int, ...], dilation: int
) -> None:
    cases: list[Case] = []
    for kernel, stride, size in product((1, 2, 3), (1, 2, 3), (5, 6)):
        kind = TensorType((size, size + 1, 2))
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
    running: tuple[Backend, Runtime], padding: str | tuple[int, ...], dilation: int
) -> None:
    cases: list[Case] = []
    for kernel, stride in product((1, 2, 3, 4), (1, 2, 3)):
        kind = TensorType((4, 5, 2))
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
