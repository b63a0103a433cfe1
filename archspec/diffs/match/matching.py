"""The matching between the parts of the old graph and those of the new one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from itertools import accumulate

from archspec.diffs.match.indexed_graph import IndexedGraph
from archspec.graph import Node, parent


@dataclass(eq=False)
class Matching:
    """The pairs of nodes, of scopes and of inputs, from old path to new path."""

    old: IndexedGraph
    new: IndexedGraph
    nodes: dict[str, str] = field(default_factory=dict)
    scopes: dict[str, str] = field(default_factory=dict)
    inputs: dict[str, str] = field(default_factory=dict)

    @cached_property
    def old_nodes(self) -> dict[str, str]:
        """The pairs of nodes from new path to old path."""
        return {new: old for old, new in self.nodes.items()}

    @cached_property
    def old_scopes(self) -> dict[str, str]:
        """The pairs of scopes from new path to old path."""
        return {new: old for old, new in self.scopes.items()}

    @cached_property
    def old_inputs(self) -> dict[str, str]:
        """The pairs of inputs from new name to old name."""
        return {new: old for old, new in self.inputs.items()}

    def new_value(self, path: str) -> str | None:
        """Return the partner of the value of an old node or input."""
        return self.nodes.get(path) or self.inputs.get(path)

    def old_value(self, path: str) -> str | None:
        """Return the partner of the value of a new node or input."""
        return self.old_nodes.get(path) or self.old_inputs.get(path)

    def old_node(self, new: Node) -> Node | None:
        """Find the partner of a new node."""
        return self.old.node(self.old_nodes.get(new.path, ""))

    def paired_nodes(self) -> Iterator[tuple[Node, Node]]:
        """List the pairs of nodes in the order of the new graph."""
        for new in self.new.graph.nodes.values():
            old = self.old_node(new)
            if old is not None:
                yield old, new

    def new_of(self, path: str) -> str | None:
        """Find the partner of an old part."""
        return self.scopes.get(path) or self.nodes.get(path)

    def old_of(self, path: str) -> str | None:
        """Find the partner of a new part."""
        return self.old_scopes.get(path) or self.old_nodes.get(path)

    def are_paired(self, old: str, new: str) -> bool:
        """Whether two scopes, or the two networks, are paired with each other."""
        return self.scopes.get(old) == new

    def forget_empty(self) -> None:
        """Drop pairs of scopes that have no pair of nodes inside, unless both are empty."""
        holding = {""}
        for path in self.nodes:
            around = path
            while around not in holding:
                holding.add(around)
                around = parent(around)
        self.scopes = {
            old: new
            for old, new in self.scopes.items()
            if old in holding or not (any(self.old.nodes(old)) or any(self.new.nodes(new)))
        }

    def mirrored(self) -> Matching:
        """Swap old and new."""
        pairs = (self.nodes, self.scopes, self.inputs)
        nodes, scopes, inputs = ({new: old for old, new in each.items()} for each in pairs)
        return Matching(self.new, self.old, nodes, scopes, inputs)


def outermost_unpaired(side: IndexedGraph, paired: Mapping[str, str]) -> Iterator[str]:
    """List the largest parts without a paired node, and unpaired merges with paired branches."""
    before = [0, *accumulate(node.path not in paired for node in side.nodes(""))]

    def unpaired(path: str) -> tuple[int, int]:
        start, end = side.extent(path)
        return before[end] - before[start], end - start

    waiting = [""]
    while waiting:
        path = waiting.pop()
        count, nodes = unpaired(path)
        if path and count == nodes > 0:
            yield path
        elif count:
            waiting.extend(reversed(side.graph.children(path)))
            if side.node(path) and path not in paired:
                yield path
