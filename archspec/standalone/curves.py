"""Training curves: loss, error and learning rate over epochs, read from logs.

Runs that differ only in their seed form a series, whose curve is their mean, with their minimum and
maximum.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import isfinite
from pathlib import Path
from typing import Any, Literal, NamedTuple

from archspec.standalone.job import TrainingError
from archspec.standalone.journal import LOG, read

Split = Literal["train", "test"]
Measure = Literal["loss", "error", "error5", "rate"]
Measured = Mapping[str, float]


@dataclass(frozen=True)
class Run:
    """The measurements in the log of one training, by step, on the training and the test split."""

    name: str
    train: Mapping[int, Measured]
    test: Mapping[int, Measured]


class Series(NamedTuple):
    """Runs that differ only in their seed."""

    label: str
    runs: tuple[Run, ...]


class Curve(NamedTuple):
    """Values over epochs: the mean, minimum and maximum over the runs of a series."""

    epochs: list[float]
    mean: list[float]
    least: list[float]
    most: list[float]


def read_run(folder: Path) -> Run:
    """Read the measurements in the log of a training; raise ``TrainingError``."""
    lines = read(folder / LOG)
    try:
        train = {int(each["step"]): _measured(each) for each in lines if "loss" in each}
        test = {
            int(each["step"]): _measured({"epoch": each["epoch"], **each["test"]})
            for each in lines
            if "test" in each
        }
    except (KeyError, TypeError, ValueError, OverflowError) as error:
        raise TrainingError(f"{folder / LOG} is no log of a training: {error!r}") from None
    return Run(folder.name, train, test)


def _measured(line: Mapping[str, Any]) -> Measured:
    """Return the finite numbers of a log line, with accuracies converted to errors."""
    found = {name: float(line[name]) for name in ("loss", "rate") if name in line}
    for accuracy, error in (("top1", "error"), ("top5", "error5")):
        if accuracy in line:
            found[error] = 1 - float(line[accuracy])
    epoch = float(line["epoch"])
    if not isfinite(epoch):
        raise ValueError(f"its epoch is {epoch}")
    return {"epoch": epoch, **{name: value for name, value in found.items() if isfinite(value)}}


def curve(series: Series, measure: Measure, split: Split) -> Curve:
    """Compute the curve of a series at the steps that all of its runs have in common."""
    logs = [run.train if split == "train" else run.test for run in series.runs]
    shared = set.intersection(*(set(log) for log in logs))
    steps = [step for step in sorted(shared) if all(measure in log[step] for log in logs)]
    values = [[log[step][measure] for log in logs] for step in steps]
    return Curve(
        epochs=[logs[0][step]["epoch"] for step in steps],
        mean=[sum(each) / len(each) for each in values],
        least=[min(each) for each in values],
        most=[max(each) for each in values],
    )
