"""The sections of the report of a training."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, is_dataclass
from pathlib import Path
from shlex import quote
from typing import Any, NamedTuple

from archspec.analysis.count import count
from archspec.attributes import show
from archspec.graph import Graph
from archspec.standalone.progress import duration
from archspec.standalone.recipe import Recipe
from archspec.training.outcome import Outcome
from archspec.training.recipes.fields import Field, fields_of, word_of
from archspec.training.report import html
from archspec.views.summary import summary

_BROKEN = 50
"""The maximum number of corrupt images that are listed."""
_LATEST = 100
"""The maximum number of evaluations that are listed."""


class Mistake(NamedTuple):
    """A class with low recall, and its most frequent confusion."""

    name: str
    images: int
    share: float
    taken_for: str
    taken: int


class Judged(NamedTuple):
    """The final confusion matrix as a figure, and the classes with the lowest recall."""

    picture: bytes
    mistakes: Sequence[Mistake]
    broken: Mapping[str, str]


@dataclass(frozen=True)
class Subject:
    """The content of a report.

    Attributes:
        graph: The network.
        recipe: How it is trained.
        facts: What the run says of itself.
        sources: The texts of the spec and of what it imports, by their files.
        run: The folder of the training.
        again: The command that trains it.
        curves: The curves so far, as SVG.
        judged: What the end came to; None before, or where it cannot be told.
    """

    graph: Graph
    recipe: Recipe
    facts: Mapping[str, Any]
    sources: Mapping[str, str]
    run: Path
    again: str
    curves: bytes
    judged: Judged | None = None

    @property
    def title(self) -> str:
        """Name the network and the recipe."""
        return f"{self.graph.name}, trained by the recipe {self.recipe.name}"


def page(subject: Subject, outcome: Outcome) -> str:
    """Write the report of a training; equal facts and timings give equal bytes."""
    parts = (
        _heading(subject, outcome),
        html.section("How it went", *_course(subject, outcome)),
        _mistakes(subject),
        _broken(subject, outcome),
        html.section("The network", *_network(subject)),
        html.section("The recipe", html.facts(_written(subject.recipe))),
        html.section("What it was trained with", html.facts(_means(subject, outcome))),
        html.section("How to go on", *_going_on(subject, outcome)),
    )
    return html.document(subject.title, "".join(parts))


def _heading(subject: Subject, outcome: Outcome) -> str:
    whole = subject.recipe.epochs
    state = "finished" if outcome.epoch >= whole else "under way"
    told = [
        *_tested(outcome),
        (f"{round(outcome.epoch, 2):g} of {whole:g}", "epochs"),
        *_timed(outcome),
    ]
    scores = "".join(
        f"<li><b>{html.shown(value)}</b><span>{html.shown(name)}</span></li>\n"
        for value, name in told
    )
    return (
        f"<h1>{html.shown(subject.title)}</h1>\n"
        f'<p class="state">{state}, after step {outcome.step:,}</p>\n'
        f'<ul class="scores">\n{scores}</ul>\n'
    )


def _tested(outcome: Outcome) -> Iterator[tuple[str, str]]:
    if test := outcome.test:
        yield _percent(1 - test["top1"]), "top-1 error"
        yield _percent(1 - test["top5"]), "top-5 error"
        yield f"{test['loss']:.4f}", "test loss"


def _timed(outcome: Outcome) -> Iterator[tuple[str, str]]:
    if outcome.images_per_second:
        yield duration(outcome.seconds), "of training"
        yield f"{outcome.images_per_second:,.0f}", "images/s"


def _course(subject: Subject, outcome: Outcome) -> Iterator[str]:
    yield html.picture(subject.curves, "loss, error and learning rate by epochs")
    tests = [
        (
            f"{round(line['epoch'], 2):g}",
            f"{line['step']:,}",
            f"{line['test']['loss']:.4f}",
            _percent(1 - line["test"]["top1"]),
            _percent(1 - line["test"]["top5"]),
        )
        for line in outcome.tests[-_LATEST:]
    ]
    head = ("epoch", "step", "loss", "top-1 error", "top-5 error")
    yield html.folded("All tests", html.table(head, tests, numbers=5))


def _mistakes(subject: Subject) -> str:
    judged = subject.judged
    if judged is None:
        return ""
    rows = [
        (each.name, each.taken_for, f"{each.taken:,}", f"{each.images:,}", _percent(each.share))
        for each in judged.mistakes
    ]
    head = ("class", "most often taken for", "so many times", "of images", "recognised")
    return html.section(
        "What is taken for what",
        html.picture(judged.picture, "the confusion matrix, and the classes recognised least"),
        html.folded("The classes recognised least", html.table(head, rows, numbers=3)),
    )


def _broken(subject: Subject, outcome: Outcome) -> str:
    """List the images that were skipped, if any."""
    held_out = subject.judged.broken if subject.judged else {}
    if not outcome.broken and not held_out:
        return ""
    rows = [(name, "learned from", "") for name in outcome.broken[:_BROKEN]]
    rows += [(name, "held out", cause) for name, cause in list(held_out.items())[:_BROKEN]]
    counted = f"{len(outcome.broken):,} of those learned from and {len(held_out):,} held out"
    return html.section(
        "Images that were skipped",
        html.paragraph(f"{counted} cannot be decoded; others stood in for the former."),
        html.table(("image", "part", "why"), rows),
    )


def _network(subject: Subject) -> Iterator[str]:
    graph, totals = subject.graph, count(subject.graph).totals
    inputs = ", ".join(f"{name} {given.type}" for name, given in graph.inputs.items())
    yield html.paragraph(f"{inputs}; {totals.parameters:,} parameters, {totals.macs:,} MACs.")
    rows = [
        (row.name, row.step, row.shapes, f"{row.totals.parameters:,}", f"{row.totals.macs:,}")
        for row in summary(graph)
    ]
    outputs = ", ".join(str(graph.type_of(path)) for path in graph.outputs.values())
    rows.append(("total", "", outputs, f"{totals.parameters:,}", f"{totals.macs:,}"))
    yield html.table(("name", "step", "output", "parameters", "MACs"), rows, numbers=3)
    for file, text in subject.sources.items():
        yield html.folded(file, html.source(text))


def _means(subject: Subject, outcome: Outcome) -> Iterator[tuple[str, object]]:
    facts = subject.facts
    yield "command", subject.again
    yield "data", facts["data"]
    yield "seed", subject.recipe.seed
    yield "computed on", f"{outcome.place}, {_processes(outcome.processes)}"
    yield "framework", facts["framework"]
    yield "archspec", facts["archspec"]
    yield "digest of the network", facts["digest"]
    yield from ((f"param {name}", value) for name, value in facts["params"].items())


def _processes(count: int) -> str:
    return "1 process" if count == 1 else f"{count:,} processes"


def _going_on(subject: Subject, outcome: Outcome) -> Iterator[str]:
    run, data = quote(str(subject.run)), quote(subject.facts["data"])
    if outcome.epoch < subject.recipe.epochs:
        yield html.paragraph("Goes on after the last checkpoint:")
        yield html.source(f"{subject.again} --resume\n")
    yield html.paragraph("Judges the weights as the papers do, by several crops of each image:")
    yield html.source(f"archspec evaluate {run} --data {data} --crops 12\n")
    yield html.paragraph("Compares it with other trainings:")
    yield html.source(f"archspec curves {run} OTHER -o curves.svg\n")


def _written(recipe: Recipe) -> Iterator[tuple[str, str]]:
    """List the keys of a recipe with their values as an author would write them."""
    for field in fields_of(Recipe).values():
        yield field.name, _value(field, getattr(recipe, field.attribute)) or "none"


def _value(field: Field, value: Any) -> str:
    if isinstance(value, Mapping):
        return " ".join(f"{name}={show(each)}" for name, each in value.items())
    if isinstance(value, tuple):
        return f"[{', '.join(map(show, value))}]"
    if not is_dataclass(value):
        return "none" if value is None else show(value)
    record: type = type(value)
    given = (
        f"{each.name}={_value(each, getattr(value, each.attribute))}"
        for each in fields_of(record).values()
    )
    return " ".join([word_of(record), *given] if field.words else given)


def _percent(share: float) -> str:
    return f"{100 * share:.2f} %"
