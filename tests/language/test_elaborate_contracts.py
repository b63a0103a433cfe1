"""Contracts, and which errors of a network are said and which stay silent."""

from __future__ import annotations

import pytest

from archspec.language.document.overrides import Overrides
from archspec.tensor import TensorType
from tests.language.specs import HEAD, checked, document, findings, network, shapes, wrong


class TestShapes:
    @pytest.mark.parametrize(
        "step",
        [
            "conv 3x3 4 /2 -> 16x16x4",
            "{conv: 3x3 4 /2, shape: 16x16x4}",
            "{conv: 3x3 4 /2, shape: [16, 16, 4]}",
            "2 x conv 3x3 4 /2 -> 8x8x4",
            "global_avg_pool -> 3",
            "{concat: [relu, elu], shape: 32x32x6}",
            "{residual: [relu], shape: 32x32x3}",
            "{repeat: [conv 1x1 4, max_pool 2x2 /2], times: 3, shape: 4x4x4}",
            "unit -> 32x32x5",
            "0 x unit -> 32x32x3",
        ],
    )
    def test_a_contract_states_what_a_step_gives_after_all_of_its_copies(self, step: str) -> None:
        head = "parts: {unit: [conv 1x1 5 -> 32x32x5]}\n"
        assert findings(document(step, "0 x unit", head=head)) == []

    def test_it_never_decides_anything(self) -> None:
        error = wrong("conv 3x3 4 -> 32x32x5")
        assert error.code == "contract/shape"
        assert error.message == "`conv` yields 32x32x4, but its contract states 32x32x5"
        assert error.help == "write -> 32x32x4 if that is what you mean"

    def test_a_broken_one_shows_where_the_number_came_from(self) -> None:
        error = wrong("concat: {a: conv 1x1 4, b: conv 1x1 5}", "relu -> 32x32x10")
        assert [(str(label.span), label.text) for label in error.labels] == [
            ("net.yaml:6:13", "written here; found 32x32x9"),
            ("net.yaml:5:5", "9 channels = 4 (a) + 5 (b) from here"),
        ]

    @pytest.mark.parametrize(
        ("step", "arithmetic"),
        [
            ("conv 3x3 4 V -> 9", "32 - 3 + 1 = 30"),
            ("conv 3x3 4 /2 -> 9", "(32 + 1 - 3) // 2 + 1 = 16"),
            ("conv 3x3 4 /2 symmetric -> 9", "(32 + 2 - 3) // 2 + 1 = 16"),
            ("conv 3x3 4 /2 V dilation=3 -> 9", "(32 - 7) // 2 + 1 = 13"),
            ("max_pool 3x3 /2 V ceil=true -> 9", "ceil((32 - 3) / 2) + 1 = 16"),
            ("conv 3x5 4 /2 V -> 9", "(32 - 3) // 2 + 1 = 15 by (32 - 5) // 2 + 1 = 14"),
        ],
    )
    def test_the_arithmetic_of_a_grid_is_shown_and_right(self, step: str, arithmetic: str) -> None:
        assert arithmetic in wrong(step).labels[1].text

    def test_a_broken_one_in_a_module_names_its_use(self) -> None:
        error = wrong("unit", "2 x unit", head="parts: {unit: [relu -> 3]}\n")
        assert error.notes == ("in part unit, used at 6:5",)


class TestTotals:
    def test_parameters_and_macs_are_exact_numbers(self) -> None:
        # 1x1 over 3 channels to 4: 12 weights and 4 biases, 12 products at each of 1,024 places
        expected = "expect: {parameters: 16, macs: 12288}\n"
        assert findings(document("conv 1x1 4", head=expected)) == []

    @pytest.mark.parametrize(
        "bound",
        ["<= 12.288K", ">= 12K", "< 0.0123M", "> 12287", "== 12288", "12.288K", "12_288", "<=1G"],
    )
    def test_or_comparisons_with_a_unit(self, bound: str) -> None:
        assert findings(document("conv 1x1 4", head=f'expect: {{macs: "{bound}"}}\n')) == []

    @pytest.mark.parametrize("bound", ["<= 12K", "> 12288", "12287", "< 12.288K"])
    def test_a_broken_one_is_an_error(self, bound: str) -> None:
        error = wrong("conv 1x1 4", head=f'expect: {{macs: "{bound}"}}\n')
        assert error.code == "contract/macs"

    @pytest.mark.parametrize(
        ("written", "code"),
        [
            ("macs: about 3", "expect/form"),
            ("macs: -3", "expect/form"),
            ("macs: [3]", "expect/form"),
            ('macs: "<= 3 GB"', "expect/form"),
            ("flops: 3", "spec/unknown-key"),
        ],
    )
    def test_nothing_else_is_expected(self, written: str, code: str) -> None:
        assert wrong("relu", head=f"expect: {{{written}}}\n").code == code


