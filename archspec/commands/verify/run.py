"""Comparing what frameworks compute, and reporting the first divergence."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

import click

from archspec.backend import Backend, backend, installed
from archspec.commands.arguments import Reading
from archspec.commands.loading import load_graph
from archspec.commands.output import FINE, REFUSED, leave, print_json
from archspec.commands.verify.verdicts import ToldVerdict, as_json, lines
from archspec.diagnostic import Diagnostic, SpecError
from archspec.graph import Graph
from archspec.verification import drawn, foreign_model, noise, values, verdict
from archspec.verification.party import INTERPRETER, Emitted, Interpreter, Party
from archspec.verification.side import Trial
from archspec.verification.verdict import Demand
from archspec.weights import file as weights_file


class VerifyOrder(NamedTuple):
    """The options of a verification: parties, weights, inputs, tolerance and device."""

    backends: tuple[str, ...]
    weights: Path | None
    given: Mapping[str, Path]
    seed: int
    tolerance: float
    against: str | None
    publisher: str | None
    own_weights: bool
    auxiliary: bool
    isolate: bool
    precision: str
    device: str

    @property
    def apart(self) -> bool:
        """Whether each framework runs in a child process."""
        return self.isolate or self.device != "cpu"


def verify(spec: str, reading: Reading, form: str, order: VerifyOrder) -> None:
    """Compare, print the result, and exit with its status."""
    _refuse_nonsense(order)
    graph = load_graph(spec, reading, form)
    graph = graph if order.auxiliary else graph.without_heads()
    try:
        told = _against(graph, order) if order.against else _each_other(graph, order)
    except SpecError as error:
        leave(error.diagnostics, form)
    if form == "json":
        print_json(as_json(told))
    else:
        click.echo("\n".join(lines(told)))
    raise SystemExit(FINE if told.verdict.agree else REFUSED)


def _refuse_nonsense(order: VerifyOrder) -> None:
    if order.own_weights and not order.against:
        raise click.UsageError("--own-weights takes over those of the model of --against")
    if order.publisher and not order.against:
        raise click.UsageError("--from says whose names the model of --against has")
    if order.weights and (order.publisher or order.own_weights):
        raise click.UsageError(
            "the weights of both come from --weights FILE, which holds the same as it does, or from"
            " the model of --against"
        )
    if order.against and order.apart:
        raise click.UsageError("--against compares in one process, on the CPU")


def _each_other(graph: Graph, order: VerifyOrder) -> ToldVerdict:
    demand, broken = _demand(order)
    inputs = _inputs(graph, order)
    trial = Trial(graph, _tensors(graph, order, inputs), inputs, order.device)
    return ToldVerdict(graph, _weights(order), _noise(order), verdict.verify(trial, demand), broken)


def _against(graph: Graph, order: VerifyOrder) -> ToldVerdict:
    demand, broken = _demand(order)
    foreign = foreign_model.load(str(order.against), _loaded())
    inputs = _inputs(graph, order)
    tensors, weights = _shared(graph, order, foreign, inputs)
    trial = Trial(graph, tensors, inputs)
    return ToldVerdict(
        graph, weights, _noise(order), foreign_model.verify(trial, foreign, demand), broken
    )


def _shared(
    graph: Graph, order: VerifyOrder, foreign: foreign_model.ForeignModel, inputs: Mapping[str, Any]
) -> tuple[Mapping[str, Any], str]:
    """Return the weights of both sides, and a description of their origin."""
    if order.weights is not None:
        return _tensors(graph, order, inputs), _weights(order)
    if order.own_weights or order.publisher is None:
        tensors = foreign_model.take(foreign, order.publisher, graph).tensors
        whose = order.publisher or "the spec"
        return tensors, f"{len(tensors)} tensors taken over from it by the names of {whose}"
    lent = foreign_model.lend(foreign, order.publisher, Trial(graph, {}, inputs), order.seed)
    return lent, f"{_weights(order)}, given to it by the names of {order.publisher}"


def _demand(order: VerifyOrder) -> tuple[Demand, dict[str, str]]:
    """Find the named parties, else all; return broken backends that were not named as well."""
    if order.backends:
        asked = [_party(name, order) for name in order.backends]
        is_lone = len(asked) == 1 and asked[0].name != INTERPRETER and not order.against
        return Demand([_interpreter(order), *asked] if is_lone else asked, order.tolerance), {}
    broken = {each.name: each.trouble for each in installed() if each.backend is None}
    parties = [_interpreter(order), *(Emitted(each, order.apart) for each in _loaded())]
    return Demand(parties, order.tolerance, chosen=False), broken


def _party(name: str, order: VerifyOrder) -> Party:
    return _interpreter(order) if name == INTERPRETER else Emitted(backend(name), order.apart)


def _interpreter(order: VerifyOrder) -> Party:
    return Interpreter(order.precision)


def _loaded() -> list[Backend]:
    """List the backends that load, torch first, as its layout is that of the weights."""
    found = [each.backend for each in installed() if each.backend is not None]
    return sorted(found, key=lambda each: (each.name != "torch", each.name))


def _tensors(graph: Graph, order: VerifyOrder, inputs: Mapping[str, Any]) -> dict[str, Any]:
    if order.weights is not None:
        return weights_file.load(order.weights, graph)
    return drawn.tensors(graph, order.seed, inputs)


def _inputs(graph: Graph, order: VerifyOrder) -> dict[str, Any]:
    if order.given:
        return noise.accompanied(values.read_inputs(order.given, graph), order.seed)
    try:
        return noise.examples(graph, order.seed)
    except MemoryError as error:
        raise SpecError((_too_large(error),)) from None


def _too_large(error: MemoryError) -> Diagnostic:
    message = f"the inputs do not fit into the memory: {error}"
    return Diagnostic("inputs/memory", message, help="take a smaller --input")


def _weights(order: VerifyOrder) -> str:
    if order.weights is not None:
        return f"weights of {order.weights.name}"
    return f"weights and statistics of norms drawn from seed {order.seed}"


def _noise(order: VerifyOrder) -> str:
    named = ", ".join(file.name for file in order.given.values())
    return named or f"two examples of noise from seed {order.seed}"
