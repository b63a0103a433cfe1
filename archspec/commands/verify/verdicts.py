"""Reports of a verification, as text and as JSON."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from math import isfinite
from typing import Any, NamedTuple

from archspec.commands.table import NUMBER, Column, Table, draw
from archspec.graph import Graph
from archspec.rendering.json import record
from archspec.verification.difference import Deviation
from archspec.verification.first_divergence import FirstDivergence
from archspec.verification.verdict import Agreement, Answer, PartRow

FEW = 3
"""The number of values that are named; the others are counted."""


class ToldVerdict(NamedTuple):
    """The result of a verification, with descriptions of what was compared."""

    graph: Graph
    weights: str
    inputs: str
    verdict: Agreement
    broken: Mapping[str, str]


def lines(told: ToldVerdict) -> Iterator[str]:
    """Write the report, line by line."""
    found = told.verdict
    given = ", ".join(str(each.type) for each in told.graph.inputs.values())
    yield f"{told.graph.name} at {given}: {', '.join(found.versions)}"
    yield f"{told.weights}; {told.inputs}"
    yield from (f"left out: {each.message}; {each.help}" for each in found.left_out)
    yield from (f"broken: {name}: {trouble}" for name, trouble in told.broken.items())
    columns = (Column("path"), Column("is"), Column("max abs", NUMBER), Column("max rel", NUMBER))
    yield f"\n{draw(Table(columns, [_cells(row) for row in found.rows]))}\n"
    seen = len(found.differences) - len(found.still)
    compared = f"{seen} of {found.values} {found.kind} compared"
    yield f"{compared}: they {found.answer}, to {_number(found.worst)}; {_allowed(found)}"
    yield from _still(found)
    if found.first_divergence is not None:
        yield from _blamed(found.first_divergence)


def _allowed(found: Agreement) -> str:
    """Describe the tolerance, which rounding may exceed in deep networks."""
    is_more = any(each.rounding > found.tolerance for each in found.differences.values())
    more = ", or ten times what rounding makes where that is more" if is_more else ""
    return f"tolerance {found.tolerance:g}{more}"


def _still(found: Agreement) -> Iterator[str]:
    """List the values that show nothing, with a warning if outputs are among them."""
    if found.still:
        more = f" and {len(found.still) - FEW} more" if len(found.still) > FEW else ""
        yield f"hardly vary between the inputs: {', '.join(found.still[:FEW])}{more}"
    if found.answer is Answer.NOTHING:
        yield "what does not depend on the inputs would be the same with a wrong operator before it"


def _cells(row: PartRow) -> tuple[str, ...]:
    if row.difference is None:
        return (row.path, row.template, "", "")
    absolute, relative = f"{row.difference.absolute:.1e}", f"{row.difference.relative:.1e}"
    return (row.path, row.template, absolute, relative)


def _number(difference: Deviation | None) -> str:
    return f"{difference.relative:.1e}" if difference else "nothing"


def _blamed(divergence: FirstDivergence) -> Iterator[str]:
    node = divergence.node
    yield f"\nfirst to disagree: {node.path}, at {node.span}"
    yield f"  {node.op}: {', '.join(map(str, node.inputs))} -> {node.output}"
    yield (
        f"  max rel {divergence.difference.relative:.1e},"
        f" and {divergence.alone.relative:.1e} by itself on the same values"
    )
    for name, written in divergence.written.items():
        yield f"  {name}:"
        yield from (f"    {line}" for line in written)


def as_json(told: ToldVerdict) -> dict[str, Any]:
    """Return the report as plain data."""
    found = told.verdict
    seen = len(found.differences) - len(found.still)
    return {
        "agree": found.agree,
        "answer": found.answer.replace(" ", "_"),
        "tolerance": found.tolerance,
        "name": told.graph.name,
        "compared": list(found.versions),
        "weights": told.weights,
        "inputs": told.inputs,
        "values": {"compared": seen, "all": found.values},
        "still": list(found.still),
        "modules": [{"path": row.path, **_gap(row.difference)} for row in found.rows],
        "first": _first_divergence(found.first_divergence) if found.first_divergence else None,
        "left_out": [record(each) for each in found.left_out],
        "broken": dict(told.broken),
    }


def _gap(difference: Deviation | None) -> dict[str, float | None]:
    """Return a difference as plain data, null where it is infinite or missing."""
    if difference is None:
        return {"max_abs": None, "max_rel": None}
    return {"max_abs": _finite(difference.absolute), "max_rel": _finite(difference.relative)}


def _finite(value: float) -> float | None:
    return value if isfinite(value) else None


def _first_divergence(divergence: FirstDivergence) -> dict[str, Any]:
    span = divergence.node.span
    return {
        "path": divergence.node.path,
        "operator": divergence.node.op.word,
        "attributes": str(divergence.node.op),
        "file": span.source.name if span else None,
        "line": span.line if span else None,
        **_gap(divergence.difference),
        "alone": _gap(divergence.alone),
        "written": {name: list(lines) for name, lines in divergence.written.items()},
    }
