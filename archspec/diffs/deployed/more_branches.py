"""Branches that a file adds to merges of its spec."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from itertools import count

from archspec.graph import Graph, Kind, Node, Scope


def with_branches(
    spec: Graph, file: Graph, partners: Mapping[str, str]
) -> tuple[Graph, dict[str, str]]:
    """Give merges of a spec the branches that a file has more, and its nodes paths there."""
    scopes, placed = dict(spec.scopes), dict[str, str]()
    for node in file.nodes.values():
        merge = scopes.get(partners.get(node.path, ""))
        if merge is None or merge.kind is not Kind.MERGE or len(node.sources) < 2:
            continue
        for at, source in enumerate(node.sources):
            chain = [*_chain(file, source, partners)][::-1]
            if chain and not _continues(chain[0], merge, partners):
                merge, branch = _opened(merge, at, chain)
                scopes |= {merge.path: merge, branch.path: branch}
                placed |= zip((each.path for each in chain), branch.contents, strict=True)
    return replace(spec, scopes=scopes), placed


def _chain(file: Graph, path: str, partners: Mapping[str, str]) -> Iterator[Node]:
    """Yield the nodes that a spec lacks and that only lead to one value, the last first."""
    while path in file.nodes and path not in partners and file.uses(path) == 1:
        yield file.nodes[path]
        path = file.nodes[path].sources[0]


def _continues(first: Node, merge: Scope, partners: Mapping[str, str]) -> bool:
    """Whether a node goes on from what a branch of a merge gives."""
    return partners.get(first.sources[0], "").startswith(f"{merge.path}.")


def _opened(merge: Scope, at: int, chain: list[Node]) -> tuple[Scope, Scope]:
    names = (f"{merge.path}.branch_{number}" for number in count(at))
    path = next(each for each in names if each not in merge.contents)
    words = [each.op.word for each in chain]
    inside = [f"{path}.{word}_{n}" if n else f"{path}.{word}" for word, n in _numbered(words)]
    contents = (*merge.contents[:at], path, *merge.contents[at:])
    return replace(merge, contents=contents), Scope(path, Kind.BRANCH, tuple(inside))


def _numbered(words: list[str]) -> Iterator[tuple[str, int]]:
    """Yield each word with the number of times that it stood before."""
    for at, word in enumerate(words):
        yield word, words[:at].count(word)
