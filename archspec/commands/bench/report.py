"""Reports of a benchmark, as text and as JSON."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from archspec.analysis.copies import folded
from archspec.analysis.count import Totaller, by_module
from archspec.benchmarking.attribution import Attribution, Part
from archspec.benchmarking.comparison import Comparison, Result
from archspec.benchmarking.machine import Machine
from archspec.benchmarking.summary import FEWEST, Ratio, Spread, four_digits
from archspec.commands.table import NUMBER, Column, Table, draw
from archspec.graph import Graph
from archspec.version import __version__


class Report(NamedTuple):
    """What was measured, of what, by whom."""

    spec: str
    graph: Graph
    machine: Machine
    baseline: str
    versions: Mapping[str, str]
    comparisons: tuple[Comparison, ...]
    attribution: Attribution | None


def lines(report: Report) -> Iterator[str]:
    """Write the report, line by line."""
    machine = report.machine
    cores = _counted(machine.cores, "core")
    given = ", ".join(str(each.type) for each in report.graph.inputs.values())
    yield f"{report.graph.name} at {given}"
    yield f"{machine.processor}, {cores}, {machine.system}, Python {machine.python}"
    yield ", ".join((f"archspec {__version__}", *dict.fromkeys(report.versions.values())))
    if machine.is_busy:
        yield f"note: the machine is busy (load {machine.load}); ratios hold better than seconds"
    for compared in report.comparisons:
        yield f"\n{described(compared)}\n\n{draw(_table(report, compared))}"
        if len(compared.results) > 1 and not compared.has_intervals:
            yield f"note: {FEWEST} rounds or more give intervals"
        yield from (f"left out: {name}: {why}" for name, why in compared.left_out.items())
    if report.attribution:
        yield f"\nby module, {described(report.comparisons[0])}\n"
        yield draw(_by_module(report.graph.without_heads(), report.attribution))


def described(compared: Comparison) -> str:
    """Describe a workload in a few words."""
    workload = compared.workload
    does = "a step of training" if workload.is_training else "inference"
    facts = (
        f"{does}: batch {compared.batch}",
        workload.precision,
        workload.device,
        "channels last" if workload.channels_last else "",
        "compiled" if workload.compile else "",
        _counted(workload.threads, "thread") if workload.threads else "",
        _counted(compared.course.rounds, "round"),
        "" if compared.course.clock == "wall" else f"{compared.course.clock} time",
    )
    return ", ".join(filter(None, facts))


def _counted(count: int, what: str) -> str:
    return f"{count:,} {what}" if count == 1 else f"{count:,} {what}s"


_COLUMNS = (
    Column("candidate", cut=True),
    Column("ms", NUMBER),
    Column("quartiles", NUMBER, spare=2),
    Column("a second", NUMBER, spare=3),
    Column("times as fast", NUMBER),
    Column("interval", NUMBER, spare=1),
    Column("peak MiB", NUMBER, spare=4),
    Column("ready s", NUMBER, spare=5),
)


def _table(report: Report, compared: Comparison) -> Table:
    return Table(_COLUMNS, [_row(report, compared, each) for each in compared.results])


def _row(report: Report, compared: Comparison, result: Result) -> tuple[str, ...]:
    lower, middle, upper = (each * 1000 for each in result.seconds)
    found = compared.ratio(result, report.baseline)
    interval = _interval(found) if found and result.name != report.baseline else ""
    return (
        result.name,
        four_digits(middle),
        f"{four_digits(lower)} to {four_digits(upper)}",
        four_digits(compared.batch / result.seconds.median),
        f"{found.median:.3f}" if found else "",
        interval,
        "" if result.memory is None else f"{result.memory / 2**20:,.1f}",
        f"{result.ready:,.1f}",
    )


def _interval(found: Ratio) -> str:
    if found.lower is None:
        return "-"
    return f"{found.lower:.3f} to {found.upper:.3f}"


def _by_module(graph: Graph, attribution: Attribution) -> Table:
    columns = (
        Column("path"),
        Column("is", spare=2),
        Column("at", spare=1, cut=True),
        Column("ms", NUMBER),
        Column("time", NUMBER),
        Column("MACs", NUMBER),
    )
    parts = {each.path: each for each in attribution.parts}
    rows = by_module(graph, Totaller())
    shown = folded(graph, rows)
    found = [(row, parts[row.path.replace("*", "0")]) for row in shown if row.path in parts]
    cells = [(row.path, row.template, *_cells(part)) for row, part in found]
    return Table(columns, [*cells, ("outside these", "", "", *_time(*attribution.outside), "")])


def _cells(part: Part) -> tuple[str, ...]:
    return (part.place, *_time(part.seconds, part.share), f"{part.operations:.1%}")


def _time(seconds: float | None, share: float | None) -> tuple[str, str]:
    """Write milliseconds and a share, where something was measured."""
    if seconds is None or share is None:
        return "-", "-"
    return four_digits(seconds * 1000), f"{share:.1%}"


def as_json(report: Report) -> dict[str, Any]:
    """Return the report as plain data."""
    return {
        "ok": True,
        "spec": report.spec,
        "name": report.graph.name,
        "inputs": {name: str(each.type) for name, each in report.graph.inputs.items()},
        "machine": report.machine._asdict(),
        "archspec": __version__,
        "candidates": dict(report.versions),
        "baseline": report.baseline,
        "comparisons": [_compared(report, each) for each in report.comparisons],
        **_attributed(report.attribution),
    }


def _attributed(attribution: Attribution | None) -> dict[str, Any]:
    if attribution is None:
        return {"modules": [], "outside_modules": None}
    return {
        "modules": [each._asdict() for each in attribution.parts],
        "outside_modules": attribution.outside._asdict(),
    }


def _compared(report: Report, compared: Comparison) -> dict[str, Any]:
    workload = compared.workload
    return {
        "step": "training" if workload.is_training else "inference",
        "batch": compared.batch,
        "precision": workload.precision,
        "device": workload.device,
        "channels_last": workload.channels_last,
        "compile": workload.compile,
        "threads": workload.threads or None,
        "rounds": compared.course.rounds,
        "clock": compared.course.clock,
        "results": [_result(report, compared, each) for each in compared.results],
        "left_out": dict(compared.left_out),
    }


def _result(report: Report, compared: Comparison, result: Result) -> dict[str, Any]:
    found = compared.ratio(result, report.baseline)
    return {
        "candidate": result.name,
        "seconds": _spread(result.seconds),
        "examples_per_second": compared.batch / result.seconds.median,
        "times_as_fast": _spread(found) if found else None,
        "peak_bytes": result.memory,
        "ready_seconds": result.ready,
        "samples": list(result.samples),
    }


def _spread(spread: Spread | Ratio) -> dict[str, float | None]:
    return spread._asdict()
