"""Telling what bounds each operation of a network on a machine."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple

import click

from archspec.analysis.roofline import Kernel, Machine, Running, kernels
from archspec.commands.count.machines import MEASURE
from archspec.commands.count.sizes import WIDTHS
from archspec.commands.output import leave, print_json
from archspec.commands.table import NUMBER, Cell, Column, ShortNumber, Table, draw, short
from archspec.diagnostic import SpecError
from archspec.graph import Graph, first
from archspec.rendering.excerpt import visible


class Roof(NamedTuple):
    """How a network is run, on which machine, and what one row stands for."""

    running: Running
    precision: str
    machine: Machine
    measured: str
    by: str


@dataclass(frozen=True)
class Roofline:
    """The kernels of a network under a roof."""

    graph: Graph
    roof: Roof

    @cached_property
    def kernels(self) -> list[Kernel]:
        """All kernels, in source order."""
        return kernels(self.graph, self.roof.running)

    @cached_property
    def groups(self) -> Mapping[str, list[Kernel]]:
        """The kernels of each row."""
        found: dict[str, list[Kernel]] = {}
        for each in self.kernels:
            found.setdefault(_NAMES[self.roof.by](each), []).append(each)
        return found

    def bound(self, kernel: Kernel) -> str:
        """Say what bounds a kernel."""
        return "memory" if kernel.is_memory_bound(self.roof.machine) else "compute"

    def memory_bound(self, each: Iterable[Kernel]) -> list[Kernel]:
        """Return those that are bound by memory."""
        return [kernel for kernel in each if kernel.is_memory_bound(self.roof.machine)]


_NAMES: Mapping[str, Callable[[Kernel], str]] = {
    "module": lambda kernel: first(kernel.path),
    "operator": lambda kernel: kernel.word,
    "layer": lambda kernel: kernel.path,
}


def roof_of(asked: Mapping[str, Any], form: str) -> Roof:
    """Read the options of the command, and measure the machine if that is asked."""
    precision = asked["precision"] or "float32"
    running = Running(asked["batch"], WIDTHS[precision], asked["fused"])
    if asked["roofline"] != MEASURE:
        return Roof(running, precision, asked["roofline"], "", asked["by"])
    from archspec.commands.count.measuring import measured

    try:
        machine, where = measured(precision)
    except SpecError as error:
        leave(error.diagnostics, form)
    return Roof(running, precision, machine, where, asked["by"])


def tell_roofline(found: Roofline, form: str) -> None:
    """Print the bounds."""
    if form == "json":
        print_json(_record(found))
    else:
        click.echo(_text(found))


def _record(found: Roofline) -> dict[str, Any]:
    roof = found.roof
    return {
        "spec": found.graph.header.file,
        "name": found.graph.name,
        "batch": roof.running.batch,
        "precision": roof.precision,
        "fused": roof.running.is_fused,
        "machine": {**roof.machine._asdict(), "ridge": roof.machine.ridge},
        "measured": roof.measured or None,
        "kernels": [_kernel(found, each) for each in found.kernels],
        "rows": [{"name": name, **_sums(found, each)} for name, each in found.groups.items()],
        "together": _sums(found, found.kernels),
    }


def _kernel(found: Roofline, kernel: Kernel) -> dict[str, Any]:
    return {**kernel._asdict(), "intensity": kernel.intensity, "bound": found.bound(kernel)}


def _sums(found: Roofline, each: list[Kernel]) -> dict[str, Any]:
    slow = found.memory_bound(each)
    return {
        "kernels": len(each),
        "flops": sum(kernel.flops for kernel in each),
        "bytes": sum(kernel.bytes for kernel in each),
        "memory_bound": {
            "kernels": len(slow),
            "flops": sum(kernel.flops for kernel in slow),
            "bytes": sum(kernel.bytes for kernel in slow),
        },
    }


def _text(found: Roofline) -> str:
    graph, roof = found.graph, found.roof
    inputs = ", ".join(str(given.type) for given in graph.inputs.values())
    examples = "1 example" if roof.running.batch == 1 else f"{roof.running.batch:,} examples"
    apart = "layers in one go" if roof.running.is_fused else "each operator by itself"
    machine = roof.machine
    head = f"{visible(graph.name)}: {inputs}, inference of {examples} in {roof.precision}, {apart}"
    where = f" ({roof.measured})" if roof.measured else ""
    under = (
        f"{_rate(machine.flops)}FLOPS and {_rate(machine.bandwidth)}B/s{where}: "
        f"memory-bound below {machine.ridge:.1f} FLOPs for each byte"
    )
    return "\n\n".join([f"{head}\n{under}", draw(_table(found)), _share(found)])


def _rate(number: float) -> str:
    return short(round(number)) if number >= 1000 else f"{number:g} "


def _table(found: Roofline) -> Table:
    one = found.roof.by == "layer"
    columns = (
        Column(found.roof.by, cut=True),
        *([] if one else [Column("kernels", NUMBER, spare=2)]),
        Column("FLOPs", NUMBER),
        Column("bytes", NUMBER),
        Column("FLOPs/byte", NUMBER, spare=1),
        Column("bound" if one else "memory-bound", NUMBER),
    )
    rows = [_row(name, each, found) for name, each in found.groups.items()]
    return Table(columns, rows, _row("together", found.kernels, found))


def _row(name: str, each: list[Kernel], found: Roofline) -> tuple[Cell, ...]:
    flops, moved = sum(one.flops for one in each), sum(one.bytes for one in each)
    slow = len(found.memory_bound(each))
    by_layer = found.roof.by == "layer"
    bound = found.bound(each[0]) if by_layer and len(each) == 1 else str(slow)
    intensity = f"{flops / moved:.1f}" if moved else ""
    cells = (ShortNumber(flops), ShortNumber(moved), intensity, bound)
    return (name, *cells) if by_layer else (name, str(len(each)), *cells)


def _share(found: Roofline) -> str:
    """Tell how much of the work and of the bytes is that of kernels bound by memory."""
    sums = _sums(found, found.kernels)
    slow = sums["memory_bound"]
    share = {key: slow[key] / (sums[key] or 1) for key in ("flops", "bytes")}
    return (
        f"{slow['kernels']:,} of {sums['kernels']:,} kernels are memory-bound: "
        f"{share['flops']:.1%} of the FLOPs, {share['bytes']:.1%} of the bytes"
    ).replace("%", " %")
