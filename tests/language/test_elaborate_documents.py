"""Documents: their keys, inputs, params, defaults, imports, outputs and heads, one by one."""

from __future__ import annotations

import pytest

from archspec import api
from archspec.graph import Graph, Promise
from archspec.language.document.overrides import Overrides
from archspec.operators.conv2d import Conv2d
from archspec.operators.norm import BatchNorm
from archspec.tensor import TensorType
from tests.language.specs import (
    checked,
    document,
    findings,
    graph_of,
    network,
    operator,
    shapes,
    sources,
    wrong,
)

UNIT = "archspec: 1\nparts: {unit: [conv 3x3 4]}\n"


def test_the_name_and_the_source_of_a_document_are_those_of_its_graph() -> None:
    graph = graph_of(document("relu", head="source: Figure 1\ndoc: >-\n  two\n  lines\n"))
    assert (graph.name, graph.header.source, graph.header.doc) == ("net", "Figure 1", "two lines")


def test_readers_see_the_title_of_a_document_or_else_its_name_with_hyphens() -> None:
    titled = graph_of(document("relu", head="title: An HRNet-W18\n"))
    assert (titled.name, titled.title) == ("net", "An HRNet-W18")
    assert (
        graph_of("archspec: 1\nname: small_net\ninput: 3\nnetwork: [relu]\n").title == "Small-net"
    )


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("name: a\narchspec: 1\nnetwork: [relu]\n", ["spec/version"]),
        ("archspec: 2\nname: a\ninput: 3\nnetwork: [relu]\n", ["spec/version"]),
        ("archspec: 1\n", ["spec/network"]),
        ("archspec: 1\nname: a\nnetwork: [relu]\n", ["spec/input"]),
        ("archspec: 1\ninput: 3\nnetwork: [relu]\n", ["spec/name"]),
        ("archspec: 1\nname: a\ninput: {}\nnetwork: [relu]\n", ["input/shape"]),
        ("archspec: 1\nname: class\ninput: 3\nnetwork: [relu]\n", ["name/keyword"]),
        ("archspec: 1\nname: My-net\ninput: 3\nnetwork: [relu]\n", ["name/invalid"]),
        ("archspec: 1\nname: none\ninput: 3\nnetwork: [relu]\n", ["name/reserved"]),
        ("archspec: 1\nnetwrk: [relu]\nparts: {a: [relu]}\n", ["spec/unknown-key"]),
        ("archspec: 1\nname: a\ninput: 3\nnetwork: []\n", ["syntax/no-steps"]),
        ("archspec: 1\nname: a\ninput: 3\nparams: 3\nnetwork: [relu]\n", ["spec/mapping"]),
        ("archspec: 1\nname: a\ninput: 3\ndoc: [a]\nnetwork: [relu]\n", ["spec/text"]),
    ],
)  # fmt: skip
def test_a_document_without_what_it_needs_is_refused(text: str, codes: list[str]) -> None:
    assert findings(text) == codes


def test_a_schema_for_editors_is_accepted_and_ignored() -> None:
    assert findings(document("relu", head="$schema: ../schema.json\n")) == []


def test_a_file_that_holds_only_modules_needs_no_network() -> None:
    found = checked(UNIT)
    assert (found.ok, found.modules_only, found.diagnostics) == (True, True, ())


