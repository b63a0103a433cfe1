"""Backends that compute the same agree; of those that do not, the first operator is found."""

from __future__ import annotations

import numpy as np
import pytest

pytest.importorskip("torch", reason="torch is not installed")

from archspec.diagnostic import SpecError
from archspec.operators.conv2d import Conv2d
from archspec.operators.merge import Add
from archspec.verification.difference import BEYOND, difference
from archspec.verification.verdict import Demand, verify
from tests.conformance.specs import graph_of
from tests.verify.crooked import centred, party, subtracting, trial

DOWN = """
archspec: 1
name: down
input: 8x8x3
parts: {down: {steps: [conv 3x3 4 /2 activation=relu, conv 1x1 4]}}
network: [conv 3x3 3, down, global_avg_pool, dense 5 as logits]
"""
SUM = "network: [conv 3x3 4, add: {a: conv 1x1 3, b: conv 1x1 3}]\n"


def test_the_same_rules_agree_to_the_last_bit_in_every_value() -> None:
    found = verify(trial(graph_of(DOWN)), Demand([party("one"), party("other")]))
    assert found.agree
    assert found.first_divergence is None
    assert len(found.differences) == found.values == 6
    assert {each.absolute for each in found.differences.values()} == {0.0}
    assert [row.path for row in found.rows] == ["conv", "down", "global_avg_pool", "logits"]


def test_same_and_explicit_padding_at_stride_2_differ_as_they_should() -> None:
    found = verify(trial(graph_of(DOWN)), Demand([party("one"), party("other", {Conv2d: centred})]))
    assert not found.agree
    by_path = {row.path: row.difference for row in found.rows}
    assert all(gap and (gap.relative > 0.01) == (path != "conv") for path, gap in by_path.items())


def test_the_first_operator_that_disagrees_is_shown_with_the_lines_of_both_backends() -> None:
    found = verify(trial(graph_of(DOWN)), Demand([party("one"), party("other", {Conv2d: centred})]))
    assert found.first_divergence is not None
    assert found.first_divergence.node.path == "down.conv.conv2d"
    assert found.first_divergence.node.span is not None
    assert found.first_divergence.node.span.line == 4
    assert found.first_divergence.alone.relative > 0.01
    assert found.first_divergence.written == {
        "one": ("self.conv2d = PaddedConv2d(3, 4, 3, stride=2, pads=(0, 1, 0, 1))",
                "return self.conv2d(x)"),
        "other": ("self.conv2d = nn.Conv2d(3, 4, 3, stride=2, padding=1)",
                  "return self.conv2d(x)"),
    }  # fmt: skip


def test_an_addition_that_no_part_of_the_model_computes_is_found_by_running_it_alone() -> None:
    found = verify(trial(graph_of(SUM)), Demand([party("one"), party("other", {Add: subtracting})]))
    assert found.first_divergence is not None
    assert found.first_divergence.node.op.word == "add"
    assert found.first_divergence.written["one"][-1] == "return x0 + x1"
    assert found.first_divergence.written["other"][-1] == "return x0 - x1"


def test_an_operator_without_a_value_of_its_own_is_blamed_for_what_follows() -> None:
    text = """
network:
  - conv 3x3 4 as a
  - conv 3x3 4 from a as b
  - add from a b as c
  - conv 1x1 2 from c
"""
    found = verify(
        trial(graph_of(text)), Demand([party("one"), party("other", {Add: subtracting})])
    )
    assert found.first_divergence is not None
    assert found.first_divergence.node.span is not None
    assert (found.first_divergence.node.path, found.first_divergence.node.span.line) == ("c", 8)


def test_differences_below_the_tolerance_are_told_and_no_reason_to_disagree() -> None:
    parties = [party("one"), party("other", {Conv2d: centred})]
    found = verify(trial(graph_of(DOWN)), Demand(parties, tolerance=1e9))
    assert found.agree
    assert found.worst is not None
    assert found.worst.relative > 0.01


def test_a_third_backend_is_compared_with_the_first() -> None:
    parties = [party("one"), party("two"), party("three", {Conv2d: centred})]
    found = verify(trial(graph_of(DOWN)), Demand(parties))
    assert not found.agree
    assert found.first_divergence is not None
    assert list(found.first_divergence.written) == ["one", "three"]


def test_one_backend_is_none_to_compare_with() -> None:
    with pytest.raises(SpecError) as caught:
        verify(trial(graph_of(DOWN)), Demand([party("one")]))
    assert caught.value.diagnostics[0].code == "command/backends"


FURTHEST = float("inf")


@pytest.mark.parametrize(
    ("one", "other", "absolute", "relative", "varies"),
    [
        ([[1.0], [3.0]], [[1.0], [2.5]], 0.5, 0.5, True),  # deviation 1 around 2
        ([[3.0, -4.0], [-3.0, -4.0]], [[3.0, -4.0], [-3.0, -3.0]], 1.0, 2**0.5 / 3, True),
        ([[-50.0], [-50.2]], [[-50.0], [-49.2]], 1.0, 1 / 5.02, True),  # a tenth of 50.2
        ([[8.0], [8.001]], [[8.0], [8.001]], 0.0, 0.0, False),
        ([[0.0], [0.0]], [[0.0], [0.0]], 0.0, 0.0, False),
        ([[0.0], [0.0]], [[0.0], [0.5]], 0.5, FURTHEST, False),
        ([[-1e30], [1e30]], [[1.0], [1.0]], 1e30, 1.0, True),  # squares beyond single precision
        ([[1.0], [2.0]], [[1.0], [float("nan")]], *BEYOND[:3]),
        ([[1.0], [FURTHEST]], [[1.0], [FURTHEST]], *BEYOND[:3]),
        ([[1.0], [2.0]], [[1.0]], *BEYOND[:3]),
    ],
)
def test_a_difference_is_measured_against_how_much_the_value_varies_between_examples(
    one: list[list[float]],
    other: list[list[float]],
    absolute: float,
    relative: float,
    varies: bool,
) -> None:
    found = difference(np.array(one, np.float32), np.array(other, np.float32))
    assert found[:3] == pytest.approx((absolute, relative, varies))


def test_a_value_that_rounding_changes_by_more_than_a_tenth_shows_nothing() -> None:
    one = np.array([[1.0], [3.0]])
    assert difference(one, one, rounding=0.1).varies
    assert not difference(one, one, rounding=0.11).varies
