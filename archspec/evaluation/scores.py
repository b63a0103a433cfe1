"""How often predictions are right, and what is taken for what."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np

from archspec.evaluation.predictions import Predictions

FEW = 5
"""How many guesses top-5 allows."""


class Confusion(NamedTuple):
    """How many images of one class, by its place, were taken for another."""

    true: int
    taken_for: int
    images: int


class ClassScore(NamedTuple):
    """How many images of a class there are, and for how many it was the first guess."""

    label: int
    images: int
    right: int

    @property
    def share(self) -> float:
        """The share of its images that were recognised."""
        return self.right / self.images


@dataclass(frozen=True, eq=False)
class Scores:
    """What predictions are worth: how many are right at once and within five guesses.

    Attributes:
        images: How many images were predicted.
        top1: Of how many the first guess is right.
        top5: Of how many one of the first five guesses is right; all, if there are no more classes.
        confusion: How many images of each class (rows) were taken for which (columns).
    """

    images: int
    top1: int
    top5: int
    confusion: Any

    @cached_property
    def classes(self) -> tuple[ClassScore, ...]:
        """List the classes that have images, those recognised least first."""
        totals, right = self.confusion.sum(axis=1), self.confusion.diagonal()
        found = [
            ClassScore(label, int(totals[label]), int(right[label]))
            for label in np.flatnonzero(totals).tolist()
        ]
        return tuple(sorted(found, key=lambda each: (each.share, -each.images, each.label)))

    @cached_property
    def confused(self) -> tuple[Confusion, ...]:
        """List which classes were taken for which others, the most frequent first."""
        wrong = self.confusion.copy()
        np.fill_diagonal(wrong, 0)
        found = [
            Confusion(true, other, int(wrong[true, other]))
            for true, other in np.argwhere(wrong).tolist()
        ]
        return tuple(sorted(found, key=lambda each: (-each.images, each.true, each.taken_for)))

    def taken_for(self, label: int) -> Confusion | None:
        """Find what the images of a class are most often taken for, if for anything else."""
        return next((each for each in self.confused if each.true == label), None)


def score(predictions: Predictions) -> Scores:
    """Compare predictions with the labels.

    Of classes that are equally probable, the one that comes first in the list of classes is guessed
    first.
    """
    probabilities, labels = predictions.probabilities, predictions.labels
    count = probabilities.shape[1]
    before = guesses_before(probabilities, labels)
    confusion = np.zeros((count, count), np.int64)
    np.add.at(confusion, (labels, probabilities.argmax(axis=1)), 1)
    right, near = int((before == 0).sum()), int((before < FEW).sum())
    return Scores(len(labels), right, near, confusion)


def guesses_before(probabilities: Any, labels: Any) -> Any:
    """Count for each image the classes that are guessed before the right one."""
    true = np.take_along_axis(probabilities, labels[:, None], axis=1)
    is_earlier = np.arange(probabilities.shape[1]) < labels[:, None]
    return ((probabilities > true) | ((probabilities == true) & is_earlier)).sum(axis=1)
