"""Modules: their options, their promises, and what they see."""

from __future__ import annotations

import pytest

from archspec.operators.conv2d import Conv2d
from tests.language.specs import document, findings, graph_of, network, operator, shapes, wrong


class TestOptions:
    HEAD = (
        "parts:\n"
        "  unit:\n"
        "    options: [f, k=3, bias=true, after=none]\n"
        "    steps: [conv kernel=k f bias=bias activation=after]\n"
    )

    def test_the_first_is_the_main_attribute_and_the_others_have_defaults(self) -> None:
        graph = network("unit 4", head=self.HEAD)
        assert operator(graph, "unit.conv.conv2d") == Conv2d(filters=4, kernel=(3, 3))
        assert graph.scopes["unit"].arguments == {"f": 4, "k": 3, "bias": True, "after": "none"}

    def test_an_option_may_be_a_number_true_or_false_or_a_word(self) -> None:
        graph = network("unit 4 k=1 bias=false after=relu", head=self.HEAD)
        assert list(graph.nodes) == ["unit.conv.conv2d", "unit.conv.relu"]
        assert operator(graph, "unit.conv.conv2d") == Conv2d(filters=4, kernel=(1, 1), bias=False)

    def test_one_is_not_true(self) -> None:
        error = wrong("unit 4 bias=true", "unit 4 bias=1", head=self.HEAD)
        assert (error.code, error.message) == (
            "attribute/value",
            "`bias` expects true or false, not bias = 1",
        )

    def test_values_are_evaluated_where_the_module_is_used(self) -> None:
        head = (
            "parts:\n"
            "  outer: {options: [f], steps: [conv 1x1 f, unit 2*f k=in_channels]}\n"
            "  unit: {options: [f, k], steps: [conv 1x1 f+k]}\n"
        )
        assert shapes(network("outer 5", head=head)) == {
            "outer.conv.conv2d": "32x32x5",
            "outer.unit.conv.conv2d": "32x32x13",
        }

    def test_a_default_may_speak_of_params_and_of_options_before_it(self) -> None:
        head = "params: {p: 2}\nparts: {unit: {options: [f, g=p*f], steps: [conv 1x1 g]}}\n"
        assert shapes(network("unit 5", head=head)) == {"unit.conv.conv2d": "32x32x10"}

    def test_a_default_knows_no_option_behind_it(self) -> None:
        head = "parts: {unit: {options: [f=g, g=2], steps: [conv 1x1 f]}}\n"
        error = wrong("unit", head=head)
        assert error.code == "expression/unknown-name"
        assert error.message == "the default of `f` uses an option that is declared after it"

    def test_the_default_of_an_option_may_be_valid_in_short(self) -> None:
        head = "parts: {unit: {options: [pad=V], steps: [max_pool 3x3 padding=pad]}}\n"
        assert shapes(network("unit", head=head)) == {"unit.max_pool": "30x30x3"}

    def test_all_options_that_are_missing_are_named(self) -> None:
        head = "parts: {unit: {options: [f, g, h=1], steps: [conv 1x1 f+g+h]}}\n"
        error = wrong("unit", head=head)
        assert error.message == "`unit` needs its options `f` and `g`"

    def test_an_option_stands_before_a_param_and_a_word_of_its_name(self) -> None:
        head = (
            "params: {f: 9}\n"
            "parts: {unit: {options: [f, relu=gelu], steps: [conv 1x1 f activation=relu]}}\n"
        )
        assert list(network("unit 4", head=head).nodes) == ["unit.conv.conv2d", "unit.conv.gelu"]

    def test_options_belong_to_their_module_alone(self) -> None:
        head = "parts: {outer: {options: [f], steps: [inner, conv 1x1 f]}, inner: [conv 1x1 f]}\n"
        assert findings(document("outer 4", head=head)) == ["expression/unknown-name"]

    @pytest.mark.parametrize(
        ("options", "use", "code"),
        [
            ("[f]", "unit", "option/missing"),
            ("[f]", "unit 3x3", "argument/unknown"),
            ("[f]", "unit 3 g=4", "argument/unknown"),
            ("[f]", "unit 3 f=4", "argument/twice"),
            ("[f]", "unit [1,2]", "option/value"),
            ("[f, f]", "unit 3", "option/twice"),
            ("[f, 2]", "unit 3", "name/invalid"),
            ("[f, {g: 2}]", "unit 3", "option/form"),
            ("[f, as]", "unit 3", "name/reserved"),
            ("[f, g=min(3,4)]", "unit 3", "syntax/cut-at-comma"),
            ('[f, "g=2*"]', "unit 3", "expression/syntax"),
            ("[f, g=in_channels]", "unit 3", "expression/unknown-name"),
        ],
    )
    def test_every_option_is_declared_once_and_given_once(
        self, options: str, use: str, code: str
    ) -> None:
        head = f"parts: {{unit: {{options: {options}, steps: [conv 1x1 f]}}}}\n"
        assert wrong(use, head=head).code == code

    def test_a_module_without_options_takes_none(self) -> None:
        error = wrong("unit 3", head="parts: {unit: [relu]}\n")
        assert (error.code, error.help) == (
            "argument/unknown",
            "declare them in the module: `options: [k]`",
        )


