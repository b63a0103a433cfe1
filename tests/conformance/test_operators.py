"""Every row of every operator's table, run by every backend: shapes and values."""

from __future__ import annotations

import numpy as np
import pytest

from archspec.backend import Backend, Runtime
from archspec.weights.expected import expected
from tests.conformance.running import BACKENDS, skip_refused, start
from tests.conformance.small import Array, computed, single
from tests.operator_tables import Row, rows

ROWS = [row for row in rows() if row.output is not None]


@pytest.fixture(scope="module", params=BACKENDS)
def running(request: pytest.FixtureRequest) -> tuple[Backend, Runtime]:
    """Find a backend and what runs its models."""
    return start(request.param)


def run(
    running: tuple[Backend, Runtime], row: Row, inputs: list[Array], parameters: dict[str, Array]
) -> Array:
    """Emit one operator, fill and run it."""
    found, runtime = running
    graph = single(row.op, row.inputs)
    skip_refused(found, graph)
    model = runtime.model(found.emit(graph), graph.name)
    tensors = {f"only.{name}": np.asarray(each, np.float32) for name, each in parameters.items()}
    runtime.fill(model, tensors)
    names = graph.inputs
    given = {
        name: np.asarray(each, np.float32)[None] for name, each in zip(names, inputs, strict=True)
    }
    (out,) = runtime.run(model, given, "cpu").outputs.values()
    return np.asarray(out[0], np.float64)


def drawn(row: Row) -> tuple[list[Array], dict[str, Array]]:
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


@pytest.mark.parametrize("row", ROWS, ids=str)
def test_a_backend_computes_what_the_interpreter_computes(
    running: tuple[Backend, Runtime], row: Row
) -> None:
    inputs, parameters = drawn(row)
    wanted = computed(row.op, inputs, parameters)
    found = run(running, row, inputs, parameters)
    assert found.shape == (row.output and row.output.shape)
    np.testing.assert_allclose(found, wanted, rtol=1e-4, atol=2e-5)


@pytest.mark.parametrize("row", [row for row in ROWS if row.example], ids=str)
def test_a_backend_gives_the_numbers_that_were_worked_out_by_hand(
    running: tuple[Backend, Runtime], row: Row
) -> None:
    assert row.example is not None
    inputs = [np.asarray(each, np.float64) for each in row.example.inputs]
    parameters = {
        name: np.asarray(each, np.float64) for name, each in row.example.parameters.items()
    }
    wanted = np.asarray(row.example.output, np.float64)
    np.testing.assert_allclose(run(running, row, inputs, parameters), wanted, rtol=1e-5, atol=1e-5)
