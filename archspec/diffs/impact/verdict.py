"""The verdict on old checkpoints: whether they load, and still compute the same."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from archspec.diffs.explain.edits import Difference
from archspec.diffs.impact.checkpoint import Checkpoint, Loads, TensorPair
from archspec.diffs.impact.function import ComputingMode, FunctionDigests, Keys, alike
from archspec.graph import Graph


class Verdict(StrEnum):
    """The outcome of a strict load of an old checkpoint without a map."""

    IDENTICAL = "identical"
    LOADS = "loads"
    OTHERWISE = "loads but computes otherwise"
    NOT = "does not load"


@dataclass(frozen=True)
class Judgement:
    """A verdict, and whether the networks compute the same after a load with the map.

    ``is_same`` is about inference, ``is_trained_alike`` about training.
    """

    verdict: Verdict
    is_same: bool
    is_trained_alike: bool


def judge(difference: Difference, checkpoint: Checkpoint) -> Judgement:
    """Decide whether old checkpoints load and compute the same."""
    if difference.identical:
        return Judgement(Verdict.IDENTICAL, is_same=True, is_trained_alike=True)
    if checkpoint.loads is Loads.NO or difference.is_of_file:
        return Judgement(Verdict.NOT, is_same=False, is_trained_alike=False)
    sides = _Sides(difference)
    pairs = (*checkpoint.kept, *checkpoint.moved)
    is_same = sides.compute_alike(pairs)
    verdict = Verdict.NOT
    if checkpoint.loads is Loads.YES:
        verdict = Verdict.LOADS if is_same else Verdict.OTHERWISE
    elif checkpoint.loads_wrongly:
        strict = tuple(
            TensorPair(each.new, each.new, each.new_shape, each.new_shape) for each in pairs
        )
        verdict = Verdict.LOADS if sides.compute_alike(strict) else Verdict.OTHERWISE
    return Judgement(
        verdict, is_same, is_same and sides.compute_alike(pairs, ComputingMode.TRAINING)
    )


class _Sides:
    """The two networks, both loaded with the tensors of an old checkpoint."""

    def __init__(self, difference: Difference) -> None:
        self.difference = difference
        self.old, self.new = _own(difference.old), _own(difference.new)

    def compute_alike(
        self, pairs: Iterable[TensorPair], mode: ComputingMode = ComputingMode.INFERENCE
    ) -> bool:
        """Whether both compute the same with the tensors of some pairs."""
        old, new = self.difference.old, self.difference.new
        keys = self.old, self._taken(pairs)
        at_any_size = self._compare(keys, mode, is_resolved=False)
        return at_any_size or (
            _sizes(old) == _sizes(new) and self._compare(keys, mode, is_resolved=True)
        )

    def _compare(self, keys: tuple[Keys, Keys], mode: ComputingMode, *, is_resolved: bool) -> bool:
        graphs = self.difference.old, self.difference.new
        old, new = (
            FunctionDigests(graph, names, mode, is_resolved)
            for graph, names in zip(graphs, keys, strict=True)
        )
        return alike(old, new)

    def _taken(self, pairs: Iterable[TensorPair]) -> Keys:
        """Return the keys of the new network's tensors and inputs in the names of the old one."""
        inputs = self.difference.matching.inputs.items()
        origin = {each.new: each.old for each in pairs} | {after: old for old, after in inputs}
        known = self.difference.matching.old_nodes
        return {
            path: [origin.get(key, f"{known.get(path, path)}{key[len(path) :]}") for key in keys]
            for path, keys in self.new.items()
        }


def _own(graph: Graph) -> Keys:
    """List the keys of the tensors of each node, and the names of inputs."""
    tensors = {
        path: [f"{path}.{each.name}" for each in node.op.parameters(*node.inputs)]
        for path, node in graph.nodes.items()
    }
    return tensors | {name: [name] for name in graph.inputs}


def _sizes(graph: Graph) -> list[str]:
    return [str(given.type) for given in graph.inputs.values()]
