"""What two networks give in numbers, with the tensors of one checkpoint."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from archspec.diffs.comparison import Comparison
from archspec.graph import Graph
from archspec.interpreter.interpret import interpret

Tensors = dict[str, npt.NDArray[np.float64]]
_SEED = 7
_TOLERANCE = 1e-9


def give_the_same(comparison: Comparison) -> bool:
    """Whether both give the same for the same noise, the new one with what the map puts there."""
    old, new = (
        side.without_heads() for side in (comparison.difference.old, comparison.difference.new)
    )
    tensors = drawn(old)
    pairs = (*comparison.checkpoint.kept, *comparison.checkpoint.moved)
    taken = {pair.new: tensors[pair.old] for pair in pairs}
    before, after = (
        list(computed(graph, given).values()) for graph, given in ((old, tensors), (new, taken))
    )
    return len(before) == len(after) and all(map(_agree, before, after))


def drawn(graph: Graph) -> Tensors:
    """Draw tensors whose every value matters: variances are not negative."""
    noise = np.random.default_rng(_SEED)
    return {
        f"{node.path}.{each.name}": np.abs(noise.normal(size=each.shape)) + 0.1
        if each.name == "running_var"
        else noise.normal(size=each.shape)
        for node in graph.nodes.values()
        for each in node.op.parameters(*node.inputs)
    }


def computed(graph: Graph, tensors: Tensors) -> Tensors:
    """Compute the outputs for noise."""
    noise = np.random.default_rng(_SEED)
    inputs = {name: noise.normal(size=(2, *it.type.shape)) for name, it in graph.inputs.items()}
    values = interpret(graph, tensors, inputs, dtype="float64", taps=())
    return {name: values[path] for name, path in graph.outputs.items()}


def _agree(old: npt.NDArray[np.float64], new: npt.NDArray[np.float64]) -> bool:
    return old.shape == new.shape and bool(np.allclose(old, new, _TOLERANCE, _TOLERANCE))
