"""Comparing what frameworks compute, and telling where they part."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from math import isfinite
from pathlib import Path
from typing import Any, NamedTuple

import click

from archspec.backend import Backend, backend, installed
from archspec.commands.arguments import Reading
from archspec.commands.loading import load_graph
from archspec.commands.output import FINE, REFUSED, leave, print_json
from archspec.commands.table import NUMBER, Column, Table, draw
from archspec.diagnostic import Diagnostic, SpecError
from archspec.graph import Graph
from archspec.rendering.json import record
from archspec.verify import against, values, verdict
from archspec.verify.culprit import Culprit
from archspec.verify.difference import Difference
from archspec.verify.side import Trial
from archspec.verify.verdict import Demand, Verdict
from archspec.weights import file as weights_file
from archspec.weights.initial import example


class Order(NamedTuple):
    """What is to be compared, on which numbers, how strictly, where."""

    backends: tuple[str, ...]
    weights: Path | None
    given: Mapping[str, Path]
    seed: int
    tolerance: float
    against: str | None
    publisher: str | None
    auxiliary: bool
    isolate: bool
    device: str

    @property
    def apart(self) -> bool:
        """Whether each framework runs in a process of its own."""
        return self.isolate or self.device != "cpu"


class Told(NamedTuple):
    """What was compared, as one says it, and what came of it."""

    graph: Graph
    weights: str
    inputs: str
    verdict: Verdict
    broken: Mapping[str, str]


def verify(spec: str, reading: Reading, form: str, order: Order) -> None:
    """Compare, tell what was found, and leave with the status of it."""
    _refuse_nonsense(order)
    graph = load_graph(spec, reading, form)
    graph = graph if order.auxiliary else graph.without_heads()
    try:
        told = _against(graph, order) if order.against else _each_other(graph, order)
    except SpecError as error:
        leave(error.diagnostics, form)
    if form == "json":
        print_json(_record(told))
    else:
        click.echo("\n".join(_lines(told)))
    raise SystemExit(FINE if told.verdict.agree else REFUSED)


def _refuse_nonsense(order: Order) -> None:
    if order.publisher and not order.against:
        raise click.UsageError("--from says whose names the model of --against has")
    if order.against and (order.publisher is None) == (order.weights is None):
        raise click.UsageError(
            "with --against, say where the weights of both come from: --from PUBLISHER takes over"
            " that model's, --weights FILE holds the same as it does"
        )
    if order.against and order.apart:
        raise click.UsageError("--against compares in one process, on the CPU")


def _each_other(graph: Graph, order: Order) -> Told:
    demand, broken = _demand(order)
    tensors = _tensors(graph, order)
    trial = Trial(graph, tensors, _inputs(graph, order), order.device)
    return Told(graph, _weights(order), _noise(order), verdict.verify(trial, demand), broken)


def _against(graph: Graph, order: Order) -> Told:
    demand, broken = _demand(order)
    met = against.meet(str(order.against), _loaded())
    if order.publisher:
        tensors = against.take(met, order.publisher, graph).tensors
        weights = f"{len(tensors)} tensors taken over from it by the names of {order.publisher}"
    else:
        tensors, weights = _tensors(graph, order), _weights(order)
    trial = Trial(graph, tensors, _inputs(graph, order))
    return Told(graph, weights, _noise(order), against.verify(trial, met, demand), broken)


def _demand(order: Order) -> tuple[Demand, dict[str, str]]:
    """Find the backends asked for, else all; a broken one that nobody asked for is listed."""
    if order.backends:
        found = [backend(name) for name in order.backends]
        return Demand(found, order.tolerance, order.apart), {}
    broken = {each.name: each.trouble for each in installed() if each.backend is None}
    return Demand(_loaded(), order.tolerance, order.apart, chosen=False), broken


def _loaded() -> list[Backend]:
    """List the backends that load, torch first, as its layout is that of the weights."""
    found = [each.backend for each in installed() if each.backend is not None]
    return sorted(found, key=lambda each: (each.name != "torch", each.name))


def _tensors(graph: Graph, order: Order) -> dict[str, Any]:
    if order.weights is not None:
        return weights_file.load(order.weights, graph)
    return values.tensors(graph, order.seed)


def _inputs(graph: Graph, order: Order) -> dict[str, Any]:
    if order.given:
        return values.read_inputs(order.given, graph)
    try:
        return example(graph, order.seed)
    except MemoryError as error:
        raise SpecError((_too_large(error),)) from None


def _too_large(error: MemoryError) -> Diagnostic:
    message = f"the inputs do not fit into the memory: {error}"
    return Diagnostic("inputs/memory", message, help="take a smaller --input")


def _weights(order: Order) -> str:
    if order.weights is not None:
        return f"weights of {order.weights.name}"
    return f"weights and statistics of norms drawn from seed {order.seed}"


def _noise(order: Order) -> str:
    named = ", ".join(file.name for file in order.given.values())
    return named or f"noise from seed {order.seed}"


def _lines(told: Told) -> Iterator[str]:
    found = told.verdict
    given = ", ".join(str(each.type) for each in told.graph.inputs.values())
    yield f"{told.graph.name} at {given}: {', '.join(found.versions)}"
    yield f"{told.weights}; {told.inputs}"
    yield from (f"left out: {each.message}; {each.help}" for each in found.left_out)
    yield from (f"broken: {name}: {trouble}" for name, trouble in told.broken.items())
    columns = (Column("path"), Column("is"), Column("max abs", NUMBER), Column("max rel", NUMBER))
    yield f"\n{draw(Table(columns, [_cells(row) for row in found.rows]))}\n"
    compared = f"{len(found.differences)} of {found.values} {found.kind} compared"
    verb = "agree" if found.agree else "disagree"
    yield f"{compared}: they {verb}, to {_number(found.worst)}; tolerance {found.tolerance:g}"
    if found.culprit is not None:
        yield from _blamed(found.culprit)


def _cells(row: verdict.Row) -> tuple[str, ...]:
    if row.difference is None:
        return (row.path, row.template, "", "")
    absolute, relative = (f"{each:.1e}" for each in row.difference)
    return (row.path, row.template, absolute, relative)


def _number(difference: Difference | None) -> str:
    return f"{difference.relative:.1e}" if difference else "nothing"


def _blamed(culprit: Culprit) -> Iterator[str]:
    node = culprit.node
    yield f"\nfirst to disagree: {node.path}, at {node.step.span}"
    yield f"  {node.op}: {', '.join(map(str, node.inputs))} -> {node.output}"
    yield (
        f"  max rel {culprit.difference.relative:.1e},"
        f" and {culprit.alone.relative:.1e} by itself on the same values"
    )
    for name, written in culprit.written.items():
        yield f"  {name}:"
        yield from (f"    {line}" for line in written)


def _record(told: Told) -> dict[str, Any]:
    found = told.verdict
    return {
        "agree": found.agree,
        "tolerance": found.tolerance,
        "name": told.graph.name,
        "compared": list(found.versions),
        "weights": told.weights,
        "inputs": told.inputs,
        "values": {"compared": len(found.differences), "all": found.values},
        "modules": [{"path": row.path, **_gap(row.difference)} for row in found.rows],
        "first": _culprit(found.culprit) if found.culprit else None,
        "left_out": [record(each) for each in found.left_out],
        "broken": dict(told.broken),
    }


def _gap(difference: Difference | None) -> dict[str, float | None]:
    """Write a difference; JSON knows no infinity, which is null as what was not compared is."""
    absolute, relative = difference or (None, None)
    return {"max_abs": _finite(absolute), "max_rel": _finite(relative)}


def _finite(value: float | None) -> float | None:
    return value if value is not None and isfinite(value) else None


def _culprit(culprit: Culprit) -> dict[str, Any]:
    span = culprit.node.step.span
    return {
        "path": culprit.node.path,
        "operator": culprit.node.op.word,
        "attributes": str(culprit.node.op),
        "file": span.source.name,
        "line": span.line,
        **_gap(culprit.difference),
        "alone": _gap(culprit.alone),
        "written": {name: list(lines) for name, lines in culprit.written.items()},
    }
