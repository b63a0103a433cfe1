"""Every operator is computed, and gives the numbers that its table says."""

from __future__ import annotations

import numpy as np
import pytest

from archspec.interpreter.rule import rules
from archspec.operator import operators
from tests.conformance.small import computed
from tests.operator_tables import Row, rows


@pytest.mark.parametrize("row", [row for row in rows() if row.example], ids=str)
def test_the_interpreter_gives_the_numbers_that_were_worked_out_by_hand(row: Row) -> None:
    assert row.example is not None
    inputs = [np.asarray(each, np.float64) for each in row.example.inputs]
    parameters = {
        name: np.asarray(each, np.float64) for name, each in row.example.parameters.items()
    }
    wanted = np.asarray(row.example.output, np.float64)
    found = computed(row.op, inputs, parameters)
    np.testing.assert_allclose(found, wanted, rtol=1e-5, atol=1e-5)


def test_every_operator_has_a_rule() -> None:
    assert {each.__name__ for each in operators().values()} == {each.__name__ for each in rules()}
