"""Printing the results of a training."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from archspec.commands.train.showing import REPORT
from archspec.emission.building import WEIGHTS
from archspec.standalone.curve_figure import CURVES
from archspec.standalone.journal import LOG
from archspec.standalone.progress import duration
from archspec.training.outcome import Outcome

_FILES = {"weights": WEIGHTS, "report": REPORT, "curves": CURVES, "log": LOG}


def lines(found: Outcome, run: Path) -> Iterator[str]:
    """Print accuracy, time and the files of a training."""
    test = found.test
    yield (
        f"top-1 error {1 - test['top1']:.2%}, top-5 error {1 - test['top5']:.2%},"
        f" loss {test['loss']:.4f} after epoch {round(found.epoch, 2):g}"
    )
    yield f"{duration(found.seconds)}, {found.images_per_second:,.0f} images/s, on {found.place}"
    yield f"{run / WEIGHTS}, and all about it in {run / REPORT}"


def as_json(found: Outcome) -> Mapping[str, Any]:
    """Return the same as JSON values."""
    return {
        "step": found.step,
        "epoch": found.epoch,
        "test": dict(found.test),
        "seconds": found.seconds,
        "images_per_second": round(found.images_per_second, 1),
        "place": found.place,
        "processes": found.processes,
        "broken": list(found.broken),
        "files": _FILES,
    }
