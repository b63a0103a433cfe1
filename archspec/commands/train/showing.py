"""The curves and the report in the folder of a training."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click

from archspec.commands.output import write
from archspec.graph import Graph
from archspec.standalone.curve_figure import CURVES, draw_run
from archspec.standalone.job import MAKE_ROOM, TrainingError
from archspec.standalone.recipe import Recipe
from archspec.training.outcome import Outcome, outcome
from archspec.training.report import Judged, Subject, page

REPORT = "report.html"


@dataclass(frozen=True)
class Showing:
    """Updates the curves and the report of a training."""

    graph: Graph
    recipe: Recipe
    facts: Mapping[str, Any]
    sources: Mapping[str, str]
    run: Path

    def __call__(self, judged: Judged | None = None) -> Outcome:
        """Draw the curves and write the report; raise ``TrainingError`` for a damaged log."""
        found = outcome(self.run)
        curves = draw_run(self.run)
        _write(self.run / CURVES, curves)
        subject = Subject(
            graph=self.graph,
            recipe=self.recipe,
            facts=self.facts,
            sources=self.sources,
            run=self.run,
            again=self.facts["command"],
            curves=curves,
            judged=judged,
        )
        _write(self.run / REPORT, page(subject, found))
        return found


def _write(file: Path, content: str | bytes) -> None:
    try:
        write(file, content)
    except click.UsageError as error:
        raise TrainingError(error.message, MAKE_ROOM) from None