class TestPromises:
    @pytest.mark.parametrize(
        ("section", "steps", "code"),
        [
            ("blocks", "conv 3x3 4", None),
            ("blocks", "conv 3x3 4 /2", "promise/block"),
            ("blocks", "upsample 2", "promise/block"),
            ("blocks", "conv 3x3 4 V", "promise/block"),
            ("reductions", "max_pool 2x2 /2", None),
            ("reductions", "max_pool 2x1 /2x1", None),
            ("reductions", "conv 3x3 4", "promise/reduction"),
            ("reductions", "upsample 2", "promise/reduction"),
            ("reductions", "max_pool 2x1 /2x1, upsample factor=1x2", "promise/reduction"),
            ("parts", "conv 3x3 4 /2", None),
            ("blocks", "global_avg_pool", None),
            ("reductions", "global_avg_pool", None),
        ],
    )
    def test_a_module_keeps_its_promise_of_the_grid(
        self, section: str, steps: str, code: str | None
    ) -> None:
        head = f"{section}: {{unit: [{steps}]}}\n"
        assert findings(document("unit", head=head)) == ([code] if code else [])

    def test_a_value_without_a_grid_fulfils_every_promise(self) -> None:
        head = "blocks: {a: [dense 4]}\nreductions: {b: [dense 4]}\n"
        assert findings(document("global_avg_pool", "a", "b", head=head)) == []

    def test_a_broken_promise_names_both_grids_and_the_step_that_changed_them(self) -> None:
        error = wrong("unit", head="blocks: {unit: [relu, conv 3x3 4 /2, relu]}\n")
        assert error.message == "block `unit` changes the grid: 32x32 comes in, 16x16 goes out"
        places = ["net.yaml:4:10", "net.yaml:6:5", "net.yaml:4:35"]
        assert [str(label.span) for label in error.labels] == places
        assert error.labels[-1].text == "32x32 becomes 16x16 here: (32 + 1 - 3) // 2 + 1 = 16"

    def test_inside_other_modules_it_is_the_step_that_uses_them(self) -> None:
        head = "blocks: {unit: [small, relu, small]}\nparts: {small: [conv 3x3 4 V]}\n"
        error = wrong("unit", head=head)
        assert [str(label.span) for label in error.labels][2:] == ["net.yaml:4:17", "net.yaml:4:30"]

    def test_what_stands_behind_a_broken_promise_is_not_blamed_for_it(self) -> None:
        head = "blocks: {unit: [conv 3x3 4 V]}\n"
        error = wrong("relu as a", "unit as b", "conv 40x40 4 V", "add from a b", head=head)
        assert error.code == "promise/block"

    def test_a_stem_stands_first(self) -> None:
        head = "stems: {unit: [conv 3x3 4]}\n"
        assert findings(document("unit", "relu", head=head)) == []
        assert wrong("relu", "unit", head=head).code == "promise/stem"
        assert wrong("2 x unit", head=head).code == "promise/stem"


