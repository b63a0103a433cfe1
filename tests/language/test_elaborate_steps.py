"""Steps: words, merges, residuals and repeats, as nodes, wires and scopes."""

from __future__ import annotations

import pytest

from archspec.graph import Kind
from archspec.operators.conv2d import Conv2d
from archspec.operators.merge import Concat
from archspec.operators.norm import BatchNorm
from archspec.operators.scale import Scale
from tests.language.specs import document, findings, network, operator, shapes, sources, wrong


@pytest.mark.parametrize(
    ("short", "long"),
    [
        ("conv 3x3 64 /2 V", "{conv: {kernel: [3, 3], filters: 64, stride: 2, padding: valid}}"),
        ("conv 1x7 8 as a", "{conv: {kernel: 1x7, filters: 8}, as: a}"),
        ("conv 1x1 8 linear", "{conv: {kernel: 1, filters: 8, linear: true}}"),
        ("2 x conv 1x1 8 -> 32x32x8", "{conv: 1x1 8, times: 2, shape: 32x32x8}"),
        ("conv 1x1 in_channels*2", '{conv: {kernel: 1, filters: "in_channels * 2"}}'),
        ("pad [1,0,2,0]", "{pad: {cells: [1, 0, 2, 0]}}"),
        ("relu from input", "{relu: {}, from: input}"),
        ("relu", "{relu: {}}"),
        ("unit 4 k=3", "{unit: {f: 4, k: 3}}"),
    ],
)
def test_both_forms_give_the_same_graph(short: str, long: str) -> None:
    head = "parts: {unit: {options: [f, k=1], steps: [conv kernel=k f]}}\n"
    graph = network(short, head=head)
    assert graph == network(long, head=head)
    assert graph != network(short, "elu", head=head)


class TestActivationsOfMerges:
    @pytest.mark.parametrize(
        "step",
        [
            "add activation=relu from a input as both",
            "{add: [identity from a, identity from input], activation: relu, as: both}",
            "{activation: relu, add: {l: identity from a, r: identity from input}, as: both}",
        ],
    )
    def test_they_follow_the_merge_and_stand_beside_it(self, step: str) -> None:
        found = sources(network("conv 1x1 3 as a", step))
        assert len(found["both.add"]) == 2
        assert found["both.relu"] == ("both.add",)
        assert list(found)[-2:] == ["both.add", "both.relu"]

    def test_they_may_be_a_default_that_a_step_takes_back(self) -> None:
        head = "defaults: {multiply: {activation: tanh}}\n"
        steps = ("multiply from input input", "{multiply: [relu, elu], activation: none}")
        found = sources(network(*steps, head=head))
        assert found["multiply.tanh"] == ("multiply.multiply",)
        assert found["multiply_1"] == ("multiply_1.branch_0.relu", "multiply_1.branch_1.elu")

    def test_a_branch_may_have_their_name(self) -> None:
        found = sources(network("{add: {activation: relu, other: identity}}"))
        assert found["add"] == ("add.activation.relu", "input")

    def test_a_word_that_is_none_is_refused_where_it_stands(self) -> None:
        error = wrong("{add: [relu, elu], activation: batch_norm}")
        assert error.code == "attribute/activation"
        assert str(error.labels[0].span) == "net.yaml:5:36"

    def test_no_other_step_takes_one_beside_it(self) -> None:
        assert wrong("{residual: [relu], activation: relu}").code == "syntax/two-words"


