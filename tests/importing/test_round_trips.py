"""Networks leave as models of PyTorch, and come back as what they were."""

from __future__ import annotations

from pathlib import Path

import pytest

pytest.importorskip("torch")

from tests.conformance.specs import graph_of
from tests.importing.trips import (
    ZOO,
    assert_same,
    comes_back,
    of_zoo,
    random_network,
    through_torch,
)

SMALL = [each for each in ZOO if each.parent.name == "small"]
SEEDS = (0, 2, 10, 14, 36, 45, 104, 469)
"""Networks with cropped layers, averages that count cells, stacked values, response norms, copies
of which one has a class, and data that are prepared."""
MANY, AT_ONCE = 500, 50


@pytest.mark.parametrize("spec", SMALL, ids=lambda spec: spec.stem)
def test_a_network_comes_back_from_its_model(spec: Path) -> None:
    graph = of_zoo(spec)
    assert_same(graph, through_torch(graph).graph)


@pytest.mark.parametrize("seed", SEEDS)
def test_a_random_network_comes_back_from_its_model(seed: int) -> None:
    graph = random_network(seed)
    assert_same(graph, through_torch(graph).graph)


@pytest.mark.parametrize("padding", ["V", "symmetric"])
def test_a_cropped_transposed_convolution_comes_back_from_its_model(padding: str) -> None:
    steps = f"""
      - conv_transpose 3x3 4 /2 {padding} output_padding=1
      - crop [1,0,2,1]
      - conv_transpose 3x3 4 {padding} as read
      - crop 1 as inner
      - resize from inner read as smooth
      - add from read smooth
    """
    graph = graph_of(f"network:{steps}")
    assert_same(graph, through_torch(graph).graph)


@pytest.mark.slow
@pytest.mark.parametrize("spec", ZOO, ids=lambda spec: spec.stem)
def test_a_published_network_comes_back_from_its_model(spec: Path) -> None:
    test_a_network_comes_back_from_its_model(spec)


@pytest.mark.slow
@pytest.mark.parametrize("first", range(0, MANY, AT_ONCE))
def test_random_networks_come_back_from_their_models(first: int) -> None:
    graphs = ((seed, random_network(seed)) for seed in range(first, first + AT_ONCE))
    assert [seed for seed, graph in graphs if not comes_back(graph, through_torch)] == []
