"""What is drawn of a network, by module, depth, repeats and shapes."""

from __future__ import annotations

from pathlib import Path

import pytest

from archspec.views.drawing import Arrow, BoxKind
from archspec.views.options import Options, Undrawable
from archspec.views.outline import outline
from tests.views.drawn import ZOO, boxes, drawn, frames, graph, ways, written

HEAD = "archspec: 1\nname: tiny\ninput: 8x8x4\n"


def test_the_norm_and_the_activation_of_a_layer_are_in_its_box_until_operators_are_asked_for() -> (
    None
):
    drawing = drawn(graph("inception_v4"), module="stem", depth="operators")
    assert boxes(drawing)[1:4] == ["3x3 conv (32 stride 2 V)", "Batch norm", "Relu activation"]
    assert len(drawing.boxes) == 1 + 11 * 3 + 2 + 3  # input, convolutions, max pools, concats


def test_one_level_more_than_modules_are_nested_shows_operators() -> None:
    stem = {"module": "stem"}
    v4 = graph("inception_v4")
    assert drawn(v4, **stem, depth=1) == drawn(v4, **stem, depth="layers") == drawn(v4, **stem)
    assert drawn(v4, **stem, depth=2) == drawn(v4, **stem, depth="operators")


def test_a_depth_of_two_opens_modules_into_frames_and_draws_repeats_once() -> None:
    drawing = drawn(graph("inception_v4"), depth=2)
    assert frames(drawing) == [
        "Stem",
        "4 x Inception-A",
        "Reduction-A",
        "7 x Inception-B",
        "Reduction-B",
        "3 x Inception-C",
    ]
    # 11 convolutions, 2 pools and 3 concats; 7, 4, 10, 6 and 10 with 1 pool and 1 concat each;
    # 3 of the head, and the input
    assert len(drawing.boxes) == 16 + 9 + 6 + 12 + 8 + 12 + 3 + 1


def test_unrolling_draws_every_copy_one_after_the_other() -> None:
    drawing = drawn(graph("inception_v4"), depth=1, unroll=True)
    assert boxes(drawing).count("Inception-B") == 7
    assert len(ways(drawing)) == 1


def test_copies_that_differ_are_drawn_apart(tmp_path: Path) -> None:
    text = f"{HEAD}parts:\n  wide: [conv 1x1 2*in_channels]\nnetwork:\n  - 3 x wide\n"
    drawing = drawn(written(tmp_path, text), depth="layers")
    assert boxes(drawing)[1:] == [f"1x1 conv ({filters} Linear)" for filters in (8, 16, 32)]


def test_a_box_of_several_copies_says_what_leaves_the_last() -> None:
    # arXiv:1608.06993, Table 1: the last dense block ends with 7x7 cells of 1024 channels
    drawing = drawn(graph("densenet_121"))
    shapes = {box.label: box.shape for box in drawing.boxes.values()}
    assert shapes["16 x Dense-layer"] == "Output: 7x7x1024"


def test_copies_of_nothing_have_no_box(tmp_path: Path) -> None:
    inner = "{repeat: [relu], times: 0}"
    text = (
        "archspec: 1\nname: a\ninput: 4x4x2\nnetwork:\n"
        f"  - conv 1x1 2\n  - {{repeat: [{inner}], times: 2}}\n  - flatten\n"
    )
    drawing = drawn(written(tmp_path, text), depth="layers")
    assert boxes(drawing) == ["Input (4x4x2)", "1x1 conv (2 Linear)", "Flatten"]


def test_options_are_shown_where_the_uses_of_a_module_differ_in_them() -> None:
    assert "Reduction-A" in boxes(drawn(graph("inception_v4")))
    named = boxes(drawn(graph("resnet_50")))
    assert [each for each in named if each.startswith("Stage")] == [
        "Stage (64 n=3 s=1)",
        "Stage (128 n=4 s=2)",
        "Stage (256 n=6 s=2)",
        "Stage (512 n=3 s=2)",
    ]


