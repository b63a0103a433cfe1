"""Keras models in files: loaded again without their source, they compute what the live ones do."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

pytest.importorskip("tensorflow", reason="TensorFlow is not installed")

import keras
import tensorflow

from archspec.backend import Export
from archspec.checked import load
from archspec.emission.building import WEIGHTS, Target, build, build_folder
from archspec.graph import Graph
from archspec.language.document.overrides import Overrides
from archspec.tensor import TensorType
from archspec.verification import drawn
from archspec.weights.initial import example
from archspec_tensorflow import backend
from archspec_tensorflow.runtime import KerasRuntime
from tests.backends.saved import assert_computes, tiny
from tests.backends.tensorflow.zoo import SPECS
from tests.conformance.small import Array
from tests.conformance.specs import SEVERAL, graph_of
from tests.conformance.specs import SPECS as SMALL


def noise(*shape: int) -> Array:
    found: Array = np.random.default_rng(0).standard_normal(shape).astype("float32")
    return found


@pytest.mark.parametrize("title", SMALL)
def test_every_small_spec_computes_what_it_means_when_it_is_saved_and_loaded_in_safe_mode(
    title: str, tmp_path: Path
) -> None:
    network = graph_of(SMALL[title])
    model, inputs = filled(network), example(network, 3)
    model.save(tmp_path / "model.keras")
    again = keras.models.load_model(tmp_path / "model.keras", safe_mode=True)
    left = KerasRuntime().run(again, inputs, "cpu").outputs.values()
    assert_computes(network, dict(zip(network.outputs, left, strict=True)), inputs)
    assert [each.name for each in again.layers] == [each.name for each in model.layers]


@pytest.mark.slow
@pytest.mark.parametrize("title", SMALL)
def test_every_small_spec_computes_what_it_means_in_a_savedmodel(
    title: str, tmp_path: Path
) -> None:
    check_served(graph_of(SMALL[title]), tmp_path)


def filled(network: Graph) -> Any:
    """Make a model and fill it with values of which each one matters."""
    runtime = KerasRuntime()
    model = runtime.model(backend.emit(network), network.name)
    return runtime.fill(model, drawn.tensors(network))


def check_served(network: Graph, folder: Path) -> None:
    """Export a model and compare what its signature gives by name with the interpreter."""
    KerasRuntime().export(filled(network), network, Export("savedmodel"), folder / "saved")
    serve = tensorflow.saved_model.load(str(folder / "saved")).signatures["serving_default"]
    inputs = example(network, 3)
    given = {name: tensorflow.constant(x) for name, x in inputs.items()}
    assert_computes(network, {name: x.numpy() for name, x in serve(**given).items()}, inputs)


def inception() -> Graph:
    """Load Inception-ResNet-v2 at its smallest size."""
    inputs = {"input": TensorType((75, 75, 3))}
    network = load(SPECS / "released/inception_resnet_v2.yaml", Overrides(inputs=inputs))
    return network.without_heads()


@pytest.mark.filterwarnings("ignore:You are saving your model as an HDF5 file")
@pytest.mark.parametrize("make", [tiny, pytest.param(inception, marks=pytest.mark.slow)])
def test_a_model_is_saved_and_loaded_in_every_format(
    make: Callable[[], Graph], tmp_path: Path
) -> None:
    network = make()
    model, x = build(network, backend), noise(2, *network.inputs["input"].type.shape)
    wanted = np.asarray(model(x))
    for name in ("model.keras", "model.h5"):
        model.save(tmp_path / name)
        again = keras.models.load_model(tmp_path / name, compile=False)
        np.testing.assert_allclose(again(x), wanted, rtol=1e-5, atol=1e-6)
    model.save_weights(tmp_path / "model.weights.h5")
    other = KerasRuntime().model(backend.emit(network), network.name)
    other.load_weights(tmp_path / "model.weights.h5")
    np.testing.assert_array_equal(other(x), wanted)


@pytest.mark.parametrize("batch", [1, 3])
def test_a_savedmodel_serves_batches_of_any_size(tmp_path: Path, batch: int) -> None:
    target = Target("cpu", exports=("savedmodel", "keras"))
    built = build_folder(tiny(), backend, tmp_path, target=target)
    assert {each.name for each in built.files} >= {"model.keras", "saved_model"}
    served = tensorflow.saved_model.load(str(tmp_path / "saved_model"))
    loaded = keras.models.load_model(tmp_path / "model.keras", safe_mode=True)
    x = noise(batch, 9, 9, 3)
    live = np.asarray(build(tiny(), backend)(x))
    np.testing.assert_allclose(served.serve(x)["logits"], live, rtol=1e-5, atol=1e-6)
    np.testing.assert_allclose(loaded(x), live, rtol=1e-6, atol=1e-7)


def test_names_that_python_and_keras_own_are_served_too(tmp_path: Path) -> None:
    network = graph_of("""
network:
  - conv 3x3 4 as self
  - conv 3x3 4 as layers
  - concat: {lambda: conv 1x1 3, name: identity, input: relu}
    as: build
  - 2 x conv 1x1 3 as call
""")
    build_folder(network, backend, tmp_path, target=Target("cpu", exports=("savedmodel",)))
    x = noise(2, 8, 8, 4)
    served = tensorflow.saved_model.load(str(tmp_path / "saved_model"))
    (found,) = served.serve(x).values()
    np.testing.assert_allclose(found, build(network, backend)(x), rtol=1e-5, atol=1e-6)


def test_several_inputs_and_outputs_are_served_by_their_names(tmp_path: Path) -> None:
    check_served(graph_of(SEVERAL), tmp_path)


def test_a_savedmodel_holds_each_weight_once_by_its_key(tmp_path: Path) -> None:
    network = graph_of(SEVERAL)
    KerasRuntime().export(filled(network), network, Export("savedmodel"), tmp_path / "saved")
    held = tensorflow.train.load_checkpoint(str(tmp_path / "saved/variables/variables"))
    names = [name for name in held.get_variable_to_shape_map() if "VARIABLE_VALUE" in name]
    keys = {name.split("/")[1].replace("..", ".") for name in names}
    assert len(names) == len(keys)
    assert keys == set(drawn.tensors(network))


def test_the_built_folder_is_a_model_by_itself(tmp_path: Path) -> None:
    build_folder(tiny(), backend, tmp_path, target=Target("cpu"))
    found: dict[str, Any] = {}
    exec((tmp_path / "model.py").read_text(), found)  # noqa: S102 - written on the line above
    model, x = found["build"](str(tmp_path / WEIGHTS)), noise(1, 9, 9, 3)
    np.testing.assert_array_equal(model(x), build(tiny(), backend)(x))
