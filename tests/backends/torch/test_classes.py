"""One class per module: texts instead of numbers, arguments where uses differ, loops for repeats.

Nothing here needs torch.
"""

from __future__ import annotations

import ast
import re

import pytest

from archspec_torch import backend
from tests.conformance.specs import graph_of


def emit(text: str) -> str:
    return backend.emit(graph_of(text).without_heads())


def class_of(source: str, title: str) -> str:
    """Cut one class out of a source."""
    return next(each for each in source.split("\n\n\n") if each.startswith(f"class {title}("))


def arguments(source: str, title: str) -> list[str]:
    """List the arguments of a class as they are declared."""
    (declared,) = ast.parse(class_of(source, title)).body
    assert isinstance(declared, ast.ClassDef)
    init = next(each for each in declared.body if isinstance(each, ast.FunctionDef))
    given = [*init.args.args, *init.args.kwonlyargs]
    return [ast.unparse(each) for each in given if each.arg != "self"]


def test_a_number_stands_as_its_author_wrote_it_even_where_options_have_equal_values() -> None:
    source = emit("""
blocks:
  unit: {options: [k, l], steps: [conv 3x3 k, conv 3x3 l, conv 1x1 2*k]}
network: [unit 6 l=6]
""")
    unit = class_of(source, "Unit")
    assert "nn.Conv2d(4, k, 3, padding=1)" in unit
    assert "nn.Conv2d(k, l, 3, padding=1)" in unit
    assert "nn.Conv2d(l, 2 * k, 1)" in unit
    assert "Unit(k=6, l=6)" in source


def test_channels_follow_the_wires_as_sums_of_options() -> None:
    source = emit("""
reductions:
  reduce:
    options: [m, n]
    steps: [concat: {a: max_pool 2x2 /2, b: conv 2x2 n /2, c: conv 2x2 m /2}]
blocks: {after: {options: [m, n], steps: [conv 1x1 n, concat: [identity, conv 1x1 m], conv 1x1 3]}}
network: [reduce 5 n=6, after 2 n=3]
""")
    assert "8x8x4 to 4x4x(4 + n + m)" in class_of(source, "Reduce")
    assert "nn.Conv2d(n + m, 3, 1)" in class_of(source, "After")
    assert arguments(source, "After") == ["m: int", "n: int"]


def test_channels_that_arrive_are_a_number_where_all_uses_agree_and_an_argument_where_not() -> None:
    agreeing = emit("blocks: {unit: [conv 3x3 4]}\nnetwork: [unit, unit]\n")
    assert arguments(agreeing, "Unit") == []
    assert "nn.Conv2d(4, 4, 3, padding=1)" in agreeing
    differing = emit("blocks: {unit: [conv 3x3 6]}\nnetwork: [unit, unit]\n")
    assert arguments(differing, "Unit") == ["in_channels: int"]
    assert "self.unit = Unit(4)" in differing
    assert "self.unit_1 = Unit(6)" in differing


def test_options_keep_their_order_and_their_defaults_and_unused_ones_are_left_out() -> None:
    source = emit("""
blocks:
  unit:
    options: [k, padding=same, s=1, t=2*k]
    steps: [conv 3x3 k padding=padding, conv 1x1 t*s]
network: [unit 3, unit 5 s=2]
""")
    assert arguments(source, "Unit") == ["in_channels: int", "k: int", "s: int", "t: int"]
    assert "s: int = 1" in class_of(source, "Unit")
    assert "Unit(4, k=3, t=6)" in source
    assert "Unit(6, k=5, s=2, t=10)" in source


def test_params_are_arguments_of_the_model_and_of_the_modules_that_use_them() -> None:
    source = emit("""
params: {width: 3, classes: 7, unused: 1}
blocks: {unit: [conv 1x1 2*width]}
network: [unit, global_avg_pool, dense classes]
""")
    assert arguments(source, "Small") == ["width: int", "classes: int"]
    assert "width: int = 3, classes: int = 7" in class_of(source, "Small")
    assert "Unit(width=width)" in source


def test_repeats_are_loops_over_a_count_or_over_what_differs() -> None:
    source = emit("""
blocks: {unit: [conv 3x3 4], grow: [concat: [identity, conv 3x3 2]]}
network: [3 x unit, 5 x grow, 2 x conv 3x3 6, 0 x unit]
""")
    assert "*(Unit() for _ in range(3))" in source
    assert "*(Grow(in_channels) for in_channels in range(4, 14, 2))" in source
    assert "for in_channels in (14, 6)" in source
    assert "self.unit_1 = nn.Sequential()" in source


def test_a_count_that_is_an_option_stays_one() -> None:
    source = emit("""
parts: {stage: {options: [f, n], steps: [conv 1x1 f, n-1 x conv 3x3 f]}}
network: [stage 5 n=3, stage 6 n=1]
""")
    assert "for _ in range(n - 1)" in class_of(source, "Stage")


def test_copies_of_a_counted_repeat_of_which_the_first_differs_say_so() -> None:
    source = emit("""
parts: {stage: {options: [f, n], steps: [n x conv 3x3 f]}}
network: [stage 5 n=3, stage 6 n=2]
""")
    assert "in_channels if index == 0 else f" in class_of(source, "Stage")