def test_a_module_may_be_named_by_the_path_of_one_use() -> None:
    by_path = drawn(graph("resnet_50"), module="layer_2.first")
    assert "1x1 conv (512 stride 2 Linear)" in boxes(by_path)
    assert "1x1 conv (256 Linear)" in boxes(drawn(graph("resnet_50"), module="first"))


def test_a_projection_stands_left_of_the_body_it_is_added_to() -> None:
    drawing = drawn(graph("resnet_50"), module="layer_2.first")
    left, right = ways(drawing)
    assert left[1:] == ("1x1 conv (512 stride 2 Linear)", "+", "Relu activation")
    assert len(right) == 6


def test_adding_a_value_to_itself_draws_two_arrows(tmp_path: Path) -> None:
    text = f"{HEAD}network:\n  - relu as x1\n  - add from x1 x1\n"
    drawing = drawn(written(tmp_path, text))
    assert drawing.arrows.count(Arrow("x1", "add")) == 2


def test_heads_outputs_and_what_follows_the_last_module_are_told_apart() -> None:
    drawing = drawn(graph("inception_v3"))
    kinds = {box.label: box.kind for box in drawing.boxes.values()}
    assert kinds["Auxiliary logits"] is BoxKind.HEAD
    assert kinds["Average pooling"] is BoxKind.HEAD
    assert kinds["Stem"] is BoxKind.STEM
    assert [each.label for each in drawing.exits] == ["logits: 1000", "auxiliary_logits: 1000"]


def test_steps_before_the_first_module_are_its_stem() -> None:
    drawing = drawn(graph("densenet_121"))
    kinds = {box.label: box.kind for box in drawing.boxes.values()}
    assert kinds["7x7 conv (64 stride 2)"] is BoxKind.STEM


def test_shapes_may_be_shown_everywhere_or_nowhere() -> None:
    block = {"module": "inception_a"}
    everywhere = drawn(graph("inception_v4"), **block, shapes="all").boxes.values()
    assert {box.shape for box in everywhere if box.kind is BoxKind.BLOCK} == {
        "35x35x384",
        "35x35x96",
        "35x35x64",
    }
    nowhere = drawn(graph("inception_v4"), shapes="none").boxes.values()
    assert {box.shape for box in nowhere} == {""}


def test_a_concat_that_is_copied_keeps_its_box(tmp_path: Path) -> None:
    text = (
        f"{HEAD}parts:\n  pair:\n    - concat: {{a: conv 1x1 4, b: conv 1x1 4}}\n"
        "network:\n  - concat: {left: [2 x pair], right: identity}\n"
    )
    drawing = drawn(written(tmp_path, text), depth="layers")
    assert boxes(drawing).count("Filter concat") == 2
    assert frames(drawing) == ["2 x Pair"]


def test_costs_of_folded_boxes_add_up_to_the_networks() -> None:
    # networks.md and the published models: 42,679,816 parameters, 12,253,974,624 MACs
    drawing = drawn(graph("inception_v4"))
    assert sum(box.parameters for box in drawing.boxes.values()) == 42_679_816
    assert sum(box.macs for box in drawing.boxes.values()) == 12_253_974_624


def test_an_unknown_module_is_refused_with_those_there_are() -> None:
    with pytest.raises(Undrawable, match=r"no module `stam`; it uses stem, inception_a, reduct"):
        drawn(graph("inception_v4"), module="stam")


@pytest.mark.parametrize("depth", [0, -1, "deep"])
def test_a_depth_that_is_none_is_refused(depth: int | str) -> None:
    with pytest.raises(Undrawable, match="a depth is a number from 1"):
        drawn(graph("inception_v4"), depth=depth)


