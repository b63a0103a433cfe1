"""Predictions are right or wrong by arithmetic that is done here by hand."""

from __future__ import annotations

from typing import Any

import numpy as np

from archspec.evaluation.predictions import Predictions, average
from archspec.evaluation.scores import Confusion, guesses_before, score


def predictions(rows: list[list[float]], labels: list[int]) -> Predictions:
    names = tuple(f"{number}.png" for number in range(len(rows)))
    classes = tuple("abcdefgh"[: len(rows[0])])
    return Predictions("by hand", np.array(rows), np.array(labels), names, classes)


ROWS = [
    [0.7, 0.2, 0.1],  # a, taken for a
    [0.3, 0.5, 0.2],  # a, taken for b
    [0.1, 0.6, 0.3],  # b, taken for b
    [0.2, 0.7, 0.1],  # c, taken for b
    [0.4, 0.5, 0.1],  # c, taken for b
    [0.1, 0.1, 0.8],  # c, taken for c
]
LABELS = [0, 0, 1, 2, 2, 2]


def test_the_first_guess_is_the_most_probable_class_and_the_matrix_counts_what_it_is() -> None:
    found = score(predictions(ROWS, LABELS))
    assert (found.images, found.top1) == (6, 3)
    assert found.confusion.tolist() == [[1, 1, 0], [0, 1, 0], [0, 2, 1]]


def test_classes_are_told_from_the_one_recognised_least_with_what_they_are_taken_for() -> None:
    found = score(predictions(ROWS, LABELS))
    assert [(each.label, each.right, each.images) for each in found.classes] == [
        (2, 1, 3),
        (0, 1, 2),
        (1, 1, 1),
    ]
    assert found.confused == (Confusion(2, 1, 2), Confusion(0, 1, 1))
    assert found.taken_for(1) is None


def test_a_class_without_images_is_not_among_the_worst() -> None:
    assert [each.label for each in score(predictions([[0.5, 0.25, 0.25]], [0])).classes] == [0]


def test_five_guesses_are_right_where_less_than_five_classes_are_more_probable() -> None:
    rows = [[0.3, 0.2, 0.16, 0.14, 0.11, 0.09]] * 6
    found = score(predictions(rows, list(range(6))))
    assert (found.top1, found.top5) == (1, 5)


def test_with_five_classes_or_fewer_five_guesses_are_always_right() -> None:
    assert score(predictions(ROWS, LABELS)).top5 == 6


def test_of_equally_probable_classes_the_first_of_the_list_is_guessed_first() -> None:
    rows = np.full((6, 6), 1 / 6)
    assert guesses_before(rows, np.arange(6)).tolist() == [0, 1, 2, 3, 4, 5]
    found = score(predictions(rows.tolist(), list(range(6))))
    assert (found.top1, found.top5) == (1, 5)
    assert found.confusion[:, 0].tolist() == [1] * 6


def test_an_ensemble_guesses_by_the_mean_of_the_probabilities() -> None:
    one, two = predictions([[0.6, 0.3, 0.1]], [1]), predictions([[0.2, 0.7, 0.1]], [1])
    together = average([one, two])
    assert np.allclose(together.probabilities, [[0.4, 0.5, 0.1]], rtol=0, atol=1e-15)
    assert [score(each).top1 for each in (one, two, together)] == [0, 1, 1]


def test_an_ensemble_of_one_is_that_one() -> None:
    one: Any = predictions([[0.6, 0.4]], [1])
    assert average([one]) is one
