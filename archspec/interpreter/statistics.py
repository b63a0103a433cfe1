"""The update of running statistics in training."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from archspec.graph import Graph
from archspec.interpreter.arrays import Array
from archspec.interpreter.interpret import interpret, parameters
from archspec.operators.norm import BatchNorm


def statistics(
    graph: Graph, tensors: Mapping[str, Any], inputs: Mapping[str, Any], *, dtype: str = "float32"
) -> dict[str, Array]:
    """Compute the running statistics after one training step, by key.

    Raises as ``interpret`` does, and ``ValueError`` if a channel has a single value in the batch.
    """
    given = {name: np.asarray(each, dtype) for name, each in inputs.items()}
    values = given | interpret(graph, tensors, inputs, dtype=dtype, training=True)
    return {
        f"{path}.{name}": array
        for path, node in graph.nodes.items()
        if isinstance(node.op, BatchNorm)
        for name, array in moved(
            node.op, values[node.sources[0]], **parameters(node, tensors, dtype)
        ).items()
    }


def moved(
    op: BatchNorm, x: Array, *, running_mean: Array, running_var: Array, **_learned: Array
) -> dict[str, Array]:
    """Update the exponential moving averages with the batch's mean and unbiased variance.

    Source: arXiv:1502.03167, Algorithm 2, step 10, and PyTorch; Keras uses the biased variance.
    """
    axes, count = tuple(range(x.ndim - 1)), x.size // x.shape[-1]
    if count < 2:
        raise ValueError("a single value of each channel has no variance; give a larger batch")
    mean, variance = x.mean(axes), x.var(axes, ddof=1)
    return {
        "running_mean": op.momentum * running_mean + (1 - op.momentum) * mean,
        "running_var": op.momentum * running_var + (1 - op.momentum) * variance,
    }
