"""What was measured as a figure: a panel for each workload, a bar for each candidate."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from archspec.benchmarking.comparison import Comparison
from archspec.benchmarking.summary import four_digits
from archspec.standalone.figures import COLOURS, Form, drawing, encoded

_WIDTH, _BAR, _HEAD = 6.4, 0.34, 0.9
"""Inches: of the figure, of each bar, and of what is around the bars of a panel."""


def draw(comparisons: Sequence[Comparison], form: Form) -> bytes:
    """Draw medians as bars, with the quartiles as whiskers; same results, same bytes."""
    heights = [_HEAD + _BAR * len(each.results) for each in comparisons]
    with drawing():
        from matplotlib.figure import Figure

        figure = Figure(figsize=(_WIDTH, sum(heights)), layout="constrained")
        ratios = {"height_ratios": heights}
        panels = figure.subplots(len(heights), 1, squeeze=False, gridspec_kw=ratios)[:, 0]
        for axes, compared in zip(panels, comparisons, strict=True):
            _draw_panel(axes, compared)
        return encoded(figure, form)


def _draw_panel(axes: Any, compared: Comparison) -> None:
    workload = compared.workload
    spreads = [each.seconds for each in compared.results]
    medians = [each.median * 1000 for each in spreads]
    whiskers = [
        [(each.median - each.lower) * 1000 for each in spreads],
        [(each.upper - each.median) * 1000 for each in spreads],
    ]
    names = [each.name for each in compared.results]
    colours = [COLOURS[place % len(COLOURS)] for place in range(len(names))]
    bars = axes.barh(names, medians, height=0.7, xerr=whiskers, color=colours, capsize=3)
    axes.bar_label(bars, [f" {four_digits(each)}" for each in medians], fontsize=8)
    does = "training step" if workload.is_training else "inference"
    axes.set_title(f"{does}, batch {compared.batch}, {workload.precision}", fontsize=10)
    axes.set_xlabel("ms", fontsize=9)
    axes.invert_yaxis()
    axes.margins(x=0.15)
    axes.tick_params(labelsize=8)
    axes.spines[["top", "right"]].set_visible(False)
