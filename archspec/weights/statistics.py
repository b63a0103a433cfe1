"""Statistics of the tensors in the canonical file of weights."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

from archspec.graph import Graph
from archspec.weights.file import load

SMALLEST = 1e-6
"""The magnitude below which all weights of a dead channel lie."""


class TensorStatistics(NamedTuple):
    """What is told of a tensor: ``norm`` is Euclidean, ``deviation`` that of all its numbers.

    ``dead`` counts the output channels of weights that are zero, of ``channels``.
    """

    norm: float
    mean: float
    deviation: float
    least: float
    most: float
    dead: int = 0
    channels: int = 0

    def __str__(self) -> str:
        """Write them with three digits, and dead channels where there are any."""
        said = (
            f"norm {self.norm:.3g}, mean {self.mean:.3g}, deviation {self.deviation:.3g},"
            f" {self.least:.3g} to {self.most:.3g}"
        )
        return f"{said}; {self.dead:,} of {self.channels:,} channels dead" if self.dead else said


def of_file(file: Path, graph: Graph) -> Mapping[str, TensorStatistics]:
    """Read a file and describe each tensor of a graph by its key; raise ``SpecError``."""
    return {key: of_tensor(key, tensor) for key, tensor in load(file, graph).items()}


def of_tensor(key: str, tensor: Any) -> TensorStatistics:
    """Describe a tensor; dead channels are those of kernels, matrices and scales (``weight``)."""
    from numpy import abs as magnitude
    from numpy import float64

    values = tensor.astype(float64)
    channels = len(values) if values.ndim and key.endswith(".weight") else 0
    largest = magnitude(values.reshape(channels, -1)).max(axis=1) if channels else values[:0]
    return TensorStatistics(
        float((values**2).sum() ** 0.5),
        float(values.mean()),
        float(values.std()),
        float(values.min()),
        float(values.max()),
        int((largest < SMALLEST).sum()),
        channels,
    )
