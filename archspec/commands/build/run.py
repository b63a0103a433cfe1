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
from archspec.diagnostic import Diagnostic, SpecError
from archspec.emission.building import Built, Filling, Rewritten, Target, Tell, build_folder
from archspec.graph import Graph
from archspec.passes.targets import EAGER


class BuildOrder(NamedTuple):
    """The options of a build: backend, folder, weights, device, precision and exports.

    ``target`` is what the network is optimized for, if it is; ``auto`` is the backend's own.
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


_OWN = "auto"


def build(spec: str, reading: Reading, form: str, order: BuildOrder) -> None:
    """Build a spec into a folder, and print the results of its first run."""
    graph = load_graph(spec, reading, form)
    graph = graph if order.auxiliary else graph.without_heads()
    filling, found = Filling(order.weights, order.seed), None
    try:
        chosen = backend(order.backend)
        target = _target(chosen, order.target)
        with progress(f"building {graph.name} for {order.backend}") as tell:
            if target:
                tell("optimizing the network")
                found = reduced(graph, filling.tensors(graph), target)
                graph, filling = found.graph, _rewritten(filling, found)
            lowering = chosen.for_inference if target in EAGER else chosen
            built = _built(graph, lowering, filling, order, tell)
    except SpecError as error:
        leave(error.diagnostics, form)
    if form == "json":
        print_json(_record(graph, built) | ({"optimized": found.log} if found else {}))
    else:
        click.echo("\n".join((*_lines(graph, built), *(found.lines() if found else ()))))


def _target(chosen: Backend, named: str | None) -> str | None:
    """Return the target that an option means, None for none; raise ``SpecError``."""
    own, *_ = chosen.targets
    if named is None or named in chosen.targets:
        return named
    if named == _OWN:
        return own
    message = f"models of {chosen.framework} are not run by {named}"
    help = f"name one of {', '.join(chosen.targets)}; --optimize alone is for {own}"
    raise SpecError((Diagnostic("build/target", message, help=help),))


def _rewritten(filling: Filling, found: Reduced) -> Rewritten:
    """Fill an optimized model, and leave its spec and what was done beside it."""
    told = {"optimized": found.log["target"]}
    return Rewritten(filling.weights, filling.seed, found.tensors, told, found.texts)


def _built(
    graph: Graph, lowering: Backend, filling: Filling, order: BuildOrder, tell: Tell
) -> Built:
    folder = order.output or Path("build") / graph.name
    target = Target(order.device, order.precision, order.exports, order.dynamic)
    return build_folder(graph, lowering, folder, filling, target, tell)


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
