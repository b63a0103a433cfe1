"""Building a model into a folder, and reporting its first run."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import click

from archspec.backend import Backend, backend
from archspec.commands.arguments import Reading
from archspec.commands.loading import load_graph
from archspec.commands.optimizing import Reduced, reduced
from archspec.commands.output import leave, print_json
from archspec.commands.screen import progress
from archspec.diagnostic import SpecError
from archspec.emission.building import Built, Filling, Rewritten, Target, Tell, build_folder
from archspec.graph import Graph
from archspec.passes.targets import EAGER


class BuildOrder(NamedTuple):
    """The options of a build: backend, folder, weights, device, precision and exports.

    ``target`` is what the network is optimized for, if it is.
    """

    backend: str
    output: Path | None
    weights: Path | None
    seed: int
    device: str
    precision: str
    exports: tuple[str, ...]
    dynamic: bool
    auxiliary: bool
    target: str | None


_OWN = {"tensorflow": "tensorflow"}
"""What networks are optimized for where no target is named, by backend; others run eagerly."""


def build(spec: str, reading: Reading, form: str, order: BuildOrder) -> None:
    """Build a spec into a folder, and print the results of its first run."""
    graph = load_graph(spec, reading, form)
    graph = graph if order.auxiliary else graph.without_heads()
    filling, found = Filling(order.weights, order.seed), None
    try:
        with progress(f"building {graph.name} for {order.backend}") as tell:
            if order.target:
                tell("optimizing the network")
                found = _reduced(graph, filling, order)
                graph, filling = found.graph, _rewritten(filling, found)
            built = _built(graph, filling, order, tell)
    except SpecError as error:
        leave(error.diagnostics, form)
    if form == "json":
        print_json(_record(graph, built) | ({"optimized": found.log} if found else {}))
    else:
        click.echo("\n".join((*_lines(graph, built), *(found.lines() if found else ()))))


def _reduced(graph: Graph, filling: Filling, order: BuildOrder) -> Reduced:
    backend(order.backend)  # refused before long work
    return reduced(graph, filling.tensors(graph), _target(order))


def _target(order: BuildOrder) -> str:
    named = order.target or "auto"
    return _OWN.get(order.backend, "eager") if named == "auto" else named


def _rewritten(filling: Filling, found: Reduced) -> Rewritten:
    """Fill an optimized model, and leave its spec and what was done beside it."""
    told = {"optimized": found.log["target"]}
    return Rewritten(filling.weights, filling.seed, found.tensors, told, found.texts)


def _built(graph: Graph, filling: Filling, order: BuildOrder, tell: Tell) -> Built:
    folder = order.output or Path("build") / graph.name
    target = Target(order.device, order.precision, order.exports, order.dynamic)
    return build_folder(graph, _lowering(order), folder, filling, target, tell)


def _lowering(order: BuildOrder) -> Backend:
    chosen = backend(order.backend)
    return chosen.for_inference if order.target and _target(order) in EAGER else chosen


def _lines(graph: Graph, built: Built) -> Iterator[str]:
    for file in built.files:
        yield f"{file}  {_size(_bytes(file))}"
    given = ", ".join(str(each.type) for each in graph.inputs.values())
    for name, output in built.outputs.items():
        wrong = "" if output.finite else ", with values that are not finite"
        yield f"{given} -> {name} {_shape(output.shape)}{wrong}"
    yield f"{built.parameters:,} parameters; ran in {built.seconds:.2f} s on {built.device}"


def _shape(shape: tuple[int, ...]) -> str:
    return "x".join(map(str, shape))


def _bytes(file: Path) -> int:
    """Count the bytes of a file, or of all files in a folder."""
    within = file.rglob("*") if file.is_dir() else (file,)
    return sum(each.stat().st_size for each in within if each.is_file())


def _size(count: int) -> str:
    return f"{count / 2**20:,.1f} MiB" if count >= 2**20 else f"{count / 2**10:,.1f} KiB"


def _record(graph: Graph, built: Built) -> dict[str, Any]:
    return {
        "ok": True,
        "name": graph.name,
        "files": [str(file) for file in built.files],
        "inputs": {name: str(given.type) for name, given in graph.inputs.items()},
        "outputs": {
            name: {"shape": _shape(output.shape), "finite": output.finite}
            for name, output in built.outputs.items()
        },
        "seconds": built.seconds,
        "device": built.device,
        "parameters": built.parameters,
    }
