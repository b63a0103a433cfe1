"""Which node of a spec each node of a file is, whatever the file calls it.

Both networks are walked alike from their outputs, so that the order in which a file lists its nodes
does not count; the two sequences are aligned.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping, Sequence
from typing import NamedTuple, TypeAlias

from archspec.diffs.match.alignment import Pairs, alike_pairs, equal_pairs, gaps
from archspec.graph import Graph, Node, encloses, parent, upwards
from archspec.operator import Operator

Nodes: TypeAlias = list[Node]
Keys: TypeAlias = list[Hashable]

_LEFT_OUT = ("padding", "ceil", "count_padding", "bias")
"""Attributes that say the same in several ways, which one depends on the grid or the weights."""


class Alignment(NamedTuple):
    """The nodes of a spec and a file in comparable order, their keys, and pairs of positions."""

    nodes: tuple[Nodes, Nodes]
    keys: tuple[Keys, Keys]
    pairs: Pairs

    @property
    def partners(self) -> dict[str, str]:
        """The path in the spec for each node of the file that has one."""
        mine, theirs = self.nodes
        return {theirs[b].path: mine[a].path for a, b in self.pairs}

    @property
    def differences(self) -> int:
        """The number of ways in which nodes are others, and of runs that one side lacks."""
        mine, theirs = self.keys
        others = {(mine[a], theirs[b]) for a, b in self.pairs if mine[a] != theirs[b]}
        lacking = _unpaired(len(mine), dict(self.pairs))
        added = _unpaired(len(theirs), {b: a for a, b in self.pairs})
        return len(others) + len(lacking) + len(added)

    def added(self) -> Iterator[tuple[Node, Keys]]:
        """Yield what the file has more: the node of the spec before it, and the keys of it."""
        back = {b: a for a, b in self.pairs}
        for start, stop in _unpaired(len(self.nodes[1]), back):
            if start:
                yield self.nodes[0][back[start - 1]], self.keys[1][start:stop]


def align(spec: Graph, file: Graph) -> Alignment:
    """Find which node of a spec each node of a file is."""
    mine, theirs = sequence(spec), sequence(file)
    keys = [_key(spec, node) for node in mine], [_key(file, node) for node in theirs]
    pairs = _whole_parts(mine, keys, equal_pairs(*keys))
    return Alignment((mine, theirs), keys, sorted([*pairs, *_alike(mine, theirs, pairs)]))


def sequence(graph: Graph) -> Nodes:
    """List nodes in the order in which a walk from the outputs leaves them, operands first."""
    depth = graph.fold(lambda _, given: 1 + max(given), dict.fromkeys(graph.inputs, 0))
    found: dict[str, Node] = {}
    waiting = [*reversed(graph.leaving)]
    while waiting:
        node = graph.nodes.get(waiting[-1])
        needed = [] if node is None else [*_missing(graph, node, depth, found)]
        waiting += reversed(needed)
        if not needed:
            waiting.pop()
            found.update({node.path: node} if node else {})
    return [*found.values()]


def _missing(
    graph: Graph, node: Node, depth: Mapping[str, int], found: Mapping[str, Node]
) -> Iterator[str]:
    """Yield the operands that are not listed yet; of a sum the one that takes longest first."""
    operands: Sequence[str] = node.sources
    if node.op.commutative:
        operands = sorted(operands, key=depth.__getitem__, reverse=True)
    return (each for each in operands if each in graph.nodes and each not in found)


def _key(graph: Graph, node: Node) -> Hashable:
    """Describe a node by its operator, at any size of the grid, and by what it reads."""
    words = [graph.nodes[each].op.word if each in graph.nodes else "" for each in node.sources]
    return node.op.word, *_said(node.op).items(), *sorted(words)


def _said(op: Operator) -> dict[str, Hashable]:
    left_out = (*op.training_only, *_LEFT_OUT)
    return {name: _rounded(each) for name, each in vars(op).items() if name not in left_out}


def _rounded(value: Hashable) -> Hashable:
    """Round a number to what a file in float32 keeps of it."""
    return f"{value:.6g}" if isinstance(value, float) else value


def _whole_parts(nodes: Nodes, keys: tuple[Keys, Keys], pairs: Pairs) -> Pairs:
    """Let what either side lacks begin and end where parts of the spec do.

    Where ``a b a`` has become ``a``, it is open which of both remains.
    """
    found = dict(pairs)
    for start, stop in _unpaired(len(nodes), found):
        shifts = _shifts(keys[0], start, stop, found)
        best = min(shifts, key=lambda by: _depth(nodes, start - by) + _depth(nodes, stop - by))
        for at in range(1, best + 1):
            found[stop - at] = found.pop(start - at)
    back = {b: a for a, b in found.items()}
    for start, stop in _unpaired(len(keys[1]), back):
        place = back.get(start - 1, -1) + 1
        best = min(_shifts(keys[1], start, stop, back), key=lambda by: _depth(nodes, place - by))
        for at in range(1, best + 1):
            back[stop - at] = back.pop(start - at)
    return sorted((a, b) for b, a in back.items())


def _unpaired(length: int, found: Mapping[int, int]) -> list[tuple[int, int]]:
    """List the runs of positions without a partner, as half-open ranges."""
    lonely = [at for at in range(length) if at not in found]
    starts = [at for at in lonely if at == 0 or at - 1 in found]
    stops = [at + 1 for at in lonely if at + 1 == length or at + 1 in found]
    return [*zip(starts, stops, strict=True)]


def _shifts(keys: Keys, start: int, stop: int, found: Mapping[int, int]) -> Iterator[int]:
    """Yield how far a run can move towards the beginning."""
    yield 0
    for by in range(1, start + 1):
        if start - by not in found or keys[start - by] != keys[stop - by]:
            return
        yield by


def _depth(nodes: Nodes, at: int) -> int:
    """Count the parts of the spec that hold the nodes on both sides of a position."""
    if at in (0, len(nodes)):
        return 0
    before, after = nodes[at - 1].path, nodes[at].path
    return sum(encloses(around, before) for around in upwards(parent(after)))


def _alike(mine: Nodes, theirs: Nodes, pairs: Pairs) -> Pairs:
    """Pair nodes between the others that have the same word, or the same role."""
    found: Pairs = []
    for left, right in gaps(pairs, len(mine), len(theirs)):
        inner = alike_pairs(mine[left], theirs[right], _likeness)
        found += [(left.start + a, right.start + b) for a, b in inner]
    return found


def _likeness(mine: Node, theirs: Node) -> float:
    if mine.op.word != theirs.op.word:
        return 0.25 if mine.op.role and mine.op.role == theirs.op.role else 0.0
    said, says = _said(mine.op), _said(theirs.op)
    return 1 + sum(said[name] == says[name] for name in said) / max(len(said), 1)
