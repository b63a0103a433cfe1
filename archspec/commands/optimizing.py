"""A network and its weights, optimized and raised to a spec, with the log of what was done."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from itertools import groupby
from typing import Any, NamedTuple

from archspec.analysis.count import count
from archspec.diagnostic import Diagnostic, SpecError
from archspec.graph import Graph
from archspec.passes.optimize import PASSES, Optimized, Record, optimize
from archspec.raising.raised import Raised, Unraisable, raise_spec
from archspec.raising.text import flowing

LOG = "optimize.json"
_SHOWN = 3
"""How many places of one reason are named."""


class Reduced(NamedTuple):
    """A spec of less work, its graph, the weights by its paths, and the log as plain data."""

    text: str
    graph: Graph
    tensors: Mapping[str, Any]
    records: tuple[Record, ...]
    log: Mapping[str, Any]

    @property
    def texts(self) -> dict[str, str]:
        """The files of the spec and of the log, by their names."""
        log = json.dumps(self.log, indent=2) + "\n"
        return {f"{self.graph.name}.yaml": self.text, LOG: log}

    def lines(self) -> Iterator[str]:
        """Tell what was done, pass by pass."""
        before, after = self.log["before"], self.log["after"]
        if self.log["params"]:
            yield f"params: numbers now, {_valued(self.log['params'])}"
        for name in before:
            yield f"{name}: {before[name]:,} -> {after[name]:,}"
        for run, exactness in PASSES.items():
            mine = [each for each in self.records if each.name == run.__name__]
            if mine:
                applied = [each for each in mine if each.is_applied]
                yield f"{run.__name__} ({exactness}): {len(applied):,} of {len(mine):,} places"
                yield from _refusals([each for each in mine if not each.is_applied])


def reduced(graph: Graph, tensors: Mapping[str, Any], target: str) -> Reduced:
    """Optimize a network for what will run it; raise ``SpecError`` where no spec means it."""
    found = optimize(graph, tensors, target)
    raised = _raised(found.graph, target)
    moved, log = raised.moved(found.tensors), _log(graph, found, target)
    return Reduced(raised.text, raised.graph, moved, found.records, log)


def _raised(graph: Graph, target: str) -> Raised:
    try:
        return raise_spec(graph, head=_head(graph, target))
    except Unraisable as why:
        help = "`archspec.optimize` in Python gives the graph itself, which can be emitted"
        raise SpecError((Diagnostic("optimize/unwritable", str(why), help=help),)) from None


def _head(graph: Graph, target: str) -> str:
    """Tell at the head of a spec what it is, and which values of params its numbers are of."""
    params = _valued(graph.header.params)
    numbers = f"# Its params are numbers: {params}.\n" if params else ""
    return f"# {graph.name} for inference, optimized for {target}.\n{numbers}\n"


def _valued(params: Mapping[str, Any]) -> str:
    return ", ".join(f"{name}={flowing(value)}" for name, value in params.items())


def _log(graph: Graph, found: Optimized, target: str) -> dict[str, Any]:
    """Return what was done as plain data; paths are those of the spec that was given."""
    sides = {"before": graph, "after": found.graph}
    return {
        "name": graph.name,
        "target": target,
        "params": dict(graph.header.params),
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
