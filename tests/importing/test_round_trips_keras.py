"""Networks leave as models of Keras, and come back as what they were."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("tensorflow")

import keras

import archspec
from archspec.backend import backend
from tests.conformance.specs import graph_of
from tests.importing.trips import (
    ZOO,
    assert_same,
    comes_back,
    from_keras,
    model_of,
    of_zoo,
    random_network,
    through_keras,
)

SMALL = [each for each in ZOO if each.parent.name == "small"]
WORDS = {
    "layouts": """
      - {channel_shuffle: {groups: 2}}
      - space_to_depth 2 outer=cells
      - depth_to_space 2
      - radix_softmax radix=2
      - slice start=1 stop=3
      - channel_avg_pool
      - flatten
    """,
    "functions": """
      - hard_tanh low=-1 high=2
      - leaky_relu slope=-0.3
      - gelu approximate=true
      - prelu
      - affine
      - layer_scale
      - l2_normalize epsilon=0.001
    """,
    "norms": """
      - group_norm groups=2
      - instance_norm affine=false
      - rms_norm
      - layer_norm bias=false
      - local_response_norm 3
      - global_response_norm
    """,
    "windows": """
      - max_pool 3x3 padding=1
      - pad [1,0,2,1] mode=reflect
      - avg_pool 3x3 /2 padding=1 ceil=true count_padding=true
      - conv_transpose 3x3 4 /2 padding=1 output_padding=1
      - adaptive_max_pool grid=5x3
      - pad 1
    """,
    "shares": """
      - adaptive_avg_pool grid=5x1
      - adaptive_max_pool grid=2x3
    """,
    "cropped": """
      - conv_transpose 3x3 4 V
      - crop [1,0,2,1]
      - conv_transpose 3x3 4 as read
      - crop 1 as inner
      - resize from inner read as smooth
      - add from read smooth
    """,
    "sizes": """
      - conv 3x3 2 /2 V as small
      - {add: [resize from input small, resize_nearest from input small]}
      - resize_to grid=5x7 mode=bilinear
      - resize_to 4
    """,
    "grids": """
      - tanh as whole
      - crop 1 as inner
      - resize from inner whole as smooth
      - resize_nearest from inner whole as copied
      - add from smooth copied as both
      - global_avg_pool keepdims=true as cell
      - conv 1x1 8
      - channel_max_pool
    """,
}
"""Steps of words that Keras has no layer for, or another one."""
MANY, AT_ONCE, MOST_REFUSED = 500, 50, 5


@pytest.mark.parametrize("spec", SMALL, ids=lambda spec: spec.stem)
def test_a_network_comes_back_from_its_model(spec: Path) -> None:
    graph = of_zoo(spec)
    assert_same(graph, from_keras(model_of(graph, "tensorflow"), graph).graph)


@pytest.mark.parametrize("kind", WORDS)
def test_words_come_back_that_keras_writes_out(kind: str) -> None:
    graph = graph_of(f"network:{WORDS[kind]}")
    model = model_of(graph, "tensorflow")
    found = from_keras(model, graph)
    assert_same(graph, found.graph)
    given = np.random.default_rng(1).standard_normal((2, 8, 8, 4)).astype("float32")
    (path,) = found.graph.outputs.values()
    ours = archspec.interpret(found.graph, found.tensors, {"input": given}, dtype="float64")[path]
    np.testing.assert_allclose(ours, model(given, training=False), rtol=2e-5, atol=2e-5)


@pytest.mark.slow
@pytest.mark.parametrize("spec", ZOO, ids=lambda spec: spec.stem)
def test_a_published_network_comes_back_from_its_model(spec: Path) -> None:
    test_a_network_comes_back_from_its_model(spec)


@pytest.mark.slow
@pytest.mark.parametrize("first", range(0, MANY, AT_ONCE))
def test_random_networks_come_back_from_their_models(first: int) -> None:
    """All do of which there are models: few combinations of attributes are none of Keras's."""
    refused, lost = [], []
    for seed in range(first, first + AT_ONCE):
        graph = random_network(seed)
        if any(backend("tensorflow").refusals(graph)):
            refused.append(seed)
        elif not comes_back(graph, through_keras):
            lost.append(seed)
        keras.utils.clear_session()
    assert lost == []
    assert len(refused) <= MOST_REFUSED, refused
