"""Drawing and comparing trainings."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple, cast

import click

from archspec.commands.output import leave, print_json, write
from archspec.commands.table import NUMBER, Column, Table, draw
from archspec.diagnostic import Diagnostic, SpecError
from archspec.rendering.excerpt import visible
from archspec.standalone import curve_figure
from archspec.standalone.curves import Measure, Series, Split, curve
from archspec.standalone.figures import form_of
from archspec.standalone.job import TrainingError
from archspec.training.comparison import compared

_COLUMNS = (
    Column("training"),
    Column("runs", NUMBER),
    Column("epochs", NUMBER, spare=2),
    Column("top-1 error", NUMBER),
    Column("from", NUMBER),
    Column("to", NUMBER),
    Column("top-5 error", NUMBER, spare=1),
    Column("loss", NUMBER, spare=3),
)
_TESTED: tuple[Measure, ...] = ("error", "error5", "loss")
_LONGEST = 60


class CurvesOrder(NamedTuple):
    """The figure to draw: its file, its measures and its title."""

    output: Path | None
    measures: tuple[str, ...]
    title: str


def tell(runs: Sequence[Path], form: str, order: CurvesOrder) -> None:
    """Print the final results of trainings, and draw their curves."""
    try:
        series = [each._replace(label=visible(each.label, _LONGEST)) for each in compared(runs)]
    except SpecError as error:
        leave(error.diagnostics, form)
    except TrainingError as error:
        leave((Diagnostic("train/unreadable", str(error), help="name other folders"),), form)
    if refused := _untrained(series):
        leave((refused,), form)
    if order.output is not None:
        shown, form_drawn = _measures(series, order), form_of(order.output)
        write(order.output, curve_figure.draw(series, shown, order.title, form_drawn))
    if form == "json":
        print_json({"ok": True, "series": list(map(_record, series))})
    else:
        click.echo(draw(Table(_COLUMNS, list(map(_row, series)))))


def _untrained(series: Sequence[Series]) -> Diagnostic | None:
    """Name a training that has not logged anything."""
    for run in (run for each in series for run in each.runs):
        if not run.train and not run.test:
            message = f"{run.name} has no line of a training in its log.jsonl"
            return Diagnostic("train/unreadable", message, help="name folders of `archspec train`")
    return None


def _measures(series: Sequence[Series], order: CurvesOrder) -> Sequence[Measure]:
    asked = cast(tuple[Measure, ...], order.measures)
    return asked or (curve_figure.MEASURES if len(series) == 1 else ("loss", "error"))


def _row(series: Series) -> tuple[str, ...]:
    """Tell the last test of a series."""
    found = {measure: curve(series, measure, "test") for measure in _TESTED}
    error = found["error"]
    if not error.epochs:
        return (series.label, str(len(series.runs)), *(("",) * 6))
    return (
        series.label,
        str(len(series.runs)),
        f"{round(error.epochs[-1], 2):g}",
        _percent(error.mean[-1]),
        _percent(error.least[-1]),
        _percent(error.most[-1]),
        _percent(found["error5"].mean[-1]),
        f"{found['loss'].mean[-1]:.4f}",
    )


def _percent(share: float) -> str:
    return f"{100 * share:.2f} %"


def _record(series: Series) -> Mapping[str, Any]:
    return {
        "name": series.label,
        "runs": [run.name for run in series.runs],
        "curves": list(_curves(series)),
    }


def _curves(series: Series) -> Iterator[Mapping[str, Any]]:
    shown: Mapping[Split, tuple[Measure, ...]] = {"train": curve_figure.MEASURES, "test": _TESTED}
    for split, measures in shown.items():
        for measure in measures:
            yield {"split": split, "measure": measure, **curve(series, measure, split)._asdict()}