class TestScopes:
    def test_a_module_sees_no_step_names_from_outside(self) -> None:
        error = wrong("relu as a", "unit", head="parts: {unit: [elu from a]}\n")
        assert error.code == "from/unknown"

    def test_a_module_may_shadow_a_word_and_a_warning_says_so(self) -> None:
        head = "parts: {relu: [gelu], repeat: [elu], conv: [tanh]}\n"
        text = document("relu", "repeat", "conv", head=head)
        assert findings(text) == ["name/shadows"] * 3
        assert shapes(network("relu", "repeat", "conv", head=head)) == {
            "relu.gelu": "32x32x3",
            "repeat.elu": "32x32x3",
            "conv.tanh": "32x32x3",
        }

    def test_a_module_that_contains_itself_is_refused_with_the_way_there(self) -> None:
        head = "parts: {a: [relu, b], b: [concat: [c, elu]], c: [a]}\n"
        error = wrong("a", head=head)
        assert (error.code, error.message) == (
            "module/recursion",
            "a module cannot contain itself: a -> b -> c -> a",
        )

    @pytest.mark.parametrize("inner", ["[SELF]", "[residual: [SELF]]", "[concat: [[SELF], elu]]"])
    def test_modules_branches_and_residuals_nest_within_a_bound(self, inner: str) -> None:
        units = [f"  m{index}: {inner.replace('SELF', f'm{index + 1}')}\n" for index in range(70)]
        head = f"parts:\n{''.join(units)}  m70: [relu]\n"
        assert wrong("m0", head=head).code == "module/depth"

    @pytest.mark.parametrize(
        ("module", "code"),
        [
            ("{options: [f]}", "syntax/no-steps"),
            ("{doc: nothing}", "syntax/no-steps"),
            ("{steps: [relu], option: [f]}", "spec/unknown-key"),
            ("[]", "syntax/no-steps"),
        ],
    )
    def test_a_module_is_a_list_of_steps_or_says_more(self, module: str, code: str) -> None:
        assert wrong("unit", head=f"parts: {{unit: {module}}}\n").code == code

    def test_a_module_may_be_one_step(self) -> None:
        head = "parts: {a: conv 1x1 4, b: {conv: {kernel: 1, filters: 5}}, c: {steps: relu}}\n"
        assert shapes(network("a", "b", "c", head=head)) == {
            "a.conv.conv2d": "32x32x4",
            "b.conv.conv2d": "32x32x5",
            "c.relu": "32x32x5",
        }


class TestUnreachedModules:
    @pytest.mark.parametrize(
        ("steps", "codes"),
        [
            ("[con 3x3 4]", ["word/unknown"]),
            ("[concat: [relu, conv 3x3 4 fliters=3]]", ["argument/unknown"]),
            ("[conv 3x3 4 filters=3]", ["argument/twice"]),
            ("[other 3 g=4]", ["argument/unknown"]),
            ("[other f]", []),
            ("[{repeat: [residual: [relu]], times: n}]", []),
        ],
    )
    def test_words_and_attributes_are_known_where_no_network_uses_them(
        self, steps: str, codes: list[str]
    ) -> None:
        other = "{options: [f], steps: [conv 1x1 f]}"
        assert findings(f"archspec: 1\nparts: {{unit: {steps}, other: {other}}}\n") == codes


CELL = """
parts:
  cell:
    inputs: [now, before]
    options: [f]
    steps: [conv 1x1 f from before as p, conv 3x3 f from now as h, add from p h]
"""
SPLIT = """
parts:
  split:
    outputs: [low, high]
    steps: [max_pool 2x2 /2 as low, upsample 2 as high]
"""
SWAP = """
parts:
  swap: {inputs: [a, b], outputs: [c, d], steps: [relu from b as c, tanh from a as d]}
"""