def test_a_style_that_is_none_is_refused_with_those_there_are() -> None:
    with pytest.raises(
        Undrawable, match="the style is one of paper, color, heat, poster, not `sepia`"
    ):
        Options(style="sepia")  # type: ignore[arg-type]


@pytest.mark.parametrize("depth", [1, 2, "layers", "operators"])
@pytest.mark.parametrize("spec", ZOO)
def test_every_box_of_the_zoo_is_placed_once_and_reached_from_an_input(
    spec: str, depth: int | str
) -> None:
    drawing = drawn(graph(spec), depth=depth)
    heads = {arrow.head for arrow in drawing.arrows}
    unreached = {path for path in drawing.boxes if path not in heads}
    assert {drawing.boxes[path].kind for path in unreached} == {BoxKind.INPUT}
    assert {*heads, *(arrow.tail for arrow in drawing.arrows)} <= drawing.boxes.keys()


def test_an_unknown_module_is_answered_with_those_there_are_and_the_heads() -> None:
    with pytest.raises(Undrawable, match=r"no module `aux`; it uses stem, .*, auxiliary_logits$"):
        drawn(graph("inception_v3"), module="aux")
    assert boxes(drawn(graph("inception_v3"), module="auxiliary_logits"))[-1] == "Dense (1000)"


EXCHANGE = (
    f"{HEAD}parts:\n  exchange:\n    inputs: [a, b]\n    outputs: [fine, coarse]\n"
    "    steps: [conv 1x1 4 from b as up, add from a up as fine, relu from b as coarse]\n"
    "network: [conv 3x3 4 as x0, conv 1x1 4 as x1, 3 x exchange from x0 x1 as s, "
    "conv 1x1 2 from s.coarse as c, conv 1x1 2 from s.fine as f, concat from c f]\n"
)


def test_each_value_that_a_module_gives_has_a_box_from_which_its_arrow_goes(tmp_path: Path) -> None:
    drawing = drawn(written(tmp_path, EXCHANGE))
    end = ("1x1 conv (2 Linear)", "Filter concat")
    assert {way[-4:] for way in ways(drawing)} == {("3 x Exchange", "fine", *end)} | {
        ("3 x Exchange", "coarse", *end)
    }
    assert {way[:-4] for way in ways(drawing)} == {
        ("Input (8x8x4)", "3x3 conv (4 Linear)"),
        ("Input (8x8x4)", "3x3 conv (4 Linear)", "1x1 conv (4 Linear)"),
    }
    exchange = next(each for each in drawing.boxes.values() if each.label == "3 x Exchange")
    assert exchange.parameters == 3 * (4 * 4 + 4)


def test_a_value_that_a_copy_hands_on_has_a_box_where_a_step_behind_the_copies_takes_it(
    tmp_path: Path,
) -> None:
    text = (
        f"{HEAD}parts:\n  cell:\n    inputs: [now, before]\n    outputs: [after, now]\n"
        "    steps: [add from now before as after]\n"
        "network: [relu as a, 3 x cell from input a as s, %s]\n"
    )
    both = drawn(written(tmp_path, text % "concat from s.after s.now"))
    assert boxes(both)[-4:] == ["3 x Cell", "after", "now", "Filter concat"]
    one = drawn(written(tmp_path, text % "relu from s.after"))
    assert boxes(one)[-3:] == ["3 x Cell", "after", "Relu activation"]


def test_a_module_by_itself_has_a_box_for_each_input_and_an_exit_for_each_output(
    tmp_path: Path,
) -> None:
    drawing = drawn(written(tmp_path, EXCHANGE), module="exchange")
    assert boxes(drawing)[:2] == ["a", "b"]
    assert [each.label for each in drawing.exits] == ["fine: 8x8x4", "coarse: 8x8x4"]