class TestInputs:
    @pytest.mark.parametrize(
        ("written", "types"),
        [
            ("32x48x3", {"input": "32x48x3"}),
            ("128", {"input": "128"}),
            ("{shape: 8x8x3}", {"input": "8x8x3"}),
            ("{image: 8x8x3}", {"image": "8x8x3"}),
            ("{image: {shape: 8x8x3}}", {"image": "8x8x3"}),
        ],
    )
    def test_a_shape_is_height_width_channels_or_a_length(
        self, written: str, types: dict[str, str]
    ) -> None:
        graph = graph_of(f"archspec: 1\nname: net\ninput: {written}\nnetwork: [relu]\n")
        assert {name: str(given.type) for name, given in graph.inputs.items()} == types
        assert sources(graph) == {"relu": tuple(types)}

    @pytest.mark.parametrize("written", ["8x8", "0x8x3", "8x8x3x1", "axb", "9999999x1x1", "[8, 8]"])
    def test_anything_else_is_no_shape(self, written: str) -> None:
        text = f"archspec: 1\nname: net\ninput: {{image: {written}}}\nnetwork: [relu]\n"
        assert findings(text) == ["input/shape"]

    def test_preprocessing_comes_with_the_shape(self) -> None:
        given = "{shape: 8x8x3, mean: [1, 2, 3], std: 0.5, range: [0, 255], order: bgr}"
        graph = graph_of(f"archspec: 1\nname: net\ninput: {given}\nnetwork: [relu]\n")
        assert graph.inputs["input"].preprocessing == {
            "mean": (1.0, 2.0, 3.0),
            "std": (0.5,),
            "range": (0.0, 255.0),
            "order": "bgr",
        }

    @pytest.mark.parametrize(
        "written", ["mean: [1, 2]", "std: wide", "range: 255", "order: gbr", "mean: .nan"]
    )
    def test_preprocessing_has_as_many_numbers_as_it_takes(self, written: str) -> None:
        given = f"{{shape: 8x8x3, {written}}}"
        text = f"archspec: 1\nname: net\ninput: {given}\nnetwork: [relu]\n"
        assert findings(text) == ["input/preprocessing"]

    def test_a_lone_input_is_called_input_and_steps_may_start_from_it(self) -> None:
        found = network("relu as a", "add from a input")
        assert sources(found)["add"] == ("a", "input")

    def test_input_names_belong_to_the_outermost_list(self) -> None:
        assert wrong("relu as input").code == "name/duplicate"
        module = "parts: {input: {steps: [relu]}}\n"
        assert wrong("input", head=module).code == "name/duplicate"  # though its path is input_
        assert sources(network("concat: [relu as input, elu]")) == {
            "concat.branch_0.input_": ("input",),
            "concat.branch_1.elu": ("input",),
            "concat": ("concat.branch_0.input_", "concat.branch_1.elu"),
        }


class TestSeveralInputs:
    HEAD = "archspec: 1\nname: net\ninput: {left: 8x8x3, right: 8x8x4}\nnetwork:\n"

    def test_the_first_step_says_which_it_takes(self) -> None:
        text = f"{self.HEAD}  - conv 1x1 2 from right as a\n  - concat from a left\n"
        assert sources(graph_of(text)) == {"a.conv2d": ("right",), "concat": ("a.conv2d", "left")}

    def test_nobody_guesses_it(self) -> None:
        text = f"{self.HEAD}  - relu\n  - concat from left right\n"
        assert findings(text) == ["from/missing"]

    def test_branches_may_begin_from_an_input_each(self) -> None:
        text = f"{self.HEAD}  - concat: [relu from left, elu from right]\n"
        assert shapes(graph_of(text)) == {
            "concat.branch_0.relu": "8x8x3",
            "concat.branch_1.elu": "8x8x4",
            "concat": "8x8x7",
        }

    def test_a_branch_that_begins_from_none_is_refused(self) -> None:
        assert findings(f"{self.HEAD}  - concat: [relu from left, elu]\n") == ["from/missing"]

    @pytest.mark.parametrize(
        "step",
        [
            "conv 1x1 in_channels from right",
            "in_channels x relu from right",
            "unit in_channels from right",
        ],
    )
    def test_no_channels_arrive_at_its_list(self, step: str) -> None:
        modules = "parts: {unit: {options: [k], steps: [conv 1x1 k]}}\n"
        text = f"{self.HEAD}  - concat from left right as both\n  - {step}\n"
        assert "from/no-channels" in findings(text.replace("network:", f"{modules}network:"))

    def test_none_arrive_at_the_branches_of_a_merge_that_stands_first(self) -> None:
        text = "  - concat: [relu from left, [relu from right, conv 1x1 in_channels]]\n"
        assert findings(self.HEAD + text) == ["from/no-channels"]

    def test_no_copy_of_its_first_step_is_refused(self) -> None:
        text = "  - {add: [relu from left, elu from left], times: 0}\n"
        assert findings(self.HEAD + text) == ["from/missing"]

    def test_an_input_that_nobody_takes_is_suspect(self) -> None:
        assert findings(f"{self.HEAD}  - relu from right\n") == ["unused/input"]