def test_a_growing_number_of_channels_counts_up_by_its_param() -> None:
    source = emit("""
params: {growth: 3}
blocks: {layer: [concat: [identity, conv 3x3 growth]]}
network: [4 x layer, conv 1x1 in_channels/2]
""")
    assert "Layer(4 + growth * index, growth=growth) for index in range(4)" in source
    assert "nn.Conv2d(4 + 4 * growth, 2, 1)" in source


def test_a_number_that_still_differs_is_an_argument_called_after_its_node() -> None:
    source = emit("""
parts: {down: [conv 3x3 4 /2]}
network: [down, conv 2x2 4 V, down]
""")
    assert arguments(source, "Down") == ["conv_pads: tuple[int, int, int, int]"]
    assert "Down(conv_pads=(0, 1, 0, 1))" in source
    assert "Down(conv_pads=(1, 1, 1, 1))" in source


def test_a_structure_that_differs_gets_a_second_class() -> None:
    source = emit("""
blocks: {unit: {options: [norm=batch_norm], steps: [conv 3x3 4 norm=norm]}}
network: [unit, unit norm=none, unit]
""")
    assert "class Unit(Chain)" in source
    assert "class Unit2(Chain)" in source
    assert "self.unit_1 = Unit2()" in source
    assert "self.unit_2 = Unit()" in source


def test_a_residual_with_and_without_scale_and_activation_is_one_class() -> None:
    source = emit("""
blocks:
  unit:
    options: [scale=0.2, activation=relu]
    steps: [residual: {scale: scale, activation: activation, steps: [conv 3x3 4]}]
network: [2 x unit, unit scale=1 activation=none]
""")
    assert arguments(source, "Unit") == ["scale: float", "activation: type[nn.Module]"]
    assert "scale: float = 0.2, activation: type[nn.Module] = nn.ReLU" in " ".join(source.split())
    assert "Unit(scale=1, activation=nn.Identity)" in source
    assert source.count("class Unit") == 1


def test_a_layer_that_recurs_is_written_once_with_what_differs_as_arguments() -> None:
    source = emit("""
defaults: {conv: {norm: batch_norm, activation: relu}}
network: [conv 3x3 4, conv 1x7 5, conv 3x3 4 activation=none, conv 1x1 3 linear]
""")
    assert arguments(source, "Conv") == [
        "in_channels: int",
        "filters: int",
        "kernel: int | tuple[int, int]",
        "padding: int | tuple[int, int]",
        "activation: type[nn.Module]",
    ]
    assert "self.conv_1 = Conv(4, 5, (1, 7), padding=(0, 3))" in source
    assert "self.conv_3 = Chain(conv2d=nn.Conv2d(4, 3, 1))" in source


def test_a_layer_that_stands_once_is_written_where_it_stands() -> None:
    source = emit("network: [conv 3x3 4 norm=batch_norm activation=relu]\n")
    assert "class Conv" not in source
    assert "batch_norm=nn.BatchNorm2d(4, eps=0.001, momentum=0.01)" in source


@pytest.mark.parametrize(
    ("steps", "in_place"),
    [
        ("[conv 3x3 4, relu]", True),
        ("[batch_norm, relu]", True),
        ("[{concat: [identity, conv 3x3 2]}, relu]", True),
        ("[flatten, dense 3, relu]", True),
        ("[relu, conv 3x3 4]", False),
        ("[dropout 0.5, relu]", False),
        ("[identity, relu]", False),
        ("[sigmoid, relu]", False),
        ("[softmax, relu]", False),
        ("[conv 3x3 4 as a, relu as b, add from a b]", False),
        ("[{residual: [relu, conv 3x3 4]}]", False),
        ("[conv 3x3 4, {concat: {a: [relu, conv 1x1 4], b: identity}}]", False),
        ("[conv 3x3 4, relu]\noutputs: [conv, relu]", False),
    ],
)
def test_a_relu_overwrites_its_input_only_where_nobody_else_needs_it(
    steps: str, in_place: bool
) -> None:
    source = emit(f"network: {steps}\n")
    assert ("nn.ReLU(inplace=True)" in source) is in_place
    assert ("nn.ReLU()" in source) is not in_place


@pytest.mark.parametrize(
    ("residual", "in_place"),
    [
        ("steps: [conv 1x1 4 linear]", True),
        ("steps: [conv 1x1 4 linear], scale: 0.5", False),
        ("steps: [conv 1x1 4, sigmoid]", False),
        ("steps: [conv 1x1 4 linear, identity]", False),
        ("steps: [identity]", False),
    ],
)
def test_a_residual_adds_to_its_body_in_place_only_where_nobody_else_needs_it(
    residual: str, in_place: bool
) -> None:
    source = emit(f"network: [{{residual: {{{residual}}}}}]\n")
    assert ("inplace=True" in source) is in_place


def test_only_classes_that_are_used_are_taken_along() -> None:
    source = emit("network: [conv 3x3 4]\n")
    classes = [line.split("(")[0] for line in source.splitlines() if line.startswith("class ")]
    assert classes == ["class Chain", "class Small"]
    assert "OrderedDict" in source
    assert "functional" not in source


