"""Networks leave as models of Keras, and come back as what they were."""

from __future__ import annotations

from pathlib import Path

import pytest

pytest.importorskip("tensorflow")

from tests.importing.trips import ZOO, of_zoo, require_same, through_keras

SMALL = [each for each in ZOO if each.parent.name == "small"]


@pytest.mark.parametrize("spec", SMALL, ids=lambda spec: spec.stem)
def test_a_network_comes_back_from_its_model(spec: Path) -> None:
    graph = of_zoo(spec)
    require_same(graph, through_keras(graph).graph)


@pytest.mark.slow
@pytest.mark.parametrize("spec", ZOO, ids=lambda spec: spec.stem)
def test_every_network_of_the_zoo_comes_back_from_its_model(spec: Path) -> None:
    test_a_network_comes_back_from_its_model(spec)
