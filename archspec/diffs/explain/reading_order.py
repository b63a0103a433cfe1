"""The order in which edits are reported: that of the new graph."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cached_property

from archspec.diffs.explain.cause import CausePosition
from archspec.diffs.explain.claims import PathPair
from archspec.diffs.explain.edits import Category, Edit
from archspec.diffs.match.matching import Matching
from archspec.graph import parent

NodeOrder = tuple[int, int]
"""The position of a node in the new graph; a removed one is after the last that stayed."""

PartPlace = tuple[NodeOrder, str, str]


def in_reading_order(matching: Matching, edits: Iterable[Edit]) -> tuple[Edit, ...]:
    """Sort edits by the first part that each touched, and the parts of each."""
    places = _Places(matching)
    found = (replace(edit, parts=tuple(sorted(edit.parts, key=places.of_part))) for edit in edits)
    return tuple(sorted(found, key=places.of_edit))


@dataclass(frozen=True)
class _Places:
    matching: Matching

    @cached_property
    def _new(self) -> dict[str, NodeOrder]:
        return {path: (at, 0) for at, path in enumerate(self.matching.new.graph.nodes)}

    @cached_property
    def _old(self) -> dict[str, NodeOrder]:
        found: dict[str, NodeOrder] = {}
        last: NodeOrder = (-1, 0)
        for number, path in enumerate(self.matching.old.graph.nodes, 1):
            partner = self.matching.nodes.get(path)
            last = self._new[partner] if partner else (last[0], number)
            found[path] = last
        return found

    def of_edit(self, edit: Edit) -> tuple[PartPlace, int, CausePosition]:
        """Return the sort key of an edit: its first part, its category, the place of its cause."""
        weight = list(Category).index(edit.category)
        return self.of_part(edit.parts[0]), weight, edit.cause.position

    def of_part(self, part: PathPair) -> PartPlace:
        """Return the sort key of a part, which is before the parts inside it."""
        old, new = part
        return self._of_first_node(part), new or old, old

    def _of_first_node(self, part: PathPair) -> NodeOrder:
        old, new = part
        sides = self.matching.new, self.matching.old
        side, places = (sides[0], self._new) if new or not old else (sides[1], self._old)
        path = new or old
        while path and not side.nodes(path):
            path = parent(path)
        return places[side.nodes(path)[0].path] if path else (-1, 0)
