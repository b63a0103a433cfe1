"""Synthetic images, for trying things out and for benchmarks without a data set."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from archspec.standalone.data.examples import Example, Pixels

CELLS = 4
"""The number of cells of a pattern along each side."""


@dataclass(frozen=True)
class SyntheticExamples:
    """Images of the pattern of their class, ``CELLS`` x ``CELLS`` uniform cells, with noise.

    Pattern and noise take half of the range of values each. Image and class follow from the
    number of the example and the split alone.
    """

    count: int
    shape: tuple[int, int, int]
    classes: tuple[str, ...]
    split: str

    def __len__(self) -> int:
        return self.count

    def __getitem__(self, index: int) -> Example:
        label = index % len(self.classes)
        random = np.random.default_rng([len(self.split), index])
        noise = random.integers(0, 128, self.shape, np.uint8)
        return Example(self._pattern(label) + noise, label)

    def name(self, index: int) -> str:
        return f"synthetic {self.split} {index}"

    def _pattern(self, label: int) -> Pixels:
        rows, columns = (np.arange(extent) * CELLS // extent for extent in self.shape[:2])
        return self._cells[label][rows[:, None], columns]

    @cached_property
    def _cells(self) -> Pixels:
        shape = (len(self.classes), CELLS, CELLS, self.shape[2])
        return np.random.default_rng(0).integers(0, 128, shape, np.uint8)
