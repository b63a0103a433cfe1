"""Functional equivalence: what networks compute from given tensors, apart from names and groups.

Two networks compute the same if the digests of their outputs are equal: value numbering, as in
``match/digest.py``. A node with learned tensors is numbered by their keys, so that each tensor of a
checkpoint has to be used in the same place.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import Enum
from hashlib import blake2b

from archspec.attributes import Pads, Value
from archspec.graph import Graph, Node
from archspec.operator import Operator
from archspec.operators.conv2d import Conv2d
from archspec.operators.grid import Pad
from archspec.operators.pool import AdaptivePool, AvgPool, GlobalPool, Pool
from archspec.tensor import TensorType

_SIZE = 16
_NONE: Pads = (0, 0, 0, 0)

Keys = Mapping[str, Sequence[str]]
Record = dict[str, Value]


class ComputingMode(Enum):
    """The mode of computation: inference, or training with auxiliary heads."""

    INFERENCE = 0
    TRAINING = 1


@dataclass(eq=False)
class FunctionDigests:
    """Digests the outputs of a network; ``keys`` are those of the tensors of nodes, and of inputs.

    With ``is_resolved``, padding counts by its cells at the size of the network's input, not by how
    it is written. ``terms`` are the operands of associative merges, ``pads`` what is padded and how
    far, by digest, so that one step is equal to two that do the same.
    """

    graph: Graph
    keys: Keys
    mode: ComputingMode = ComputingMode.INFERENCE
    is_resolved: bool = False
    terms: dict[tuple[Operator, bytes], list[bytes]] = field(default_factory=dict, repr=False)
    pads: dict[bytes, tuple[bytes, Pads]] = field(default_factory=dict, repr=False)

    def leaving(self) -> dict[str, bytes]:
        """Digest each output by its name, and in training each head."""
        graph = self.graph if self.mode is ComputingMode.TRAINING else self.graph.without_heads()
        found = self.values(graph)
        leaving = {**graph.outputs, **graph.heads}.items()
        shapes = {path: str(graph.type_of(path)) for _, path in leaving}
        return {name: _digest(shapes[path], found[path]) for name, path in leaving}

    def values(self, graph: Graph) -> dict[str, bytes]:
        """Digest each value of a network by its path."""
        found = {name: "".join(self.keys[name]).encode() for name in graph.inputs}
        for path, node in graph.nodes.items():
            found[path] = self._value(node, [found[each] for each in node.sources])
        return found

    def _value(self, node: Node, sources: list[bytes]) -> bytes:
        word = node.op.word
        if self.passes(node):
            return sources[0]
        if node.op.associative:
            return self._merged(node.op, sources)
        if isinstance(node.op, Pad) and node.op.mode == "zeros":
            return self._padded(sources[0], node.op.cells)
        if self.is_resolved:
            node, sources = self._surrounded(node, sources)
        pool = _over_all(node.op, node.inputs[0]) if self.is_resolved else None
        if pool is not None:
            return _digest(f"{pool.word} over all", *sources)
        keys = (key.encode() for key in self.keys.get(node.path, ()))
        return _digest(f"{word} {self._record(node)}", *sources, *keys)

    def _surrounded(self, node: Node, sources: list[bytes]) -> tuple[Node, list[bytes]]:
        """Take the zeros that a window moves over for those of a ``pad`` before it."""
        x, *others = node.inputs
        cells, op = _apart(node.op, x)
        if not any(cells):
            return node, sources
        inputs = (Pad(cells=cells).infer(x), *others)
        return replace(node, op=op, inputs=inputs), [self._padded(sources[0], cells), *sources[1:]]

    def _merged(self, op: Operator, sources: list[bytes]) -> bytes:
        """Digest an associative operator: flatten nested ones, sort commutative ones."""
        terms = [term for each in sources for term in self.terms.get((op, each), [each])]
        if op.commutative:
            terms.sort()
        digest = _digest(repr(op), *terms)
        self.terms[op, digest] = terms
        return digest

    def _padded(self, source: bytes, cells: Pads) -> bytes:
        """Digest a value padded with zeros, with nested padding added up."""
        inner, before = self.pads.get(source, (source, (0, 0, 0, 0)))
        top, bottom, left, right = (sum(each) for each in zip(before, cells, strict=True))
        if not any((top, bottom, left, right)):
            return inner
        digest = _digest(f"pad {top} {bottom} {left} {right}", inner)
        self.pads[digest] = inner, (top, bottom, left, right)
        return digest

    def passes(self, node: Node) -> bool:
        """Whether a node is the identity, here and in this mode."""
        op, x = node.op, node.inputs[0]
        if self.mode is ComputingMode.TRAINING and op.training_only:
            return False
        is_shape = op.is_view or isinstance(op, GlobalPool)
        is_reshaped = self.is_resolved and is_shape and x.grid == (1, 1)
        return is_reshaped or op.is_identity(*node.inputs)

    def _record(self, node: Node) -> Record:
        """Return the attributes of an operator that decide what is computed."""
        record: Record = dict(vars(node.op))
        if self.mode is ComputingMode.INFERENCE:
            for name in node.op.training_only:
                del record[name]
        return record | dict(_resolved(node.op, *node.inputs)) if self.is_resolved else record


def _apart(op: Operator, x: TensorType) -> tuple[Pads, Operator]:
    """Return the zeros that a window moves over, and the window that pads nothing itself.

    Windows of an average that rounds up may reach beyond its padding, which does not count.
    """
    if isinstance(op, Conv2d):
        return op.pads(x), op.replace(padding="valid")
    if isinstance(op, AvgPool) and op.count_padding and not _rounds_up(op, x):
        return op.pads(x), op.replace(padding="valid", ceil=False, count_padding=False)
    return _NONE, op


def _rounds_up(op: Pool, x: TensorType) -> bool:
    """Whether rounding up adds windows at this size."""
    return op.ceil and op.replace(ceil=False).infer(x) != op.infer(x)


def _over_all(op: Operator, x: TensorType) -> type[Pool] | None:
    """Return the class of a pool whose only window is the whole grid."""
    if isinstance(op, GlobalPool) or (isinstance(op, AdaptivePool) and op.grid == (1, 1)):
        return op.windowed
    is_one = isinstance(op, Pool) and op.kernel == x.grid and not any(op.pads(x))
    return type(op) if isinstance(op, Pool) and is_one else None


def _digest(text: str, *parts: bytes) -> bytes:
    return blake2b(b"\0".join((text.encode(), *parts)), digest_size=_SIZE).digest()


def differs_in_training_alone(old: Node | None, new: Node | None) -> bool:
    """Whether two nodes are the same operator in inference, and differ at most in training."""
    if old is None or new is None or old.op.word != new.op.word:
        return False
    names = {name for name in old.op.attributes if vars(old.op)[name] != vars(new.op)[name]}
    return names <= set(old.op.training_only)


def _resolved(op: Operator, *inputs: TensorType) -> Iterator[tuple[str, Value]]:
    """Resolve padding to cells, and options without an effect at this size to their defaults."""
    if "padding" in op.attributes:
        cells = getattr(op, "pads" if hasattr(op, "pads") else "crops")(*inputs)
        yield "padding", cells
        if "output_padding" in op.attributes:
            yield "output_padding", (0, 0)
        if not any(cells) and "count_padding" in op.attributes:
            yield "count_padding", False
    if vars(op).get("shared") and inputs[0].channels == 1:
        yield "shared", False
    if isinstance(op, Pool):
        yield "ceil", _rounds_up(op, *inputs)


def alike(old: FunctionDigests, new: FunctionDigests) -> bool:
    """Whether two networks compute the same; outputs are paired by name where names agree."""
    before, after = old.leaving(), new.leaving()
    if before.keys() == after.keys():
        return before == after
    return list(before.values()) == list(after.values())
