"""What a change costs: in total, and blamed on edits and on parts of the network."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from archspec.analysis.count import Totaller, Totals
from archspec.diff.edits import Change, Difference
from archspec.diff.side import Side
from archspec.graph import Graph, Kind

MEASURES = ("parameters", "macs", "activations")


class Amount(NamedTuple):
    """A quantity before and after."""

    before: int
    after: int

    @property
    def change(self) -> int:
        """How much more it is."""
        return self.after - self.before

    @property
    def percent(self) -> float | None:
        """How much more it is, of what it was; None where there was nothing."""
        return 100 * self.change / self.before if self.before else None


class Delta(NamedTuple):
    """The totals of something before and after."""

    before: Totals = Totals()
    after: Totals = Totals()

    def of(self, measure: str) -> Amount:
        """Compare one quantity: ``parameters``, ``macs``, ``activations`` or ``flops``."""
        return Amount(getattr(self.before, measure), getattr(self.after, measure))

    @property
    def is_nothing(self) -> bool:
        """Whether no quantity changed."""
        return all(self.of(measure).change == 0 for measure in MEASURES)


class PartDelta(NamedTuple):
    """What a step or module cost before and after; a path is empty where it came or went."""

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

    def by_edit(self) -> list[Delta]:
        """Compare what each edit is to blame for; the deltas add up to the total's."""
        return [self._sum(edit.blamed) for edit in self.difference.edits]

    def _sum(self, changes: Iterable[Change]) -> Delta:
        listed = list(changes)
        old, new = self.difference.old, self.difference.new
        before = (each.old for each in listed if each.old and not _is_in_head(old, each.old.path))
        after = (each.new for each in listed if each.new and not _is_in_head(new, each.new.path))
        return Delta(self._totaller.total(before), self._totaller.total(after))

    def by_part(self) -> list[PartDelta]:
        """Compare the steps of the network, and the modules inside them."""
        found = self.difference.matching
        pairs = [
            *((found.old_of(path) or "", path) for path in _parts(found.new)),
            *((path, "") for path in _parts(found.old) if found.new_of(path) is None),
        ]
        parts = (self._part(old, new) for old, new in pairs)
        return [part for part in parts if not part.delta.is_nothing]

    def _part(self, old: str, new: str) -> PartDelta:
        found = self.difference.matching
        word = found.new.word(new) if new else found.old.word(old)
        before = self._totaller.total(found.old.nodes(old)) if old else Totals()
        after = self._totaller.total(found.new.nodes(new)) if new else Totals()
        return PartDelta(old, new, word, Delta(before, after))


def _is_in_head(graph: Graph, path: str) -> bool:
    return path.partition(".")[0] in graph.heads


def _parts(side: Side, path: str = "") -> Iterator[str]:
    """List the steps of a network and the uses of modules, in writing order, heads left out."""
    for inner in side.contents(path):
        if side.kind(inner) is Kind.HEAD:
            continue
        if not path or side.kind(inner) is Kind.MODULE:
            yield inner
        yield from _parts(side, inner)
