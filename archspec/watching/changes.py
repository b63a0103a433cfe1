"""What a save has changed, for the page: the headline of a diff, and a row for each part."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import reduce
from typing import NamedTuple

from archspec.diffs.comparison import Comparison, compare
from archspec.diffs.impact.cost import Delta, parts_of
from archspec.diffs.match.indexed_graph import IndexedGraph
from archspec.diffs.report.copies import alike, starred
from archspec.diffs.report.headline import headline
from archspec.graph import Graph
from archspec.rendering.json import Record

_MEASURES = ("parameters", "macs")
_MOST_ROWS = 200


class PartChange(NamedTuple):
    """The shapes and costs of a part before and after; a shape is empty where there is no part."""

    path: str
    shapes: tuple[str, str]
    delta: Delta


def record(old: Graph, new: Graph) -> Record:
    """Compare two states of a network as plain data."""
    comparison = compare(old, new)
    rows = alike(parts(comparison), lambda part: (starred(part.path), *part[1:]))
    return {
        "headline": str(headline(comparison)),
        "total": _costs(comparison.total),
        "parts": [_row(each) for each in rows[:_MOST_ROWS]],
        "more": len(rows[_MOST_ROWS:]),
    }


def parts(comparison: Comparison) -> Iterator[PartChange]:
    """List the steps and modules whose shape or cost changed, those that went at the end."""
    matching = comparison.difference.matching
    deltas = {part.path: part.delta for part in comparison.parts}
    for path in parts_of(matching.new):
        shapes = _shape(matching.old, matching.old_of(path)), _shape(matching.new, path)
        if path in deltas or shapes[0] != shapes[1]:
            yield PartChange(path, shapes, deltas.get(path, Delta()))
    for part in comparison.parts:
        if not part.new:
            yield PartChange(part.old, (_shape(matching.old, part.old), ""), part.delta)


def _shape(side: IndexedGraph, path: str | None) -> str:
    if not path:
        return ""
    outputs = side.graph.boundary(path).outputs
    return ", ".join(str(side.graph.type_of(each)) for each in outputs)


def _row(copies: Sequence[PartChange]) -> Record:
    """Describe a part, or all copies of one that changed alike, whose costs are added up."""
    path, shapes, _ = copies[0]
    name = f"{starred(path)} ({len(copies):,} copies)" if len(copies) > 1 else path
    costs = reduce(Delta.plus, (part.delta for part in copies))
    return {"name": name, "path": path, "shape": list(shapes), **_costs(costs)}


def _costs(delta: Delta) -> Record:
    return {measure: list(delta.of(measure)) for measure in _MEASURES}
