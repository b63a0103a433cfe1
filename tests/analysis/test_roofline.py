"""Operations for each byte, computed by hand."""

from __future__ import annotations

import pytest

import archspec
from archspec.analysis.roofline import Kernel, Machine, Running, kernels

LAYERS = """
archspec: 1
name: net
input: 4x4x2
network:
  - conv 3x3 8 bias=false norm=batch_norm activation=relu as wide
  - dropout 0.5
  - add from wide wide as doubled
  - concat: {one: identity, two: conv 1x1 4 bias=false}
  - flatten
  - dense 10 bias=false
"""
ALONE = Running()
IMAGE, WIDE, NARROW, BOTH = 4 * 4 * 2, 4 * 4 * 8, 4 * 4 * 4, 4 * 4 * 12
"""The numbers of an example's values."""


def found(running: Running = ALONE) -> dict[str, tuple[int, int]]:
    graph = archspec.load(text=LAYERS)
    listed = kernels(graph, running)
    assert [each.path for each in listed] == list(dict.fromkeys(each.path for each in listed))
    return {each.path: (each.flops, each.bytes) for each in listed}


def test_each_operator_reads_and_writes_its_values_and_weights_once() -> None:
    """A norm has a scale, a shift, a mean and a variance; three steps do nothing."""
    assert {path: moved for path, (_, moved) in found().items()} == {
        "wide.conv2d": 4 * (IMAGE + WIDE + 9 * 2 * 8),
        "wide.batch_norm": 4 * (2 * WIDE + 4 * 8),
        "wide.relu": 4 * 2 * WIDE,
        "doubled": 4 * 2 * WIDE,
        "concat.two.conv.conv2d": 4 * (WIDE + NARROW + 8 * 4),
        "concat": 4 * (WIDE + NARROW + BOTH),
        "dense.fully_connected": 4 * (BOTH + 10 + BOTH * 10),
    }


def test_a_layer_in_one_go_keeps_what_is_between_its_operators() -> None:
    """Operations stay; of values only the image and the layer's output are moved."""
    apart, fused = found(), found(Running(is_fused=True))
    inside = [operations for path, (operations, _) in apart.items() if path.startswith("wide.")]
    assert fused["wide"] == (sum(inside), 4 * (IMAGE + WIDE + 9 * 2 * 8 + 4 * 8))
    assert list(fused) == ["wide", "doubled", "concat.two.conv", "concat", "dense"]


def test_multiply_accumulates_are_two_operations() -> None:
    assert found()["wide.conv2d"][0] == 2 * 4 * 4 * 8 * 9 * 2
    assert found()["concat"][0] == 0


def test_a_batch_moves_its_values_and_the_weights_once() -> None:
    operations, moved = found(Running(batch=5, width=2))["wide.conv2d"]
    assert (operations, moved) == (5 * 2 * 4 * 4 * 8 * 9 * 2, 2 * (5 * (IMAGE + WIDE) + 9 * 2 * 8))


def test_operations_are_those_that_count_tells() -> None:
    graph = archspec.load("zoo:released/inception_v4")
    for is_fused in (False, True):
        listed = kernels(graph, Running(is_fused=is_fused))
        assert sum(each.flops for each in listed) == archspec.count(graph).flops


@pytest.mark.parametrize(("flops", "is_bound"), [(74, True), (75, False), (76, False)])
def test_the_ridge_is_where_arithmetic_becomes_the_bound(flops: int, is_bound: bool) -> None:
    machine = Machine(150e9, 20e9)
    assert machine.ridge == 7.5
    assert Kernel("a", "relu", flops, 10).is_memory_bound(machine) is is_bound
