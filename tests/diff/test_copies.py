"""Copies of a repeat are told as one, in costs and in lists of tensors."""

from __future__ import annotations

from archspec.diffs.comparison import Comparison, compare
from archspec.diffs.report import copies, markdown
from tests.diff.reading import load

HEAD = "archspec: 1\nname: small\ninput: 8x8x4\n"
BLOCKS = "blocks: {b: [conv 3x3 8, conv 1x1 4]}\nnetwork: [5 x b, conv 1x1 4 as last]"


def between(old: str, new: str) -> Comparison:
    return compare(load(f"{HEAD}{old}"), load(f"{HEAD}{new}"))


def test_copies_that_cost_alike_are_one_row_with_their_sum() -> None:
    # Five kernels of 3x3 become 5x5: 16 * 4 * 8 weights more each, at 64 places.
    comparison = between(BLOCKS, BLOCKS.replace("3x3 8", "5x5 8"))
    rows = [(row.name, row.delta.of("parameters").change) for row in copies.parts(comparison.parts)]
    assert rows == [("b", 5 * 512), ("b.* (5 copies)", 5 * 512)]
    assert "| `b.* (5 copies)` | +2,560 | +163,840 |" in markdown.render(comparison)


def test_copies_of_a_tensor_are_one_line() -> None:
    comparison = between(BLOCKS, BLOCKS.replace("3x3 8", "5x5 8"))
    (fate,) = copies.tensors(comparison.checkpoint)
    assert (fate.name, fate.total, fate.more) == ("reshaped", 5, 0)
    assert fate.lines == ["b.*.conv.conv2d.weight: 8x4x3x3 -> 8x4x5x5 (5 copies)"]


def test_all_fates_together_have_at_most_ten_lines_and_each_its_count() -> None:
    steps = [f"conv 1x1 {5 + at} as a{at}" for at in range(12)]
    more = [f"conv 1x1 {25 + at} as b{at}" for at in range(12)]
    comparison = between(
        f"network: [{', '.join(steps)}]",
        f"network: [{', '.join(steps).replace('1x1', '3x3')}, {', '.join(more)}]",
    )
    fates = list(copies.tensors(comparison.checkpoint))
    assert [(fate.name, fate.total) for fate in fates] == [("reshaped", 12), ("new", 24)]
    assert [len(fate.lines) for fate in fates] == [5, 5]
    assert [fate.more for fate in fates] == [7, 19]


def test_a_column_without_a_number_is_left_out() -> None:
    same = between("network: [max_pool 3x3]", "network: [avg_pool 3x3]")
    assert "| what the author changed | where |\n" in markdown.render(same)
    assert markdown.table(("", "a", "b"), [("x", "", "1"), ("y", "", "")]) == (
        "|  | b |\n| --- | ---: |\n| x | 1 |\n| y |  |"
    )
