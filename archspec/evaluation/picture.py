"""A figure of the confusion matrix and of the classes with the lowest recall."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from archspec.evaluation.scores import Scores
from archspec.rendering.excerpt import visible
from archspec.standalone.figures import Form, drawing, encoded

MOST = 24
"""The maximum number of classes in a figure; of more, the most confused are shown."""
WORST = 12
_LONGEST = 24
_LEAST = 0.005
"""The fraction above which a cell shows its number."""


def draw(scores: Scores, classes: Sequence[str], title: str, form: Form) -> bytes:
    """Draw the matrix and the worst classes as SVG or PNG; equal scores give equal bytes."""
    with drawing():
        from matplotlib.figure import Figure

        shown = chosen(scores)
        side = 2.6 + 0.26 * len(shown)
        height = max(side, 4.2)
        figure = Figure(figsize=(side + 6.4, height), layout="constrained")
        left, right = figure.subplots(1, 2, width_ratios=(side + 1.2, 5.2))
        figure.suptitle(_plain(title, 100), fontsize=11)
        names = [_plain(name) for name in classes]
        _draw_matrix(left, scores, shown, names)
        _draw_worst(right, scores, names)
        return encoded(figure, form)


def chosen(scores: Scores) -> list[int]:
    """Choose the classes to show: all that fit, or those with the most frequent errors."""
    count = len(scores.confusion)
    if count <= MOST:
        return list(range(count))
    found: dict[int, None] = {}
    for each in scores.confused:
        pair = dict.fromkeys((each.true, each.taken_for))
        if len(found | pair) > MOST:
            break
        found |= pair
    return sorted(found) or list(range(MOST))


def _draw_matrix(axes: Any, scores: Scores, shown: list[int], names: list[str]) -> None:
    total = scores.confusion.sum(axis=1, keepdims=True)
    shares = (scores.confusion / np.maximum(total, 1))[np.ix_(shown, shown)]
    axes.imshow(np.sqrt(shares), cmap="Blues", vmin=0, vmax=1)  # so that mistakes are seen, too
    labels, places = [names[label] for label in shown], range(len(shown))
    axes.set_xticks(places, labels, rotation=90, fontsize=8)
    axes.set_yticks(places, labels, fontsize=8)
    axes.set_xlabel("taken for")
    axes.set_ylabel("class")
    part = "" if len(shown) == len(names) else f" ({len(shown)} of {len(names):,} classes)"
    axes.set_title(f"Percent of each class's images{part}", fontsize=9)
    _write_shares(axes, shares)


def _write_shares(axes: Any, shares: Any) -> None:
    for (row, column), share in np.ndenumerate(shares):
        if share > _LEAST:
            colour = "white" if share > 0.4 else "black"
            text = f"{100 * share:.0f}"
            axes.text(column, row, text, ha="center", va="center", color=colour, fontsize=6.5)


def _draw_worst(axes: Any, scores: Scores, names: list[str]) -> None:
    worst = scores.classes[:WORST]
    places = range(len(worst))
    axes.barh(places, [each.share for each in worst], color="#a9c8e6")
    axes.set_yticks(places, [names[each.label] for each in worst], fontsize=8)
    axes.set_xlim(0, 1)
    axes.invert_yaxis()
    axes.set_title("Classes recognised least, and what they are taken for", fontsize=9)
    axes.set_xlabel("share recognised at the first guess")
    for place, each in enumerate(worst):
        remark = f"{100 * each.share:.1f} %{_taken_for(scores, each.label, names)}"
        axes.text(0.02, place, remark, va="center", fontsize=8)


def _taken_for(scores: Scores, label: int, names: list[str]) -> str:
    found = scores.taken_for(label)
    return f", {found.images:,} as {names[found.taken_for]}" if found else ""


def _plain(name: str, most: int = _LONGEST) -> str:
    return visible(name, most)
