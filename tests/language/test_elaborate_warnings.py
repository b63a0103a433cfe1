"""What is legal but suspect."""

from __future__ import annotations

import pytest

from archspec.diagnostic import Diagnostic, Severity
from tests.language.specs import checked, document, findings


def warning(*steps: str, head: str = "") -> Diagnostic:
    """Return the one warning about a network that is otherwise all right."""
    found = checked(document(*steps, head=head))
    (diagnostic,) = found.diagnostics
    assert found.graph is not None
    assert diagnostic.severity is Severity.WARNING
    return diagnostic


class TestUnreadCells:
    def test_rows_and_columns_of_the_input_that_no_window_reads(self) -> None:
        # windows of 3 at every second of 32 cells end at cell 31; the last one is not read
        found = warning("max_pool 3x3 /2 V")
        assert found.code == "suspect/unread"
        assert "1" in found.message

    @pytest.mark.parametrize(
        "step",
        [
            pytest.param("max_pool 3x3 /2", id="same pads, and reads every cell"),
            pytest.param("max_pool 3x3 /2 symmetric", id="padding that is not read is none"),
            pytest.param("conv 1x1 4 /2", id="a kernel smaller than its stride means it"),
            pytest.param("max_pool 2x2 /2 V", id="windows that come out even"),
        ],
    )
    def test_nothing_else_is_meant(self, step: str) -> None:
        assert findings(document(step)) == []


class TestNeedlessBiases:
    def test_a_bias_before_a_norm_that_nobody_asked_for(self) -> None:
        found = warning("conv 3x3 4", "batch_norm")
        assert (found.code, str(found.span)) == ("suspect/bias", "net.yaml:5:5")

    @pytest.mark.parametrize(
        ("steps", "head"),
        [
            (("conv 3x3 4 bias=true", "batch_norm"), ""),
            (("conv 3x3 4 bias=false", "batch_norm"), ""),
            (("conv 3x3 4 norm=batch_norm",), ""),
            (("conv 3x3 4 bias=true norm=batch_norm",), ""),
            (("conv 3x3 4", "relu", "batch_norm"), ""),
            (("conv 3x3 4", "layer_norm"), ""),
            (("conv 3x3 4", "l2_normalize"), ""),
            (("global_avg_pool", "dense 4", "layer_norm"), ""),
            (("conv 3x3 4", "batch_norm"), "defaults: {conv: {bias: true}}\n"),
        ],
    )
    def test_one_that_was_asked_for_or_is_not_there(
        self, steps: tuple[str, ...], head: str
    ) -> None:
        assert findings(document(*steps, head=head)) == []


class TestUnused:
    @pytest.mark.parametrize(
        ("head", "code"),
        [
            ("params: {p: 3}\n", "unused/param"),
            ("parts: {unit: [relu]}\n", "unused/module"),
            ("blocks: {unit: {options: [f, k], steps: [conv 3x3 f]}}\n", "unused/option"),
        ],
    )
    def test_a_param_a_module_an_option(self, head: str, code: str) -> None:
        use = ["unit 4 k=1"] if "options" in head else ["relu"]
        assert warning(*use, head=head).code == code

    def test_an_import(self) -> None:
        text = document("relu", head="import: {other.yaml: [unit]}\n")
        other = "archspec: 1\nparts: {unit: [relu]}\n"
        assert findings(text, other=other) == ["unused/import"]

    @pytest.mark.parametrize(
        "use",
        [
            "params: {p: 3}\ndefaults: {conv: {stride: p}}\n",
            "params: {p: 3}\nparts: {unit: {options: [f=p], steps: [conv 1x1 f]}}\n",
            "params: {p: 3}\nparts: {unit: {options: [f=1], steps: [p x conv 1x1 f]}}\n",
            "params: {p: 3}\nauxiliary: {side: {from: conv, steps: [conv 1x1 p]}}\n",
        ],
    )
    def test_a_param_may_be_used_anywhere(self, use: str) -> None:
        steps = ["unit"] if "unit" in use else ["conv 3x3 4"]
        assert findings(document(*steps, head=use)) == []

    def test_a_module_that_a_module_uses_is_used(self) -> None:
        head = "parts: {a: [b], b: [concat: [c, relu]], c: [elu]}\n"
        assert findings(document("a", head=head)) == []

    def test_a_file_of_modules_uses_none_of_them(self) -> None:
        assert findings("archspec: 1\nparams: {p: 3}\nparts: {unit: [relu]}\n") == []


class TestValuesNobodyTakes:
    def test_a_step_of_the_network(self) -> None:
        found = warning("relu as a", "conv 1x1 3", "elu from a")
        assert (found.code, str(found.span)) == ("unused/value", "net.yaml:6:5")
        assert found.message == "no step takes the value of `conv`"

    def test_a_module_is_blamed_where_it_is_used(self) -> None:
        head = "parts: {unit: [conv 1x1 3, relu]}\n"
        found = warning("relu as a", "unit", "elu from a", head=head)
        assert str(found.span) == "net.yaml:7:5"
        assert found.message == "no step takes the value of `unit`"

    def test_a_step_inside_a_module_is_blamed_there_and_once(self) -> None:
        head = "parts:\n  unit: [relu as a, conv 1x1 3, elu from a]\n"
        found = warning("unit", "2 x unit", head=head)
        assert str(found.span) == "net.yaml:5:21"

    def test_outputs_and_heads_take_values(self) -> None:
        head = "outputs: [a, b]\nauxiliary: {side: {from: c, steps: [tanh]}}\n"
        steps = ("relu as a", "elu as b", "gelu as c")
        assert findings(document(*steps, head=head)) == []
