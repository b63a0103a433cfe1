"""Every row of every operator's table, run by every backend: shapes and values.

All rows of an operator are run in one model, in which each has an output of its own.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pytest

from archspec.weights.expected import expected
from tests.conformance.running import LOWERINGS, Running, start
from tests.conformance.small import Array, Case, computed, several, single
from tests.operator_tables import Row, rows

ROWS = [row for row in rows() if row.output is not None]
WORDS = sorted({row.word for row in ROWS})

Values = tuple[list[Array], Mapping[str, Array]]
"""What arrives at an operator, and its parameters by name."""


@pytest.fixture(scope="module", params=LOWERINGS)
def running(request: pytest.FixtureRequest) -> Running:
    """Find a backend and what runs its models."""
    return start(request.param)


def case(row: Row) -> Case:
    return row.op, row.inputs


def run(running: Running, given: Sequence[tuple[Row, Values]]) -> list[Array]:
    """Emit all rows as one model, fill and run it, each with values of its own."""
    if not given:
        return []
    graph = several([case(row) for row, _ in given])
    tensors = {
        f"case_{place}.{name}": each
        for place, (_, (_, parameters)) in enumerate(given)
        for name, each in parameters.items()
    }
    arriving = [each[None] for _, (inputs, _) in given for each in inputs]
    batch = dict(zip(graph.inputs, arriving, strict=True))
    return [each[0] for each in running.outputs(graph, tensors, batch)]


def drawn(row: Row) -> Values:
    """Draw inputs and parameters; a running variance is above zero."""
    generator = np.random.default_rng(sum(map(ord, row.title)))
    inputs = [generator.standard_normal(kind.shape) * 2 for kind in row.inputs]
    parameters = {
        each.parameter.name: generator.standard_normal(each.shape)
        for each in expected(single(row.op, row.inputs)).values()
    }
    if "running_var" in parameters:
        parameters["running_var"] = np.abs(parameters["running_var"]) + 0.1
    return inputs, parameters


@pytest.mark.parametrize("word", WORDS)
def test_a_backend_computes_what_the_interpreter_computes_or_refuses_with_a_reason(
    running: Running, word: str
) -> None:
    given = [
        (row, drawn(row)) for row in ROWS if row.word == word and not running.refuses(case(row))
    ]
    for (row, values), found in zip(given, run(running, given), strict=True):
        assert found.shape == (row.output and row.output.shape), row.title
        wanted = computed(row.op, *values)
        np.testing.assert_allclose(found, wanted, rtol=1e-4, atol=2e-5, err_msg=row.title)


def worked_out(row: Row) -> Values:
    """Read what a row gives, as numbers that were worked out by hand."""
    assert row.example is not None
    inputs = [np.asarray(each, np.float64) for each in row.example.inputs]
    return inputs, {name: np.asarray(each) for name, each in row.example.parameters.items()}


@pytest.mark.parametrize("word", sorted({row.word for row in ROWS if row.example}))
def test_a_backend_gives_the_numbers_that_were_worked_out_by_hand(
    running: Running, word: str
) -> None:
    told = [row for row in ROWS if row.word == word and row.example]
    given = [(row, worked_out(row)) for row in told if not running.refuses(case(row))]
    for (row, _), found in zip(given, run(running, given), strict=True):
        assert row.example is not None
        wanted = np.asarray(row.example.output, np.float64)
        np.testing.assert_allclose(found, wanted, rtol=1e-5, atol=1e-5, err_msg=row.title)
