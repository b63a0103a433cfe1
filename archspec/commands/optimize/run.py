"""Optimizing a spec and its weights into a folder, and telling what was done and what was not."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator, Mapping
from itertools import groupby
from pathlib import Path
from typing import Any, NamedTuple

import click

from archspec.analysis.count import count
from archspec.commands.arguments import Reading
from archspec.commands.loading import load_graph
from archspec.commands.output import leave, print_json, unwritable
from archspec.commands.screen import progress
from archspec.diagnostic import Diagnostic, SpecError
from archspec.emission.building import FolderDraft
from archspec.graph import Graph
from archspec.passes.optimize import PASSES, Optimized, Record, optimize
from archspec.raising.raised import Raised, Unraisable, raise_spec
from archspec.weights import file as weights_file

WEIGHTS, LOG = "weights.safetensors", "optimize.json"
_SHOWN = 3
"""How many places of one reason are named."""


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
            found = optimize(graph, tensors, order.target)
            tell("writing it as a spec")
            raised = _raised(found.graph)
            log = _log(graph, found, order.target)
            files = _written(folder, raised, found.tensors, log)
    except SpecError as error:
        leave(error.diagnostics, form)
    if form == "json":
        print_json({"ok": True, "files": [*map(str, files)], **log})
    else:
        click.echo("\n".join((*map(str, files), *_lines(found.records, log))))


def _raised(graph: Graph) -> Raised:
    try:
        return raise_spec(graph)
    except Unraisable as why:
        help = "`archspec.optimize` in Python gives the graph itself, which can be emitted"
        raise SpecError((Diagnostic("optimize/unwritable", str(why), help=help),)) from None


def _written(
    folder: Path, raised: Raised, tensors: Mapping[str, Any], log: Mapping[str, Any]
) -> list[Path]:
    """Write the spec, its weights by the paths of the spec, and the log."""
    spec = f"{raised.graph.name}.yaml"
    moved = {_renamed(key, raised.paths): each for key, each in tensors.items()}
    try:
        with FolderDraft(folder) as draft:
            draft.write(spec, raised.text)
            draft.write(LOG, json.dumps(log, indent=2) + "\n")
            weights_file.save(draft.path / WEIGHTS, moved, raised.graph)
            shutil.copymode(draft.path / spec, draft.path / WEIGHTS)
            draft.keep((WEIGHTS, LOG, spec))
    except OSError as error:
        raise unwritable(error, folder) from None
    return [folder / name for name in (spec, WEIGHTS, LOG)]


def _renamed(key: str, paths: Mapping[str, str]) -> str:
    path, _, name = key.rpartition(".")
    return f"{paths[path]}.{name}"


def _log(graph: Graph, found: Optimized, target: str) -> dict[str, Any]:
    """Return what was done as plain data; paths are those of the spec that was given."""
    sides = {"before": graph, "after": found.graph}
    return {
        "name": graph.name,
        "target": target,
        **{side: _totals(each) for side, each in sides.items()},
        "records": [
            {
                "pass": each.name,
                "exactness": str(each.exactness),
                "path": each.path,
                "applied": each.is_applied,
                "told": each.told,
            }
            for each in found.records
        ],
    }


def _totals(graph: Graph) -> dict[str, int]:
    totals = count(graph)
    return {
        "operators": len(graph.nodes),
        "parameters": totals.parameters,
        "macs": totals.macs,
    }


def _lines(records: tuple[Record, ...], log: Mapping[str, Any]) -> Iterator[str]:
    before, after = log["before"], log["after"]
    for name in before:
        yield f"{name}: {before[name]:,} -> {after[name]:,}"
    for run, exactness in PASSES.items():
        mine = [each for each in records if each.name == run.__name__]
        if mine:
            applied = [each for each in mine if each.is_applied]
            yield f"{run.__name__} ({exactness}): {len(applied):,} of {len(mine):,} places"
            yield from _refusals([each for each in mine if not each.is_applied])


def _refusals(records: list[Record]) -> Iterator[str]:
    """Tell each reason once, with the first of its places."""
    alike = groupby(sorted(records, key=_reason), _reason)
    for reason, found in alike:
        paths = [each.path for each in found]
        shown = ", ".join(paths[:_SHOWN])
        more = f" and {len(paths) - _SHOWN:,} more" if len(paths) > _SHOWN else ""
        yield f"  not at {shown}{more}: {reason}"


def _reason(record: Record) -> str:
    return record.told
