"""NASNet-A as Keras builds it, filled with our weights layer by layer, against its spec."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

pytest.importorskip("keras", reason="Keras is not installed")

import keras

from archspec import checked
from archspec.interpreter.interpret import interpret
from archspec.language.document.overrides import Overrides
from archspec.tensor import TensorType
from archspec.weights.initial import draw, example

SPEC = Path(__file__).parents[2] / "specs" / "nasnet_a_mobile.yaml"
SIDE = 64
"""Divided as 224 is: 31 cells behind the stem, and even numbers from there on."""

NORMAL = {"left1": "a.branch_0", "right1": "a.branch_1", "left2": "b.branch_0"}
NORMAL |= {"right2": "b.branch_1", "left5": "e.branch_0"}
REDUCTION = {"left1": "a.branch_0", "right1": "a.branch_1", "right2": "b.branch_1"}
REDUCTION |= {"right3": "c.branch_1", "left4": "e.branch_0"}
"""The separable convolutions of the cells: Keras's names, and our steps."""


def cells() -> Iterator[tuple[str, str, str, str]]:
    """List Keras's cells: kind and name, our cell, and what adjusts the value from before."""
    yield "reduction", "stem_1", "stem_1", ""
    yield "reduction", "stem_2", "stem_2", "p_2"
    for group, first in enumerate((0, 5, 9), 1):
        yield "normal", str(first), f"first_{group}", f"p_{2 * group + 1}"
        for copy in range(3):
            path = f"cells_{group}.{copy}"
            yield "normal", str(first + copy + 1), f"{path}.after", f"{path}.p"
    yield "reduction", "reduce_4", "reduction_1", "p_4"
    yield "reduction", "reduce_8", "reduction_2", "p_6"


def names() -> Iterator[tuple[str, tuple[str, ...]]]:
    """List Keras's layers with the paths of the nodes whose tensors they hold."""
    yield "stem_conv1", ("stem.conv2d",)
    yield "stem_bn1", ("stem.batch_norm",)
    yield "predictions", ("predictions.fully_connected",)
    for kind, name, ours, before in cells():
        yield f"{kind}_conv_1_{name}", (f"{ours}.h.conv.conv2d",)
        yield f"{kind}_bn_1_{name}", (f"{ours}.h.conv.batch_norm",)
        yield f"adjust_conv_projection_{name}", (f"{before}.conv.conv2d",)
        yield f"adjust_conv_1_{name}", (f"{before}.concat.even.conv.conv2d",)
        yield f"adjust_conv_2_{name}", (f"{before}.concat.odd.conv.conv2d",)
        is_halved = before.startswith("p_") and before not in ("p_4", "p_6")
        yield f"adjust_bn_{name}", (f"{before}.{'' if is_halved else 'conv.'}batch_norm",)
        for title, step in (NORMAL if kind == "normal" else REDUCTION).items():
            for number, suffix in ((1, ""), (2, "_1")):
                inside, end = f"{ours}.{step}.sep", f"{kind}_{title}_{name}"
                separable = (
                    f"{inside}.depthwise_conv{suffix}.conv2d",
                    f"{inside}.conv{suffix}.conv2d",
                )
                yield f"separable_conv_{number}_{end}", separable
                yield f"separable_conv_{number}_bn_{end}", (f"{inside}.conv{suffix}.batch_norm",)


def arranged(layer: Any, tensors: list[Any]) -> list[Any]:
    """Turn tensors into Keras's layout."""
    if isinstance(layer, keras.layers.SeparableConv2D):
        depthwise, pointwise = tensors
        return [depthwise.transpose(2, 3, 0, 1), pointwise.transpose(2, 3, 1, 0)]
    axes = {4: (2, 3, 1, 0), 2: (1, 0), 1: (0,)}
    return [each.transpose(axes[each.ndim]) for each in tensors]


@pytest.mark.slow
def test_keras_gives_our_outputs_with_our_weights() -> None:
    shape = Overrides(inputs={"input": TensorType((SIDE, SIDE, 3))})
    graph = checked.load(SPEC, shape)
    generator = np.random.default_rng(0)
    weights = {
        key: value + np.float32(generator.uniform(0.1, 0.4)) if value.ndim == 1 else value
        for key, value in draw(graph, 1).items()
    }
    model = keras.applications.NASNetMobile(input_shape=(SIDE, SIDE, 3), weights=None)
    known, taken = dict(names()), set()
    for layer in model.layers:
        if layer.weights:
            keys = [
                key for path in known[layer.name] for key in weights if key.startswith(f"{path}.")
            ]
            layer.set_weights(arranged(layer, [weights[key] for key in keys]))
            taken.update(keys)
    assert taken == set(weights)

    inputs = example(graph, 2)
    ours = interpret(graph, weights, inputs)[graph.outputs["softmax"]]
    theirs = np.asarray(model(inputs["input"]))

    np.testing.assert_allclose(theirs, ours, rtol=1e-3, atol=1e-4 * float(ours.max()))
    assert float(np.ptp(ours)) > 1e-4 * float(ours.max())
