"""Conventions by which tools count multiply-accumulates.

A convention maps a node to its share of a tool's total. That of timm's tables is fvcore's
(``fvcore/nn/jit_handles.py``, version 0.1.5), applied to the emitted PyTorch source.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from archspec.graph import Node
from archspec.operator import Operator
from archspec.operators.grid import Upsample
from archspec.operators.norm import BatchNorm, GroupNorm, InstanceNorm, LayerNorm

Convention = Callable[[Node], int]


def multiply_accumulates(node: Node) -> int:
    """Count those of convolutions and dense layers."""
    return node.op.cost(node.output, *node.inputs).macs


def timm(node: Node) -> int:
    """Count as fvcore does, which adds operations per element for norms and upsampling."""
    each = _PER_ELEMENT.get(type(node.op))
    return multiply_accumulates(node) + (each(node.op) * node.output.size if each else 0)


_PER_ELEMENT: Mapping[type[Operator], Callable[[Any], int]] = {
    BatchNorm: lambda op: 2 if op.gamma else 1,
    GroupNorm: lambda _op: 5,
    InstanceNorm: lambda op: 5 if op.affine else 4,
    LayerNorm: lambda _op: 5,
    Upsample: lambda op: 4 if op.mode == "bilinear" else 1,
}

CONVENTIONS: Mapping[str, Convention] = {"archspec": multiply_accumulates, "timm": timm}
