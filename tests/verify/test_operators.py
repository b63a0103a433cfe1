"""Every row of every operator's table is proven in PyTorch and in TensorFlow, or refused."""

from __future__ import annotations

import pytest

pytest.importorskip("torch", reason="torch is not installed")
pytest.importorskip("tensorflow", reason="TensorFlow is not installed")

from archspec.verify.party import Emitted, Interpreter
from archspec.verify.verdict import Answer, Demand, verify
from archspec_tensorflow import backend as tensorflow
from archspec_torch import backend as torch
from tests.conformance.small import single
from tests.operator_tables import Row, rows
from tests.verify.crooked import trial

ROWS = [row for row in rows() if row.output is not None]


@pytest.mark.parametrize("row", ROWS, ids=str)
def test_an_operator_computes_what_it_means_in_both_or_is_refused_with_a_reason(row: Row) -> None:
    graph = single(row.op, row.inputs)
    refused = tuple(tensorflow.refusals(graph))
    if refused:
        assert "TensorFlow cannot run" in refused[0].message
        assert refused[0].help
        return
    found = verify(trial(graph), Demand([Interpreter(), Emitted(torch), Emitted(tensorflow)]))
    assert found.answer is not Answer.DISAGREE, (found.worst, found.culprit)
