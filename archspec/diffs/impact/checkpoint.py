"""Compatibility of checkpoints: which tensors of the old network fit the new one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, NamedTuple

from archspec.diffs.explain.edits import Difference
from archspec.graph import Graph, Node
from archspec.weights import keymap

Shape = tuple[int, ...]


class Loads(StrEnum):
    """Whether old checkpoints load."""

    YES = "yes"
    WITH_MAP = "with map"
    NO = "no"


class TensorPair(NamedTuple):
    """A tensor that both networks have: its keys and shapes before and after."""

    old: str
    new: str
    old_shape: Shape
    new_shape: Shape


@dataclass(frozen=True)
class Checkpoint:
    """The fates of the tensors of an old checkpoint; keys are node path and parameter.

    Running statistics are included, auxiliary heads are not.
    """

    kept: tuple[TensorPair, ...]
    moved: tuple[TensorPair, ...]
    reshaped: tuple[TensorPair, ...]
    new: Mapping[str, Shape]
    dropped: Mapping[str, Shape]

    @property
    def loads(self) -> Loads:
        """The outcome of a strict load, with the key map or without."""
        if self.new or self.reshaped:
            return Loads.NO
        return Loads.WITH_MAP if self.moved or self.dropped else Loads.YES

    @property
    def loads_wrongly(self) -> bool:
        """Whether a strict load without the map would pass with tensors in wrong places."""
        if self.loads is not Loads.WITH_MAP or self.dropped:
            return False
        pairs = (*self.kept, *self.moved)
        return {(each.old, each.old_shape) for each in pairs} == {
            (each.new, each.new_shape) for each in pairs
        }

    @property
    def missing(self) -> int:
        """The number of tensors of the new network that no old one fits."""
        return len(self.reshaped) + len(self.new)

    @property
    def needed(self) -> int:
        """The number of tensors of the new network."""
        return len(self.kept) + len(self.moved) + self.missing

    @property
    def had(self) -> int:
        """The number of tensors of the old network."""
        return len(self.kept) + len(self.moved) + len(self.reshaped) + len(self.dropped)

    def counts(self) -> dict[str, int]:
        """Count the tensors of each fate."""
        return {
            "kept": len(self.kept),
            "moved": len(self.moved),
            "reshaped": len(self.reshaped),
            "new": len(self.new),
            "dropped": len(self.dropped),
        }

    def mapping(self, difference: Difference, verdict: str) -> dict[str, Any]:
        """Return the key map as plain data, with the verdict on a load without it."""
        graphs = {"old": difference.old, "new": difference.new}
        fitting = (*self.kept, *self.moved)
        return {
            "archspec_map": keymap.VERSION,
            "specs": {
                side: {"name": graph.name, "digest": graph.header.digest}
                for side, graph in graphs.items()
            },
            "verdict": verdict,
            "tensors": {each.new: each.old for each in sorted(fitting, key=lambda it: it.new)},
            "reshaped": {
                each.new: {
                    "from": each.old,
                    "old_shape": list(each.old_shape),
                    "new_shape": list(each.new_shape),
                }
                for each in self.reshaped
            },
            "new": list(self.new),
            "dropped": list(self.dropped),
        }


@dataclass
class _Fates:
    """Accumulates the tensors that both networks have, by fate."""

    kept: list[TensorPair] = field(default_factory=list)
    moved: list[TensorPair] = field(default_factory=list)
    reshaped: list[TensorPair] = field(default_factory=list)

    def add(self, pair: TensorPair) -> None:
        """Add a tensor that both have."""
        if pair.old_shape != pair.new_shape:
            self.reshaped.append(pair)
        elif pair.old != pair.new:
            self.moved.append(pair)
        else:
            self.kept.append(pair)


def checkpoint(difference: Difference) -> Checkpoint:
    """Compare the tensors of two networks, auxiliary heads left out."""
    old, new = _tensors(difference.old), _tensors(difference.new)
    fates = _Fates()
    for before, after in _partners(difference):
        if before in old and after in new:
            fates.add(TensorPair(before, after, old.pop(before), new.pop(after)))
    for key in [key for key in old if key in new]:
        fates.add(TensorPair(key, key, old.pop(key), new.pop(key)))
    return Checkpoint(tuple(fates.kept), tuple(fates.moved), tuple(fates.reshaped), new, old)


def _tensors(graph: Graph) -> dict[str, Shape]:
    return {
        f"{node.path}.{parameter.name}": parameter.shape
        for node in graph.without_heads().nodes.values()
        for parameter in node.op.parameters(*node.inputs)
    }


def _partners(difference: Difference) -> Iterator[tuple[str, str]]:
    """List the keys of tensors of paired nodes of the same operator."""
    for old, new in difference.matching.nodes.items():
        before, after = difference.old.nodes[old], difference.new.nodes[new]
        if before.op.word == after.op.word:
            for name in _names(before):
                yield f"{old}.{name}", f"{new}.{name}"


def _names(node: Node) -> Iterator[str]:
    return (parameter.name for parameter in node.op.parameters(*node.inputs))
