"""What rearranges channels: slice and shuffle."""

from collections.abc import Mapping, Sequence
from typing import Any

from archspec.attributes import Natural, Positive
from archspec.cost import Cost
from archspec.operator import FigureLabel, Operator, require, require_groups, require_map
from archspec.tensor import TensorType


class Slice(Operator, name="slice"):
    """Keep some of the channels: ``h x w x channels`` to ``h x w x (stop - start)``.

    A vector is sliced in the same way.

    Attributes:
        start: The first channel that is kept, counted from 0.
        stop: The first channel that is no longer kept.
    """

    sets_channels = ("start", "stop")
    symbolic = ("start", "stop")

    start: Natural = 0
    stop: Positive

    def infer(self, x: TensorType) -> TensorType:
        """Count the channels that are kept; refuse a range that is empty or reaches too far."""
        require(
            self.start < self.stop,
            "start",
            f"no channel lies from {self.start} to {self.stop}",
            "start is the first channel that is kept, stop the first that is not",
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
        """As many as lie from start to stop."""
        return said["stop"] - said["start"]

    def cost(self, out: TensorType, x: TensorType) -> Cost:
        """Nothing: no number is computed."""
        return Cost()

    def is_identity(self, x: TensorType) -> bool:
        """Whether all channels are kept."""
        return self.infer(x) == x

    def label(self, x: TensorType) -> FigureLabel:
        """Say which channels are kept."""
        return FigureLabel("Slice", (f"{self.start} to {self.stop}",))


class ChannelShuffle(Operator, name="channel_shuffle", main="groups"):
    """Deal the channels out anew, so that each group meets the others; the shape stays.

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
        """Say how many groups there are."""
        return FigureLabel("Channel shuffle", (f"{self.groups} groups",))
