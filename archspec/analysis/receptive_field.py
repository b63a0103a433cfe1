"""The receptive field of every step: which part of the input a cell is computed from."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import reduce
from typing import NamedTuple

from archspec.diagnostic import Diagnostic, Label, Severity
from archspec.field import CELL, Field
from archspec.graph import Graph, Node

Fields = tuple[Field, Field] | None
"""The fields in rows and columns; None for the whole input."""


class ReceptiveField(NamedTuple):
    """The cells of the input that a cell of a value is computed from, padding included.

    ``most`` is over all paths from the input, as receptive fields are stated; ``least`` over the
    path that sees least.
    """

    most: Fields
    least: Fields


def receptive_fields(graph: Graph) -> dict[str, ReceptiveField]:
    """Compute the receptive field of each value.

    Vectors, and what depends on one through a gate, have the whole input. Where values of several
    resolutions meet, the stride is that of the coarsest.
    """
    cell, whole = ReceptiveField((CELL, CELL), (CELL, CELL)), ReceptiveField(None, None)
    own = {name: cell if given.type.is_map else whole for name, given in graph.inputs.items()}
    return graph.fold(_rule(), own)


def _rule() -> Callable[[Node, tuple[ReceptiveField, ...]], ReceptiveField]:
    """Make a rule that asks equal uses of operators once."""
    known: dict[tuple[object, ...], Fields] = {}

    def rule(node: Node, sources: tuple[ReceptiveField, ...]) -> ReceptiveField:
        key = (node.op, node.inputs)
        if key not in known:
            known[key] = _reads(node)
        return _seen(known[key], sources)

    return rule


def _reads(node: Node) -> Fields:
    flattens = not node.output.is_map and any(each.is_map for each in node.inputs)
    return None if flattens else node.op.fields(*node.inputs)


def _seen(reads: Fields, sources: tuple[ReceptiveField, ...]) -> ReceptiveField:
    if reads is None:
        return ReceptiveField(None, None)
    if len(sources) == 1:
        return ReceptiveField(_through(reads, sources[0].most), _through(reads, sources[0].least))
    most = reduce(_both, (each.most for each in sources))
    least = min((each.least for each in sources), key=_area)
    return ReceptiveField(_through(reads, most), _through(reads, least))


def _through(reads: tuple[Field, Field], source: Fields) -> Fields:
    if source is None or reads[0] is reads[1] is CELL:
        return source
    return reads[0].of(source[0]), reads[1].of(source[1])


def _both(one: Fields, other: Fields) -> Fields:
    if one is None or other is None:
        return None
    return one[0].and_(other[0]), one[1].and_(other[1])


def _area(fields: Fields) -> float:
    return float("inf") if fields is None else fields[0].size * fields[1].size


def steps_beyond(graph: Graph) -> list[str]:
    """List the steps of a network whose windows all slide over what has seen the whole input.

    An input of one cell, which a vector may be written as, has no surroundings to see.

    They cannot learn more of the surroundings of a cell, whatever path a value has taken. Source:
    Richter et al., "Should You Go Deeper? Optimizing Convolutional Neural Network Architectures
    without Training", arXiv:2106.12307.
    """
    grid = _largest_grid(graph)
    if grid in (None, (1, 1)):
        return []
    found = receptive_fields(graph)
    return [path for path in graph.scopes[""].contents if _is_beyond(graph, path, found, grid)]


def suspicions(graph: Graph) -> Iterator[Diagnostic]:
    """Warn at the first step of a network that lies beyond the border of its input."""
    beyond = steps_beyond(graph.without_heads())
    if beyond:
        step = graph.scopes.get(beyond[0]) or graph.nodes[beyond[0]]
        rows, columns = _largest_grid(graph) or (0, 0)
        more = "a step" if len(beyond) == 2 else f"{len(beyond) - 1} steps"
        others = f", and those of {more} after it," if beyond[1:] else ""
        assert step.span is not None
        yield Diagnostic(
            "suspect/border",
            f"the windows of this step{others} slide over cells that have seen all "
            f"{rows}x{columns} of the input already",
            (Label(step.span),),
            "a stem with a smaller stride or fewer steps leaves them something to see",
            severity=Severity.WARNING,
        )


def _is_beyond(
    graph: Graph, path: str, found: Mapping[str, ReceptiveField], grid: tuple[int, int]
) -> bool:
    windows = [node for node in graph.within(path) if _has_window(node)]
    least = (found[source].least for node in windows for source in node.sources)
    return bool(windows) and all(_covers(each, grid) for each in least)


def _has_window(node: Node) -> bool:
    reads = _reads(node)
    return reads is not None and max(each.size for each in reads) > 1


def _largest_grid(graph: Graph) -> tuple[int, int] | None:
    grids = [given.type.grid for given in graph.inputs.values() if given.type.is_map]
    return (max(each[0] for each in grids), max(each[1] for each in grids)) if grids else None


def _covers(fields: Fields, grid: tuple[int, int]) -> bool:
    return fields is not None and fields[0].size >= grid[0] and fields[1].size >= grid[1]