def test_values_that_nobody_takes_have_no_box_and_exits_say_their_own_shapes(
    tmp_path: Path,
) -> None:
    text = (
        f"{HEAD}parts:\n  split:\n    outputs: [fine, coarse]\n"
        "    steps: [conv 3x3 4 as fine, max_pool 2x2 /2 as coarse]\n"
        "network: [split as s, conv 1x1 2 from s.coarse]\n"
    )
    assert boxes(drawn(written(tmp_path, text)))[1:3] == ["Split", "coarse"]
    exits = drawn(written(tmp_path, text), module="split").exits
    assert [each.label for each in exits] == ["fine: 8x8x4", "coarse: 4x4x4"]


NAMED = """\
archspec: 1
name: named
input: 8x8x4
parts:
  unit: {options: [k], steps: [conv 3x3 k]}
network:
  - conv 3x3 8 as mixed_1a
  - conv 3x3 8
  - conv 3x3 8
  - 3 x unit 8 as tower
  - repeat: [unit 8, unit 16]
    times: 2
    as: twins
  - global_avg_pool as pooled
"""


@pytest.mark.parametrize(
    ("label", "said"),
    [
        ("name", ["mixed_1a", "3x3 conv (8 Linear)", "tower (x 3)", "pooled"]),
        (
            "both",
            [
                "mixed_1a: 3x3 conv (8 Linear)",
                "3x3 conv (8 Linear)",
                "tower: 3 x Unit (8)",
                "pooled: Average pooling",
            ],
        ),
    ],
)
def test_names_that_authors_gave_are_drawn_where_they_are_asked_for(
    label: str, said: list[str], tmp_path: Path
) -> None:
    found = boxes(drawn(written(tmp_path, NAMED), label=label))
    assert [found[1], found[2], found[4], found[-1]] == said


def test_the_first_operator_of_a_layer_has_the_name_of_the_layer(tmp_path: Path) -> None:
    found = boxes(drawn(written(tmp_path, NAMED), label="both", depth="operators"))
    assert found[1] == "mixed_1a: 3x3 conv (8)"
    assert not any(each.startswith("conv2d") for each in found)


def test_an_output_of_several_has_the_size_of_its_value(tmp_path: Path) -> None:
    text = (
        "archspec: 1\nname: net\ninput: 8x8x3\nparts:\n  pair:\n    outputs: [a, b]\n"
        "    steps: [conv 3x3 4 as a, conv 3x3 6 /2 as b]\nnetwork:\n  - pair as p\n"
        "  - conv 1x1 2 from p.a as left\n  - conv 1x1 2 from p.b as right\n"
        "outputs: [left, right]\n"
    )
    found = drawn(written(tmp_path, text)).boxes
    assert [str(found[f"p:{name}"].output) for name in ("a", "b")] == ["8x8x4", "4x4x6"]


def test_a_copy_that_is_drawn_alone_has_its_number(tmp_path: Path) -> None:
    found = boxes(drawn(written(tmp_path, NAMED), label="name", unroll=True))
    assert found[4:7] == ["tower.0", "tower.1", "tower.2"]


def test_a_shape_is_shown_once_where_it_changes_even_past_what_shows_none(tmp_path: Path) -> None:
    drawing = drawn(written(tmp_path, NAMED))
    assert [(box.label, box.shape) for box in drawing.boxes.values() if box.shape] == [
        ("3x3 conv (8 Linear)", "Output: 8x8x8"),
        ("Unit (16)", "Output: 8x8x16"),
        ("Average pooling", "Output: 16"),
    ]
    resnet = drawn(graph("resnet_50"), depth="layers").boxes.values()
    assert [box.shape for box in resnet].count("7x7x2048") == 1


def test_the_viewer_names_groups_and_operators_as_drawings_do(tmp_path: Path) -> None:
    items = outline(written(tmp_path, NAMED), Options(label="name"))  # type: ignore[arg-type]
    labels = [item.label for item in items]
    assert [labels.count(each) for each in ("mixed_1a", "tower", "tower.0", "pooled")] == [1] * 4
