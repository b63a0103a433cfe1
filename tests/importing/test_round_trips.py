"""Networks leave as models of PyTorch and as files, and come back as what they were."""

from __future__ import annotations

from pathlib import Path

import pytest

pytest.importorskip("torch")

import archspec
from archspec import Graph
from archspec.importing.imported import Untranslatable
from tests.authoring.documents import random_graph
from tests.commands.running import ROOT
from tests.importing.trips import ZOO, of_zoo, require_same, through_onnx, through_torch

SMALL = [each for each in ZOO if each.parent.name == "small"]
SEEDS = (0, 2, 10, 14, 36, 45)
"""Networks with cropped layers, averages that count cells, stacked values and response norms."""
MANY = 500
DEPLOYED = (
    "bn_inception",
    "convnext_tiny",
    "densenet_121",
    "dla_34",
    "efficientnet",
    "efficientnet_b0",
    "fpn_resnet_50",
)


@pytest.mark.parametrize("spec", SMALL, ids=lambda spec: spec.stem)
def test_a_network_comes_back_from_its_model(spec: Path) -> None:
    graph = of_zoo(spec)
    require_same(graph, through_torch(graph).graph)


@pytest.mark.parametrize("seed", SEEDS)
def test_a_random_network_comes_back_from_its_model(seed: int) -> None:
    graph = random_graph(seed).without_heads()
    require_same(graph, through_torch(graph).graph)


@pytest.mark.slow
@pytest.mark.parametrize("spec", ZOO, ids=lambda spec: spec.stem)
def test_a_published_network_comes_back_from_its_model(spec: Path) -> None:
    test_a_network_comes_back_from_its_model(spec)


@pytest.mark.slow
def test_nearly_all_random_networks_come_back_from_their_models() -> None:
    """What is lost is a resize to a size of its own, and a convolution of one cell."""
    lost = [seed for seed in range(MANY) if not _comes_back(random_graph(seed).without_heads())]
    assert len(lost) <= MANY // 10, lost


def _comes_back(graph: Graph) -> bool:
    try:
        require_same(graph, through_torch(graph).graph)
    except (AssertionError, Untranslatable, archspec.SpecError):
        return False
    return True


@pytest.mark.slow
@pytest.mark.parametrize("spec", DEPLOYED)
def test_a_published_network_comes_back_folded_from_its_file(spec: str, tmp_path: Path) -> None:
    graph = of_zoo(ROOT / f"specs/{spec}.yaml")
    found = through_onnx(graph, tmp_path / "network.onnx").graph
    require_same(graph, found, is_folded=True)
