"""Blurring before a stride (arXiv:1904.11486): convolutions whose filters nobody learns."""

from __future__ import annotations

from math import comb
from typing import Any

import torch

from archspec.importing.values import Form, Value
from archspec.operators.pool import AvgPool
from archspec_torch.importing.call import Call, pair


def blur_of(call: Call) -> int:
    """Return the size of the filter if a convolution blurs each channel by itself, else 0."""
    weight = call.given["weight"]
    if not isinstance(weight, torch.Tensor) or weight.requires_grad or weight.ndim != 4:
        return 0
    size = weight.shape[-1]
    is_depthwise = weight.shape[1] == 1 and call.given["groups"] == weight.shape[0]
    is_plain = call.given["bias"] is None and pair(call.given["dilation"]) == (1, 1)
    has_padding = any(pair(call.given["padding"]))
    if not (is_depthwise and is_plain) or weight.shape[2:] != (size, size) or has_padding:
        return 0
    return size if size > 1 and torch.allclose(weight, _binomial(size, weight)) else 0


def _binomial(size: int, like: torch.Tensor) -> torch.Tensor:
    row = like.new_tensor([comb(size - 1, at) for at in range(size)]) / 2 ** (size - 1)
    return torch.outer(row, row).expand_as(like)


def blurred(call: Call, value: Value, size: int) -> Value:
    """Blur by averages of two by two cells, one after another, which is the same filter."""
    wire = value.wire
    steps: list[Any] = [(1, 1)] * (size - 2) + [pair(call.given["stride"])]
    for stride in steps:
        wire = call.add(AvgPool(kernel=(2, 2), stride=stride, padding="valid"), wire)
    return Value(wire, Form.MAP)
