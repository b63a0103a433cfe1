"""What looks at a map as a whole, or in shares of several sizes, is one spec for any size."""

from __future__ import annotations

import numpy as np
import pytest

from archspec.checked import load
from archspec.verification.drawn import tensors
from tests.conformance.running import BACKENDS, start
from tests.oracle import network as oracle

HEADS = {
    "the pyramid of dilations of DeepLabv3 (arXiv:1706.05587)": """
archspec: 1
name: aspp
input: 33x33x3
defaults: {conv: {activation: relu}}
parts:
  aspp:
    options: [f]
    steps:
      - concat:
          point: conv 1x1 f
          near: conv 3x3 f dilation=2
          far: conv 3x3 f dilation=3
          whole:
            - resize:
                map: [global_avg_pool keepdims=true, conv 1x1 f]
                like: identity
      - conv 1x1 f
network: [conv 3x3 6 /4, aspp 4, conv 1x1 2 linear as classes, resize from classes input]
""",
    "the pyramid of shares of PSPNet (arXiv:1612.01105)": """
archspec: 1
name: psp
input: 33x33x3
parts:
  level:
    options: [bins]
    steps:
      - resize:
          map: [adaptive_avg_pool bins, conv 1x1 2 activation=relu]
          like: identity
network:
  - conv 3x3 6 /4
  - concat: {map: identity, whole: level 1, halves: level 2, thirds: level 3, sixths: level 6}
  - conv 1x1 2 as classes
  - resize_nearest from classes input
""",
    "the global context of GCNet (arXiv:1904.11492), with scores of a branch and of a step": """
archspec: 1
name: gc
input: 33x33x3
blocks:
  context:
    options: [r]
    steps:
      - identity as given
      - global_attention_pool: [identity, conv 1x1 1 linear]
      - dense r
      - dense 6 activation=sigmoid as gate
      - multiply from given gate
network:
  - conv 3x3 6 /4
  - context 4 as whole
  - conv 1x1 1 linear as score
  - global_attention_pool activation=tanh from whole score as mean
  - resize from mean input
  - conv 1x1 2
""",
}
SIZES = ((33, 33), (21, 30))


@pytest.mark.parametrize("backend", BACKENDS)
@pytest.mark.parametrize("title", HEADS)
def test_a_pyramid_computes_at_any_size_what_its_text_says(title: str, backend: str) -> None:
    text, running = HEADS[title], start(backend)
    for height, width in SIZES:
        spec = text.replace("33x33x3", f"{height}x{width}x3")
        graph = load(text=spec)
        given = {"input": np.random.default_rng(1).standard_normal((2, height, width, 3))}
        weights = tensors(graph, 1, given)
        wanted = oracle.run(spec, given, weights.__getitem__).outputs
        (found,) = running.outputs(graph, weights, given)
        assert found.shape == (2, height, width, 2)
        np.testing.assert_allclose(found, next(iter(wanted.values())), rtol=1e-4, atol=1e-4)
