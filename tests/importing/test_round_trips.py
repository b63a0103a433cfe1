"""Networks of the zoo leave as models, and come back as the networks that they were."""

from __future__ import annotations

import pytest

pytest.importorskip("torch")

from tests.commands.running import ROOT
from tests.importing.trips import of_zoo, require_same, through_torch

SPECS = ("small/inception", "small/inception_resnet")


@pytest.mark.parametrize("spec", SPECS)
def test_a_network_comes_back_from_its_model(spec: str) -> None:
    graph = of_zoo(ROOT / f"specs/{spec}.yaml")
    require_same(graph, through_torch(graph).graph)
