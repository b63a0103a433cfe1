"""What emission finds in nodes that no text of a spec speaks of."""

from __future__ import annotations

import pytest

import archspec
from archspec.graph import Graph, GraphBuilder, Kind, Template
from archspec.operators.activation import Relu, Tanh
from archspec.operators.merge import Add
from archspec.operators.scale import Scale

LIFTED = {
    "torch": """
        self.residual = Residual(
            scale=0.5, activation=nn.ReLU(inplace=True), body=Chain(tanh=nn.Tanh())
        )
""",
    "tensorflow": """
    body = layers.Rescaling(0.5, name="residual.scale")(body)
    x = layers.Add(name="residual.add")([inputs, body])
    x = layers.ReLU(name="residual.relu")(x)""",
}
"""What backends write where they know a residual."""


def residual() -> Graph:
    """Build a residual in Python: what arrives, plus half of its hyperbolic tangent."""
    net = GraphBuilder("net")
    x = net.input("image", (8, 8, 3))
    with net.scope(Kind.RESIDUAL, "residual"):
        with net.scope(Kind.BRANCH, "body"):
            body = net.add(Tanh(), x)
        total = net.add(Add(), x, net.add(Scale(factor=0.5), body))
        given = net.add(Relu(), total)
    return net.graph(given)


@pytest.mark.parametrize("backend", LIFTED)
def test_a_residual_made_of_nodes_alone_is_written_as_a_residual(backend: str) -> None:
    assert LIFTED[backend] in archspec.emit(residual(), backend)


def test_uses_of_a_module_made_in_python_that_takes_two_values_are_written_as_one_class() -> None:
    net, unit = GraphBuilder("net"), Template("unit")
    x = net.input("image", (8, 8, 3))
    for name in ("a", "b"):
        other = net.add(Tanh(), x)
        with net.scope(Kind.MODULE, name, template=unit):
            x = net.add(Add(), x, other)
    source = archspec.emit(net.graph(x), "torch")
    assert "def forward(self, x0: Tensor, x1: Tensor) -> Tensor:" in source
    assert source.count("class Unit") == 1
