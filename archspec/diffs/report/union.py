"""The union of both networks: the new one, with removed parts put back in their places."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from enum import StrEnum

from archspec.diffs.explain.edits import NAMING, Change, Difference, Edit, EditKind
from archspec.diffs.match.matching import Matching, outermost_unpaired
from archspec.graph import Graph, Node, Scope, first, last, parent
from archspec.views.selection import source


class Status(StrEnum):
    """The status of a node.

    One that follows differs only in the types that it takes or gives, or as many others do that one
    cause changed, of which the first is shown.
    """

    UNCHANGED = "unchanged"
    FOLLOWS = "follows"
    MOVED = "moved"
    INSERTED = "inserted"
    REMOVED = "removed"
    CHANGED = "changed"


UNTOUCHED = frozenset({Status.UNCHANGED, Status.FOLLOWS})
_MOST_PLACES = 4
"""Places at which the change of one text is shown; of more, the first is."""
_COPY = re.compile(r"\.\d+(?=\.|$)")
"""The index of a copy in a path."""


@dataclass(frozen=True)
class Union:
    """A graph of both networks, with the status of each node, and what changed it.

    ``spread`` are the nodes that show an edit of many places, with the number of the others;
    ``inputs`` are the labels that inputs had before, ``touched`` the nodes that an edit touched, by
    its place among the edits.
    """

    graph: Graph
    statuses: dict[str, Status]
    edits: dict[str, Edit]
    changes: dict[str, Change]
    spread: dict[str, int]
    inputs: dict[str, str]
    touched: dict[int, list[str]]

    def status(self, path: str) -> Status:
        """Return the status of a part: changed unless all of it has the same."""
        return common({self.statuses[node.path] for node in self.graph.within(path)})

    def fingerprint(self, path: str) -> tuple[object, ...]:
        """Describe a copy by its operators and their statuses."""
        cut, nodes = len(path), self.graph.within(path)
        return tuple((node.path[cut:], node.op, self.statuses[node.path]) for node in nodes)


def common(statuses: set[Status]) -> Status:
    """Combine the statuses of several nodes."""
    if statuses <= UNTOUCHED:
        return Status.FOLLOWS if Status.FOLLOWS in statuses else Status.UNCHANGED
    return next(iter(statuses)) if len(statuses) == 1 else Status.CHANGED


def union(difference: Difference) -> Union:
    """Put two networks together."""
    placing = _Placing(difference.matching)
    placing.place()
    graph = replace(difference.new, nodes=placing.ordered(), scopes=placing.scopes)
    statuses = dict.fromkeys(placing.nodes, Status.UNCHANGED)
    both = Union(graph, statuses, {}, {}, {}, _inputs(difference), {})
    named, other = _parted(difference.edits)
    for _, edit in other:
        _enter(both, edit, Status.FOLLOWS, (each for each in edit.blamed if all(each)))
    for at, edit in named:
        both.touched[at] = _enter(both, edit, Status.MOVED, _moved(difference, edit))
    for at, edit in other:
        both.touched[at] = _paint(both, edit, placing)
    return both


def _inputs(difference: Difference) -> dict[str, str]:
    """List what the inputs of the old network are called, by their new names."""
    return {new: source(difference.old, old) for old, new in difference.matching.inputs.items()}


_Numbered = list[tuple[int, Edit]]


def _parted(edits: Iterable[Edit]) -> tuple[_Numbered, _Numbered]:
    """Part edits that rename, regroup or reorder from all others."""
    numbered = list(enumerate(edits))
    return (
        [each for each in numbered if each[1].category in NAMING],
        [each for each in numbered if each[1].category not in NAMING],
    )


def _moved(difference: Difference, edit: Edit) -> Iterator[Change]:
    """List the nodes of the parts that an edit moved or renamed."""
    known = difference.matching.old_nodes
    for old, new in edit.parts:
        for node in difference.new.within(new) if old != new and new else ():
            if node.path in known:
                yield Change(difference.old.nodes[known[node.path]], node)


def _enter(both: Union, edit: Edit, status: Status, changes: Iterable[Change]) -> list[str]:
    """Enter nodes that both networks have, and list them."""
    entered = {change.new.path: change for change in changes if change.new is not None}
    for path, change in entered.items():
        both.statuses[path], both.edits[path], both.changes[path] = status, edit, change
    return list(entered)


def _paint(both: Union, edit: Edit, placing: _Placing) -> list[str]:
    """Enter the nodes that an edit touched, and list them; of many places, the first is shown."""
    named = {placing.path_of(change): change for change in edit.changes}
    places = {path: _COPY.sub("", path) for path in both.graph.nodes if path in named}
    is_spread = _is_told_once(edit) and len({*places.values()}) > _MOST_PLACES
    shown = next(iter(places.values()), "") if is_spread else None
    others = sum(place != shown for place in places.values())
    for path, place in places.items():
        both.edits[path], both.changes[path] = edit, named[path]
        is_shown = shown in (None, place)
        both.statuses[path] = _status(edit, named[path]) if is_shown else Status.FOLLOWS
        if is_spread and is_shown:
            both.spread[path] = others
    return list(places)


def _is_told_once(edit: Edit) -> bool:
    """Whether an edit of many places is told at one: it changes nodes, and none comes or goes."""
    return edit.kind is EditKind.CHANGED or edit.cause.what.startswith("defaults")


def _status(edit: Edit, change: Change) -> Status:
    if change.old is None:
        return Status.INSERTED
    if change.new is None:
        return Status.REMOVED
    return Status.MOVED if edit.kind is EditKind.REWIRED else Status.CHANGED


class _Placing:
    """Finds places and paths for removed parts.

    ``names`` are the paths of old nodes in the union. ``keys`` order the contents of lists: parts
    of the new network by position, removed ones after their predecessor and their sources.
    """

    def __init__(self, matching: Matching) -> None:
        self.matching = matching
        self.nodes: dict[str, Node] = dict(matching.new.graph.nodes)
        self.scopes: dict[str, Scope] = dict(matching.new.graph.scopes)
        self.names: dict[str, str] = {**matching.inputs, **matching.nodes}
        self.placed: dict[str, str] = {}
        self.taken = {*self.nodes, *self.scopes}
        self.keys = {
            path: (at, 0)
            for scope in self.scopes.values()
            for at, path in enumerate(scope.contents)
        }
        self.behind: dict[str, int] = {}

    def path_of(self, change: Change) -> str:
        """Return the path of a node in the union."""
        if change.new is not None:
            return change.new.path
        assert change.old is not None
        return self.names[change.old.path]

    def place(self) -> None:
        """Put back every removed part, then its wires to nodes that are still there."""
        self.fill_lists()
        for node in self.matching.old.graph.nodes.values():
            if node.path not in self.matching.nodes:
                self.nodes[self.names[node.path]] = self.renamed(node)
        for path, name in self.placed.items():
            if self.is_whole(path):
                self.copy(path, path, name)
        for old, new in self.matching.nodes.items():
            sources = self.matching.old.graph.nodes[old].sources
            gone = (self.names.get(each, "") for each in sources if each not in self.matching.nodes)
            lost = tuple(path for path in gone if path in self.nodes)
            if lost:
                node = self.nodes[new]
                self.nodes[new] = replace(node, sources=(*node.sources, *lost))

    def fill_lists(self) -> None:
        """Enter each removed part into its list."""
        arrivals: dict[str, list[str]] = {}
        for path in outermost_unpaired(self.matching.old, self.matching.nodes):
            arrivals.setdefault(self.home(path), []).append(self.put(path))
        for home, names in arrivals.items():
            contents = sorted((*self.scopes[home].contents, *names), key=self.keys.__getitem__)
            self.scopes[home] = replace(self.scopes[home], contents=tuple(contents))

    def home(self, path: str) -> str:
        """Find the list of a removed part in the union."""
        return self.matching.scopes[parent(self.listed(path))]

    def listed(self, path: str) -> str:
        """Find the part around that is in a list which is still there."""
        while parent(path) not in self.matching.scopes:
            path = parent(path)
        return path

    def put(self, path: str) -> str:
        """Name a removed part and find its place in its list."""
        home = self.home(path)
        name = self.free(f"{home}.{last(path)}" if home else last(path))
        nodes = (
            self.matching.old.nodes(path) if self.is_whole(path) else [self.matching.old.node(path)]
        )
        for node in nodes:
            if node is not None:
                self.names[node.path] = name + node.path[len(path) :]
        self.placed[path] = name
        givers = (
            self.position(self.names.get(each, ""), home)
            for node in nodes
            for each in (node.sources if node else ())
        )
        self.keys[name] = max((self.stood(path, home), *givers)), len(self.placed)
        return name

    def stood(self, path: str, home: str) -> int:
        """Find the position of the last predecessor of a removed part that is in the list."""
        listed = self.listed(path)
        if listed not in self.behind:
            reached = -1
            for sibling in self.matching.old.graph.children(parent(listed)):
                self.behind[sibling] = reached
                reached = max(reached, self.position(self.matching.new_of(sibling) or "", home))
        return self.behind.get(listed, -1)

    def position(self, path: str, home: str) -> int:
        """Find the position in a list of the part around a path; -1 for one elsewhere."""
        prefix = f"{home}." if home else ""
        inside = first(path.removeprefix(prefix)) if path.startswith(prefix) else ""
        return self.keys.get(prefix + inside, (-1, 0))[0]

    def is_whole(self, path: str) -> bool:
        """Whether all of a part was removed, and not just the node of a merge."""
        return all(node.path not in self.matching.nodes for node in self.matching.old.nodes(path))

    def free(self, path: str) -> str:
        """Return a fresh path, and reserve it."""
        while path in self.taken:
            path = f"{path} (removed)"
        self.taken.add(path)
        return path

    def renamed(self, node: Node) -> Node:
        """Return a removed node with its path and sources in the union."""
        sources = tuple(self.names[each] for each in node.sources if each in self.names)
        return replace(node, path=self.names[node.path], sources=sources)

    def copy(self, path: str, top: str, name: str) -> None:
        """Copy the scopes of a part."""
        scope = self.matching.old.scope(path)
        if scope is None:
            return
        for inner in scope.contents:
            self.copy(inner, top, name)
        here = name + path[len(top) :]
        self.scopes[here] = replace(
            scope,
            path=here,
            contents=tuple(name + each[len(top) :] for each in scope.contents),
            through=self.names.get(scope.through, ""),
        )

    def ordered(self) -> dict[str, Node]:
        """List the nodes in the order of the tree, without wires that run backwards."""
        found: dict[str, Node] = {}
        known = set(self.matching.new.graph.inputs)
        both = replace(self.matching.new.graph, nodes=self.nodes, scopes=self.scopes)
        for node in both.within(""):
            sources = tuple(each for each in node.sources if each in known)
            same = sources == node.sources
            found[node.path] = node if same else replace(node, sources=sources)
            known.add(node.path)
        return found
