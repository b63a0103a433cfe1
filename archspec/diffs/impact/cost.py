"""The cost of a change: in total, by edit and by part of the network."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from archspec.analysis.count import Totaller, Totals
from archspec.diffs.explain.edits import Change, Difference, Edit, key_of
from archspec.diffs.match.indexed_graph import IndexedGraph
from archspec.diffs.match.matching import Matching
from archspec.graph import Graph, Kind, Node, first, parent

MEASURES = ("parameters", "macs", "activations")


class CostPair(NamedTuple):
    """A quantity before and after."""

    before: int
    after: int

    @property
    def change(self) -> int:
        """The difference."""
        return self.after - self.before

    @property
    def percent(self) -> float | None:
        """The difference in percent of what it was; None if that was nothing."""
        return 100 * self.change / self.before if self.before else None


class Delta(NamedTuple):
    """The totals of something before and after."""

    before: Totals = Totals()
    after: Totals = Totals()

    def of(self, measure: str) -> CostPair:
        """Compare one quantity: ``parameters``, ``macs``, ``activations`` or ``flops``."""
        return CostPair(getattr(self.before, measure), getattr(self.after, measure))

    def plus(self, other: Delta) -> Delta:
        """Add what something else costs."""
        return Delta(self.before.plus(other.before), self.after.plus(other.after))

    @property
    def is_nothing(self) -> bool:
        """Whether no quantity changed."""
        return all(self.of(measure).change == 0 for measure in MEASURES)


class Blame(NamedTuple):
    """The cost that is attributed to an edit: of its own nodes, and of those that follow."""

    own: Delta = Delta()
    following: Delta = Delta()

    def plus(self, other: Blame) -> Blame:
        """Add the cost of another edit."""
        return Blame(self.own.plus(other.own), self.following.plus(other.following))

    @property
    def whole(self) -> Delta:
        """Both together; over all edits they add up to the change of the totals."""
        return self.own.plus(self.following)


class PartDelta(NamedTuple):
    """The cost of a step or module before and after; a path is empty where it came or went."""

    old: str
    new: str
    word: str
    delta: Delta

    @property
    def path(self) -> str:
        """The new path, or the old one where it went."""
        return self.new or self.old


class Costs:
    """Compares what two networks cost, without their auxiliary heads."""

    def __init__(self, difference: Difference) -> None:
        self.difference = difference
        self._totaller = Totaller()

    def total(self) -> Delta:
        """Compare the networks."""
        graphs = self.difference.old, self.difference.new
        return Delta(*(self._total(graph.without_heads()) for graph in graphs))

    def with_auxiliary(self) -> Delta:
        """Compare the networks with their heads."""
        return Delta(*map(self._total, (self.difference.old, self.difference.new)))

    def _total(self, graph: Graph) -> Totals:
        return self._totaller.total(graph.nodes.values())

    def by_edit(self) -> list[Blame]:
        """Compare the cost by edit; it adds up to the change of the total."""
        return [self._blame(edit) for edit in self.difference.edits]

    def _blame(self, edit: Edit) -> Blame:
        touched = set(map(key_of, edit.changes))
        own = [each for each in edit.blamed if key_of(each) in touched]
        following = [each for each in edit.blamed if key_of(each) not in touched]
        return Blame(self._sum(own), self._sum(following))

    def _sum(self, changes: Iterable[Change]) -> Delta:
        listed = list(changes)
        old, new = self.difference.old, self.difference.new
        before = (each.old for each in listed if each.old and not _is_in_head(old, each.old.path))
        after = (each.new for each in listed if each.new and not _is_in_head(new, each.new.path))
        return Delta(self._totaller.total(before), self._totaller.total(after))

    def by_part(self) -> list[PartDelta]:
        """Compare the steps of the network, and the modules inside them.

        A node counts where it is now, a removed one where it was; so the steps add up to the change
        of the total, however they are grouped.
        """
        matching = self.difference.matching
        rows: dict[str, _Row] = {path: ([], []) for path in parts_of(matching.new)}
        gone: dict[str, _Row] = {
            path: ([], []) for path in parts_of(matching.old) if matching.new_of(path) is None
        }
        for path, node in matching.new.graph.nodes.items():
            old = matching.old.node(matching.old_nodes.get(path, ""))
            for part in _among(rows, path):
                part[1].append(node)
                part[0].extend(
                    [old] if old and not _is_in_head(matching.old.graph, old.path) else []
                )
        for path, node in matching.old.graph.nodes.items():
            if path not in matching.nodes:
                home = _home(matching, path)
                for part in (
                    *_among(rows, matching.new_of(home) or ""),
                    *_among(gone, path, home),
                ):
                    part[0].append(node)
        return [
            *self._changed((matching.old_of(path) or "", path, row) for path, row in rows.items()),
            *self._changed((path, "", row) for path, row in gone.items()),
        ]

    def _changed(self, rows: Iterable[tuple[str, str, _Row]]) -> Iterator[PartDelta]:
        """List the parts whose cost changed."""
        matching = self.difference.matching
        for old, new, (before, after) in rows:
            delta = Delta(self._totaller.total(before), self._totaller.total(after))
            if not delta.is_nothing:
                yield PartDelta(
                    old, new, matching.new.word(new) if new else matching.old.word(old), delta
                )


_Row = tuple[list[Node], list[Node]]


def _among(rows: Mapping[str, _Row], path: str, outside: str = "") -> Iterator[_Row]:
    """List the rows of the parts around a path, out to one around them all."""
    while path != outside:
        if path in rows:
            yield rows[path]
        path = parent(path)


def _home(matching: Matching, path: str) -> str:
    """Find the innermost part around an old node that the new network has, too."""
    while path and matching.new_of(path) is None:
        path = parent(path)
    return path


def _is_in_head(graph: Graph, path: str) -> bool:
    return first(path) in graph.heads


def parts_of(side: IndexedGraph) -> Iterator[str]:
    """List the steps of a network and the uses of modules, in writing order, without heads."""
    for path in side.graph.walk():
        is_listed = not parent(path) or side.kind(path) is Kind.MODULE
        if is_listed and not _is_in_head(side.graph, path):
            yield path