class TestWords:
    def test_layers_that_are_written_alike_are_one_operator_in_several_places(self) -> None:
        graph = network("conv 3x3 3", "conv 3x3 3", "conv 5x5 3")
        first, second, third = graph.nodes.values()
        assert first.op is second.op is not third.op
        assert first.span != second.span

    def test_layers_that_are_written_alike_follow_the_channels_that_arrive(self) -> None:
        graph = network("conv 1x1 4", "depthwise_conv 3x3", "conv 1x1 8", "depthwise_conv 3x3")
        groups = [each.op.groups for each in graph.nodes.values() if isinstance(each.op, Conv2d)]
        assert groups == [1, 4, 1, 8]

    def test_a_layer_is_its_operator_then_its_norm_then_its_activation(self) -> None:
        graph = network("conv 1x1 4 norm=batch_norm activation=relu", "global_avg_pool", "dense 5")
        assert sources(graph) == {
            "conv.conv2d": ("input",),
            "conv.batch_norm": ("conv.conv2d",),
            "conv.relu": ("conv.batch_norm",),
            "global_avg_pool": ("conv.relu",),
            "dense.fully_connected": ("global_avg_pool",),
        }

    def test_unless_written_a_convolution_is_plain_and_has_a_bias(self) -> None:
        assert operator(network("conv 3x3 4"), "conv.conv2d") == Conv2d(
            filters=4,
            kernel=(3, 3),
            stride=(1, 1),
            dilation=(1, 1),
            padding="same",
            groups=1,
            bias=True,
        )

    def test_a_norm_takes_the_bias_away_unless_it_is_written(self) -> None:
        graph = network("conv 1x1 4 norm=batch_norm", "conv 1x1 4 norm=batch_norm bias=true")
        assert operator(graph, "conv.conv2d") == Conv2d(filters=4, kernel=(1, 1), bias=False)
        assert operator(graph, "conv_1.conv2d") == Conv2d(filters=4, kernel=(1, 1), bias=True)
        assert operator(graph, "conv.batch_norm") == BatchNorm(epsilon=1e-3, momentum=0.99)

    def test_a_depthwise_convolution_has_as_many_groups_as_channels_arrive(self) -> None:
        graph = network("depthwise_conv 3x3", "depthwise_conv 2 3x3")
        assert operator(graph, "depthwise_conv.conv2d") == Conv2d(
            filters=3, kernel=(3, 3), groups=3
        )
        assert operator(graph, "depthwise_conv_1.conv2d") == Conv2d(
            filters=6, kernel=(3, 3), groups=3
        )

    def test_an_unknown_word_gets_the_nearest_names(self) -> None:
        error = wrong("con 3x3 4")
        assert error.code == "word/unknown"
        assert error.help == "did you mean `conv` or `concat` or `conv2d`?"

    @pytest.mark.parametrize(
        ("step", "code"),
        [
            ("conv 3x3 4 fliters=3", "argument/unknown"),
            ("relu 3", "argument/unknown"),
            ("conv 3x3 4 filters=3", "argument/twice"),
            ("conv 3x3", "attribute/missing"),
            ("conv 3x3 0", "attribute/value"),
            ("conv 3x3 2.5", "attribute/value"),
            ("conv 3x3 4 padding=around", "expression/unknown-name"),
            ("conv 3x3 f", "expression/unknown-name"),
            ("conv 3x3 4 activation=rely", "attribute/activation"),
            ("conv 3x3 4 norm=relu", "attribute/norm"),
            ("conv 3x3 4/0", "expression/division"),
            ("conv 3x3 2**60", "expression/syntax"),
            ("conv 3x3 9007199254740992*2", "expression/too-large"),
            ("max_pool 3x3 linear", "argument/unknown"),
            ("relu from input input", "from/too-many"),
        ],
    )
    def test_an_argument_that_cannot_be_meant_is_refused(self, step: str, code: str) -> None:
        assert wrong(step).code == code

    def test_an_expression_may_come_out_even(self) -> None:
        assert shapes(network("conv 1x1 3*4/6"))["conv.conv2d"] == "32x32x2"
        assert shapes(network("conv 1x1 round_to(30,8)"))["conv.conv2d"] == "32x32x32"


class TestMerges:
    def test_branches_are_a_list_or_have_names(self) -> None:
        listed = network("concat: [conv 1x1 4, [relu, elu], identity]")
        assert sources(listed) == {
            "concat.branch_0.conv.conv2d": ("input",),
            "concat.branch_1.relu": ("input",),
            "concat.branch_1.elu": ("concat.branch_1.relu",),
            "concat": ("concat.branch_0.conv.conv2d", "concat.branch_1.elu", "input"),
        }
        assert operator(listed, "concat") == Concat()
        named = network("concat: {b: relu, a: [elu]}")
        assert sources(named)["concat"] == ("concat.b.relu", "concat.a.elu")
        assert shapes(named)["concat"] == "32x32x6"

    def test_a_merge_may_take_steps_and_inputs_by_name(self) -> None:
        graph = network("relu as a", "elu as b", "concat from b a input")
        assert sources(graph)["concat"] == ("b", "a", "input")

    def test_a_branch_may_start_from_a_name(self) -> None:
        graph = network("conv 1x1 5 as a", "relu", "concat: {x1: elu, x2: conv 1x1 2 from a}")
        assert sources(graph)["concat.x2.conv.conv2d"] == ("a.conv2d",)
        assert shapes(graph)["concat"] == "32x32x7"

    def test_a_merge_with_branches_is_a_node_and_a_scope(self) -> None:
        graph = network("concat: {a: relu, b: identity}")
        scope = graph.scopes["concat"]
        assert scope.kind is Kind.MERGE
        assert graph.boundary("concat") == (("input",), ("concat",))
        assert scope.contents == ("concat.a", "concat.b")
        assert graph.boundary("concat.b") == (("input",), ("input",))
        assert graph.scopes["concat.b"].contents == ()

    def test_multiply_broadcasts_a_vector_over_the_grid_and_one_channel_over_all(self) -> None:
        graph = network("multiply: [identity, global_avg_pool]", "multiply: [conv 1x1 1, identity]")
        assert shapes(graph)["multiply"] == shapes(graph)["multiply_1"] == "32x32x3"

    @pytest.mark.parametrize(
        ("step", "code"),
        [
            ("add: [identity, conv 1x1 4]", "add/channels"),
            ("add: [identity, conv 1x1 3 /2]", "add/grid"),
            ("subtract: [identity, conv 1x1 4]", "subtract/channels"),
            ("concat: [identity, conv 1x1 4 /2]", "concat/grid"),
            ("concat: [identity, global_avg_pool]", "concat/grid"),
            ("concat: [relu]", "concat/inputs"),
            ("concat from input", "merge/parts"),
            ("concat", "syntax/no-steps"),
            ("concat from input nowhere", "from/unknown"),
            ("2 x concat from input input", "repeat/sources"),
        ],
    )
    def test_what_does_not_fit_is_refused(self, step: str, code: str) -> None:
        assert wrong(step).code == code


