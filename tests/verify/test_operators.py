"""Every row of every operator's table gives the same numbers in PyTorch and in TensorFlow."""

from __future__ import annotations

import pytest

pytest.importorskip("torch", reason="torch is not installed")
pytest.importorskip("tensorflow", reason="TensorFlow is not installed")

from archspec.verify import side
from archspec.verify.difference import difference
from archspec.verify.verdict import TOLERANCE
from archspec_tensorflow import backend as tensorflow
from archspec_torch import backend as torch
from tests.conformance.small import single
from tests.operator_tables import Row, rows
from tests.verify.crooked import trial

ROWS = [row for row in rows() if row.output is not None]


@pytest.mark.parametrize("row", ROWS, ids=str)
def test_an_operator_computes_the_same_in_both_or_is_refused_with_a_reason(row: Row) -> None:
    graph = single(row.op, row.inputs)
    refused = tuple(tensorflow.refusals(graph))
    if refused:
        assert "TensorFlow cannot run" in refused[0].message
        assert refused[0].help
        return
    given = trial(graph)
    ours, theirs = (side.run(each, given).outputs[0] for each in (torch, tensorflow))
    assert ours.shape[1:] == row.output.shape if row.output else False
    assert difference(ours, theirs).relative <= TOLERANCE
