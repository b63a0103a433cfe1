"""Both networks as one: the new one, with what was removed put back where it stood."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import StrEnum

from archspec.diff.content import outermost
from archspec.diff.edits import Category, Change, Difference, Edit
from archspec.diff.matching import Matching
from archspec.diff.side import last, parent
from archspec.graph import Graph, Node, Scope

_NAMING = (Category.MOVED, Category.RENAMED, Category.COSMETIC)


class Status(StrEnum):
    """What became of a node; one that follows differs only in what it takes or gives."""

    UNCHANGED = "unchanged"
    FOLLOWS = "follows"
    INSERTED = "inserted"
    REMOVED = "removed"
    CHANGED = "changed"


UNTOUCHED = frozenset({Status.UNCHANGED, Status.FOLLOWS})


@dataclass(frozen=True)
class Union:
    """A graph that holds both; ``statuses`` and ``edits`` tell what became of a node, and why."""

    graph: Graph
    statuses: dict[str, Status]
    edits: dict[str, Edit]

    def status(self, path: str) -> Status:
        """Tell what became of a part: changed if not the same became of all of it."""
        return common({self.statuses[node.path] for node in self.graph.within(path)})


def common(statuses: set[Status]) -> Status:
    """Tell what became of several nodes together."""
    if statuses <= UNTOUCHED:
        return Status.FOLLOWS if Status.FOLLOWS in statuses else Status.UNCHANGED
    return next(iter(statuses)) if len(statuses) == 1 else Status.CHANGED


def union(difference: Difference) -> Union:
    """Put two networks together."""
    placing = _Placing(difference.matching)
    placing.place()
    statuses = dict.fromkeys(placing.nodes, Status.UNCHANGED)
    edits: dict[str, Edit] = {}
    for edit in difference.edits:
        if edit.category in _NAMING:
            continue
        for change in edit.blamed:
            if change.old and change.new:
                statuses[change.new.path] = Status.FOLLOWS
                edits[change.new.path] = edit
    for edit in difference.edits:
        for change in edit.changes if edit.category not in _NAMING else ():
            path = change.new.path if change.new else placing.name(change)
            statuses[path] = _status(change)
            edits[path] = edit
    graph = replace(difference.new, nodes=placing.ordered(), scopes=placing.scopes)
    return Union(graph, statuses, edits)


def _status(change: Change) -> Status:
    if change.old is None:
        return Status.INSERTED
    return Status.REMOVED if change.new is None else Status.CHANGED


class _Placing:
    """Finds places and paths for what was removed; ``names`` are the paths of old nodes here."""

    def __init__(self, found: Matching) -> None:
        self.found = found
        self.nodes: dict[str, Node] = dict(found.new.graph.nodes)
        self.scopes: dict[str, Scope] = dict(found.new.graph.scopes)
        self.names: dict[str, str] = {**found.inputs, **found.nodes}
        self.placed: dict[str, str] = {}

    def name(self, change: Change) -> str:
        """Find the path that a removed node has here."""
        assert change.old is not None
        return self.names[change.old.path]

    def place(self) -> None:
        """Put back every part that was removed, then what it gave to nodes that are still there."""
        for path in outermost(self.found.old, self.found.nodes):
            self.put(path)
        for node in self.found.old.graph.nodes.values():
            if node.path not in self.found.nodes:
                self.nodes[self.names[node.path]] = self.renamed(node)
        for path, name in self.placed.items():
            if self.is_whole(path):
                self.copy(path, path, name)
        for old, new in self.found.nodes.items():
            sources = self.found.old.graph.nodes[old].sources
            gone = (self.names.get(each, "") for each in sources if each not in self.found.nodes)
            lost = tuple(path for path in gone if path in self.nodes)
            if lost:
                node = self.nodes[new]
                self.nodes[new] = replace(node, sources=(*node.sources, *lost))

    def put(self, path: str) -> None:
        """Enter a part into the list whose partner it stood in."""
        around = parent(path)
        while around and around not in self.found.scopes:
            around = parent(around)
        home = self.found.scopes[around]
        name = self.free(f"{home}.{last(path)}" if home else last(path))
        whole = self.is_whole(path)
        for each in [node.path for node in self.found.old.nodes(path)] if whole else [path]:
            self.names[each] = name + each[len(path) :]
        self.placed[path] = name
        self.insert(home, name, path)

    def is_whole(self, path: str) -> bool:
        """Whether all of a part was removed, and not just the node of a merge."""
        return all(node.path not in self.found.nodes for node in self.found.old.nodes(path))

    def free(self, path: str) -> str:
        """Find a path that nothing has yet."""
        taken = self.placed.values()
        while path in self.nodes or path in self.scopes or path in taken:
            path = f"{path} (removed)"
        return path

    def renamed(self, node: Node) -> Node:
        """Write a node with its path and sources here; what it took comes before it."""
        sources = tuple(self.names[each] for each in node.sources if each in self.names)
        return replace(node, path=self.names[node.path], sources=sources)

    def copy(self, path: str, top: str, name: str) -> None:
        """Copy the scopes of a part."""
        scope = self.found.old.scope(path)
        if scope is None:
            return
        for inner in scope.contents:
            self.copy(inner, top, name)
        here = name + path[len(top) :]
        self.scopes[here] = replace(
            scope,
            path=here,
            inputs=tuple(self.names[each] for each in scope.inputs if each in self.names),
            output=self.names.get(scope.output, here),
            contents=tuple(name + each[len(top) :] for each in scope.contents),
        )

    def insert(self, home: str, name: str, path: str) -> None:
        """Enter a part into a list, behind the last of what stood before it that is there."""
        scope = self.scopes[home]
        while parent(path) not in self.found.scopes:
            path = parent(path)
        siblings = self.found.old.contents(parent(path))
        before = siblings[: siblings.index(path)] if path in siblings else ()
        here = (self.found.new_of(each) or self.placed.get(each) for each in before)
        places = [scope.contents.index(each) for each in here if each in scope.contents]
        at = max(places, default=-1) + 1
        contents = (*scope.contents[:at], name, *scope.contents[at:])
        self.scopes[home] = replace(scope, contents=contents)

    def ordered(self) -> dict[str, Node]:
        """List the nodes in the order of the lists that hold them."""
        return {path: self.nodes[path] for path in self._walk("")}

    def _walk(self, path: str) -> Iterator[str]:
        scope = self.scopes.get(path)
        for inner in scope.contents if scope else ():
            yield from self._walk(inner)
        if path in self.nodes:
            yield path
