"""The small members of the family are the paper's where they are as wide as the paper's."""

from __future__ import annotations

import pytest

import archspec
from archspec import Graph, Overrides
from archspec.operators.conv2d import Conv2d
from tests.commands.running import ROOT

PAPER_WIDTH = 32
PAIRS = {
    "small/inception_resnet": "inception_resnet_v2",
    "small/inception": "inception_v4",
}
"""Each small network, and the one of the paper that its blocks come from."""


def convolutions(graph: Graph, module: str) -> list[tuple[object, ...]]:
    """List kernels and filters of the convolutions of a module's first use, in order."""
    path = module if graph.scopes[module].kind == "module" else f"{module}.0"
    found = (node.op for node in graph.within(path))
    return [(op.kernel, op.filters) for op in found if isinstance(op, Conv2d)]


def blocks(graph: Graph) -> list[str]:
    return [
        name for name in graph.scopes[""].contents if "inception" in name or "reduction" in name
    ]


@pytest.mark.parametrize("small", PAIRS)
def test_blocks_as_wide_as_the_papers_have_the_papers_kernels_and_filters(small: str) -> None:
    overrides = Overrides({"w": PAPER_WIDTH, "a": 2, "b": 2, "c": 2}, {})
    made = archspec.load(ROOT / f"specs/{small}.yaml", overrides=overrides)
    paper = archspec.load(ROOT / f"specs/{PAIRS[small]}.yaml")
    assert len(blocks(made)) == 5
    for name in blocks(made):
        assert convolutions(made, name) == convolutions(paper, name)


def test_the_residual_and_the_plain_one_cost_the_same() -> None:
    residual, plain = (archspec.count(archspec.load(ROOT / f"specs/{each}.yaml")) for each in PAIRS)
    assert residual.macs == pytest.approx(plain.macs, rel=0.01)
