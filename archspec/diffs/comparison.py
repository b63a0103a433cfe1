"""A comparison of two specs, with everything that reports need."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from archspec.diagnostic import Diagnostic
from archspec.diffs.difference import diff, whole
from archspec.diffs.explain.edits import Category, Difference, Edit
from archspec.diffs.impact.checkpoint import Checkpoint, checkpoint
from archspec.diffs.impact.cost import Blame, Costs, Delta, PartDelta
from archspec.diffs.impact.edit_groups import EditGroup, grouped
from archspec.diffs.impact.verdict import Judgement, judge
from archspec.graph import Graph

CUT = "cut at"
"""What causes begin with that tell where a network ends which went on in its spec."""


class Conformance(NamedTuple):
    """What is said of a file that is deployed where it does not differ, and of folded norms."""

    alike: str
    folded: str = ""


@dataclass(frozen=True)
class Comparison:
    """The names under which two specs are shown, and what differs between them.

    ``diagnostics`` are promises that the new spec breaks and the old one did not. ``conformance``
    is set where one side is a file that is deployed, whose names do not count.
    """

    old: str
    new: str
    difference: Difference
    diagnostics: tuple[Diagnostic, ...] = ()
    conformance: Conformance | None = None

    @property
    def edits(self) -> tuple[Edit, ...]:
        """The edits, in reading order."""
        return self.difference.edits

    @cached_property
    def costs(self) -> Costs:
        """The cost model of the comparison, built once."""
        return Costs(self.difference)

    @cached_property
    def total(self) -> Delta:
        """The cost of the networks before and after, without auxiliary heads."""
        return self.costs.total()

    @cached_property
    def by_edit(self) -> list[Blame]:
        """The cost that is attributed to each edit."""
        return self.costs.by_edit()

    @cached_property
    def groups(self) -> list[EditGroup]:
        """The edits, equal ones of several places as one group."""
        return grouped(self.edits, self.by_edit)

    @cached_property
    def parts(self) -> list[PartDelta]:
        """The steps and modules whose cost changed."""
        return self.costs.by_part()

    @cached_property
    def checkpoint(self) -> Checkpoint:
        """What becomes of the tensors of old checkpoints."""
        return checkpoint(self.difference)

    @cached_property
    def judgement(self) -> Judgement:
        """Whether old checkpoints load and still compute the same."""
        return judge(self.difference, self.checkpoint)

    @cached_property
    def categories(self) -> tuple[Category, ...]:
        """The categories of all edits, the heaviest first, with the cost if it changed."""
        found = set(self._categories())
        return tuple(category for category in Category if category in found)

    def _categories(self) -> Iterator[Category]:
        yield from (edit.category for edit in self.edits)
        if not self.total.is_nothing:
            yield Category.COST
        if self.difference.is_cosmetic:
            yield Category.COSMETIC


def compare(old: Graph, new: Graph) -> Comparison:
    """Compare two networks under the names of their files."""
    return Comparison(old.header.file, new.header.file, diff(old, new))


def added(graph: Graph, missing: str) -> Comparison:
    """Describe a network that ``missing`` did not have."""
    return Comparison(missing, graph.header.file, whole(graph, is_added=True))


def deleted(graph: Graph, missing: str) -> Comparison:
    """Describe a network that ``missing`` no longer has."""
    return Comparison(graph.header.file, missing, whole(graph, is_added=False))
