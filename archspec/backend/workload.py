"""What of a model is measured, and a model that is ready for it."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any, NamedTuple, Protocol


class Workload(NamedTuple):
    """One batch, and what is done with it: inference, or a step of training.

    ``inputs`` are arrays by name, N x height x width x channels or N x channels. A step of training
    is a forward pass, a backward pass and an update by SGD with momentum, in mixed precision unless
    ``precision`` is float32. ``channels_last`` is the layout of maps in memory, where a framework
    has a choice. ``compile`` lets its compiler fuse what it can. ``threads`` of 0 leaves their
    number to the framework.
    """

    inputs: Mapping[str, Any]
    is_training: bool = False
    precision: str = "float32"
    device: str = "cpu"
    channels_last: bool = False
    compile: bool = False
    threads: int = 0


class Prepared(Protocol):
    """A model on its device, with a batch."""

    def run(self) -> None:
        """Do the work once, and return when its results are there."""

    def memory(self) -> int | None:
        """Do the work once; return the bytes that were allocated at its largest.

        Weights, gradients, states of the optimizer and the batch count. None where the framework
        does not tell.
        """

    def seconds(self, paths: Collection[str]) -> Mapping[str, float]:
        """Run the model forward once; return the seconds spent inside nodes and scopes.

        Those without a counterpart in the model are left out. Nothing is compiled.
        """
