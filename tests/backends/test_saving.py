"""What a model has learned goes from one framework to the other by the emitted source alone."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

pytest.importorskip("torch", reason="torch is not installed")
pytest.importorskip("tensorflow", reason="TensorFlow is not installed")

import keras
import torch

import archspec
from archspec.emission.live import execute
from archspec.graph import Graph
from archspec.weights import taking
from archspec.weights.file import load
from archspec.weights.layouts import EMITTED
from archspec.weights.names import own
from archspec.weights.reading import read
from archspec_tensorflow import backend as tensorflow
from tests.conformance.specs import graph_of
from tests.weights.networks import several

pytestmark = pytest.mark.filterwarnings(
    "ignore:__array__ implementation doesn't accept a copy keyword:DeprecationWarning"
)
"""TensorFlow's variables know nothing of numpy 2's keyword when Keras saves them."""

SPEC = """
archspec: 1
name: small
input: 8x8x3
network:
  - conv 3x3 8 norm=batch_norm activation=relu
  - depthwise_conv 3x3 /2
  - layer_scale 0.5
  - conv_transpose2d 2x2 4 /2
  - layer_norm
  - flatten
  - layer_scale 0.5
  - dense 5
"""


@pytest.fixture(name="graph", scope="module")
def small() -> Graph:
    return graph_of(SPEC)


def source(graph: Graph, backend: str) -> Any:
    return execute(archspec.emit(graph, backend), f"{graph.name}_{backend}")


@pytest.fixture(name="x", scope="module")
def batch() -> Any:
    return np.random.default_rng(5).standard_normal((4, 8, 8, 3), np.float32)


def test_keras_hands_what_it_has_learned_to_pytorch(graph: Graph, x: Any, tmp_path: Path) -> None:
    module, file = source(graph, "tensorflow"), tmp_path / "learned.safetensors"
    model = module.build()
    before = model(x, training=False).numpy()
    model.compile(optimizer=keras.optimizers.SGD(0.1), loss="mse")
    model.fit(x, np.ones((4, 5), np.float32), epochs=2, verbose=0)
    module.save(model, str(file))

    other = source(graph, "torch").build(str(file)).eval()

    with torch.inference_mode():
        found = other(torch.from_numpy(x).permute(0, 3, 1, 2)).numpy()
    learned = model(x, training=False).numpy()
    assert abs(learned - before).max() > 1e-2
    np.testing.assert_allclose(found, learned, rtol=1e-4, atol=1e-5)
    assert load(file, graph), "it is a file of weights as any other"


def test_what_keras_saves_itself_is_taken_by_the_names_of_the_spec(
    graph: Graph, tmp_path: Path
) -> None:
    tensors = several(graph)
    model = tensorflow.runtime().model(archspec.emit(graph, "tensorflow"), graph.name)
    tensorflow.runtime().fill(model, tensors)
    model.save(tmp_path / "model.keras")
    model.save(tmp_path / "model.h5")
    model.save_weights(tmp_path / "model.weights.h5")
    for name in ("model.keras", "model.h5", "model.weights.h5"):
        found = taking.take(read(tmp_path / name), own(graph, EMITTED), graph)
        assert found.unexpected == ()
        for key, array in tensors.items():
            np.testing.assert_array_equal(found.tensors[key], array, f"{key} of {name}")


def test_pytorch_hands_what_it_has_learned_to_keras(graph: Graph, x: Any, tmp_path: Path) -> None:
    module, file = source(graph, "torch"), tmp_path / "learned.safetensors"
    model, images = module.build(), torch.from_numpy(x).permute(0, 3, 1, 2)
    optimizer = torch.optim.SGD(model.parameters(), 0.1)
    (model(images) - 1).square().mean().backward()
    optimizer.step()
    module.save(model.to(memory_format=torch.channels_last), str(file))

    other = source(graph, "tensorflow").build(str(file))

    with torch.inference_mode():
        learned = model.eval()(images).numpy()
    np.testing.assert_allclose(other(x, training=False).numpy(), learned, rtol=1e-4, atol=1e-5)
    assert load(file, graph), "it is a file of weights as any other"
