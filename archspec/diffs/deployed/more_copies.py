"""A spec with more copies in a repeat, as a file may have."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace

from archspec.diffs.deployed.hosting import counted
from archspec.graph import Graph, Node, Scope, encloses

Renaming = Callable[[str], str]


def with_copy(graph: Graph, repeat: str) -> Graph | None:
    """Add a copy to a repeat whose copies keep the type of one value; None if they do not."""
    scope = graph.scopes[repeat]
    last, added = scope.contents[-1], f"{repeat}.{len(scope.contents)}"
    arriving, leaving = graph.boundary(last)
    if len(arriving) != 1 or len(leaving) != 1 or _types(graph, arriving) != _types(graph, leaving):
        return None
    renaming = _renaming(last, added, {arriving[0]: leaving[0]})
    new = renaming(leaving[0])
    whole = counted(replace(scope, contents=(*scope.contents, added)))
    copied = {each.path: each for each in _scopes(graph, last, renaming)}
    return replace(
        graph,
        nodes=dict(_nodes(graph, last, renaming, {leaving[0]: new})),
        scopes={**graph.scopes, repeat: whole, **copied},
        outputs={name: new if path == leaving[0] else path for name, path in graph.outputs.items()},
    )


def _types(graph: Graph, values: tuple[str, ...]) -> list[object]:
    return [graph.type_of(each) for each in values]


def _renaming(old: str, new: str, arriving: Mapping[str, str]) -> Renaming:
    def renamed(path: str) -> str:
        if path and encloses(old, path):
            return f"{new}{path[len(old) :]}"
        return arriving.get(path, path)

    return renamed


def _nodes(
    graph: Graph, copy: str, renaming: Renaming, leaving: Mapping[str, str]
) -> Iterator[tuple[str, Node]]:
    """Yield all nodes, those of the copy twice; what reads its value reads the new one's."""
    held: list[Node] = []
    waiting = sum(1 for _ in graph.within(copy))
    for path, node in graph.nodes.items():
        if encloses(copy, path):
            yield path, node
            held.append(node)
            if len(held) == waiting:
                yield from ((renaming(each.path), _renamed(each, renaming)) for each in held)
        else:
            sources = tuple(leaving.get(each, each) for each in node.sources)
            yield path, replace(node, sources=sources)


def _renamed(node: Node, renaming: Renaming) -> Node:
    sources = tuple(map(renaming, node.sources))
    return replace(node, path=renaming(node.path), sources=sources)


def _scopes(graph: Graph, copy: str, renaming: Renaming) -> Iterator[Scope]:
    for path, scope in graph.scopes.items():
        if path and encloses(copy, path):
            yield replace(
                scope,
                path=renaming(path),
                contents=tuple(map(renaming, scope.contents)),
                through=renaming(scope.through),
                arriving=renaming(scope.arriving) if scope.arriving else scope.arriving,
                takes={name: renaming(each) for name, each in scope.takes.items()},
                gives={name: renaming(each) for name, each in scope.gives.items()},
            )
