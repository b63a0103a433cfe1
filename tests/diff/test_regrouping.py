"""Blocks that are extracted into modules, or written out, and changed by the way.

ResNet-50, Wide ResNet-50-2 and ResNeXt-50 32x4d are one network with other widths and groups
(arXiv:1512.03385, arXiv:1605.07146, arXiv:1611.05431); torchvision states 25,557,032, 68,883,240
and 25,028,904 parameters. Each has 16 residuals of three convolutions, four of them with a
projection, and 174 nodes.
"""

from __future__ import annotations

import re

import pytest

from archspec.diffs.comparison import Comparison, compare
from tests.diff.laws import assert_laws
from tests.diff.reading import SPECS, load, without_contracts

RESNET = without_contracts((SPECS / "resnet_50.yaml").read_text("utf-8"))
HEAD, _, _ = RESNET.partition("parts:\n")
TAIL = "  - global_avg_pool\n  - dense classes as logits\n"
STAGES = ((64, 3, 1), (128, 4, 2), (256, 6, 2), (512, 3, 2))
WIDE = RESNET.replace("conv 1x1 f, conv 3x3 f", "conv 1x1 2*f, conv 3x3 2*f")


def residual(f: int) -> str:
    return f"  - residual: [conv 1x1 {f}, conv 3x3 {f}, conv 1x1 {4 * f} activation=none]\n"


def first(f: int, s: int) -> str:
    shortcut = f"{{residual: {{shortcut: conv 1x1 {4 * f} /{s} activation=none, steps: ["
    return f"  - {shortcut}conv 1x1 {f}, conv 3x3 {f} /{s}, conv 1x1 {4 * f} activation=none]}}}}\n"


def network(steps: list[str], modules: str = "") -> str:
    return f"{HEAD}{modules}network:\n  - stem\n{''.join(steps)}{TAIL}"


COUNTED = network([f"{first(f, s)}{residual(f)}    times: {n - 1}\n" for f, n, s in STAGES])
WRITTEN_OUT = network([first(f, s) + residual(f) * (n - 1) for f, n, s in STAGES])

MODULES = """\
parts:
  cell:
    options: [f, w, g=32]
    steps:
      - residual: [conv 1x1 w, conv 3x3 w groups=g, conv 1x1 f activation=none]
  entry:
    options: [f, w, s=2, g=32]
    steps:
      - residual:
          shortcut: conv 1x1 f /s activation=none
          steps: [conv 1x1 w, conv 3x3 w /s groups=g, conv 1x1 f activation=none]
"""
IN_BLOCKS = network(
    [
        f"  - entry {4 * f} w={2 * f} s={s}\n  - {n - 1} x cell {4 * f} w={2 * f}\n"
        for f, n, s in STAGES
    ],
    MODULES,
)
IN_STAGES = network(
    [f"  - group {4 * f} w={2 * f} n={n} s={s}\n" for f, n, s in STAGES],
    f"{MODULES}  group: {{options: [f, w, n, s=2], steps: [entry f w=w s=s, n-1 x cell f w=w]}}\n",
)


def compared(old: str, new: str) -> Comparison:
    return compare(load(old), load(new))


@pytest.mark.parametrize("new", [IN_BLOCKS, IN_STAGES], ids=["blocks", "stages"])
@pytest.mark.parametrize("old", [RESNET, COUNTED, WRITTEN_OUT], ids=["stages", "counted", "plain"])
def test_a_resnet_becomes_a_resnext_however_both_are_grouped(old: str, new: str) -> None:
    comparison = compared(old, new)
    assert comparison.total.after.parameters == 25_028_904
    assert comparison.total.of("parameters").change == 25_028_904 - 25_557_032
    assert len(comparison.difference.matching.nodes) == 174
    assert {str(edit.kind) for edit in comparison.edits} <= {"changed", "moved", "renamed"}
    # The stem's four nodes and the last two; of each block the last norm, the sum and the ReLU
    # after it; of each projection the convolution and its norm.
    assert len(comparison.difference.unchanged) == 4 + 2 + 16 * 3 + 4 * 2
    groups = [
        edit for edit in comparison.edits if re.search(r"\bg(roups)?: 1 -> 32", str(edit.cause))
    ]
    assert sum(len(edit.changes) for edit in groups) == 16


