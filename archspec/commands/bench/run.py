"""Measuring a spec and its rivals under each workload, and telling what was measured."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product
from pathlib import Path

import click

from archspec.backend import Workload, backend
from archspec.benchmarking import figure, fitting, threads
from archspec.benchmarking.attribution import Attribution, attributed
from archspec.benchmarking.comparison import Comparison, Course, attempt, compare
from archspec.benchmarking.machine import machine
from archspec.benchmarking.measuring import Tell
from archspec.benchmarking.naming import Subject
from archspec.commands.arguments import Reading, did_you_mean
from archspec.commands.bench.report import Report, as_json, lines
from archspec.commands.loading import load_graph, read_graph
from archspec.commands.output import leave, print_json, write
from archspec.commands.screen import progress
from archspec.diagnostic import SpecError
from archspec.emission.building import Filling
from archspec.graph import Graph
from archspec.standalone import figures
from archspec.verification import noise


@dataclass(frozen=True)
class BenchOrder:
    """The options of a benchmark."""

    backend: str
    against: tuple[str, ...]
    baseline: str | None
    weights: Path | None
    batches: tuple[int, ...]
    precisions: tuple[str, ...]
    training: bool
    channels_last: bool
    compile: bool
    device: str
    threads: int | None
    rounds: int
    clock: str
    by: str | None
    plot: Path | None


def bench(spec: str, reading: Reading, form: str, order: BenchOrder) -> None:
    """Measure, print the results, and draw them if a file is named."""
    _refuse_nonsense(spec, order)
    if order.plot:
        figures.require_library()
    before = machine()
    graph = load_graph(spec, reading, form)
    try:
        with progress(spec) as tell:
            report = Report(spec, graph, before, *_measured(spec, graph, reading, order, tell))
    except SpecError as error:
        leave(error.diagnostics, form)
    if order.plot:
        drawn = figure.draw(report.comparisons, figures.form_of(order.plot))
        write(order.plot, drawn)
    if form == "json":
        print_json(as_json(report))
    else:
        click.echo("\n".join(lines(report)))


def _refuse_nonsense(spec: str, order: BenchOrder) -> None:
    names = (spec, *order.against)
    twice = next((each for each in names if names.count(each) > 1), None)
    if twice:
        raise click.UsageError(f"{twice} is named twice; each candidate takes part once")
    if order.baseline and order.baseline not in names:
        near = did_you_mean(order.baseline, names) or f": name one of {', '.join(names)}"
        raise click.UsageError(f"--baseline {order.baseline} is none of the candidates{near}")


def _measured(
    spec: str, graph: Graph, reading: Reading, order: BenchOrder, tell: Tell
) -> tuple[str, dict[str, str], tuple[Comparison, ...], Attribution | None]:
    """Return the baseline, what runs each candidate, the comparisons, and where the time goes."""
    tell("starting")
    if order.threads:
        threads.announce(order.threads)
    subject = _subject(spec, graph, reading, order)
    device = subject.backend.runtime().device(order.device)
    candidates = [subject.candidate(), *map(subject.against, order.against)]
    versions = {each.name: each.version for each in candidates}
    found, attribution = [], None
    if device == "cpu":
        _refuse_too_large(subject, order)
    for workload in _workloads(graph, order, device):
        compared, taking = compare(candidates, workload, Course(order.rounds, order.clock), tell)
        found.append(compared)
        if order.by and not attribution:
            tell("measuring modules")
            with attempt(spec):
                attribution = attributed(taking[0].prepared, graph.without_heads())
    return order.baseline or spec, versions, tuple(found), attribution


def _subject(spec: str, graph: Graph, reading: Reading, order: BenchOrder) -> Subject:
    others = reading._replace(params={}, variant="")
    return Subject(
        spec,
        graph,
        backend(order.backend),
        lambda named: read_graph(named, others),
        Filling(order.weights),
        _target(order),
    )


def _target(order: BenchOrder) -> str:
    """Return what an eager model is optimized for."""
    if order.compile:
        return "compile"
    return "channels_last" if order.channels_last else "eager"


def _workloads(graph: Graph, order: BenchOrder, device: str) -> Iterator[Workload]:
    """Yield all workloads that are asked for, inference first."""
    steps = (False, True) if order.training else (False,)
    for batch, precision, is_training in product(order.batches, order.precisions, steps):
        yield Workload(
            noise.examples(graph, count=batch),
            is_training,
            precision,
            device,
            order.channels_last,
            order.compile,
            order.threads or 0,
        )


def _refuse_too_large(subject: Subject, order: BenchOrder) -> None:
    """Refuse what this machine has no room for, before it is made."""
    batch, room = max(order.batches), fitting.available()
    for precision in order.precisions:
        needed = fitting.predicted(
            subject.graph, subject.backend, batch, precision, is_training=order.training
        )
        fitting.refuse_too_large(subject.name, batch, needed, room)