class TestParams:
    def test_numbers_serve_every_expression_of_the_file(self) -> None:
        graph = network(
            "n x unit",
            head="params: {k: 4, n: 2}\ndefaults: {conv: {stride: n}}\n"
            "parts: {unit: {options: [f=2*k], steps: [conv 1x1 f+k]}}\n",
        )
        assert shapes(graph) == {"unit.0.conv.conv2d": "16x16x12", "unit.1.conv.conv2d": "8x8x12"}

    def test_a_param_may_be_true_or_false_or_a_word(self) -> None:
        graph = network(
            "conv 1x1 4 bias=biased activation=after",
            head="params: {biased: false, after: relu}\n",
        )
        assert list(graph.nodes) == ["conv.conv2d", "conv.relu"]
        assert operator(graph, "conv.conv2d") == Conv2d(filters=4, kernel=(1, 1), bias=False)

    @pytest.mark.parametrize(
        "value",
        [".inf", ".nan", "99999999999999999999", "3x3", '"two words"', "[1, 2]", "{a: 1}", "V"],
    )
    def test_anything_else_is_no_value(self, value: str) -> None:
        head = f"params: {{p: {value}}}\n"
        assert findings(document("conv 1x1 p", head=head)) == ["param/value"]

    def test_set_takes_the_place_of_a_value(self) -> None:
        text = document("conv 1x1 p", head="params: {p: 3}\n")
        found = checked(text, Overrides(params={"p": 5}))
        assert found.graph is not None
        assert shapes(found.graph) == {"conv.conv2d": "32x32x5"}
        assert found.graph.header.params == {"p": 5}

    def test_set_names_a_param_of_the_document(self) -> None:
        found = checked(document("conv 1x1 p", head="params: {p: 3}\n"), Overrides({"q": 5}))
        assert [each.code for each in found.diagnostics] == ["command/param"]

    def test_input_takes_the_place_of_a_shape(self) -> None:
        wider = Overrides(inputs={"input": TensorType((16, 64, 3))})
        found = checked(document("conv 1x1 4"), wider)
        assert found.graph is not None
        assert shapes(found.graph) == {"conv.conv2d": "16x64x4"}


class TestDefaults:
    def test_a_bare_word_gets_them_and_what_is_written_wins(self) -> None:
        head = "defaults: {conv: {stride: 2, bias: false}, batch_norm: {epsilon: 0.5}}\n"
        graph = network("conv 1x1 4", "conv 1x1 4 /1 norm=batch_norm", head=head)
        assert operator(graph, "conv.conv2d") == Conv2d(
            filters=4, kernel=(1, 1), stride=(2, 2), bias=False
        )
        assert operator(graph, "conv_1.conv2d") == Conv2d(filters=4, kernel=(1, 1), bias=False)
        assert operator(graph, "conv_1.batch_norm") == BatchNorm(epsilon=0.5)

    def test_they_may_be_a_string_with_the_main_attribute(self) -> None:
        graph = network("conv", head="defaults: {conv: 3x3 4 /2}\n")
        assert shapes(graph) == {"conv.conv2d": "16x16x4"}

    @pytest.mark.parametrize(
        ("step", "bias"),
        [("conv", False), ("conv bias=true", True), ("conv linear", True)],
    )
    def test_those_of_an_operator_hold_for_the_layers_made_of_it(
        self, step: str, bias: bool
    ) -> None:
        head = "defaults: {conv2d: {kernel: 3, filters: 4, bias: false, stride: 2}}\n"
        assert operator(network(step, head=head), "conv.conv2d") == Conv2d(
            filters=4, kernel=(3, 3), stride=(2, 2), bias=bias
        )

    def test_those_of_a_layer_win_over_those_of_its_operator(self) -> None:
        head = "defaults: {conv2d: {bias: true}, conv: {bias: false}}\n"
        assert not operator(network("conv 1x1 4", head=head), "conv.conv2d").bias  # type: ignore[attr-defined]

    def test_a_bias_by_default_holds_beside_a_norm(self) -> None:
        head = "defaults: {conv2d: {bias: true}}\n"
        graph = network("conv 1x1 4 norm=batch_norm", head=head)
        assert operator(graph, "conv.conv2d") == Conv2d(filters=4, kernel=(1, 1))

    def test_linear_takes_norm_and_activation_away_and_brings_a_bias(self) -> None:
        head = "defaults: {conv: {norm: batch_norm, activation: relu, bias: false, stride: 2}}\n"
        graph = network("conv 1x1 4 linear", head=head)
        assert list(graph.nodes) == ["conv.conv2d"]
        assert operator(graph, "conv.conv2d") == Conv2d(filters=4, kernel=(1, 1), stride=(2, 2))

    def test_an_attribute_written_beside_linear_wins(self) -> None:
        graph = network("conv 1x1 4 linear activation=relu bias=false")
        assert list(graph.nodes) == ["conv.conv2d", "conv.relu"]
        assert operator(graph, "conv.conv2d") == Conv2d(filters=4, kernel=(1, 1), bias=False)

    def test_activations_and_norms_of_layers_and_residuals_get_them_too(self) -> None:
        head = "defaults: {leaky_relu: {slope: 0.2}, residual: {activation: leaky_relu}}\n"
        graph = network("residual: [conv 1x1 3 activation=leaky_relu]", head=head)
        assert [repr(node.op) for node in graph.nodes.values() if node.op.word == "leaky_relu"] == [
            "LeakyRelu(slope=0.2)",
            "LeakyRelu(slope=0.2)",
        ]

    @pytest.mark.parametrize(
        ("written", "code"),
        [
            ("convolution: {bias: false}", "defaults/unknown"),
            ("convolution: 3", "defaults/unknown"),
            ("conv: {foo: 1}", "argument/unknown"),
            ("conv: {linear: true}", "argument/unknown"),
            ("batch_norm: 3", "argument/unknown"),
            ('conv: "/2 /1"', "argument/twice"),
            ("conv: {groups: in_channels}", "expression/unknown-name"),
            ("dense: {norm: nothing}", "attribute/norm"),
            ("max_pool: {stride: 0}", "attribute/value"),
        ],
    )
    def test_they_are_attributes_of_operators_and_layers(self, written: str, code: str) -> None:
        assert wrong("conv 1x1 4", head=f"defaults: {{{written}}}\n").code == code


