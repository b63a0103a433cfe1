"""Removing the concats that figures in papers do not draw."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import replace
from itertools import takewhile

from archspec.graph import Graph, Kind, encloses, parent
from archspec.views.drawing import Arrow, Drawing, Frame

Content = Frame | str


def without_concats(drawing: Drawing, graph: Graph) -> Drawing:
    """Connect the inputs of a concat to the head of its only arrow, where figures omit it.

    They omit a concat that ends a branch of another (Figure 6 of arXiv:1602.07261), and one before
    the convolution of a residual's body (Figures 10 to 19). The frame of a module that ends in such
    a concat is removed with it.
    """
    removed = _removable(drawing, graph)
    if not removed:
        return drawing
    arrows = (
        Arrow(each.tail, _end(each.head, removed))
        for each in drawing.arrows
        if each.tail not in removed
    )
    return replace(
        drawing,
        boxes={path: box for path, box in drawing.boxes.items() if path not in removed},
        contents=tuple(_kept(drawing.contents, removed, graph)),
        arrows=tuple(arrows),
    )


def _removable(drawing: Drawing, graph: Graph) -> dict[str, str]:
    """Map each concat to remove to the head of its arrow."""
    counts = Counter(each.tail for each in drawing.arrows)
    kept = {each.box for each in drawing.exits}
    return {
        each.tail: each.head
        for each in drawing.arrows
        if counts[each.tail] == 1 and each.tail not in kept and _is_concat(graph, each.tail)
        if _ends_branch(graph, each) or _ends_in_convolution(graph, each)
    }


def _is_concat(graph: Graph, path: str) -> bool:
    return path in graph.nodes and graph.nodes[path].op.concatenates


def _ends_branch(graph: Graph, arrow: Arrow) -> bool:
    """Whether an arrow leads from a concat to one whose branch it ends, with no repeat between."""
    inside = encloses(arrow.head, arrow.tail)
    return inside and _is_concat(graph, arrow.head) and not _is_copied(graph, arrow)


def _is_copied(graph: Graph, arrow: Arrow) -> bool:
    around = takewhile(lambda scope: scope.path != arrow.head, graph.ancestors(arrow.tail))
    return any(scope.kind is Kind.REPEAT for scope in around)


def _ends_in_convolution(graph: Graph, arrow: Arrow) -> bool:
    body = parent(arrow.tail)
    residual = graph.parent(body)
    head = graph.scopes.get(arrow.head)
    return (
        residual is not None
        and residual.kind is Kind.RESIDUAL
        and head is not None
        and head.kind is Kind.LAYER
        and parent(arrow.head) == body
    )


def _end(path: str, removed: Mapping[str, str]) -> str:
    while path in removed:
        path = removed[path]
    return path


def _kept(
    contents: tuple[Content, ...], removed: Mapping[str, str], graph: Graph
) -> Iterator[Content]:
    for each in contents:
        if isinstance(each, str):
            if each not in removed:
                yield each
        elif graph.boundary(each.path).output in removed:
            yield from _kept(each.contents, removed, graph)
        else:
            yield replace(each, contents=tuple(_kept(each.contents, removed, graph)))
