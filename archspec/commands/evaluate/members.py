"""The members of an evaluation: networks with their weights, and saved predictions."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

import click

from archspec.backend import Backend, backend
from archspec.checked import check_one, graph_of
from archspec.commands.arguments import Reading
from archspec.commands.evaluate import trained
from archspec.commands.evaluate.trained import Trained
from archspec.commands.loading import load_graph, overrides
from archspec.evaluation import predictions
from archspec.evaluation.network import Network, Signature, fill, sign
from archspec.evaluation.predictions import Predictions
from archspec.graph import Graph
from archspec.location import with_variant
from archspec.standalone.data.pixels import Normalization


class Choice(NamedTuple):
    """What takes the place of what a run says: its backend, the range of its pixels."""

    backend: str | None
    normalization: Normalization | None


class Contender(NamedTuple):
    """A network and its weights, to be run with a backend on pixels of some range."""

    name: str
    graph: Graph
    weights: Path
    backend: Backend
    normalization: Normalization

    @property
    def signature(self) -> Signature:
        """What it takes and gives; raise ``SpecError``."""
        return sign(self.graph.without_heads())

    def fill(self, device: str) -> Network:
        """Make it ready to predict; raise ``SpecError``."""
        network = fill(self.graph, self.backend, self.weights, device)
        return replace(network, name=self.name)


Member = Contender | Predictions


def members(
    runs: Sequence[str], weights: Sequence[Path], reading: Reading, choice: Choice, form: str
) -> list[Member]:
    """Find what is to be evaluated; raise ``SpecError``."""
    specs = [run for run in runs if not (_is_predictions(run) or trained.is_run(run))]
    if len(specs) != len(weights):
        raise click.UsageError(
            f"each SPEC takes one --weights, in the same order: there are {len(specs)}"
            f" ({', '.join(specs) or 'none'}), and {len(weights)} --weights"
        )
    if (reading.params or reading.inputs or reading.variant) and not specs:
        help = "--set, --input and --variant are of a SPEC; a training has those it had"
        raise click.UsageError(help)
    files = iter(weights)
    return [_member(run, files, reading, choice, form) for run in runs]


def _is_predictions(run: str) -> bool:
    return Path(run).suffix == predictions.ENDING and Path(run).is_file()


def _member(
    run: str, weights: Iterator[Path], reading: Reading, choice: Choice, form: str
) -> Member:
    if _is_predictions(run):
        return replace(predictions.read(Path(run)), source=run)
    is_run = trained.is_run(run)
    spec = with_variant(run, reading.variant)
    found = trained.read(run) if is_run else trained.of_spec(spec, reading, next(weights))
    return Contender(
        run if is_run else f"{run} with {found.weights}",
        _graph_as_trained(found) if is_run else load_graph(found.spec, found.reading, form),
        found.weights,
        backend(choice.backend or found.backend),
        choice.normalization or found.normalization,
    )


def _graph_as_trained(found: Trained) -> Graph:
    """Read the network of a training with the params that it had; raise ``SpecError``."""
    return graph_of(check_one(found.spec, overrides(found.reading)))
