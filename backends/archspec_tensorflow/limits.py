"""What Keras has no layer for."""

from __future__ import annotations

from archspec.operator import require
from archspec.operators.conv2d import Conv2d
from archspec.operators.conv_transpose2d import ConvTranspose2d
from archspec.tensor import TensorType
from archspec_tensorflow.table import backend


@backend.limits(Conv2d)
def conv2d(op: Conv2d, x: TensorType) -> None:
    """No stride together with a dilation, unless each channel is convolved by itself."""
    by_channel = op.groups == x.channels > 1
    require(
        by_channel or op.stride == (1, 1) or op.dilation == (1, 1),
        "dilation",
        "Keras's Conv2D takes a stride or a dilation, not both",
        "convolve with the dilation alone, then with the stride",
    )


@backend.limits(ConvTranspose2d)
def conv_transpose2d(op: ConvTranspose2d, x: TensorType) -> None:
    """No groups, and no stride together with a dilation."""
    require(
        op.groups == 1,
        "groups",
        "Keras's Conv2DTranspose has no groups",
        "use one group, or upsample and then conv with groups",
    )
    require(
        op.stride == (1, 1) or op.dilation == (1, 1),
        "dilation",
        "Keras's Conv2DTranspose takes a stride or a dilation, not both",
        "leave the dilation out",
    )
