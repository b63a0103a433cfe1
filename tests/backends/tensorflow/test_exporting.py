"""Exported Keras models: loaded again, they compute what the live model does."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from archspec.backend import Backend, backend
from archspec.diagnostic import SpecError
from archspec.emission.building import WEIGHTS, Target, build, build_folder
from archspec.graph import Graph
from archspec.weights.initial import draw
from tests.backends.saved import tiny

keras = pytest.importorskip("keras")
tensorflow = pytest.importorskip("tensorflow")

pytestmark = pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")
"""Keras reads TensorFlow's variables in a way that numpy 2 warns of."""

HALVES = {"bfloat16": 2.0**-8, "float16": 2.0**-11}
"""The unit roundoff of each short type: half of its spacing at one."""
IMAGES = np.random.default_rng(0).standard_normal((3, 9, 9, 3)).astype("float32")


@pytest.fixture
def graph() -> Graph:
    """Load a small network."""
    return tiny()


@pytest.fixture
def keras_backend() -> Backend:
    """Find the backend."""
    return backend("tensorflow")


def values(left: Any) -> Any:
    """Take the values of the only output."""
    (value,) = left.values() if isinstance(left, dict) else (left,)
    return np.asarray(value, "float32")


def test_a_keras_file_loads_in_safe_mode_and_computes_the_same(
    graph: Graph, keras_backend: Backend, tmp_path: Path
) -> None:
    target = Target("cpu", exports=("keras",))
    built = build_folder(graph, keras_backend, tmp_path, target=target)
    assert built.files[-1] == tmp_path / "model.keras"
    loaded = keras.saving.load_model(tmp_path / "model.keras", safe_mode=True)
    live = build(graph, keras_backend)(IMAGES, training=False)
    np.testing.assert_allclose(values(loaded(IMAGES, training=False)), values(live), rtol=1e-6)


def test_a_saved_model_computes_the_same_and_replaces_an_older_one(
    graph: Graph, keras_backend: Backend, tmp_path: Path
) -> None:
    (tmp_path / "saved_model").mkdir()
    (tmp_path / "saved_model" / "older.txt").write_text("an older model")
    target = Target("cpu", exports=("savedmodel",))
    build_folder(graph, keras_backend, tmp_path, target=target)
    assert not (tmp_path / "saved_model" / "older.txt").exists()
    assert not list(tmp_path.glob(".archspec-*"))
    loaded = tensorflow.saved_model.load(str(tmp_path / "saved_model"))
    live = build(graph, keras_backend)(IMAGES, training=False)
    np.testing.assert_allclose(values(loaded.serve(IMAGES)), values(live), rtol=1e-5, atol=1e-6)


def test_a_format_of_another_framework_is_refused_with_those_there_are(
    graph: Graph, keras_backend: Backend, tmp_path: Path
) -> None:
    target = Target("cpu", exports=("pt2",))
    with pytest.raises(SpecError, match="build/export") as caught:
        build_folder(graph, keras_backend, tmp_path / "out", target=target)
    assert "keras, savedmodel" in caught.value.diagnostics[0].message
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("precision", HALVES)
def test_a_short_type_computes_nearly_the_same_and_is_exported(
    graph: Graph, keras_backend: Backend, tmp_path: Path, precision: str
) -> None:
    target = Target("cpu", precision, ("keras",))
    built = build_folder(graph, keras_backend, tmp_path, target=target)
    assert built.outputs["logits"] == ((5,), True)
    loaded = keras.saving.load_model(tmp_path / "model.keras", safe_mode=True)
    assert loaded.get_layer("logits.fully_connected").compute_dtype == precision
    found = values(loaded(IMAGES, training=False))
    live = values(build(graph, keras_backend)(IMAGES, training=False))
    assert not np.array_equal(found, live)
    assert abs(found - live).max() / abs(live).max() < 8 * HALVES[precision]


def test_a_short_type_leaves_the_weights_and_the_policy_of_others_as_they_were(
    graph: Graph, keras_backend: Backend, tmp_path: Path
) -> None:
    from safetensors.numpy import load_file

    before = keras.config.dtype_policy().name
    build_folder(graph, keras_backend, tmp_path, target=Target("cpu", "bfloat16"))
    assert keras.config.dtype_policy().name == before
    for name, value in load_file(tmp_path / WEIGHTS).items():
        np.testing.assert_array_equal(value, draw(graph, 0)[name])
