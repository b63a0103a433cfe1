"""Networks leave as models of Keras, and come back as what they were."""

from __future__ import annotations

from pathlib import Path

import pytest

pytest.importorskip("tensorflow")

from tests.commands.running import ROOT
from tests.importing.trips import ZOO, of_zoo, require_same, through_keras

SMALL = [each for each in ZOO if each.parent.name == "small"]


@pytest.mark.parametrize("spec", SMALL, ids=lambda spec: spec.stem)
def test_a_network_comes_back_from_its_model(spec: Path) -> None:
    graph = of_zoo(spec)
    require_same(graph, through_keras(graph).graph)


@pytest.mark.slow
def test_a_published_network_comes_back_from_its_model() -> None:
    test_a_network_comes_back_from_its_model(ROOT / "specs/inception_v3.yaml")
