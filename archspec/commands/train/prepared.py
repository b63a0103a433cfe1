"""Reading the network and the recipe of a training, and checking that they fit each other."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import NamedTuple

from archspec.commands.arguments import Reading
from archspec.commands.loading import read_graph
from archspec.commands.train.order import TrainingOrder
from archspec.diagnostic import Diagnostic, SpecError, unreadable
from archspec.graph import Graph
from archspec.location import locate
from archspec.source import File, Unreadable
from archspec.standalone.data.places import open_examples
from archspec.standalone.recipe import Recipe
from archspec.training import classifier, run_folder
from archspec.training.recipes.load import load as load_recipe
from archspec.training.recipes.overrides import overridden
from archspec.training.run_folder import Recorded


class Prepared(NamedTuple):
    """A network and a compatible recipe, with the files that they were read from."""

    graph: Graph
    recipe: Recipe
    file: File
    texts: Mapping[str, str]


def prepare(spec: str, reading: Reading, order: TrainingOrder) -> Prepared:
    """Read a spec and a recipe; raise ``SpecError``, or ``DataError`` for the data."""
    recipe = overridden(load_recipe(order.recipe), order.changes)
    try:
        found = locate(spec, reading.root)
    except Unreadable as error:
        raise SpecError((unreadable(error),)) from None
    recorded = Recorded(found.tree)
    file = replace(found, tree=recorded)
    reading = reading._replace(params={**recipe.params, **reading.params})
    graph = _graph(file, reading, recipe)
    refused = classifier.refusal(graph) or _misfit(graph, order.data)
    if refused is not None:
        raise SpecError((refused,))
    texts = {f"{run_folder.SPEC}/{path}": text for path, text in recorded.texts.items()}
    return Prepared(graph, recipe, file, texts)


def _graph(file: File, reading: Reading, recipe: Recipe) -> Graph:
    """Read the network; raise ``SpecError``, which tells what the recipe is to blame for."""
    try:
        return read_graph(file, reading)
    except SpecError as error:
        raise SpecError(_blamed(each, recipe) for each in error.diagnostics) from None


def _blamed(found: Diagnostic, recipe: Recipe) -> Diagnostic:
    is_set = found.code == "command/param" and found.about[-1] in recipe.params
    return replace(found, notes=(f"the recipe {recipe.name} sets it",)) if is_set else found


def _misfit(graph: Graph, data: str) -> Diagnostic | None:
    """Describe a mismatch between the classes of the data and those of the network."""
    shape, classes = classifier.shape_of(graph), classifier.classes_of(graph)
    return classifier.misfit(graph, len(open_examples(data, "train", shape, classes).classes))
