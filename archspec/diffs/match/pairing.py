"""Pairing the parts of two graphs, list by list from the outside in.

The idea is GumTree's (J. Falleri et al., "Fine-grained and Accurate Source Code Differencing",
2014): isomorphic subtrees first, then containers that share enough of their descendants. Pairs are
sought by declared moves, by authors' names, by equal digests and equal texts, whichever pairs more
first, then by similarity. What is left is compared with modules and repeats inlined, and last with
equal parts anywhere else, which have moved.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Hashable, Iterable, Sequence
from functools import partial

from archspec.diffs.match.alignment import (
    LONGEST_TABLE,
    Pairs,
    alike_pairs,
    equal_pairs,
    gaps,
    in_order,
)
from archspec.diffs.match.authored_names import pairs_by_name
from archspec.diffs.match.declared_moves import declared
from archspec.diffs.match.grouping import GROUPING, unwrapped, written_out
from archspec.diffs.match.indexed_graph import IndexedGraph, Paths
from archspec.diffs.match.isomorphic import are_isomorphic, pair_by_values, pair_isomorphic
from archspec.diffs.match.matching import Matching
from archspec.diffs.match.moved_subgraphs import moved_subgraphs
from archspec.diffs.match.shape import ShapeOf, pairs_of_shape, written_out_by
from archspec.diffs.match.similarity import similarity
from archspec.graph import Graph, Kind, last

Key = Callable[[IndexedGraph, str], Hashable]
Lists = tuple[Paths, Paths]
PairGap = Callable[[Paths, Paths], Lists]


def _digest_and_text(side: IndexedGraph, path: str) -> Hashable:
    return side.digest(path), side.text(path)


_RUNGS: tuple[Key, ...] = (_digest_and_text, IndexedGraph.digest, IndexedGraph.text)


def match(old: IndexedGraph, new: IndexedGraph) -> Matching:
    """Pair the parts of two graphs."""
    return _Pairing(Matching(old, new)).run()


class _Pairing:
    """Builds a matching; ``loose`` are the parts of both graphs that have no partner yet."""

    def __init__(self, matching: Matching) -> None:
        self.matching = matching
        self.old, self.new = matching.old, matching.new
        self.moved = dict(declared(self.old, self.new))
        self.arrived = set(self.moved.values())
        self.loose: Lists = ([], [])

    def run(self) -> Matching:
        """Pair the inputs, the networks, and what has moved."""
        self.matching.inputs = _paired_inputs(self.old.graph, self.new.graph)
        for old, new in self.moved.items():
            self.pair(old, new)
        self.matching.scopes[""] = ""
        if self.old.digests.function == self.new.digests.function and not self.moved:
            self.equal("", "")
        else:
            self.lists(self.old.graph.children(""), self.new.graph.children(""))
        for old, new in moved_subgraphs(self.matching, self.loose):
            self.pair(old, new)
        self.matching.forget_empty()
        return self.matching

    def pair(self, old: str, new: str) -> None:
        """Pair two parts and what is inside of them."""
        if self.old.node(old) and self.new.node(new):
            self.matching.nodes[old] = new
        before, after = self.old.scope(old), self.new.scope(new)
        if before is None or after is None:
            self.leave(self.old.graph.children(old), self.new.graph.children(new))
            return
        if before.kind is not after.kind and {before.kind, after.kind} & set(GROUPING):
            self.lists(_ungrouped(self.old, old), _ungrouped(self.new, new))
            return
        self.matching.scopes[old] = new
        if self.old.digest(old) == self.new.digest(new) and not self.moved:
            self.equal(old, new)
        else:
            self.inside(old, new)

    def leave(self, old: Iterable[str], new: Iterable[str]) -> None:
        """Keep parts without a partner for the search for moved subgraphs."""
        self.loose[0].extend(old)
        self.loose[1].extend(new)

    def equal(self, old: str, new: str) -> None:
        """Pair the insides of two scopes that compute the same."""
        if are_isomorphic(self.old, old, self.new, new):
            pair_isomorphic(self.matching, old, new)
        elif old and self._have_same_names(old, new):
            self.inside(old, new)
        else:
            pair_by_values(self.matching, old, new)

    def _have_same_names(self, old: str, new: str) -> bool:
        """Whether the children of two scopes have the same names, perhaps in another order."""
        graphs = (self.old.graph, old), (self.new.graph, new)
        names = [sorted(map(last, graph.children(path))) for graph, path in graphs]
        return names[0] == names[1]

    def inside(self, old: str, new: str) -> None:
        """Pair the contents of two scopes that differ."""
        before, after = self.free(self.old.graph.children(old), self.new.graph.children(new))
        kinds = (self.old.kind(old), self.new.kind(new))
        if kinds == (Kind.REPEAT, Kind.REPEAT):
            for a, b in zip(before, after, strict=False):
                self.pair(a, b)
            self.leave(before[len(after) :], after[len(before) :])
        elif kinds == (Kind.MERGE, Kind.MERGE):
            self.branches(before, after)
        else:
            self.lists(before, after)

    def branches(self, old: Sequence[str], new: Sequence[str]) -> None:
        """Pair the branches of a merge, whose order may have changed."""
        a, b = list(old), list(new)
        for key in (IndexedGraph.name, *_RUNGS):
            a, b = self.crosswise(a, b, key)
        a, b = self.in_gap(a, b)
        self.leave(a, b)

    def free(self, old: Iterable[str], new: Iterable[str]) -> Lists:
        """Leave out the parts that are declared as moved."""
        return (
            [path for path in old if path not in self.moved],
            [path for path in new if path not in self.arrived],
        )

    def crosswise(self, old: Paths, new: Paths, key: Key) -> Lists:
        """Pair parts with equal keys in any order; return what is left."""
        waiting: dict[Hashable, deque[str]] = {}
        for path in old:
            waiting.setdefault(key(self.old, path), deque()).append(path)
        waiting.pop(None, None)
        pairs = []
        for path in new:
            candidates = waiting.get(key(self.new, path))
            if candidates:
                pairs.append((candidates.popleft(), path))
        return self.paired(old, new, pairs)

    def paired(self, old: Paths, new: Paths, pairs: Sequence[tuple[str, str]]) -> Lists:
        """Pair some parts and return the others."""
        for a, b in pairs:
            self.pair(a, b)
        taken, given = {a for a, _ in pairs}, {b for _, b in pairs}
        return [each for each in old if each not in taken], [
            each for each in new if each not in given
        ]

    def lists(self, old: Sequence[str], new: Sequence[str]) -> None:
        """Pair two lists of steps: named ones, then those between them, then reordered ones."""
        before, after = self.free(old, new)
        anchors = pairs_by_name((self.old, before), (self.new, after))
        stayed = [anchors[index] for index in in_order([b for _, b in anchors])]
        self.paired(before, after, [(before[a], after[b]) for a, b in anchors])
        taken, given = {a for a, _ in anchors}, {b for _, b in anchors}
        left: Lists = ([], [])
        for a, b in gaps(stayed, len(before), len(after)):
            rest = self.align(
                [before[at] for at in range(a.start, a.stop) if at not in taken],
                [after[at] for at in range(b.start, b.stop) if at not in given],
            )
            left[0].extend(rest[0])
            left[1].extend(rest[1])
        self.leave(*self.crosswise(*left, IndexedGraph.digest))

    def similarity(self, old: str, new: str) -> float:
        """Score how alike two parts are."""
        return similarity((self.old, old), (self.new, new))

    def align(self, old: Paths, new: Paths, rungs: tuple[Key, ...] = _RUNGS) -> Lists:
        """Align two runs of steps by each key in turn; return what is left."""
        if not (old and new):
            return old, new
        if not rungs:
            return self.in_gap(old, new)
        first = rungs[:1] if rungs is _RUNGS else rungs
        pairs, key = max(((self.equals(old, new, each), each) for each in first), key=_how_many)
        rest = tuple(each for each in rungs if each is not key)
        return self.fill(old, new, pairs, partial(self.align, rungs=rest))

    def equals(self, old: Paths, new: Paths, key: Key) -> Pairs:
        """Pair positions in order by equal keys."""
        return equal_pairs(
            [key(self.old, path) for path in old], [key(self.new, path) for path in new]
        )

    def fill(self, old: Paths, new: Paths, pairs: Pairs, pair_gap: PairGap) -> Lists:
        """Pair parts at positions, and those between by ``pair_gap``; return what is left."""
        left: Lists = ([], [])
        for a, b in pairs:
            self.pair(old[a], new[b])
        for before, after in gaps(pairs, len(old), len(new)):
            rest = pair_gap(old[before], new[after])
            left[0].extend(rest[0])
            left[1].extend(rest[1])
        return left

    def in_gap(self, old: Paths, new: Paths) -> Lists:
        """Pair steps without equals: those that are grouped otherwise, then the most similar."""
        opened = self.opened(old, new)
        if opened is not None:
            return self.align(*opened)
        pairs = pairs_of_shape((self.old, old), (self.new, new))
        if pairs:
            return self.fill(old, new, pairs, partial(self.align, rungs=()))
        for shape in (IndexedGraph.shape, IndexedGraph.outline):
            reshaped = self.opened_by(shape, old, new)
            if reshaped is not None:
                return self.align(*reshaped)
        return self.fill(old, new, self.most_alike(old, new), self.wrapped)

    def most_alike(self, old: Paths, new: Paths) -> Pairs:
        """Pair positions by similarity; in lists too long for that, by equal words."""
        if min(len(old), len(new)) > LONGEST_TABLE:
            return self.equals(old, new, IndexedGraph.word)
        return alike_pairs(old, new, self.similarity)

    def opened(self, old: Paths, new: Paths) -> Lists | None:
        """Inline modules and repeats whose contents the other side has; None if there are none.

        This recognizes a module that was extracted or inlined.
        """
        before = written_out((self.old, old), (self.new, new))
        after = written_out((self.new, new), (self.old, old))
        if (before, after) == (old, new):
            return None
        repeats = [path for path in new if self.new.kind(path) is Kind.REPEAT]
        for path in old:
            word = self.old.word(path) if self.old.kind(path) is Kind.REPEAT else None
            partner = next((each for each in repeats if self.new.word(each) == word), None)
            if partner is not None:
                repeats.remove(partner)
                self.matching.scopes[path] = partner
        return before, after

    def opened_by(self, shape: ShapeOf, old: Paths, new: Paths) -> Lists | None:
        """Inline groups that were extracted or inlined and also changed; None without any."""
        before = written_out_by(shape, (self.old, old), (self.new, new))
        after = written_out_by(shape, (self.new, new), (self.old, old))
        return None if (before, after) == (old, new) else (before, after)

    def wrapped(self, old: Paths, new: Paths) -> Lists:
        """Pair steps with those in a branch of a merge or residual that was put around them."""
        if not (old and new):
            return old, new
        before, emptied = unwrapped((self.old, old), (self.new, new))
        after, filled = unwrapped((self.new, new), (self.old, old))
        if (before, after) == (old, new):
            return old, new
        rest = self.align(before, after)
        return [*rest[0], *emptied], [*rest[1], *filled]


def _paired_inputs(old: Graph, new: Graph) -> dict[str, str]:
    """Pair inputs by name, then in order."""
    shared = {name: name for name in old.inputs if name in new.inputs}
    rest = ([name for name in graph.inputs if name not in shared] for graph in (old, new))
    return {**shared, **dict(zip(*rest, strict=False))}


def _ungrouped(side: IndexedGraph, path: str) -> Sequence[str]:
    """Inline a group that is paired with a part of another kind."""
    return side.graph.children(path) if side.kind(path) in GROUPING else (path,)


def _how_many(found: tuple[Pairs, Key]) -> int:
    return len(found[0])
