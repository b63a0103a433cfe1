"""Optimizing a spec and its weights into a folder, and telling what was done and what was not."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import NamedTuple

import click

from archspec.commands.arguments import Reading
from archspec.commands.loading import load_graph
from archspec.commands.optimizing import Reduced, reduced
from archspec.commands.output import leave, print_json, unwritable
from archspec.commands.screen import progress
from archspec.diagnostic import SpecError
from archspec.emission.building import WEIGHTS, FolderDraft
from archspec.weights import file as weights_file


class OptimizeOrder(NamedTuple):
    """The options of an optimization."""

    weights: Path
    target: str
    output: Path | None


def optimize_spec(spec: str, reading: Reading, form: str, order: OptimizeOrder) -> None:
    """Optimize a spec into a folder; nothing is left behind by a failure."""
    graph = load_graph(spec, reading, form).without_heads()
    folder = order.output or Path("optimized") / graph.name
    try:
        with progress(f"optimizing {graph.name} for {order.target}") as tell:
            tell("reading the weights")
            tensors = weights_file.load(order.weights, graph)
            tell("rewriting the network")
            found = reduced(graph, tensors, order.target)
            tell("writing it as a spec")
            files = _written(folder, found)
    except SpecError as error:
        leave(error.diagnostics, form)
    if form == "json":
        print_json({"ok": True, "files": [*map(str, files)], **found.log})
    else:
        click.echo("\n".join((*map(str, files), *found.lines())))


def _written(folder: Path, found: Reduced) -> list[Path]:
    """Write the spec, its weights by the paths of the spec, and the log."""
    spec, log = found.texts
    try:
        with FolderDraft(folder) as draft:
            draft.write_all(found.texts)
            weights_file.save(draft.path / WEIGHTS, found.tensors, found.graph)
            shutil.copymode(draft.path / spec, draft.path / WEIGHTS)
            draft.keep((WEIGHTS, log, spec))
    except OSError as error:
        raise unwritable(error, folder) from None
    return [folder / name for name in (spec, WEIGHTS, log)]