class TestWhereContractsAreNotChecked:
    TEXT = document(
        "conv 1x1 p -> 32x32x3", head="params: {p: 3}\nexpect: {parameters: 12, macs: 9216}\n"
    )

    def test_they_state_the_document_as_written(self) -> None:
        found = checked(self.TEXT)
        assert (found.diagnostics, found.contracts_checked) == ((), True)

    @pytest.mark.parametrize(
        "overrides",
        [Overrides(params={"p": 5}), Overrides(inputs={"input": TensorType((8, 8, 3))})],
    )
    def test_so_they_are_left_aside_under_other_values(self, overrides: Overrides) -> None:
        found = checked(self.TEXT, overrides)
        assert (found.diagnostics, found.contracts_checked) == ((), False)

    def test_and_in_modules_that_are_imported(self) -> None:
        text = document("unit -> 32x32x3", head="import: {other.yaml: [unit]}\n")
        other = f"{HEAD}parts: {{unit: [relu -> 99x99x3]}}\nnetwork: [relu]\n"
        assert findings(text, other=other) == []


class TestCauses:
    def test_what_depends_on_a_broken_step_stays_silent(self) -> None:
        steps = ("conv 3x3 f as a", "conv 1x1 in_channels", "add from a input", "2 x dense 4")
        assert wrong(*steps).code == "expression/unknown-name"

    def test_until_a_contract_says_its_type(self) -> None:
        steps = ("conv 3x3 f -> 32x32x4", "add: [identity, conv 1x1 5]")
        assert findings(document(*steps)) == ["expression/unknown-name", "add/channels"]

    def test_a_refused_sum_goes_on_with_the_shortcut(self) -> None:
        steps = ("residual: [conv 1x1 4]", "add: [identity, conv 1x1 5]")
        found = checked(document(*steps)).diagnostics
        assert [each.message for each in found] == [
            "the shortcut has 3 channels, the residual 4",
            "branch `branch_0` has 3 channels, branch `branch_1` 5",
        ]

    def test_a_cause_in_a_template_is_said_once_however_often_it_is_used(self) -> None:
        head = "parts: {unit: [conv 3x3 f]}\n"
        assert findings(document("unit", "4 x unit", head=head)) == ["expression/unknown-name"]

    def test_independent_errors_are_said_together(self) -> None:
        steps = ("relu from nowhere", "conv 3x3 0 from input", "convv 3x3 3 from input")
        assert findings(document(*steps)) == ["from/unknown", "attribute/value", "word/unknown"]

    def test_an_error_in_a_module_names_the_way_there(self) -> None:
        head = "parts:\n  outer: [inner]\n  inner: [conv 3x3 f]\n"
        error = wrong("2 x outer", head=head)
        assert error.notes == (
            "in part inner, used at 5:11",
            "in part outer, used at 8:5 as 2 x",
        )


class TestSizes:
    def test_a_grid_too_small_for_its_window_is_refused_where_it_is_used(self) -> None:
        error = wrong("3 x max_pool 3x3 /3 V", "conv 5x5 4 V")
        assert error.code == "conv2d/kernel"
        assert str(error.span) == "net.yaml:6:10"

    def test_padding_decides_the_grid(self) -> None:
        # 31 cells, windows of 3 at every second: 15 unpadded, 16 as TensorFlow and PyTorch pad
        head = "params: {s: 2}\n"
        graph = network(
            "conv 2x2 3 V",
            "concat: [conv 3x3 1 /s, conv 3x3 1 /s symmetric, conv 3x3 1 /s padding=1]",
            "conv 3x3 1 /s V from input",
            head=head,
        )
        assert shapes(graph)["conv.conv2d"] == "31x31x3"
        assert shapes(graph)["concat"] == "16x16x3"
        assert shapes(graph)["conv_1.conv2d"] == "15x15x1"
