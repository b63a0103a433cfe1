"""What a network computes from given tensors, however its steps are called and grouped.

Two networks compute the same where equal digests leave them. An operator that learns is known by
the keys of its tensors, so that what counts is where each tensor of a checkpoint is used.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from hashlib import blake2b

from archspec.attributes import Value
from archspec.diffs.digest import COMMUTATIVE
from archspec.graph import Graph, Node
from archspec.operator import Operator
from archspec.tensor import TensorType

IN_TRAINING: Mapping[str, frozenset[str]] = {
    "batch_norm": frozenset({"momentum"}),
    "dropout": frozenset({"rate"}),
    "layer_scale": frozenset({"initial"}),
}
"""Attributes that play a part in training, or in drawing new weights, and none in inference."""

_PASSING = ("dropout", "identity")
"""Operators that in inference give what they take."""

_SIZE = 16

Keys = Mapping[str, Sequence[str]]
Record = dict[str, Value]


class Mode(Enum):
    """When something is computed: in inference, or in training with auxiliary heads."""

    INFERENCE = 0
    TRAINING = 1


@dataclass(frozen=True)
class Function:
    """Digests what leaves a network; ``keys`` name the tensors of each node, and inputs.

    With ``is_resolved`` padding counts by its cells at the size of the network's input and not by
    how it is written.
    """

    graph: Graph
    keys: Keys
    mode: Mode = Mode.INFERENCE
    is_resolved: bool = False

    def leaving(self) -> dict[str, bytes]:
        """Digest each output by its name, and in training each head."""
        graph = self.graph if self.mode is Mode.TRAINING else self.graph.without_heads()
        found = {name: "".join(self.keys[name]).encode() for name in graph.inputs}
        for path, node in graph.nodes.items():
            sources = [found[each] for each in node.sources]
            found[path] = sources[0] if self._passes(node.op) else self._digest(node, sources)
        return {name: found[path] for name, path in {**graph.outputs, **graph.heads}.items()}

    def _digest(self, node: Node, sources: list[bytes]) -> bytes:
        if node.op.word in COMMUTATIVE:
            sources.sort()
        keys = (key.encode() for key in self.keys.get(node.path, ()))
        parts = (self._written(node).encode(), *sources, *keys)
        return blake2b(b"\0".join(parts), digest_size=_SIZE).digest()

    def _passes(self, op: Operator) -> bool:
        if self.mode is Mode.TRAINING:
            return op.word == "identity"
        return op.word in _PASSING or (op.word == "scale" and vars(op)["factor"] == 1)

    def _written(self, node: Node) -> str:
        """Write an operator down as far as it decides what is computed."""
        record: Record = dict(vars(node.op))
        if self.mode is Mode.INFERENCE:
            for name in IN_TRAINING.get(node.op.word, ()):
                del record[name]
        if self.is_resolved:
            record |= dict(_resolved(node.op, *node.inputs))
        return f"{node.op.word} {record}"


def differs_in_training_alone(old: Node | None, new: Node | None) -> bool:
    """Whether two nodes are the same operator in inference."""
    if old is None or new is None or old.op.word != new.op.word:
        return False
    names = {name for name in old.op.attributes if vars(old.op)[name] != vars(new.op)[name]}
    return names <= IN_TRAINING.get(old.op.word, frozenset())


def _resolved(op: Operator, *inputs: TensorType) -> Iterator[tuple[str, Value]]:
    """Give padding as cells, and leave out what makes no difference at this size."""
    if "padding" in op.attributes:
        cells = getattr(op, "pads" if hasattr(op, "pads") else "crops")(*inputs)
        yield "padding", cells
        if not any(cells) and "count_padding" in op.attributes:
            yield "count_padding", False
    if vars(op).get("ceil"):
        yield "ceil", op.replace(ceil=False).infer(*inputs) != op.infer(*inputs)


def alike(old: Function, new: Function) -> bool:
    """Whether two networks give the same; outputs are told apart by names that both know."""
    before, after = old.leaving(), new.leaving()
    if before.keys() == after.keys():
        return before == after
    return list(before.values()) == list(after.values())