class TestResiduals:
    def test_a_list_is_the_body_and_the_value_itself_the_shortcut(self) -> None:
        graph = network("residual: [conv 1x1 4, conv 1x1 in_channels linear]")
        assert sources(graph) == {
            "residual.body.conv.conv2d": ("input",),
            "residual.body.conv_1.conv2d": ("residual.body.conv.conv2d",),
            "residual.add": ("input", "residual.body.conv_1.conv2d"),
        }

    def test_scale_multiplies_the_body_and_an_activation_follows_the_sum(self) -> None:
        graph = network("residual: {scale: 0.2, activation: relu, steps: [conv 1x1 3]}")
        assert sources(graph) == {
            "residual.body.conv.conv2d": ("input",),
            "residual.scale": ("residual.body.conv.conv2d",),
            "residual.add": ("input", "residual.scale"),
            "residual.relu": ("residual.add",),
        }
        assert operator(graph, "residual.scale") == Scale(factor=0.2)
        scope = graph.scopes["residual"]
        assert scope.kind is Kind.RESIDUAL
        assert graph.boundary("residual") == (("input",), ("residual.relu",))
        assert scope.arguments == {"scale": 0.2, "activation": "relu"}

    def test_a_shortcut_may_project(self) -> None:
        graph = network("residual: {shortcut: conv 1x1 4 /2, steps: [conv 3x3 4 /2]}")
        assert sources(graph)["residual.add"] == (
            "residual.shortcut.conv.conv2d",
            "residual.body.conv.conv2d",
        )

    def test_an_identity_as_shortcut_is_no_node(self) -> None:
        graph = network("residual: {shortcut: identity, steps: [relu]}")
        assert list(graph.nodes) == ["residual.body.relu", "residual.add"]

    def test_it_may_start_from_a_name(self) -> None:
        graph = network("conv 1x1 3 as a", "add from a input", "{residual: [relu], from: a}")
        assert sources(graph)["residual.add"] == ("a.conv2d", "residual.body.relu")

    def test_a_body_may_take_a_value_from_outside_which_its_scope_names(self) -> None:
        graph = network("relu as a", "elu", "residual: [conv 1x1 3 as b, add from b a]")
        assert graph.boundary("residual").inputs == ("elu", "a")

    def test_options_may_fill_in_scale_and_activation(self) -> None:
        head = (
            "blocks:\n"
            "  unit:\n"
            "    options: [scale=0.5, activation=relu]\n"
            "    steps: [residual: {scale: scale, activation: activation, steps: [elu]}]\n"
        )
        graph = network("unit", "unit scale=1 activation=none", head=head)
        assert list(graph.nodes) == [
            "unit.residual.body.elu",
            "unit.residual.scale",
            "unit.residual.add",
            "unit.residual.relu",
            "unit_1.residual.body.elu",
            "unit_1.residual.add",
        ]

    def test_its_diagnostics_speak_of_shortcut_and_residual(self) -> None:
        error = wrong("residual: [conv 1x1 4]")
        assert error.code == "residual/channels"
        assert error.message == "the shortcut has 3 channels, the residual 4"
        assert error.help == "write 3, or `in_channels`, which always fits"


