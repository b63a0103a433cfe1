"""An order of branches that lowers the peak of memory is found where there is one."""

from __future__ import annotations

from itertools import permutations

import numpy as np
import pytest

from archspec import checked
from archspec.analysis.branch_order import lower, reordered
from archspec.analysis.memory import StepMemory
from archspec.cost import Keeping

KIB = 1024


def memory_of(network: str) -> StepMemory:
    """Return the memory of a network over 8x8x16, each value of which has 4 KiB."""
    text = f"archspec: 1\nname: net\ninput: 8x8x16\nnetwork: {network}"
    return StepMemory(checked.load(text=text), Keeping({}))


def test_the_branch_with_the_wide_middle_runs_first() -> None:
    memory = memory_of("[{concat: [conv2d 16 1x1, [conv2d 64 1x1, conv2d 16 1x1]]}]")
    found = lower(memory)
    assert memory.inference().bytes == (4 + 4 + 16 + 4) * KIB
    assert found is not None
    assert found.merges == {"concat": ("concat.branch_1", "concat.branch_0")}
    assert found.bytes == (4 + 16 + 4) * KIB


@pytest.mark.parametrize(
    "network",
    [
        "[{concat: [[conv2d 64 1x1, conv2d 16 1x1], conv2d 16 1x1]}]",
        "[conv2d 64 1x1, conv2d 64 1x1, {concat: [conv2d 4 1x1, [conv2d 32 1x1, conv2d 16 1x1]]}]",
        "[conv2d 64 1x1, relu]",
        "[{add: [identity, conv2d 16 1x1]}]",
    ],
)
def test_nothing_is_said_where_no_order_is_lower(network: str) -> None:
    assert lower(memory_of(network)) is None


def test_a_merge_in_a_branch_is_put_in_order_first() -> None:
    inner = "{add: [conv2d 16 1x1, [conv2d 64 1x1, conv2d 16 1x1]]}"
    found = lower(memory_of(f"[{{concat: [[conv2d 24 1x1, conv2d 16 1x1], [{inner}]]}}]"))
    assert found is not None
    assert set(found.merges) == {"concat", "concat.branch_1.add"}
    assert found.bytes == (4 + 16 + 4) * KIB


def test_branches_are_put_in_order_as_their_own_merges_are_by_then() -> None:
    inner = "{add: [conv2d 16 1x1, [conv2d 64 1x1, conv2d 16 1x1]]}"
    found = lower(memory_of(f"[{{concat: [[{inner}], [conv2d 72 1x1, conv2d 16 1x1]]}}]"))
    assert found is not None
    assert found.merges["concat"] == ("concat.branch_1", "concat.branch_0")
    assert found.bytes == (4 + 4 + 16 + 4) * KIB


def test_only_merges_above_the_new_peak_are_named() -> None:
    wide = "{concat: [conv2d 16 1x1, [conv2d 64 1x1, conv2d 16 1x1]]}"
    flat = "{concat: [conv2d 16 1x1, [conv2d 20 1x1, conv2d 16 1x1]]}"
    found = lower(memory_of(f"[{flat}, conv2d 16 1x1, {wide}]"))
    assert found is not None
    assert list(found.merges) == ["concat_1"]


@pytest.mark.parametrize("seed", range(30))
def test_running_branches_as_told_has_the_peak_that_is_told(seed: int) -> None:
    draw = np.random.default_rng(seed)

    def branch(depth: int) -> str:
        wide, left = (int(draw.integers(1, most)) for most in (90, 40))
        convolutions = f"conv2d {wide} 1x1, conv2d {left} 1x1"
        merge = f"{{concat: [{branch(depth - 1)}, {branch(depth - 1)}]}}" if depth else "tanh"
        return f"[{', '.join(draw.permutation([convolutions, merge]))}]"

    memory = memory_of(f"[{{concat: [{branch(2)}, {branch(2)}]}}, {{concat: [{branch(1)}, tanh]}}]")
    found = lower(memory)
    if found is not None:
        assert (
            reordered(memory, found.merges).inference().bytes
            == found.bytes
            < memory.inference().bytes
        )


@pytest.mark.parametrize("seed", range(30))
def test_no_order_of_four_branches_is_lower_than_the_one_that_is_found(seed: int) -> None:
    draw = np.random.default_rng(seed)
    widths = [(int(draw.integers(1, 90)), int(draw.integers(1, 40))) for _ in range(4)]
    branches = [f"[conv2d {wide} 1x1, conv2d {left} 1x1]" for wide, left in widths]

    def peak(order: tuple[str, ...]) -> int:
        return memory_of(f"[{{concat: [{', '.join(order)}]}}]").inference().bytes

    found = lower(memory_of(f"[{{concat: [{', '.join(branches)}]}}]"))
    least = min(map(peak, permutations(branches)))
    assert (found.bytes if found else peak(tuple(branches))) == least
