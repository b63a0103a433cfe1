"""An order in which the branches of merges run that lowers the peak of memory."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import chain
from typing import NamedTuple

from archspec.analysis import lifetimes
from archspec.analysis.lifetimes import Lifetime
from archspec.analysis.memory import StepMemory
from archspec.graph import Kind, Scope, upwards

_ROUNDS = 4
"""How deep merges in branches of merges are put in order."""


class BranchOrder(NamedTuple):
    """The branches of merges that have to run in another order, by path, and the peak in bytes."""

    merges: Mapping[str, tuple[str, ...]]
    bytes: int


def lower(memory: StepMemory) -> BranchOrder | None:
    """Find an order of branches with a lower peak of inference; None if there is none.

    Branches run by their own peak less their result, largest first, which is the best order of
    branches that share nothing but their input. Merges that stay below the new peak, and those
    around them, are left alone. Values keep their places in a concatenation.

    Source: Liu, An application of generalized tree pebbling to sparse matrix factorization, 1987.
    """
    peak, branches = memory.inference(), _Branches(memory)
    if not any(each in branches.merges for each in upwards(peak.path)):
        return None
    best = memory
    for _ in range(_ROUNDS):
        best = reordered(best, dict(_Branches(best).best()))
    found = best.inference().bytes
    if found >= peak.bytes:
        return None
    above = {path for path in branches.merges if branches.peak(path) > found}
    needed = {
        path: best.graph.scopes[path].contents
        for path, order in branches.merges.items()
        if best.graph.scopes[path].contents != order and above.intersection(upwards(path))
    }
    return BranchOrder(needed, found)


@dataclass(frozen=True)
class _Branches:
    """The branches of the merges of a network, and the memory that they take."""

    memory: StepMemory

    @cached_property
    def merges(self) -> dict[str, tuple[str, ...]]:
        """The branches of each merge, in the order in which they run."""
        scopes = self.memory.graph.scopes.values()
        return {each.path: each.contents for each in scopes if self._is_merge(each)}

    def _is_merge(self, scope: Scope) -> bool:
        inside = [self.memory.graph.scopes.get(each) for each in scope.contents]
        return len(inside) > 1 and all(each and each.kind is Kind.BRANCH for each in inside)

    def best(self) -> Iterator[tuple[str, tuple[str, ...]]]:
        """Yield the branches of each merge in the order in which they should run."""
        for path, branches in self.merges.items():
            yield path, tuple(sorted(branches, key=self._surplus, reverse=True))

    def peak(self, path: str) -> int:
        """Return the most bytes that are taken while a scope runs."""
        first, last = self._span(path)
        return max(self._course[first : last + 1], default=0)

    def _surplus(self, branch: str) -> int:
        """Return the bytes of the peak of a branch's own values beyond those that it leaves."""
        first, last = self._span(branch)
        own = list(chain.from_iterable(self._begun[moment] for moment in range(first, last + 1)))
        left = sum(each.bytes for each in own if each.last > last)
        begun = [Lifetime(each.first - first, each.last - first, each.bytes) for each in own]
        return lifetimes.peak(begun).bytes - left

    @cached_property
    def _course(self) -> list[int]:
        return lifetimes.course(self.memory.lifetimes())

    @cached_property
    def _begun(self) -> defaultdict[int, list[Lifetime]]:
        found: defaultdict[int, list[Lifetime]] = defaultdict(list)
        for each in self.memory.lifetimes():
            found[each.first].append(each)
        return found

    def _span(self, path: str) -> tuple[int, int]:
        """Return when the first and the last node of a scope run; nothing for an empty one."""
        moments = [self.memory.order[node.path] for node in self.memory.graph.within(path)]
        return (min(moments), max(moments)) if moments else (0, -1)


def reordered(memory: StepMemory, orders: Mapping[str, tuple[str, ...]]) -> StepMemory:
    """Return the memory of a network whose branches run in these orders."""
    graph = memory.graph
    scopes = dict(graph.scopes)
    for path, order in orders.items():
        scopes[path] = replace(scopes[path], contents=order)
    arranged = replace(graph, scopes=scopes)
    nodes = {node.path: node for node in arranged.within("")}
    return replace(memory, graph=replace(arranged, nodes=nodes))
