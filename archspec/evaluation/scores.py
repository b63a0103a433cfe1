"""Accuracy and confusion of predictions."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np

from archspec.evaluation.predictions import Predictions

FEW = 5
"""The k of top-k accuracy."""


class Confusion(NamedTuple):
    """The number of images of one class that were predicted as another, by class index."""

    true: int
    taken_for: int
    images: int


class ClassScore(NamedTuple):
    """The number of images of a class, and of those predicted correctly."""

    label: int
    images: int
    right: int

    @property
    def share(self) -> float:
        """The recall: the fraction of its images that were predicted correctly."""
        return self.right / self.images


@dataclass(frozen=True, eq=False)
class Scores:
    """The scores of predictions: top-1 and top-5 hits, and the confusion matrix.

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
        """List the classes that have images, by ascending recall."""
        totals, right = self.confusion.sum(axis=1), self.confusion.diagonal()
        found = [
            ClassScore(label, int(totals[label]), int(right[label]))
            for label in np.flatnonzero(totals).tolist()
        ]
        return tuple(sorted(found, key=lambda each: (each.share, -each.images, each.label)))

    @cached_property
    def confused(self) -> tuple[Confusion, ...]:
        """List the confusions of classes, the most frequent first."""
        wrong = self.confusion.copy()
        np.fill_diagonal(wrong, 0)
        found = [
            Confusion(true, other, int(wrong[true, other]))
            for true, other in np.argwhere(wrong).tolist()
        ]
        return tuple(sorted(found, key=lambda each: (-each.images, each.true, each.taken_for)))

    def taken_for(self, label: int) -> Confusion | None:
        """Return the most frequent confusion of a class; None if there is none."""
        return next((each for each in self.confused if each.true == label), None)


def score(predictions: Predictions) -> Scores:
    """Score predictions against labels.

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
    """Return for each image the rank of the correct class, from 0."""
    true = np.take_along_axis(probabilities, labels[:, None], axis=1)
    is_earlier = np.arange(probabilities.shape[1]) < labels[:, None]
    return ((probabilities > true) | ((probabilities == true) & is_earlier)).sum(axis=1)
