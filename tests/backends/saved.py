"""What tests of saved models and checkpoints of all backends share."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pytest

from archspec.backend import Runtime
from archspec.diagnostic import SpecError
from archspec.graph import Graph
from archspec.interpreter.interpret import interpret
from archspec.verification import drawn
from tests.conformance.small import Array
from tests.conformance.specs import graph_of

GROWS = """
archspec: 1
name: grows
input: {height}x{width}x3
defaults: {{conv: {{norm: batch_norm, activation: relu, padding: symmetric}}}}
network:
  - conv 3x3 4 /2
  - max_pool 3x3 /2 padding=1
  - avg_pool 3x3 /2 ceil=true padding=[1,0,1,0] count_padding=true as features
  - residual: [conv 3x3 4, conv 3x3 4]
  - multiply: {{a: identity, b: [global_avg_pool, dense 4]}}
  - upsample 2 as large
  - global_max_pool
  - dense 5 as logits
outputs: [features, large, logits]
"""
"""A network for maps of any height and width."""


def tiny() -> Graph:
    """Load a small network whose padding is not even on both sides."""
    return graph_of("""
archspec: 1
name: tiny
input: 9x9x3
network: [conv 3x3 4 /2 norm=batch_norm activation=relu, global_avg_pool, dense 5 as logits]
""")


def refusal(runtime: Runtime, file: Path) -> str:
    """Read a checkpoint that cannot be read, and return the reason."""
    with pytest.raises(SpecError) as caught:
        runtime.checkpoint(file)
    (diagnostic,) = caught.value.diagnostics
    assert diagnostic.code == "weights/unreadable"
    return diagnostic.message


def assert_computes(
    graph: Graph,
    found: Mapping[str, Array],
    inputs: Mapping[str, Array],
    close: float = 1e-5,
    filled: Graph | None = None,
) -> float:
    """Compare the outputs and heads of a saved model with the interpreter's.

    It is filled with the weights drawn for its graph, or for ``filled``, the same at another size.
    Batches are channels last; a difference is measured against the largest value, and the largest
    difference is returned.
    """
    wanted = interpret(graph, drawn.tensors(filled or graph), inputs, dtype="float64")
    paths = {**graph.outputs, **graph.heads}
    assert set(found) == set(paths)
    return max(
        apart(np.asarray(found[name]), wanted[path], close, name) for name, path in paths.items()
    )


def apart(found: Array, wanted: Array, close: float, name: str = "") -> float:
    """Find how far two arrays lie apart, as a share of the largest value; it must be ``close``."""
    scale = float(np.abs(wanted).max())
    assert found.shape == wanted.shape
    np.testing.assert_allclose(found, wanted, 0, close * scale, err_msg=name)
    return float(np.abs(found - wanted).max()) / scale


def channels_first(x: Array) -> Array:
    return x.transpose(0, 3, 1, 2) if x.ndim == 4 else x


def channels_last(x: Array) -> Array:
    return x.transpose(0, 2, 3, 1) if x.ndim == 4 else x
