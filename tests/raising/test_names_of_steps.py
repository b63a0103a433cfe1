"""Steps of a raised network are called by their words, unless those names are taken."""

from __future__ import annotations

import pytest

import archspec
from archspec import Graph
from archspec.operators.activation import Elu, Relu


def text_of(graph: Graph) -> str:
    made = archspec.raise_spec(graph)
    assert sorted(made.paths[path] for path in graph.nodes) == sorted(made.graph.nodes)
    return made.text


def loaded(text: str, given: str = "8x8x4") -> Graph:
    return archspec.load(text=f"archspec: 1\nname: small\ninput: {given}\n{text}")


def test_a_step_whose_counted_word_is_an_input_has_a_name() -> None:
    network = "network: [conv 3x3 4 as p from conv_1, conv 3x3 5 as q, relu]\n"
    lines = text_of(loaded(network, "{conv_1: 8x8x4}")).splitlines()
    assert "  - conv 3x3 4 -> 8x8x4" in lines
    assert any(line.startswith("  - conv 3x3 5 activation=relu as ") for line in lines)


def test_a_step_whose_counted_word_is_a_module_has_a_name() -> None:
    module = "parts:\n  conv_1: [conv 3x3 5, add: [relu, identity]]\n"
    network = "network: [conv 3x3 4, conv_1, conv 1x1 3 as q, conv_1]\n"
    lines = text_of(loaded(module + network)).splitlines()
    assert "  - conv_1 -> 8x8x5" in lines
    assert any(line.startswith("  - conv 1x1 3 as ") for line in lines)


@pytest.mark.parametrize("name", ["a", "inputs", "conv", "conv_1"])
def test_no_step_is_called_like_a_head(name: str) -> None:
    network = "network: [elu, conv 3x3 4 as y, layer_norm, conv 3x3 5 as z]\n"
    head = "{from: elu, steps: [conv 1x1 2, relu]}"
    text = text_of(loaded(f"{network}auxiliary:\n  {name}: {head}\n"))
    assert f"\n  {name}:" in text


def test_a_head_names_what_arrives_if_its_steps_take_that_again() -> None:
    network = "network: [conv 3x3 4 as s, conv 3x3 5]\n"
    steps = "[0 x identity as t, conv 3x3 6, concat from t t]"
    text = text_of(loaded(f"{network}auxiliary:\n  side: {{from: s, steps: {steps}}}\n"))
    assert "0 x identity as given" in text
    assert "concat from given given" in text


def test_a_value_that_comes_out_twice_has_a_second_name_that_no_step_has() -> None:
    builder = archspec.GraphBuilder("twice")
    given = builder.input("input", (4, 4, 2))
    first = builder.add(Elu(), given)
    last = builder.add(Relu(), builder.add(Elu(), builder.add(Relu(), first)))
    text = text_of(builder.graph(left=last, relu=last))
    assert "as relu_2 from left" in text


def test_what_comes_out_keeps_its_name_though_steps_are_counted_by_it() -> None:
    steps = "network: [conv 3x3 4, elu, conv 3x3 5, relu, conv 3x3 6 as last, elu]\n"
    graph = loaded(f"{steps}outputs: [conv_1, conv, elu_1]\n")
    again = archspec.load(text=text_of(graph))
    sizes = {name: str(again.nodes[path].output) for name, path in again.outputs.items()}
    assert sizes == {"conv_1": "8x8x5", "conv": "8x8x4", "elu_1": "8x8x6"}


def test_a_step_that_is_counted_by_the_name_of_an_output_has_another() -> None:
    builder = archspec.GraphBuilder("clash")
    wire = builder.add(Elu(), builder.input("input", (4, 4, 2)))
    first, second = builder.add(Relu(), wire), builder.add(Elu(), wire)
    lines = text_of(builder.graph(elu=second, relu=first)).splitlines()
    assert "outputs: [elu, relu]" in lines