class TestOutputs:
    def test_the_last_step_comes_out_unless_others_are_named(self) -> None:
        assert network("conv 1x1 4", "relu").outputs == {"relu": "relu"}
        graph = network("conv 1x1 4 as a", "relu", "elu as b", head="outputs: [a, relu, b]\n")
        assert graph.outputs == {"a": "a.conv2d", "relu": "relu", "b": "b"}

    def test_an_output_keeps_its_name_where_its_path_has_an_underscore_more(self) -> None:
        graph = network("relu as type", "elu", head="outputs: [type, elu]\n")
        assert graph.outputs == {"type": "type_", "elu": "elu"}

    def test_an_input_may_come_out(self) -> None:
        graph = network("relu", "elu", head="outputs: [input, elu]\n")
        assert graph.outputs == {"input": "input", "elu": "elu"}

    def test_an_output_is_listed_once(self) -> None:
        error = wrong("relu as a", "elu as b", head="outputs: [a, b, a]\n")
        assert (error.code, len(error.labels)) == ("name/duplicate", 2)

    def test_an_output_is_a_step_of_the_network(self) -> None:
        error = wrong("relu as first", head="outputs: [frist]\n")
        assert (error.code, error.help) == ("outputs/unknown", "did you mean `first`?")
        assert wrong("concat: [relu as a, elu]", head="outputs: [a]\n").code == "outputs/unknown"


class TestAuxiliary:
    HEADS = "auxiliary: {side: {from: a, steps: [global_avg_pool, dense 5]}}\n"

    def graph(self) -> Graph:
        return network("conv 1x1 4 as a", "relu", head=self.HEADS)

    def test_a_head_starts_from_a_step_of_the_network(self) -> None:
        graph = self.graph()
        assert sources(graph)["side.global_avg_pool"] == ("a.conv2d",)
        assert graph.heads == {"side": "side.dense.fully_connected"}
        assert graph.outputs == {"relu": "relu"}

    def test_totals_leave_heads_out(self) -> None:
        totals = api.count(self.graph()).totals
        assert totals.parameters == 3 * 4 + 4
        assert totals.macs == 32 * 32 * 3 * 4

    def test_a_head_makes_its_step_taken(self) -> None:
        text = document("conv 1x1 4 as a", "relu from input", head=self.HEADS)
        assert findings(text) == []

    @pytest.mark.parametrize(
        ("written", "code"),
        [
            ("side: {from: b, steps: [relu]}", "auxiliary/unknown-step"),
            ("side: {steps: [relu]}", "auxiliary/form"),
            ("side: {from: a}", "auxiliary/form"),
            ("side: [relu]", "auxiliary/form"),
            ("a: {from: a, steps: [relu]}", "name/duplicate"),
            ("input: {from: a, steps: [relu]}", "name/duplicate"),
            ("side: {from: a, steps: [elu from a]}", "from/unknown"),
        ],
    )
    def test_a_head_has_a_name_a_start_and_steps(self, written: str, code: str) -> None:
        assert wrong("relu as a", head=f"auxiliary: {{{written}}}\n").code == code


def test_moved_paths_are_kept_for_diffs_and_checkpoints() -> None:
    graph = network("relu", head="moved: [{from: old.path, to: new.path}]\n")
    assert graph.header.moved == (("old.path", "new.path"),)
    assert wrong("relu", head="moved: [{from: a}]\n").code == "moved/form"
    assert wrong("relu", head="moved: a\n").code == "moved/form"


@pytest.mark.parametrize(
    ("section", "promise"),
    [
        ("stems", Promise.STEM),
        ("blocks", Promise.BLOCK),
        ("reductions", Promise.REDUCTION),
        ("parts", Promise.PART),
    ],
)
def test_a_section_says_what_its_modules_promise(section: str, promise: Promise) -> None:
    graph = network("unit", head=f"{section}: {{unit: {{source: a, steps: [global_avg_pool]}}}}\n")
    template = graph.scopes["unit"].template
    assert template is not None
    assert (template.name, template.promise, template.source) == ("unit", promise, "a")
