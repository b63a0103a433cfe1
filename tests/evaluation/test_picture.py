"""The picture of a confusion matrix shows what is confused, whatever classes are called."""

from __future__ import annotations

import re
from xml.etree import ElementTree as ET

import numpy as np
import pytest

from archspec.evaluation.picture import MOST, chosen, draw
from archspec.evaluation.scores import Scores
from archspec.standalone.figures import Form

pytest.importorskip("matplotlib", reason="matplotlib is not installed")

STRANGE = ("$x^$", "<b>&", "\x1b[31mred", "a very long name of a class that nobody reads", "漢字")


def scores(confusion: list[list[int]]) -> Scores:
    found = np.array(confusion)
    return Scores(int(found.sum()), int(found.trace()), int(found.sum()), found)


def mistaken(count: int, *pairs: tuple[int, int, int]) -> Scores:
    found = 100 * np.eye(count, dtype=int)
    for true, other, images in pairs:
        found[true, other] = images
    return scores(found.tolist())


@pytest.mark.parametrize("form", ["svg", "png"])
def test_the_same_scores_are_the_same_bytes(form: Form) -> None:
    given = scores([[8, 2], [1, 9]])
    assert draw(given, ("cat", "dog"), "a title", form) == draw(
        given, ("cat", "dog"), "a title", form
    )


def test_names_of_strangers_are_drawn_as_they_are_and_escaped() -> None:
    svg = draw(mistaken(5, (0, 1, 50)), STRANGE, "a $title", "svg").decode()
    ET.fromstring(svg)  # noqa: S314  # it was written here
    comments = re.findall(r"<!-- (.*?) -->", svg)
    assert "a $title" in comments
    assert "$x^$" in comments
    assert "\x1b" not in svg
    assert "66.7 %, 50 as &lt;b&gt;&amp;" in comments
    assert not re.search(r"20\d\d-\d\d-\d\d", svg)


def test_few_classes_are_all_shown() -> None:
    assert chosen(mistaken(MOST, (1, 2, 3))) == list(range(MOST))


def test_of_many_classes_those_that_are_confused_most_are_shown() -> None:
    many = mistaken(1000, (500, 7, 40), (3, 999, 60), (3, 500, 1))
    assert chosen(many) == [3, 7, 500, 999]
    pairs = [(number, number + 1, 90 - number) for number in range(0, 80, 2)]
    assert chosen(mistaken(1000, *pairs)) == list(range(MOST))


def test_where_nothing_is_confused_the_first_classes_stand_for_all() -> None:
    assert chosen(mistaken(1000)) == list(range(MOST))
