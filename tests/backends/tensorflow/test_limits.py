"""What the backend refuses, with the place and a way out. Nothing here needs TensorFlow."""

from __future__ import annotations

import pytest

from archspec.diagnostic import SpecError
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
    assert refused.help == "convolve with the dilation alone, then with the stride"
    assert refused.notes == ("used at small.yaml:8:5",)


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
