"""Operators that select or permute channels."""

from collections.abc import Mapping, Sequence
from typing import Any

from archspec.attributes import Natural, Positive
from archspec.cost import Cost
from archspec.operator import FigureLabel, Operator, require, require_groups, require_map
from archspec.tensor import TensorType


class Slice(Operator, name="slice"):
    """Keep a range of channels: ``h x w x channels`` to ``h x w x (stop - start)``.

    A vector is sliced in the same way.

    Attributes:
        start: The first channel of the range, counted from 0.
        stop: The first channel after the range.
    """

    sets_channels = ("start", "stop")
    symbolic = ("start", "stop")

    start: Natural = 0
    stop: Positive

    def infer(self, x: TensorType) -> TensorType:
        """Refuse a range that is empty or exceeds the channels."""
        require(
            self.start < self.stop,
            "start",
            f"the range from {self.start} to {self.stop} has no channels",
            "start is the first channel of the range, stop the first after it",
        )
        require(
            self.stop <= x.channels,
            "stop",
            f"channels {self.start} to {self.stop} reach beyond the {x.channels} of {x}",
            f"use a stop of at most {x.channels}",
        )
        return x.with_channels(self.output_channels(vars(self), (x.channels,), x))

    def output_channels(
        self, said: Mapping[str, Any], arriving: Sequence[Any], *inputs: TensorType
    ) -> Any:
        """As many as the range is long."""
        return said["stop"] - said["start"]

    def cost(self, out: TensorType, x: TensorType) -> Cost:
        """Nothing: no number is computed."""
        return Cost()

    def is_identity(self, x: TensorType) -> bool:
        """Whether all channels are kept."""
        return self.infer(x) == x

    def label(self, x: TensorType) -> FigureLabel:
        """Show the range."""
        return FigureLabel("Slice", (f"{self.start} to {self.stop}",))


class ChannelShuffle(Operator, name="channel_shuffle", main="groups"):
    """Interleave the channels of groups, so that the next groups mix them; the shape is unchanged.

    With ``g`` groups of ``n`` channels, channel ``j * n + i`` becomes channel ``i * g + j``.
    Source: arXiv:1707.01083.

    Attributes:
        groups: Into how many equal parts the channels are divided.
    """

    symbolic = ("groups",)

    groups: Positive

    def infer(self, x: TensorType) -> TensorType:
        """Keep the type; refuse groups that do not divide the channels."""
        require_map(x)
        require_groups(self.groups, x.channels, "channels")
        return x

    def cost(self, out: TensorType, x: TensorType) -> Cost:
        """Nothing: no number is computed."""
        return Cost()

    def is_identity(self, x: TensorType) -> bool:
        """Whether there is one group, or one channel in each."""
        return self.groups in (1, x.channels)

    def label(self, x: TensorType) -> FigureLabel:
        """Show the number of groups."""
        return FigureLabel("Channel shuffle", (f"{self.groups} groups",))
