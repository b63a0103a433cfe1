"""Evaluating networks, and their ensemble."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path, PurePosixPath
from typing import NamedTuple

import click

from archspec.commands.arguments import Reading
from archspec.commands.evaluate.members import Choice, Contender, Member, members
from archspec.commands.evaluate.report import Means, Report, Row, as_json, lines, title
from archspec.commands.output import leave, paint, print_json, write
from archspec.commands.screen import progress
from archspec.diagnostic import Diagnostic, SpecError
from archspec.evaluation import picture, predictions
from archspec.evaluation.excluded import NOTHING, Excluded, exclude
from archspec.evaluation.predicting import Look, Tell, drawn, predict, require_fitting
from archspec.evaluation.predictions import Predictions, average
from archspec.evaluation.scores import Scores, score
from archspec.rendering import text
from archspec.source import File, Folder, Unreadable
from archspec.standalone.data.examples import DataError, Examples
from archspec.standalone.data.pixels import Normalization
from archspec.standalone.data.places import open_examples
from archspec.standalone.figures import form_of, require_library


class EvaluationOrder(NamedTuple):
    """The request: the images, their views, the device and the output files."""

    weights: tuple[Path, ...]
    data: str | None
    crops: str
    exclude: Path | None
    limit: int | None
    normalization: Normalization | None
    strict: bool
    backend: str | None
    device: str
    batch: int
    save_predictions: Path | None
    picture: Path | None

    def look(self, normalization: Normalization) -> Look:
        """How images are presented to a network."""
        return Look(int(self.crops), normalization, self.batch, self.strict)


class Images(NamedTuple):
    """The data set, the indices to predict, and the excluded images."""

    examples: Examples | None
    places: Sequence[int]
    excluded: Excluded


def evaluate(runs: tuple[str, ...], reading: Reading, form: str, order: EvaluationOrder) -> None:
    """Predict, score against the labels, and report."""
    if order.picture is not None:
        require_library()
    try:
        choice = Choice(order.backend, order.normalization)
        found = members(runs, order.weights, reading, choice, form)
        images = _images(found, order)
        with progress("evaluating") as tell:
            rows = [_row(member, images, order, tell) for member in found]
            together = average([row.predictions for row in rows])
    except SpecError as error:
        leave(error.diagnostics, form)
    except DataError as error:
        leave((Diagnostic("evaluate/data", str(error), help=error.help or None),), form)
    except Unreadable as error:
        raise click.UsageError(str(error)) from None
    report = Report(rows, images.excluded, together, score(together))
    if form == "json":
        print_json(as_json(report))
    else:
        _tell(report)
    _keep(report, order)


def _images(found: Sequence[Member], order: EvaluationOrder) -> Images:
    """Select the images; raise ``SpecError`` if a network does not fit them."""
    contenders = [each for each in found if isinstance(each, Contender)]
    kept = [each for each in found if isinstance(each, Predictions)]
    if not contenders:
        return Images(None, (), _excluded(order, kept[0].names))
    if order.data is None:
        raise click.UsageError("--data says which images to predict: a folder, or synthetic:1000")
    signatures = [each.signature for each in contenders]
    first = signatures[0]
    shape = (first.size, first.size, first.channels)
    examples = open_examples(order.data, "test", shape, first.classes)
    for contender, signature in zip(contenders, signatures, strict=True):
        require_fitting(contender.name, signature, examples)
    names = [examples.name(place) for place in range(len(examples))]
    excluded = _excluded(order, names)
    places = [place for place, name in enumerate(names) if name not in excluded.names]
    return Images(examples, drawn(places, order.limit), excluded)


def _excluded(order: EvaluationOrder, names: Sequence[str]) -> Excluded:
    if order.exclude is None:
        return NOTHING
    file = File(Folder(order.exclude.parent), PurePosixPath(order.exclude.name))
    return exclude(file.read(), names)


def _row(member: Member, images: Images, order: EvaluationOrder, tell: Tell) -> Row:
    """Predict with a network, or use its saved predictions."""
    if isinstance(member, Predictions):
        left = member.without(images.excluded.names)
        return Row(left, _score(left))
    assert images.examples is not None
    tell(f"filling {member.name}")
    network = member.fill(order.device)
    look = order.look(member.normalization)
    done = predict(
        network, images.examples, images.places, look, lambda what: tell(f"{member.name}: {what}")
    )
    means = Means(network.framework, network.device, look, done.images_per_second, done.broken)
    return Row(done.predictions, _score(done.predictions), means)


def _score(found: Predictions) -> Scores:
    if not found.names:
        raise SpecError((_nothing_left(),))
    return score(found)


def _tell(report: Report) -> None:
    warning = report.excluded.warning
    if warning is not None:
        click.echo(text.render((warning,), paint(sys.stderr)), err=True, color=True)
    click.echo("\n".join(lines(report)))


def _keep(report: Report, order: EvaluationOrder) -> None:
    """Write what was asked for, the report being told already."""
    if order.save_predictions is not None:
        write(order.save_predictions, predictions.encode(report.together))
    if order.picture is not None:
        form = form_of(order.picture)
        write(
            order.picture, picture.draw(report.scores, report.together.classes, title(report), form)
        )


def _nothing_left() -> Diagnostic:
    return Diagnostic(
        "evaluate/no-images",
        "no image is left to evaluate",
        help="leave fewer out, or name other --data",
    )
