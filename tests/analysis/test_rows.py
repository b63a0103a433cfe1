"""The rows of a count add up to the whole."""

from __future__ import annotations

from pathlib import Path

import pytest

from archspec import api
from archspec.analysis.count import GROUPS, Totaller, Totals

SPECS = Path(__file__).parents[2] / "specs"
NAMES = ("inception_v3", "inception_resnet_v2", "se_resnet_50", "u_net", "shufflenet_v2_x1_0")


@pytest.mark.parametrize("by", ["operator", "layer"])
@pytest.mark.parametrize("name", NAMES)
def test_rows_of_operators_and_of_layers_share_nothing_and_leave_nothing_out(
    name: str, by: str
) -> None:
    graph = api.load(SPECS / f"{name}.yaml")
    total = Totals()
    for row in GROUPS[by](graph.without_heads(), Totaller()):
        total = total.plus(row.totals)
    assert total == api.count(graph).totals