class TestInputs:
    def test_values_stand_for_the_inputs_in_their_order(self) -> None:
        graph = network("conv 3x3 4 as a", "cell 8 from a input", head=CELL)
        assert graph.nodes["cell.p.conv2d"].sources == ("input",)
        assert graph.nodes["cell.h.conv2d"].sources == ("a.conv2d",)
        assert graph.scopes["cell"].takes == {"now": "a.conv2d", "before": "input"}

    @pytest.mark.parametrize("step", ["cell 8", "cell 8 from a", "cell 8 from a a a"])
    def test_as_many_values_are_given_as_there_are_inputs(self, step: str) -> None:
        error = wrong("conv 3x3 4 as a", step, head=CELL)
        assert error.code == "from/count"
        assert "takes 2 values, `now`, `before`, not" in error.message

    def test_one_input_may_have_a_name_and_arrives_at_the_first_step(self) -> None:
        head = (
            "parts: {unit: {inputs: [left], steps: [conv 1x1 in_channels as c, add from left c]}}"
        )
        graph = network("unit", head=f"{head}\n")
        assert graph.nodes["unit.add"].sources == ("input", "unit.c.conv2d")

    def test_nothing_arrives_at_the_list_of_a_module_with_several(self) -> None:
        head = CELL.replace("conv 1x1 f from before as p", "conv 1x1 f as p, relu from before")
        assert wrong("cell 8 from input input", head=head).code == "from/missing"
        head = CELL.replace("conv 1x1 f from before", "conv 1x1 in_channels from before")
        assert wrong("cell 8 from input input", head=head).code == "from/no-channels"

    @pytest.mark.parametrize(
        ("inputs", "code"),
        [("[now, now]", "duplicate"), ("[now, from]", "reserved"), ("[now, B]", "invalid")],
    )
    def test_their_names_are_names_and_differ(self, inputs: str, code: str) -> None:
        head = CELL.replace("[now, before]", inputs)
        assert findings(document("cell 8 from input input", head=head)) == [f"name/{code}"]

    def test_no_step_of_the_list_has_the_name_of_an_input(self) -> None:
        head = CELL.replace("from before as p", "from before as now, relu as p")
        assert wrong("cell 8 from input input", head=head).code == "name/duplicate"

    def test_an_input_that_no_step_takes_is_told(self) -> None:
        head = CELL.replace("from before as p", "from now as p")
        assert findings(document("cell 8 from input input", head=head)) == ["unused/input"]

    def test_a_module_may_itself_be_called_inputs_or_outputs(self) -> None:
        head = "parts: {inputs: {options: [k], steps: [conv 1x1 k]}, unit: {inputs: 3}}\n"
        assert shapes(network("unit", head=head)) == {"unit.inputs_.conv.conv2d": "32x32x3"}

    def test_a_promise_is_about_the_first_input(self) -> None:
        head = (
            "blocks:\n  gate:\n    inputs: [x0, mask]\n"
            "    steps: [global_avg_pool from mask as m, multiply from x0 m]\n"
        )
        assert findings(document("max_pool 2x2 /2 as s", "gate from s input", head=head)) == []
        head = head.replace("x0 m]", "x0 m, max_pool 2x2 /2]")
        assert wrong("gate from input input", head=head).code == "promise/block"


