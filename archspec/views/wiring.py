"""Arrows between boxes, from the wires between the nodes that they hold."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from archspec.graph import Graph, Node
from archspec.views.drawing import Arrow


class _Ordered(NamedTuple):
    place: int
    arrow: Arrow


class Wiring:
    """Records which box holds which node while boxes are placed, then draws the arrows.

    Arrows are in the order in which their heads were placed. One that enters a merge without a box
    in its branch, such as a shortcut, is ordered by where that branch begins.
    """

    def __init__(self, graph: Graph) -> None:
        self.graph = graph
        self.sources: list[str] = []
        self._holders: dict[str, str] = {}
        self._sizes: Counter[str] = Counter()
        self._stand_ins: dict[str, str] = {}
        self._outputs: dict[str, str] = {}
        self._fixed: list[Arrow] = []
        self._places: dict[str, int] = {}
        self._branches: dict[tuple[str, int], int] = {}
        self._clock = 0

    def _tick(self) -> int:
        self._clock += 1
        return self._clock

    def hold(self, box: str, nodes: Iterable[Node]) -> None:
        """Put nodes into a box."""
        self._places.setdefault(box, self._tick())
        for node in nodes:
            self._holders[node.path] = box
            self._sizes[box] += 1

    def stand_in(self, copies: Iterable[str]) -> None:
        """Let the first of equal copies stand for the others."""
        first, *others = copies
        for copy in others:
            for node in self.graph.within(copy):
                self._stand_ins[node.path] = first + node.path[len(copy) :]

    def output(self, box: str, of: str, value: str) -> None:
        """Let a box stand for one output of another box."""
        self._places.setdefault(box, self._tick())
        self._outputs[value] = box
        self._fixed.append(Arrow(of, box))

    def begin_branch(self, merge: str, slot: int) -> None:
        """Record where the branch begins that feeds one input slot of a merge."""
        self._branches[merge, slot] = self._tick()

    def box_of(self, path: str) -> str:
        """Find the box that produces a value."""
        while path in self._stand_ins:
            path = self._stand_ins[path]
        if path in self.sources:
            return path
        if path in self._outputs:
            return self._outputs[path]
        return self._holders.get(path) or self.sources[0]

    def arrows(self) -> tuple[Arrow, ...]:
        """Draw the wires between boxes; into a box of several nodes, one arrow for each value."""
        found = sorted(self._all(), key=lambda each: each.place)
        return tuple(each.arrow for each in found)

    def _all(self) -> Iterator[_Ordered]:
        for arrow in self._fixed:
            yield _Ordered(self._places[arrow.head], arrow)
        seen: set[tuple[str, str]] = set()
        for path, head in self._held():
            for slot, source in enumerate(self.graph.nodes[path].sources):
                tail = self.box_of(source)
                if self._holders.get(source) == head:
                    continue
                again = (source, head) in seen and self._sizes[head] > 1
                if tail != head and not again:
                    seen.add((source, head))
                    place = self._branches.get((path, slot), self._places[head])
                    yield _Ordered(place, Arrow(tail, head))

    def _held(self) -> Iterator[tuple[str, str]]:
        """List the nodes in boxes, in writing order, without a pass over all for a small module."""
        if len(self._holders) * 2 < len(self.graph.nodes):
            return iter(self._holders.items())
        holders: Mapping[str, str] = self._holders
        return ((path, holders[path]) for path in self.graph.nodes if path in holders)
