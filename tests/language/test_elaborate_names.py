"""Names and paths: what steps are called, and what ``from`` finds."""

from __future__ import annotations

import pytest

from tests.language.specs import network, sources, wrong


class TestPaths:
    def test_the_third_convolution_of_the_long_branch_of_the_third_block(self) -> None:
        head = (
            "blocks:\n"
            "  inception_a:\n"
            "    - concat: {point: relu, long: [conv 1x1 2, conv 3x3 2, conv 3x3 2]}\n"
        )
        graph = network("4 x inception_a", head=head)
        assert "inception_a.2.concat.long.conv_2.conv2d" in graph.nodes

    def test_a_counter_runs_among_the_unnamed_steps_of_a_word_in_a_list(self) -> None:
        graph = network("relu", "elu", "relu as a", "relu", "2 x relu", "concat: [relu, relu]")
        assert list(graph.nodes) == [
            "relu",
            "elu",
            "a",
            "relu_1",
            "relu_2.0",
            "relu_2.1",
            "concat.branch_0.relu",
            "concat.branch_1.relu",
            "concat",
        ]

    @pytest.mark.parametrize(
        "steps",
        [
            ("relu as a", "elu as a"),
            ("conv 1x1 3", "relu as conv_1", "conv 1x1 3"),
            ("relu", "elu as relu"),
        ],
    )
    def test_two_equal_names_in_one_list_are_refused(self, steps: tuple[str, ...]) -> None:
        error = wrong(*steps)
        assert error.code == "name/duplicate"
        assert error.help is not None
        assert "as other" in error.help

    def test_what_is_called_like_a_later_step_is_there_none_the_less(self) -> None:
        error = wrong("conv 1x1 4 as relu", "tanh from relu", "relu", "conv 1x1 4 -> 32x32x4")
        assert error.code == "name/duplicate"

    def test_equal_names_in_two_lists_are_fine(self) -> None:
        graph = network("relu as a", "concat: [elu as a, gelu as a]")
        assert list(graph.nodes)[:3] == ["a", "concat.branch_0.a", "concat.branch_1.a"]

    @pytest.mark.parametrize("name", ["lambda", "double", "float", "type", "train", "append"])
    def test_a_name_that_python_or_a_framework_owns_gets_an_underscore(self, name: str) -> None:
        graph = network(f"relu as {name}", f"concat: {{{name}: elu, b: gelu}}")
        assert list(graph.nodes)[:2] == [f"{name}_", f"concat.{name}_.elu"]

    def test_so_does_the_name_of_a_module(self) -> None:
        graph = network("half", "half", head="parts: {half: [relu]}\n")
        assert list(graph.nodes) == ["half_.relu", "half_1.relu"]

    @pytest.mark.parametrize(
        ("name", "code"),
        [
            ("a_", "name/invalid"),
            ("A", "name/invalid"),
            ("1a", "name/invalid"),
            ("x", "name/reserved"),
            ("none", "name/reserved"),
            ("in_channels", "name/reserved"),
        ],
    )
    def test_a_name_is_a_lower_case_identifier(self, name: str, code: str) -> None:
        assert wrong(f"relu as {name}").code == code


class TestFrom:
    def test_a_step_may_start_from_an_earlier_one_of_its_list(self) -> None:
        graph = network("relu as a", "elu as b", "gelu from a as c", "concat from b c")
        assert sources(graph)["c"] == ("a",)

    def test_and_of_every_list_around_it_within_the_module(self) -> None:
        graph = network("relu as a", "concat: {left: [residual: [elu from a]], right: gelu}")
        assert sources(graph)["concat.left.residual.body.elu"] == ("a",)
        assert graph.boundary("concat.left").inputs == ("a",)

    def test_a_name_inside_stands_before_one_outside(self) -> None:
        graph = network("relu as a", "concat: [[elu as a, gelu, tanh from a], identity]")
        assert sources(graph)["concat.branch_0.tanh"] == ("concat.branch_0.a",)

    def test_a_named_repeat_is_its_last_copy(self) -> None:
        graph = network("2 x relu as a", "elu as b", "add from a b")
        assert sources(graph)["add"] == ("a.1", "b")

    @pytest.mark.parametrize(
        ("steps", "help"),
        [
            (("elu from a", "relu as a"), "named so far: input"),
            (("elu as a from a",), "named so far: input"),
            (("concat: [relu as a, elu]", "elu from a"), "named so far: input"),
            (("relu", "elu from relu"), "name that step: write `as relu` at its end"),
            (("relu as first", "elu from frist"), "did you mean `first`?"),
        ],
    )
    def test_it_finds_nothing_else(self, steps: tuple[str, ...], help: str) -> None:
        error = wrong(*steps)
        assert (error.code, error.help) == ("from/unknown", help)

    def test_only_merges_take_several(self) -> None:
        assert wrong("relu as a", "conv 1x1 3 from a input").code == "from/too-many"
        error = wrong("relu as a", "{residual: [relu], from: [a, input]}")
        assert error.code == "from/too-many"
