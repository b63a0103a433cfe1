"""What a runtime of ONNX models is given, and computes."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

pytest.importorskip("onnxruntime")

from archspec import interpret
from archspec.backend import Workload, backend
from archspec.benchmarking.candidates import Exported
from archspec.benchmarking.naming import Subject
from archspec.benchmarking.onnx_runtimes import Session
from archspec.verification import noise
from tests.conformance.specs import graph_of

GRAPH = graph_of("""
archspec: 1
name: net
input: 5x7x3
network: [conv2d 4 kernel=1x3 stride=1x2 padding=0]
""")


def test_a_batch_reaches_a_runtime_with_its_channels_first_and_its_rows_as_rows() -> None:
    inputs = noise.examples(GRAPH)
    candidate = Subject("net", GRAPH, backend("torch"), graph_of).against("onnxruntime")
    assert isinstance(candidate, Exported)
    prepared = candidate.prepare(Workload(inputs, threads=1))
    assert isinstance(prepared, Session)
    found: Any = prepared.infer()
    graph, tensors = candidate.network(False)
    (wanted,) = interpret(graph, tensors, inputs, taps=()).values()
    np.testing.assert_allclose(found[0].transpose(0, 2, 3, 1), wanted, rtol=1e-4, atol=1e-5)
