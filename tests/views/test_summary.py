"""The table of steps."""

from __future__ import annotations

from pathlib import Path

from archspec import api
from archspec.graph import Graph
from archspec.views.summary import StepRow, summary

TEXT = """\
archspec: 1
name: net
input: 8x8x4
blocks:
  unit:
    options: [k]
    steps:
      - concat:
          one: conv 1x1 k
          two: [conv 1x1 k, conv 3x3 k]
network:
  - 3 x unit 2
  - residual: {scale: 0.5, activation: relu, steps: [conv 1x1 in_channels]}
  - 2 x conv 1x1 in_channels*2
  - conv: {kernel: 1, filters: 4}
    as: last
auxiliary: {side: {from: last, steps: [global_avg_pool]}}
"""


def graph(folder: Path) -> Graph:
    file = folder / "net.yaml"
    file.write_text(TEXT)
    return api.load(file)


def shown(rows: list[StepRow]) -> list[tuple[int, str, str]]:
    return [(row.depth, row.name, row.step) for row in rows]


def test_steps_are_written_as_their_author_did_without_names_and_contracts(tmp_path: Path) -> None:
    assert shown(summary(graph(tmp_path))) == [
        (1, "unit", "3 x unit 2"),
        (1, "residual", "residual scale=0.5 activation=relu"),
        (1, "conv", "2 x conv 1x1 in_channels*2"),
        (1, "last", "conv kernel=1 filters=4"),
        (1, "side", "auxiliary head"),
    ]


def test_a_repeat_is_one_row_with_the_totals_of_all_copies(tmp_path: Path) -> None:
    row = summary(graph(tmp_path))[0]
    first = (4 * 2 + 2) * 2 + (9 * 2 * 2 + 2)
    assert (row.times, row.totals.parameters, row.shapes) == (3, 3 * first, "8x8x4")


def test_equal_copies_are_opened_once_and_a_branch_of_one_step_is_that_step(
    tmp_path: Path,
) -> None:
    rows = [row for row in summary(graph(tmp_path), 4) if row.path.startswith("unit")]
    assert shown(rows) == [
        (1, "unit", "3 x unit 2"),
        (2, "concat", "concat"),
        (3, "one", "conv 1x1 k"),
        (3, "two", ""),
        (4, "conv", "conv 1x1 k"),
        (4, "conv_1", "conv 3x3 k"),
    ]


def test_copies_that_take_different_channels_are_listed_one_by_one(tmp_path: Path) -> None:
    rows = [row for row in summary(graph(tmp_path), 2) if row.path.startswith("conv")]
    assert [(row.path, row.shapes) for row in rows] == [
        ("conv", "8x8x8"),
        ("conv.0", "8x8x8"),
        ("conv.1", "8x8x8"),
    ]


def test_what_a_residual_adds_is_written_by_operator(tmp_path: Path) -> None:
    rows = [row for row in summary(graph(tmp_path), 2) if row.path.startswith("residual.")]
    assert [row.step for row in rows] == ["conv 1x1 in_channels", "scale 0.5", "add", "relu"]


def test_a_step_that_gives_several_values_says_the_shapes_of_all() -> None:
    rows = summary(api.load("zoo:hrnet_w18"))
    assert [row.shapes for row in rows if row.name in ("stage_1", "stage_3")] == [
        "56x56x256",
        "56x56x18, 28x28x36, 14x14x72",
    ]