class TestRepeats:
    def test_copies_follow_each_other_and_their_index_is_in_the_path(self) -> None:
        graph = network("2 x conv 1x1 4", "1 x relu")
        assert sources(graph) == {
            "conv.0.conv2d": ("input",),
            "conv.1.conv2d": ("conv.0.conv2d",),
            "relu.0": ("conv.1.conv2d",),
        }
        scope = graph.scopes["conv"]
        assert scope.kind is Kind.REPEAT
        assert graph.boundary("conv") == (("input",), ("conv.1.conv2d",))
        assert (scope.contents, scope.arguments) == (("conv.0", "conv.1"), {"times": 2})

    def test_a_list_may_be_repeated(self) -> None:
        graph = network("{repeat: [relu, elu], times: 2}")
        assert list(graph.nodes) == [
            "repeat.0.relu",
            "repeat.0.elu",
            "repeat.1.relu",
            "repeat.1.elu",
        ]

    def test_repeats_nest(self) -> None:
        graph = network("2 x pair", head="parts: {pair: [2 x relu]}\n")
        assert list(graph.nodes) == [
            "pair.0.relu.0",
            "pair.0.relu.1",
            "pair.1.relu.0",
            "pair.1.relu.1",
        ]

    @pytest.mark.parametrize("count", ["n-2", "0", "n//4"])
    def test_a_count_of_zero_passes_the_value_through(self, count: str) -> None:
        graph = network(f"{count} x conv 1x1 4", "relu", head="params: {n: 2}\n")
        assert sources(graph) == {"relu": ("input",)}
        scope = graph.scopes["conv"]
        assert (scope.contents, scope.through, scope.arguments) == ((), "input", {"times": 0})

    def test_a_network_of_nothing_gives_its_input(self) -> None:
        graph = network("0 x relu")
        assert (dict(graph.nodes), graph.outputs) == ({}, {"relu": "input"})

    def test_what_a_copy_takes_from_outside_its_scope_names(self) -> None:
        graph = network("relu as a", "elu", "{repeat: [gelu as b, add from b a], times: 2}")
        assert sources(graph)["repeat.1.add"] == ("repeat.1.b", "a")
        assert graph.boundary("repeat").inputs == ("elu", "a")

    @pytest.mark.parametrize(
        ("step", "code"),
        [
            ("1.5 x relu", "repeat/count"),
            ("0-1 x relu", "repeat/count"),
            ("true x relu", "repeat/count"),
            ("n x relu", "expression/unknown-name"),
            ("1000000 x relu", "graph/too-large"),
            ("{repeat: [relu]}", "syntax/times"),
        ],
    )
    def test_a_count_is_a_whole_number_within_bounds(self, step: str, code: str) -> None:
        assert wrong(step).code == code

    def test_repeats_of_repeats_are_bounded_too(self) -> None:
        head = "parts: {a: [1000 x b], b: [1000 x relu]}\n"
        assert wrong("a", head=head).code == "graph/too-large"

    def test_what_is_wrong_in_every_copy_is_said_once(self) -> None:
        head = "parts: {a: [500000 x b], b: [500000 x conv]}\n"
        assert findings(document("a", head=head)) == ["attribute/missing"]


class TestInChannels:
    def test_it_is_one_number_for_the_whole_list(self) -> None:
        graph = network("conv 1x1 in_channels+1", "conv 1x1 in_channels+1")
        assert shapes(graph) == {"conv.conv2d": "32x32x4", "conv_1.conv2d": "32x32x4"}

    def test_a_branch_is_a_list_of_its_own(self) -> None:
        graph = network("conv 1x1 5", "concat: {a: [conv 1x1 7, conv 1x1 in_channels], b: relu}")
        assert shapes(graph)["concat.a.conv_1.conv2d"] == "32x32x5"

    def test_so_are_a_residual_and_a_module(self) -> None:
        graph = network(
            "conv 1x1 5",
            "residual: [conv 1x1 9, conv 1x1 in_channels]",
            "unit",
            head="parts: {unit: [conv 1x1 2*in_channels]}\n",
        )
        assert shapes(graph)["residual.add"] == "32x32x5"
        assert shapes(graph)["unit.conv.conv2d"] == "32x32x10"

    def test_so_is_one_copy_of_a_repeat(self) -> None:
        graph = network("{repeat: [conv 1x1 2*in_channels, relu], times: 2}")
        assert shapes(graph)["repeat.1.relu"] == "32x32x12"

    def test_a_repeated_step_stands_in_the_list_around_it(self) -> None:
        graph = network("2 x conv 1x1 2*in_channels")
        assert shapes(graph)["conv.1.conv2d"] == "32x32x6"


@pytest.mark.parametrize(
    ("step", "code"),
    [
        ("n x convolution 3x3 8", "word/unknown"),
        ("{repeat: [upsample 1x2], times: n}", "argument/unknown"),
        ("n x conv 3x3 8 8", "argument/twice"),
    ],
)
def test_a_step_that_is_repeated_no_times_is_checked_all_the_same(step: str, code: str) -> None:
    assert wrong(step, head="params: {n: 0}\n").code == code