@pytest.mark.parametrize("new", [IN_BLOCKS, IN_STAGES], ids=["blocks", "stages"])
def test_a_wide_resnet_and_a_resnext_differ_in_groups_alone(new: str) -> None:
    comparison = compared(WIDE, new)
    assert comparison.total.of("parameters").change == 25_028_904 - 68_883_240
    changed = [edit for edit in comparison.edits if edit.kind == "changed"]
    assert [str(edit.cause) for edit in changed] == ["entry g: 1 -> 32", "cell g: 1 -> 32"]
    assert len(comparison.difference.unchanged) == 174 - 16


GATED = MODULES.replace(
    "parts:\n",
    "parts:\n  gate:\n    steps:\n      - multiply:\n          features: identity\n"
    "          gate: [global_avg_pool, dense 16 activation=relu, dense in_channels]\n",
).replace("conv 1x1 f activation=none]", "conv 1x1 f activation=none, gate]")


@pytest.mark.parametrize("old", [RESNET, COUNTED, WRITTEN_OUT], ids=["stages", "counted", "plain"])
def test_a_gate_in_blocks_that_are_extracted_and_widened_is_one_insertion(old: str) -> None:
    new = IN_BLOCKS.replace(MODULES, GATED)
    comparison = compared(old, new)
    assert len(comparison.difference.matching.nodes) == 174
    # As without a gate, but for the sums, which take what leaves the gate.
    assert len(comparison.difference.unchanged) == 62 - 16
    (inserted,) = (group for group in comparison.groups if group.kind == "inserted")
    assert (str(inserted.cause), len(inserted.parts)) == ("step: gate", 16)
    assert not any(edit.kind == "removed" for edit in comparison.edits)


def test_counts_that_grow_with_an_extraction_stay_counts() -> None:
    steps = [
        f"  - entry {4 * f} w={2 * f} s={s}\n  - {n + 1} x cell {4 * f} w={2 * f}\n"
        for f, n, s in STAGES
    ]
    comparison = compared(COUNTED, network(steps, MODULES))
    assert len(comparison.difference.matching.nodes) == 174
    inserted = [str(edit.cause) for edit in comparison.edits if edit.kind == "inserted"]
    assert inserted == [f"count of cell: {n - 1} -> {n + 1}" for _, n, _ in STAGES]


def test_the_laws_hold_where_blocks_are_grouped_otherwise() -> None:
    assert_laws(load(RESNET), load(IN_STAGES))
    assert_laws(load(WRITTEN_OUT), load(IN_BLOCKS))


def test_writing_blocks_out_and_narrowing_them_is_the_way_back() -> None:
    comparison = compared(IN_STAGES, WRITTEN_OUT)
    assert len(comparison.difference.unchanged) == 62
    assert {str(edit.kind) for edit in comparison.edits} == {"changed", "moved"}


def test_a_module_of_other_steps_is_none_that_was_extracted() -> None:
    head = "archspec: 1\nname: small\ninput: 8x8x4\n"
    new = "parts: {gate: [max_pool 3x3, relu, tanh]}\nnetwork: [conv 1x1 4, gate, conv 1x1 8]"
    old = "network: [conv 1x1 4, conv 3x3 4, conv 5x5 4, conv 1x1 8]"
    comparison = compared(f"{head}{old}", f"{head}{new}")
    assert [str(edit.kind) for edit in comparison.edits] == ["removed", "removed", "inserted"]


def test_a_repeat_of_no_copies_is_like_nothing_else() -> None:
    head = "archspec: 1\nname: small\ninput: 8x8x4\nnetwork: "
    assert_laws(load(f"{head}[0 x conv 3x3 4, conv 1x1 8]"), load(f"{head}[conv 5x5 16]"))


def test_equal_edits_of_several_lines_are_one_idea_with_their_number() -> None:
    comparison = compared(RESNET, WIDE)
    assert [str(edit.cause) for edit in comparison.edits] == ["conv filters: f -> 2*f"] * 4
    (group,) = comparison.groups
    assert (len(group.edits), group.touched, len(group.parts)) == (4, 32, 32)
    assert group.blame.whole.of("parameters").change == 68_883_240 - 25_557_032
