"""Labels of windowed operators in figures: only what the shapes do not already show."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from archspec.attributes import Value, show
from archspec.operator import FigureLabel, Operator, RuleError
from archspec.tensor import TensorType


def convolution(op: Any, x: TensorType) -> FigureLabel:
    """Label a convolution; with one group per channel it is called depthwise."""
    is_depthwise = 1 < op.groups == x.channels
    details = (
        "" if is_depthwise and op.filters == x.channels else str(op.filters),
        *steps(op),
        "" if is_depthwise else unless(1, op.groups, "groups"),
        padding(op, x),
        unless((0, 0), getattr(op, "output_padding", (0, 0)), "output padding"),
    )
    return FigureLabel(
        f"{show(op.kernel)} {'depthwise ' if is_depthwise else ''}{op.title}", details
    )


def unless(usual: Value, value: Value, name: str) -> str:
    """Format a value with its name, or nothing if it is the usual one; ``(2, 2)`` becomes ``2``."""
    if value == usual:
        return ""
    square = isinstance(value, tuple) and len(set(value)) == 1
    return f"{name} {show(value[0] if isinstance(value, tuple) and square else value)}"


def steps(op: Any) -> Iterator[str]:
    """Format the stride and the dilation of a window."""
    yield unless((1, 1), op.stride, "stride")
    yield unless((1, 1), getattr(op, "dilation", (1, 1)), "dilation")


def padding(op: Any, x: TensorType) -> str:
    """Format a padding; ``symmetric`` only if it yields a different shape than ``same``."""
    if op.padding == "valid":
        return "V"
    if isinstance(op.padding, str):
        return op.padding if reshapes(op, x, padding="same") else ""
    return unless((), op.padding, "padding")


def reshapes(op: Operator, x: TensorType, **usual: Value) -> bool:
    """Whether an operator yields a different shape than it would with the ``usual`` attributes."""
    try:
        return op.replace(**usual).infer(x) != op.infer(x)
    except RuleError:
        return True
