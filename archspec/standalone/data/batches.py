"""Batches of images for training and evaluation."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import numpy as np

from archspec.standalone.data.augmentation import STAND_IN, augmented
from archspec.standalone.data.examples import (
    BrokenImage,
    DataError,
    Draws,
    Example,
    Examples,
    Floats,
    Numbers,
)
from archspec.standalone.data.pixels import loaded, normalized, single_crop
from archspec.standalone.data.stream import (
    ALONE,
    Planned,
    Shard,
    evaluation_order,
    read_ahead,
    training_order,
)
from archspec.standalone.recipe import Recipe

Shape = tuple[int, int, int]

WORKERS = (
    "look whether memory ran out; a program with workers starts under "
    "`if __name__ == '__main__':`; without workers threads read"
)
"""The advice if a worker process dies."""
PATIENCE = 100
"""The number of corrupt images in a row after which reading fails."""


class Batch(NamedTuple):
    """Normalized images N x H x W x C, labels N, and indices N into the split."""

    images: Floats
    labels: Numbers
    indices: Numbers


class Read(NamedTuple):
    """A batch, and the indices of the examples that were planned for it."""

    batch: Batch
    planned: Numbers


@dataclass
class Batches:
    """Batches in a deterministic order, which can be interrupted and resumed at any batch.

    ``broken`` tells by name why examples were left out; with ``strict`` the first raises.
    """

    examples: Examples
    order: Any
    reader: TrainingReader | EvaluationReader
    workers: int = 0
    strict: bool = False
    broken: dict[str, str] = field(default_factory=dict)
    next: int = 0
    _reads: Any = None

    def __iter__(self) -> Iterator[Batch]:
        return self

    def __len__(self) -> int:
        return len(self.order)

    def __next__(self) -> Batch:
        while self.next < len(self):
            batch, planned = self._take()
            self._note(np.setdiff1d(planned, batch.indices))
            self.next += 1
            if len(batch.labels):  # otherwise all of it is broken
                return batch
        self.close()
        raise StopIteration

    def _take(self) -> Read:
        if self._reads is None:
            self._reads = read_ahead(self.order, self.reader, self.next, self.workers)
        try:
            read: Read = next(self._reads)
        except BrokenProcessPool as error:
            raise DataError("a process that reads images ended unexpectedly", WORKERS) from error
        return read

    def get_state(self) -> dict[str, Any]:
        """Return the position as JSON values, whatever the number of processes and workers."""
        return {"next": self.next, "broken": dict(self.broken)}

    def set_state(self, state: Mapping[str, Any]) -> None:
        """Continue from a state as if reading had not been interrupted."""
        self.close()
        self.next, self.broken = int(state["next"]), dict(state["broken"])

    def close(self) -> None:
        """Stop the threads and processes that prefetch; reading on starts new ones."""
        if self._reads is not None:
            self._reads.close()
        self._reads = None

    def _note(self, missing: Numbers) -> None:
        for index in missing.tolist():
            name = self.examples.name(index)
            if name not in self.broken:
                self.broken[name] = self._reason(index)
            if self.strict:
                raise DataError(self.broken[name], "mend it or take it away, or do without strict")

    def _reason(self, index: int) -> str:
        """Read a corrupt example again to find out what is wrong with it."""
        try:
            self.examples[index]
        except BrokenImage as error:
            return str(error)
        return f"{self.examples.name(index)} could not be read at first"


def training_batches(
    examples: Examples,
    recipe: Recipe,
    shape: Shape,
    shard: Shard = ALONE,
    *,
    workers: int = 0,
    strict: bool = False,
) -> Batches:
    """Return the micro-batches that a process trains on, augmented and normalized.

    Where an image is broken, another that its place in the stream tells stands in, so that
    batches stay full. Raises DataError where processes and parts do not divide the batch.
    """
    order = training_order(examples, recipe, shard)
    return Batches(examples, order, TrainingReader(examples, recipe, shape), workers, strict)


def evaluation_batches(
    examples: Examples,
    recipe: Recipe,
    shape: Shape,
    batch: int,
    shard: Shard = ALONE,
    *,
    strict: bool = False,
) -> Batches:
    """Return each intact example of a process's shard once; the last batch may be short."""
    order = evaluation_order(examples, batch, shard)
    return Batches(examples, order, EvaluationReader(examples, recipe, shape), strict=strict)


@dataclass(frozen=True)
class TrainingReader:
    """Reads planned examples and augments them."""

    examples: Examples
    recipe: Recipe
    shape: Shape

    def __call__(self, planned: Planned) -> Read:
        found = [self._found(*each) for each in zip(*planned, strict=True)]
        images = [example.image for _, example in found]
        varied = augmented(images, planned.draws, self.recipe.augmentation, self.shape)
        return _read(found, normalized(varied, self.recipe.normalization), planned.indices)

    def _found(self, index: int, draws: Draws) -> tuple[int, Example]:
        """Read an example; if it is corrupt, the first intact one from a random index on."""
        if example := _whole(self.examples, index):
            return index, example
        start = int(draws[STAND_IN] * len(self.examples))
        for number in range(start, start + PATIENCE):
            candidate = number % len(self.examples)
            if example := _whole(self.examples, candidate):
                return candidate, example
        raise DataError(
            f"{PATIENCE} images from {self.examples.name(start)} on are broken",
            "look whether these files are images at all",
        )


@dataclass(frozen=True)
class EvaluationReader:
    """Reads examples and takes the central crop of each."""

    examples: Examples
    recipe: Recipe
    shape: Shape

    def __call__(self, indices: Numbers) -> Read:
        tried = [(index, _whole(self.examples, index)) for index in indices.tolist()]
        found = [(index, example) for index, example in tried if example]
        images = np.empty((len(found), *self.shape), np.uint8)
        for image, (_, example) in zip(images, found, strict=True):
            image[:] = single_crop(loaded(example.image, self.shape[2]), self.shape[:2])
        return _read(found, normalized(images, self.recipe.normalization), indices)


def _read(found: list[tuple[int, Example]], images: Floats, planned: Numbers) -> Read:
    labels = np.array([example.label for _, example in found], np.int64)
    indices = np.array([index for index, _ in found], np.int64)
    return Read(Batch(images, labels, indices), planned)


def _whole(examples: Examples, index: int) -> Example | None:
    try:
        return examples[index]
    except BrokenImage:
        return None
