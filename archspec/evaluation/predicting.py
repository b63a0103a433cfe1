"""Predictions of a network on a data set, averaged over the views of each image."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from itertools import islice
from time import perf_counter
from typing import Any, NamedTuple, TypeVar

import numpy as np

from archspec.diagnostic import Diagnostic, SpecError
from archspec.evaluation.crops import cut
from archspec.evaluation.network import Network, Signature
from archspec.evaluation.predictions import Predictions
from archspec.standalone.data.examples import BrokenImage, Examples
from archspec.standalone.data.pixels import Normalization, loaded, normalized

T = TypeVar("T")
_CHANNELS = (1, 3)
"""The channels of images; greyscale and RGB are converted to each other."""

Tell = Callable[[str], None]


class Look(NamedTuple):
    """How images are presented to a network: the views, the value range, the batch size.

    ``strict`` raises at an image that cannot be read, instead of leaving it out.
    """

    crops: int = 1
    normalization: Normalization = "inception"
    batch: int = 64
    strict: bool = False


class Broken(NamedTuple):
    """An image that cannot be decoded, and why."""

    name: str
    cause: str

    def __str__(self) -> str:
        return self.cause if self.name in self.cause else f"{self.name}: {self.cause}"


class Predicted(NamedTuple):
    """Predictions, the images that could not be decoded, and the time taken."""

    predictions: Predictions
    broken: tuple[Broken, ...]
    seconds: float

    @property
    def images_per_second(self) -> float:
        """The throughput in images per second, each with all of its views."""
        return len(self.predictions.names) / max(self.seconds, 1e-9)


def predict(
    network: Network, examples: Examples, places: Sequence[int], look: Look, tell: Tell
) -> Predicted:
    """Predict the images of a data set at some indices; raise ``SpecError``.

    Views are cut as they are needed, a batch ahead. Probabilities are added up in float64 in the
    order of the views, so that how many are computed at once makes no difference but that of the
    framework.
    """
    reading = _Reading(examples, places, network, look)
    sums = np.zeros((len(places), network.signature.classes))
    start = perf_counter()
    for rows, values in _ahead(reading.batches()):
        np.add.at(sums, rows, network.probabilities(values))
        tell(f"{rows[-1] + 1:,} of {len(places):,} images")
    seconds = perf_counter() - start
    return Predicted(reading.predictions(sums / look.crops), tuple(reading.broken), seconds)


class _View(NamedTuple):
    """A view, and the row of its image in the predictions."""

    row: int
    pixels: Any


class _Batch(NamedTuple):
    """A batch of normalized views, N x height x width x channels, with their rows."""

    rows: list[int]
    values: Any


@dataclass
class _Reading:
    """Reads images one by one; corrupt ones have no views."""

    examples: Examples
    places: Sequence[int]
    network: Network
    look: Look
    broken: list[Broken] = field(default_factory=list)
    labels: dict[int, int] = field(default_factory=dict)

    def batches(self) -> Iterator[_Batch]:
        """Yield the views of all images in batches."""
        views = self._views()
        while batch := list(islice(views, self.look.batch)):
            pixels = np.stack([view.pixels for view in batch])
            values = normalized(pixels, self.look.normalization)
            yield _Batch([view.row for view in batch], values)

    def _views(self) -> Iterator[_View]:
        for row, place in enumerate(self.places):
            try:
                yield from self._views_of(row, place)
            except BrokenImage as error:
                found = Broken(self.examples.name(place), str(error))
                if self.look.strict:
                    raise SpecError((_broken(found),)) from None
                self.broken.append(found)

    def _views_of(self, row: int, place: int) -> Iterator[_View]:
        taken, example = self.network.signature, self.examples[place]
        pixels = loaded(example.image, taken.channels)
        for view in cut(pixels, taken.size, self.look.crops):
            yield _View(row, view)
        self.labels[row] = example.label

    def predictions(self, probabilities: Any) -> Predictions:
        """Return the predictions for the images that were decoded."""
        rows = list(self.labels)
        return Predictions(
            self.network.name,
            probabilities[rows],
            np.array(list(self.labels.values()), np.int64),
            tuple(self.examples.name(self.places[row]) for row in rows),
            self.examples.classes,
        )


def require_fitting(name: str, taken: Signature, examples: Examples) -> None:
    """Raise ``SpecError`` if a network does not fit a data set."""
    wanted = len(examples.classes)
    if taken.classes != wanted:
        raise SpecError((_other_classes(name, taken.classes, wanted),))
    if taken.channels not in _CHANNELS:
        raise SpecError((_other_channels(name, taken.channels),))


def drawn(places: Sequence[int], limit: int | None) -> Sequence[int]:
    """Sample at most ``limit`` indices, reproducibly, in ascending order."""
    if limit is None or limit >= len(places):
        return places
    chosen = np.random.default_rng(0).choice(len(places), limit, replace=False)
    return [places[each] for each in sorted(chosen.tolist())]


def _ahead(source: Iterator[T]) -> Iterator[T]:
    """Prefetch the next item of a source while the current one is used."""
    with ThreadPoolExecutor(1) as thread:
        coming = thread.submit(next, source, None)
        while (item := coming.result()) is not None:
            coming = thread.submit(next, source, None)
            yield item


def _other_classes(name: str, given: int, wanted: int) -> Diagnostic:
    return Diagnostic(
        "evaluate/classes",
        f"{name} tells {given:,} classes apart, and the data has {wanted:,}",
        help="evaluate on the data that it was trained for; where a spec has the param, --set"
        f" classes={wanted} with weights that fit",
    )


def _other_channels(name: str, given: int) -> Diagnostic:
    return Diagnostic(
        "evaluate/channels",
        f"{name} takes {given:,} channels, and images have 1 or 3",
        help="grey images are repeated for three channels, and coloured ones become grey for one;"
        " evaluate a network that takes either",
    )


def _broken(image: Broken) -> Diagnostic:
    return Diagnostic(
        "evaluate/broken",
        f"an image cannot be read: {image}",
        help="mend it, name it in a file of --exclude, or leave --strict out to skip it",
    )
