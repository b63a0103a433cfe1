"""Convolutional layers."""

from __future__ import annotations

from typing import cast

from archspec.attributes import Positive, Value, kind_of
from archspec.layer import Layer
from archspec.operator import Attribute
from archspec.tensor import TensorType


class Conv(Layer, name="conv", operator="conv2d", main="filters"):
    """Convolution, then its norm, then its activation."""


class ConvTranspose(Layer, name="conv_transpose", operator="conv_transpose2d", main="filters"):
    """Transposed convolution, then its norm, then its activation."""


class DepthwiseConv(Layer, name="depthwise_conv", operator="conv2d", main="multiplier"):
    """Convolution of each channel separately, then its norm, then its activation.

    Attributes:
        multiplier: The number of filters for each channel.
    """

    from_channels = ("filters", "groups")

    @classmethod
    def attributes(cls) -> dict[str, Attribute]:
        """Return those of ``conv``, with ``multiplier`` in place of ``filters`` and ``groups``."""
        inherited = super().attributes()
        kept = {name: each for name, each in inherited.items() if name not in cls.from_channels}
        return {"multiplier": Attribute("multiplier", kind_of(Positive), 1), **kept}

    @classmethod
    def lower(cls, values: dict[str, Value], x: TensorType) -> dict[str, Value]:
        """Set one group per input channel, with ``multiplier`` filters each."""
        multiplier = cast("int", values.pop("multiplier", 1))
        return {**values, "filters": x.channels * multiplier, "groups": x.channels}
