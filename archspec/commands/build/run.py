"""Building a model into a folder, and reporting its first run."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import click

from archspec.backend import backend
from archspec.commands.arguments import Reading
from archspec.commands.loading import load_graph
from archspec.commands.output import leave, print_json
from archspec.commands.screen import progress
from archspec.diagnostic import SpecError
from archspec.emission.building import Built, Filling, Target, build_folder
from archspec.graph import Graph


class BuildOrder(NamedTuple):
    """The options of a build: backend, folder, weights, device, precision and exports."""

    backend: str
    output: Path | None
    weights: Path | None
    seed: int
    device: str
    precision: str
    exports: tuple[str, ...]
    dynamic: bool
    auxiliary: bool


def build(spec: str, reading: Reading, form: str, order: BuildOrder) -> None:
    """Build a spec into a folder, and print the results of its first run."""
    graph = load_graph(spec, reading, form)
    graph = graph if order.auxiliary else graph.without_heads()
    folder = order.output or Path("build") / graph.name
    try:
        with progress(f"building {graph.name} for {order.backend}") as tell:
            filling = Filling(order.weights, order.seed)
            target = Target(order.device, order.precision, order.exports, order.dynamic)
            built = build_folder(graph, backend(order.backend), folder, filling, target, tell)
    except SpecError as error:
        leave(error.diagnostics, form)
    if form == "json":
        print_json(_record(graph, built))
    else:
        click.echo("\n".join(_lines(graph, built)))


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