def test_steps_that_read_by_name_get_local_variables() -> None:
    source = emit("network: [conv 3x3 4 as a, conv 3x3 4 as b, add from a b, relu]\n")
    forward = source[source.index("def forward") :].splitlines()[1:5]
    assert [line.strip() for line in forward] == [
        "a = self.a(x)",
        "x = self.b(a)",
        "x = a + x",
        "return self.relu(x)",
    ]


def test_several_inputs_are_arguments_and_several_outputs_a_dictionary() -> None:
    source = emit("""
archspec: 1
name: small
input: {left: 6x6x3, right: 6x6x3}
network: [conv 3x3 4 from left as a, conv 3x3 4 from right as b, add from a b as c]
outputs: [c, a]
""")
    assert "def forward(self, left: Tensor, right: Tensor) -> dict[str, Tensor]:" in source
    assert 'return {"c": c, "a": a}' in source


def test_an_input_that_is_called_like_a_keyword_has_another_name_inside() -> None:
    source = emit("""
archspec: 1
name: small
input: {in: 6x6x3, self: 6x6x3}
network: [add from in self]
""")
    assert "def forward(self, in_: Tensor, self_: Tensor) -> Tensor:" in source


def test_docstrings_tell_the_figure_the_shapes_and_the_line_of_the_spec() -> None:
    source = emit("""
blocks:
  unit:
    source: Figure 4
    steps: [conv 3x3 4, conv 1x1 4]
network: [unit, conv 3x3 5 /2]
""")
    unit = class_of(source, "Unit")
    assert '"""Figure 4: 8x8x4 (small.yaml:6)."""' in unit
    assert unit.count("# 8x8x4") == 2
    assert "Written by archspec from small.yaml" in source
    assert "Takes input 8x8x4; gives conv 4x4x5; 353 parameters" in source
    assert "Exact for this size of input alone" in source


def test_a_default_that_speaks_of_another_option_is_written_in_the_names_of_its_user() -> None:
    source = emit("""
parts:
  unit: {options: [k, t=2*k], steps: [conv 1x1 t, conv 1x1 k]}
  stage: {options: [f], steps: [unit 3*f, unit f t=f]}
network: [stage 2, stage 5]
""")
    assert "unit=Unit(in_channels, k=3 * f, t=6 * f)" in class_of(source, "Stage")
    assert "unit_1=Unit(3 * f, k=f, t=f)" in class_of(source, "Stage")


def test_what_an_option_decides_stays_an_argument_though_its_first_value_stands_elsewhere() -> None:
    """The first block has the kernel, stride and activation of the step before it."""
    source = emit(
        "defaults: {depthwise_conv: {norm: batch_norm, padding: symmetric}}\n"
        "parts:\n  separable:\n    options: [k, s=1, a=tanh]\n"
        "    steps: [depthwise_conv kernel=k /s activation=a]\n"
        "network:\n  - depthwise_conv 3x3 /2 activation=relu\n"
        "  - separable 3 s=2 a=relu\n  - separable 5\n"
    )
    told = [each.partition(":")[0] for each in arguments(source, "DepthwiseConv")]
    assert told == ["in_channels", "kernel", "stride", "padding", "activation"]
    assert "activation=activation()," in class_of(source, "DepthwiseConv")


def test_layers_of_one_word_that_differ_in_form_have_names_of_their_own() -> None:
    plain = [f"conv 1x1 4 activation={word}" for word in ("relu", "tanh", "relu")]
    normed = [f"{step} norm=batch_norm" for step in (*plain, "conv 1x1 4")]
    source = emit(f"network: [{', '.join([*normed, *plain])}]")
    titles = re.findall(r"^class (\w+)", source, re.MULTILINE)
    assert len(set(titles)) == len(titles)
    assert {"Conv", "Conv2"} <= set(titles)


def test_copies_that_are_listed_list_the_copies_inside_them() -> None:
    """Each of three copies adds a channel, and the two around them are too few to be counted."""
    source = emit(
        "parts:\n  wider: [conv 1x1 in_channels+1]\n"
        "  twice:\n    options: [k]\n"
        "    steps: [conv 1x1 k, {repeat: [3 x wider], times: 2}]\n"
        "network: [twice 5, twice 6]\n"
    )
    twice = class_of(source, "Twice")
    assert "(k, k + 1, k + 2), (k + 3, k + 4, k + 5)" in " ".join(twice.split())
    assert "index" not in twice


def test_what_differs_between_copies_may_be_passed_as_a_tuple() -> None:
    source = emit(
        "parts:\n  inner:\n    options: [k]\n    steps: [2 x conv 1x1 k, conv 1x1 k as a,\n"
        "      conv 1x3 in_channels as b, concat from a b]\n"
        "  outer: [{repeat: [inner in_channels, relu], times: 2}]\n"
        "network:\n  - {repeat: [{concat: {way: [outer], kept: identity}}], times: 2}\n"
        "  - outer\n"
    )
    assert "self.outer = Outer(100, inner_conv_in_channels=(100, 200))" in source
