"""Faults that are planted in emission are found, and the operator that is wrong is named."""

from __future__ import annotations

import pytest

pytest.importorskip("torch", reason="torch is not installed")

from archspec.graph import Graph
from archspec.verification.party import Emitted, Interpreter
from archspec.verification.verdict import Agreement, Answer, Demand, verify
from archspec_torch import backend as torch
from tests.conformance.specs import graph_of
from tests.verify.crooked import rewritten, trial

MIXED = graph_of("""
archspec: 1
name: mixed
input: 16x16x3
blocks:
  unit:
    steps:
      - conv 3x3 8 norm=batch_norm activation=relu
      - residual: {scale: 0.2, steps: [conv 1x1 8 activation=gelu, conv 3x3 8 linear]}
network:
  - conv 3x3 8 /2 activation=relu6
  - 2 x unit
  - layer_norm
  - leaky_relu 0.2
  - max_pool 3x3 /2
  - avg_pool 3x3
  - scale 0.5
  - global_avg_pool
  - dense 5
""")
MERGED = graph_of("""
archspec: 1
name: net
input: 4x4x2
network:
  - relu as a
  - tanh as b
  - residual: {shortcut: [subtract from a b], steps: [scale 2]}
    times: 2
""")


UNIT = "unit.0.residual"
TORCH = [
    ("nn.ReLU(inplace=True)", "nn.GELU()", "unit.0.conv.relu"),
    ("nn.ReLU6(inplace=True)", "nn.ReLU(inplace=True)", "conv.relu6"),
    ("nn.GELU()", 'nn.GELU(approximate="tanh")', f"{UNIT}.body.conv.gelu"),
    ("negative_slope=0.2", "negative_slope=0.21", "leaky_relu"),
    ("eps=0.001", "eps=1e-05", "unit.0.conv.batch_norm"),
    ("stride=2, pads=(0, 1, 0, 1)", "stride=2, pads=(1, 0, 1, 0)", "conv.conv2d"),
    ("nn.MaxPool2d(3, stride=2, ceil_mode=True)", "nn.AvgPool2d(2)", "max_pool"),
    ("count_include_pad=False", "count_include_pad=True", "avg_pool"),
    ("Scale(0.5)", "Scale(0.51)", "scale"),
    ("scale=0.2", "scale=0.21", f"{UNIT}.add"),
    (
        "self.shortcut(x), self.body(x)",
        "x, self.body(self.shortcut(x) * 1.01)",
        f"{UNIT}.body.conv.conv2d",
    ),
]
"""What is written, what is planted, and what is first to give a wrong value."""
KERAS = [
    ("layers.ReLU(6,", "layers.ReLU(", "conv.relu6"),
    ('Activation("gelu"', 'Activation("silu"', f"{UNIT}.body.conv.gelu"),
    ('MaxPooling2D(3, 2, "same"', 'AveragePooling2D(3, 2, "same"', "max_pool"),
    ("Rescaling(0.2", "Rescaling(0.21", f"{UNIT}.scale"),
    ("([x, body])", "([body, body])", f"{UNIT}.add"),
]


def proven(graph: Graph, side: Emitted) -> Agreement:
    return verify(trial(graph), Demand([Interpreter(), side]))


def test_what_is_planted_here_is_right_before() -> None:
    assert proven(MIXED, Emitted(torch)).agree
    assert proven(MERGED, Emitted(torch)).agree


@pytest.mark.parametrize(("right", "wrong", "path"), TORCH, ids=lambda each: str(each)[:30])
def test_a_fault_in_the_source_for_pytorch_is_found(right: str, wrong: str, path: str) -> None:
    found = proven(MIXED, rewritten(right, wrong))
    assert found.answer is Answer.DISAGREE
    assert found.first_divergence is not None
    assert found.first_divergence.node.path == path
    assert found.first_divergence.written["planted"]
    if found.first_divergence.alone.exceeds(found.tolerance):
        assert any(
            wrong.partition("(")[0] in line for line in found.first_divergence.written["planted"]
        )


@pytest.mark.parametrize(("right", "wrong", "path"), KERAS, ids=lambda each: str(each)[:30])
def test_a_fault_in_the_source_for_keras_is_found(right: str, wrong: str, path: str) -> None:
    keras = pytest.importorskip("archspec_tensorflow", reason="TensorFlow is not installed")
    pytest.importorskip("tensorflow", reason="TensorFlow is not installed")
    found = proven(MIXED, rewritten(right, wrong, keras.backend))
    assert found.first_divergence is not None
    assert found.first_divergence.node.path == path


def test_both_frameworks_wrong_alike_are_found_though_they_agree_with_each_other() -> None:
    keras = pytest.importorskip("archspec_tensorflow", reason="TensorFlow is not installed")
    pytest.importorskip("tensorflow", reason="TensorFlow is not installed")
    one = rewritten("shortcut = a - x", "shortcut = a - a")
    other = rewritten("([a, x])", "([a, a])", keras.backend)
    assert verify(trial(MERGED), Demand([one, other])).agree
    for side in (one, other):
        found = proven(MERGED, side)
        assert found.first_divergence is not None
        assert found.first_divergence.node.path == "residual.0.shortcut.subtract"
        assert found.first_divergence.node.span is not None
        assert found.first_divergence.node.span.line == 7
        shown = found.first_divergence.written["planted"]
        assert any("a - a" in line or "[a, a]" in line for line in shown)
