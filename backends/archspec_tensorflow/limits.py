"""Limits of the backend: combinations of attributes that Keras has no layer for."""

from __future__ import annotations

from archspec.operator import require
from archspec.operators.conv2d import Conv2d
from archspec.operators.conv_transpose2d import ConvTranspose2d
from archspec.tensor import TensorType
from archspec_tensorflow.table import backend


@backend.limits(Conv2d)
def conv2d(op: Conv2d, x: TensorType) -> None:
    """No stride with a dilation, nor along the width to one column, but channel by channel."""
    by_channel = op.groups == x.channels > 1
    pads = ",".join(map(str, op.pads(x)))
    require(
        by_channel or op.stride == (1, 1) or op.dilation == (1, 1),
        "dilation",
        "Keras's Conv2D takes a stride or a dilation, not both",
        f"for the same numbers convolve with padding=[{pads}] and no stride, then keep every cell "
        f"that the stride meets: max_pool 1x1 /{_sizes(op.stride)} V",
    )
    height, width = op.infer(x).grid
    require(
        by_channel or op.stride[0] > 1 or op.stride[1] == 1 or width > 1 or height == 1,
        "stride",
        "TensorFlow's kernel for CPUs gives wrong numbers where a stride along the width alone "
        "leaves one column",
        "for the same numbers crop the map to the columns of the one window, and convolve without "
        "a stride",
    )


@backend.limits(ConvTranspose2d)
def conv_transpose2d(op: ConvTranspose2d, x: TensorType) -> None:
    """No groups, and no stride together with a dilation."""
    require(
        op.groups == 1,
        "groups",
        "Keras's Conv2DTranspose has no groups",
        "for the same numbers slice the channels, convolve each slice, and concat what comes out",
    )
    require(
        op.stride == (1, 1) or op.dilation == (1, 1),
        "dilation",
        "Keras's Conv2DTranspose takes a stride or a dilation, not both",
        "PyTorch has both; without the dilation it is another network",
    )


def _sizes(both: tuple[int, int]) -> str:
    """Write one size, or two that differ."""
    return str(both[0]) if both[0] == both[1] else "x".join(map(str, both))
