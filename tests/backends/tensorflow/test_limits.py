"""What the backend refuses, with the place and a way out. Nothing here needs TensorFlow."""

from __future__ import annotations

import re
from typing import Any

import numpy as np
import pytest

from archspec.diagnostic import SpecError
from archspec.graph import Graph
from archspec.interpreter.interpret import interpret
from archspec.operator import operators
from archspec_tensorflow import backend
from tests.conformance.small import single
from tests.conformance.specs import graph_of
from tests.operator_tables import rows


def test_every_operator_is_written_or_refused_with_a_reason() -> None:
    assert {*backend.rules, *backend.refuses} == {*operators().values()}
    assert not {*backend.rules} & {*backend.refuses}


def test_a_dilation_with_a_stride_is_refused_where_it_is_written() -> None:
    graph = graph_of("""\
parts:
  unit: {options: [s], steps: [conv 3x3 4 dilation=2 /s]}
network:
  - unit 1
  - unit 2
""")
    with pytest.raises(SpecError) as caught:
        backend.emit(graph)
    (refused,) = caught.value.diagnostics
    assert refused.code == "backend/refused"
    assert "Conv2D takes a stride or a dilation, not both" in refused.message
    assert refused.labels[0].span.line == 5
    assert refused.help is not None
    assert "padding=[1,2,1,2] and no stride" in refused.help
    assert "max_pool 1x1 /2 V" in refused.help
    assert refused.notes == ("used at small.yaml:8:5",)


@pytest.mark.parametrize(
    ("asked", "padding", "pool"),
    [
        ("conv 3x3 4 dilation=2 /2", "padding=[1,2,1,2]", "max_pool 1x1 /2 V"),
        ("conv 3x2 4 dilation=2 /3x2 V", "padding=[0,0,0,0]", "max_pool 1x1 /3x2 V"),
        ("conv 3x3 4 dilation=3 /2 symmetric", "padding=[3,3,3,3]", "max_pool 1x1 /2 V"),
    ],
)
def test_what_is_advised_for_a_dilation_with_a_stride_computes_the_same(
    asked: str, padding: str, pool: str
) -> None:
    graph = graph_of(f"network: [{asked} as end]\n")
    with pytest.raises(SpecError, match=re.escape(padding)) as caught:
        backend.emit(graph)
    assert pool in str(caught.value)
    alone = asked.partition(" /")[0]
    other = graph_of(f"network:\n  - {alone} {padding} as end\n  - {pool}\n")
    backend.emit(other)
    np.testing.assert_allclose(computed(graph), computed(other))


def computed(graph: Graph) -> Any:
    """Compute what a graph of one convolution gives for random numbers, always the same."""
    draw = np.random.default_rng(0)
    node = graph.nodes["end.conv2d"]
    given = {"input": draw.normal(size=(1, *graph.inputs["input"].type.shape))}
    tensors = {
        f"end.conv2d.{each.name}": draw.normal(size=each.shape)
        for each in node.op.parameters(*node.inputs)
    }
    (end,) = graph.outputs.values()
    return interpret(graph, tensors, given, dtype="float64")[end]


def test_the_value_to_blame_is_marked() -> None:
    graph = graph_of("network: [conv_transpose 3x3 8 groups=4]\n")
    with pytest.raises(SpecError) as caught:
        backend.emit(graph)
    (refused,) = caught.value.diagnostics
    span = refused.labels[0].span
    assert "network: [conv_transpose 3x3 8 groups=4]"[span.start : span.end] == "4"


def test_all_refusals_are_told_at_once() -> None:
    graph = graph_of("""\
network:
  - conv_transpose 3x3 8 groups=4
  - conv_transpose 3x3 4 /2 dilation=2
  - conv 3x3 8 /2 dilation=2
""")
    with pytest.raises(SpecError) as caught:
        backend.emit(graph)
    assert [each.labels[0].span.line for each in caught.value.diagnostics] == [5, 6, 7]


def test_a_convolution_of_each_channel_by_itself_may_have_both() -> None:
    graph = graph_of("network: [depthwise_conv 3x3 /2 dilation=2]\n")
    assert "dilation_rate=2" in backend.emit(graph)


def test_of_all_rows_of_the_tables_only_two_are_refused() -> None:
    refused = {
        row.title
        for row in rows()
        if row.output is not None and any(backend.refusals(single(row.op, row.inputs)))
    }
    assert refused == {
        "dilation and stride together, floor((9 - 5) / 2) + 1 = 3",
        "two groups of 4 channels stamp 3 of 6 filters each, 9 * 4 * 4 * 3 = 432",
    }


def test_limits_tell_what_is_left_out() -> None:
    told = {operator.word: backend.limit(operator) for operator in backend.limited}
    assert set(told) == {"conv2d", "conv_transpose2d"}
    assert all(told.values())


def test_a_stride_along_the_width_to_one_column_is_refused_whose_numbers_are_wrong_on_cpus() -> (
    None
):
    def graph(stride: str, shape: str) -> Graph:
        head = f"archspec: 1\nname: small\ninput: {shape}\n"
        return graph_of(f'{head}network: ["conv 3x3 2 stride={stride}"]\n')

    with pytest.raises(SpecError) as caught:
        backend.emit(graph("[1,3]", "4x2x1"))
    (refused,) = caught.value.diagnostics
    assert "gives wrong numbers" in refused.message
    for stride, shape in (
        ("[3,1]", "4x2x1"),
        ("[1,3]", "4x5x1"),
        ("[1,3]", "1x2x1"),
        ("3", "4x2x1"),
    ):
        assert "layers.Conv2D(" in backend.emit(graph(stride, shape))
