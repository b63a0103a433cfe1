"""Training curves as a figure, in the style of figures 23 to 26 of arXiv:1602.07261."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from archspec.standalone.curves import Curve, Measure, Series, Split, curve, read_run
from archspec.standalone.figures import BLACK, BLUE, COLOURS, VERMILION, Form, drawing, encoded
from archspec.standalone.job import unwritable

CURVES = "curves.svg"
MEASURES: tuple[Measure, ...] = ("loss", "error", "rate")
"""The panels of the figure of a single training."""
_TITLES: dict[Measure, str] = {
    "loss": "loss",
    "error": "top-1 error",
    "error5": "top-5 error",
    "rate": "learning rate",
}
_SPLITS: tuple[Split, ...] = ("train", "test")
_PANEL = 4.2, 3.4
_BEGINNING = 0.1
"""The initial fraction of the epochs whose values may exceed the top of a panel."""
_MANY = 4
"""The number of epochs from which the axis has ticks at whole epochs only."""
_DOTTED = 40
"""The maximum number of points for which each has a marker."""


class Line(NamedTuple):
    """A curve in a panel, with its label and style."""

    curve: Curve
    label: str
    colour: str
    split: Split


def write_curves(folder: Path) -> None:
    """Draw the curves of a training into its folder; raise ``TrainingError``."""
    file, drawn = folder / CURVES, draw_run(folder)
    try:
        file.write_bytes(drawn)
    except OSError as error:
        raise unwritable(file, error.strerror) from None


def draw_run(folder: Path) -> bytes:
    """Draw the curves of a training; raise ``TrainingError``."""
    return draw([Series(folder.name, (read_run(folder),))], MEASURES, "", "svg")


def draw(series: Sequence[Series], measures: Sequence[Measure], title: str, form: Form) -> bytes:
    """Draw a panel for each measure; the same logs give the same bytes."""
    with drawing():
        from matplotlib.figure import Figure

        width, height = _PANEL
        figure = Figure(figsize=(width * len(measures), height), layout="constrained")
        panels = figure.subplots(1, len(measures), squeeze=False)[0]
        for axes, measure in zip(panels, measures, strict=True):
            _draw_panel(axes, measure, list(lines(series, measure)))
        if title:
            figure.suptitle(title, fontsize=11)
        return encoded(figure, form)


def lines(series: Sequence[Series], measure: Measure) -> Iterator[Line]:
    """Yield the lines of a panel: a colour for each split of one series, else for each series."""
    for number, each in enumerate(series):
        for split in _SPLITS:
            found = curve(each, measure, split)
            if not found.epochs:
                continue
            if len(series) == 1:
                colour = BLACK if measure == "rate" else BLUE if split == "train" else VERMILION
                yield Line(found, split, colour, split)
            else:
                seeds = f" ({len(each.runs)} seeds)" if len(each.runs) > 1 else ""
                colour = COLOURS[number % len(COLOURS)]
                yield Line(found, f"{each.label}{seeds}, {split}", colour, split)


def _draw_panel(axes: Any, measure: Measure, shown: list[Line]) -> None:
    from matplotlib.ticker import MaxNLocator, PercentFormatter

    for line in shown:
        _draw_line(axes, line, is_thin=line.split == "train" and measure != "rate")
    axes.set_title(_TITLES[measure], fontsize=10)
    axes.set_xlabel("epoch", fontsize=9)
    if any(line.curve.epochs[-1] >= _MANY for line in shown):
        axes.xaxis.set_major_locator(MaxNLocator(integer=True))
    axes.tick_params(labelsize=8)
    axes.grid(color="#dddddd", linewidth=0.6)
    axes.set_axisbelow(True)
    axes.spines[["top", "right"]].set_visible(False)
    if measure in ("error", "error5"):
        axes.yaxis.set_major_formatter(PercentFormatter(1))
    if shown and measure != "rate":
        axes.set_ylim(top=_ceiling(shown))
        axes.legend(fontsize=8, frameon=False, loc="upper right")


def _draw_line(axes: Any, line: Line, *, is_thin: bool) -> None:
    """Draw a curve, thin if it is secondary, and the range over seeds as a band."""
    epochs, is_test = line.curve.epochs, line.split == "test"
    axes.plot(
        epochs,
        line.curve.mean,
        label=line.label,
        color=line.colour,
        linewidth=1 if is_thin else 1.8,
        linestyle=(0, (4, 1.5)) if is_thin else "-",
        marker="o" if is_test and len(epochs) <= _DOTTED else None,
        markersize=3,
    )
    if line.curve.least != line.curve.most:
        spread = line.curve.least, line.curve.most
        axes.fill_between(epochs, *spread, color=line.colour, alpha=0.18, linewidth=0)


def _ceiling(shown: list[Line]) -> float:
    """Return the upper limit of a panel: the maximum after the first epochs, with a margin."""
    start = _BEGINNING * max(line.curve.epochs[-1] for line in shown)
    values = [
        value
        for line in shown
        for epoch, value in zip(line.curve.epochs, line.curve.most, strict=True)
        if epoch >= start
    ]
    return 1.05 * max(values)
