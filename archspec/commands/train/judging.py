"""The confusion matrix of a trained network, as ``archspec evaluate`` computes it."""

from __future__ import annotations

from pathlib import Path

from archspec.backend import Backend
from archspec.commands.screen import progress
from archspec.diagnostic import SpecError
from archspec.evaluation import picture
from archspec.evaluation.network import fill
from archspec.evaluation.predicting import Look, predict
from archspec.evaluation.scores import Scores, score
from archspec.graph import Graph
from archspec.standalone.data.places import open_examples
from archspec.standalone.job import Job
from archspec.training.report import Judged, Mistake


def judge(graph: Graph, chosen: Backend, job: Job, weights: Path) -> Judged | None:
    """Predict what is held out; None where that takes more than a training does, as squares."""
    examples = open_examples(job.data, "test", job.shape, job.classes)
    look = Look(normalization=job.recipe.normalization)
    try:
        with progress("judging") as tell:
            network = fill(graph, chosen, weights, job.device)
            found = predict(network, examples, range(len(examples)), look, tell)
    except SpecError:
        return None
    scores, classes = score(found.predictions), found.predictions.classes
    drawn = picture.draw(scores, classes, "", "svg")
    return Judged(drawn, _mistakes(scores, classes), dict(found.broken))


def _mistakes(scores: Scores, classes: tuple[str, ...]) -> list[Mistake]:
    """List the classes with the lowest recall."""
    found = ((each, scores.taken_for(each.label)) for each in scores.classes[: picture.WORST])
    return [
        Mistake(
            classes[each.label], each.images, each.share, classes[other.taken_for], other.images
        )
        for each, other in found
        if other is not None
    ]
