"""A small network for tests of weights, in which every kind of layer learns something."""

from __future__ import annotations

from typing import Any

import numpy

from archspec.graph import Graph
from archspec.weights.expected import expected
from tests.conformance.specs import graph_of

SPEC = """
archspec: 1
name: net
input: 8x8x3
params: {classes: 4}
network:
  - conv 3x3 8 norm=batch_norm activation=relu as stem
  - multiply:
      features: identity
      gate: [global_avg_pool, dense 2 activation=relu, dense 8 activation=sigmoid]
  - depthwise_conv 3x3
  - residual: {shortcut: conv 1x1 8 bias=false, steps: [conv 3x3 8, conv 1x1 8 bias=false]}
  - flatten
  - dense classes as logits
"""


def network(text: str = SPEC) -> Graph:
    """Read the network, or another version of it."""
    return graph_of(text)


def several(graph: Graph) -> dict[str, Any]:
    """Draw tensors of which each number is another; statistics of norms stay above zero."""
    generator = numpy.random.default_rng(3)
    return {
        key: generator.uniform(0.5, 1.5, each.shape).astype(numpy.float32)
        for key, each in expected(graph).items()
    }