class TestOutputs:
    def test_each_is_taken_by_its_name_behind_that_of_the_step(self) -> None:
        graph = network("split as s", "relu from s.high", "relu from s.low", head=SPLIT)
        assert graph.nodes["relu"].sources == ("s.high",)
        assert graph.nodes["relu_1"].sources == ("s.low",)
        assert graph.scopes["s"].gives == {"low": "s.low", "high": "s.high"}

    def test_the_name_of_the_step_stands_for_all_of_them(self) -> None:
        graph = network("conv 1x1 3 as a", "swap from a input as s", "add from s", head=SWAP)
        assert graph.nodes["add"].sources == ("s.c", "s.d")

    def test_a_step_that_follows_takes_all_of_them(self) -> None:
        graph = network(
            "conv 1x1 3 as a", "swap from a input", "swap as s", "add from s", head=SWAP
        )
        assert graph.nodes["s.c"].sources == ("swap.d",)
        assert graph.nodes["add"].sources == ("s.c", "s.d")

    def test_copies_take_what_the_copy_before_gives(self) -> None:
        graph = network("conv 1x1 3 as a", "2 x swap from a input as s", "add from s", head=SWAP)
        assert graph.nodes["s.1.c"].sources == ("s.0.d",)
        assert graph.nodes["add"].sources == ("s.1.c", "s.1.d")

    def test_no_copy_passes_the_values_through(self) -> None:
        graph = network(
            "conv 1x1 3 as a", "0 x swap from a input as s", "add from s.d s.c", head=SWAP
        )
        assert graph.nodes["add"].sources == ("input", "a.conv2d")

    def test_a_network_gives_them_under_their_own_names(self) -> None:
        graph = graph_of(document("split as s", head=SPLIT) + "outputs: [s.low, s.high]\n")
        assert graph.outputs == {"low": "s.low", "high": "s.high"}

    def test_an_input_may_come_out_and_so_may_an_output_of_a_step_inside(self) -> None:
        head = (
            f"{SPLIT}  outer: {{inputs: [left, right], outputs: [left, s.low],"
            " steps: [split from right as s]}\n"
        )
        graph = network("conv 1x1 3 as a", "outer from a input as o", "relu from o.low", head=head)
        assert graph.scopes["o"].gives == {"left": "a.conv2d", "low": "o.s.low"}

    @pytest.mark.parametrize("step", ["conv 1x1 3", "conv 1x1 3 from s", "residual: [conv 1x1 3]"])
    def test_where_one_value_goes_on_one_is_named(self, step: str) -> None:
        error = wrong("split as s", step, head=SPLIT)
        assert error.code == "from/too-many"
        assert error.help == "choose one: `from s.low` or `from s.high`"

    def test_branches_start_from_one_of_them(self) -> None:
        error = wrong("split as s", "concat: [relu, tanh]", head=SPLIT)
        assert (error.code, error.help) == (
            "from/too-many",
            "write `from s.low` in the branch that starts there",
        )

    @pytest.mark.parametrize("step", ["split", "concat: [split, relu]", "residual: [split]"])
    def test_one_value_leaves_a_list(self, step: str) -> None:
        assert wrong(step, head=SPLIT).code == "outputs/several"

    def test_a_name_behind_a_dot_is_an_output(self) -> None:
        error = wrong("split as s", "relu from s.lo", "relu from s.high", head=SPLIT)
        assert (error.code, error.help) == ("from/unknown", "did you mean `s.low`?")

    def test_outputs_are_steps_of_the_module_and_differ(self) -> None:
        error = wrong(
            "split as s", "add from s", head=SPLIT.replace("[low, high]", "[low, higher]")
        )
        assert (error.code, error.help) == ("outputs/unknown", "did you mean `high`?")
        head = SPLIT.replace("[low, high]", "[low, low]")
        assert findings(document("split", head=head)) == ["name/duplicate"]

    def test_what_nobody_takes_is_told_where_the_module_is_used(self) -> None:
        assert findings(document("split as s", "relu from s.low", head=SPLIT)) == ["unused/value"]

    def test_a_contract_is_on_one_value(self) -> None:
        text = document("split as s -> 16x16x3", head=SPLIT) + "outputs: [s.low, s.high]\n"
        assert findings(text) == ["contract/several"]

    def test_a_step_is_repeated_only_if_it_gives_as_many_values_as_it_takes(self) -> None:
        assert wrong("2 x split as s", "add from s", head=SPLIT).code == "repeat/sources"
        assert (
            wrong("conv 3x3 3 as a", "2 x cell 3 from a input", head=CELL).code == "repeat/sources"
        )
