"""Keras's own models against ours of both frameworks, by the weights that Keras saves.

The weights are random and seeded, so that nothing is downloaded; statistics, scales and shifts of
norms are random, too.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from safetensors.numpy import save_file

pytest.importorskip("keras", reason="Keras is not installed")
pytest.importorskip("tensorflow", reason="TensorFlow is not installed")
pytest.importorskip("torch", reason="torch is not installed")

import keras

from archspec import checked
from archspec.analysis.count import count
from archspec.graph import Graph
from archspec.language.document.overrides import Overrides
from archspec.tensor import TensorType
from archspec.verification import foreign_model
from archspec.verification.noise import examples
from archspec.verification.party import Emitted, Interpreter, Party
from archspec.verification.side import Trial
from archspec.verification.verdict import Demand
from archspec.weights import giving, publishers, reading, taking, writing
from archspec_tensorflow import backend as tensorflow
from archspec_torch import backend as torch
from tests.commands.running import run
from tests.published.imports import keras_sweep

SPECS = Path(__file__).parents[2] / "specs"
MODELS = {
    "InceptionV3": "inception_v3",
    "InceptionResNetV2": "released/inception_resnet_v2",
    "ResNet152": "released/keras_resnet_152",
    "DenseNet121": "densenet_121",
    "VGG16": "vgg_16",
}
EDITS = {"DenseNet121": ("epsilon: 1e-5", "epsilon: 1.001e-5")}
"""Where Keras's model computes something else than the spec, which is torchvision's."""
BACKENDS = [torch, tensorflow]
Record = Callable[[str, object], None]
SIDES: list[Party] = [Interpreter(), Emitted(torch), Emitted(tensorflow)]

pytestmark = pytest.mark.filterwarnings(
    "ignore:__array__ implementation doesn't accept a copy keyword:DeprecationWarning"
)
"""TensorFlow's variables know nothing of numpy 2's keyword when Keras saves them."""


@pytest.fixture(autouse=True)
def forgetful() -> Iterator[None]:
    """Let Keras forget the models of a test."""
    yield
    keras.utils.clear_session()


def published(name: str, graph: Graph, inputs: dict[str, Any], seed: int = 7) -> Any:
    """Make a model of Keras with weights that make its outputs depend on its inputs."""
    shape = inputs["input"].shape[1:]
    made = getattr(keras.applications, name)
    model = made(weights=None, classifier_activation=None, input_shape=shape)
    foreign_model.lend(live(model, name), "keras", Trial(graph, {}, inputs), seed)
    return model


def graph_of(name: str, side: int | None = None) -> Graph:
    """Load a spec at its own size or another, so that it computes what Keras's model does."""
    file = SPECS / f"{MODELS[name]}.yaml"
    if name not in EDITS:
        size = {"input": TensorType((side, side, 3))} if side else {}
        return checked.load(file, Overrides(inputs=size)).without_heads()
    text, (ours, theirs) = file.read_text("utf-8"), EDITS[name]
    assert ours in text
    return checked.load(text=text.replace(ours, theirs)).without_heads()


@pytest.mark.slow
@pytest.mark.parametrize("name", MODELS)
@pytest.mark.parametrize("ending", [".keras", ".weights.h5"])
def test_both_frameworks_give_the_outputs_of_keras_with_the_weights_of_its_file(
    name: str, ending: str, tmp_path: Path, record_property: Record
) -> None:
    worst = compared(name, graph_of(name), tmp_path / f"model{ending}")
    record_property(f"keras {name}, {ending}", f"{worst:.1e}")


def test_both_frameworks_give_the_outputs_of_kerass_inception_at_its_smallest_size(
    tmp_path: Path,
) -> None:
    compared("InceptionV3", graph_of("InceptionV3", 75), tmp_path / "model.keras")


def compared(name: str, graph: Graph, file: Path) -> float:
    """Save a model of Keras and compare with what its weights give; return the difference."""
    inputs = examples(graph)
    model = published(name, graph, inputs)
    if file.suffix == ".keras":
        model.save(file)
    else:
        model.save_weights(file)
    naming = publishers.find("keras", graph).naming(graph)
    taken = taking.take(reading.read(file), naming, graph)
    assert taken.unexpected == taken.left == ()
    trial = Trial(graph, taken.tensors, inputs)
    is_whole = file.suffix == ".keras"
    foreign = foreign_model.load(str(file), BACKENDS) if is_whole else live(model, name)
    found = foreign_model.verify(trial, foreign, Demand(SIDES))
    assert len(found.versions) == 4
    assert found.worst is not None
    assert found.agree, found.worst
    return found.worst.relative


@pytest.mark.slow
@pytest.mark.parametrize("name", MODELS)
def test_keras_loads_what_is_exported_and_computes_the_same(name: str, tmp_path: Path) -> None:
    graph = graph_of(name)
    inputs = examples(graph)
    model = published(name, graph, inputs)
    naming = publishers.find("keras", graph).naming(graph)
    tensors = taking.take(live(model, name).guest.tensors, naming, graph).tensors
    given = giving.give(tensors, naming, graph)
    (x,) = inputs.values()
    expected = model(x, training=False).numpy()
    again = published(name, graph, inputs, seed=8)
    assert not np.allclose(again(x, training=False).numpy(), expected, rtol=1e-3)
    for ending in (".weights.h5", ".h5"):
        file = tmp_path / f"theirs{ending}"
        file.write_bytes(writing.encode(given, naming, graph, file))
        again = published(name, graph, inputs, seed=8)
        again.load_weights(file)
        np.testing.assert_array_equal(again(x, training=False).numpy(), expected)


def live(model: Any, name: str) -> foreign_model.ForeignModel:
    """Take over a model that is there already."""
    runtime = tensorflow.runtime()
    guest = runtime.guest(model)
    assert guest is not None
    return foreign_model.ForeignModel(name, runtime, guest)


@pytest.mark.slow
def test_the_command_gives_drawn_weights_to_a_live_model_and_finds_what_is_other_in_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "theirs_of_keras.py").write_text(
        "import keras\n\ndef model():\n    return keras.applications.InceptionV3(weights=None)\n"
    )
    spec = SPECS / "inception_v3.yaml"
    result = run("verify", spec, "--against", "theirs_of_keras:model", "--from", "keras")
    assert "drawn from seed 0, given to it by the names of keras" in result.stdout
    assert "1 of 1 outputs compared: they disagree" in result.stdout, "theirs ends in a softmax"


def test_the_command_compares_with_a_file_of_keras_and_says_what_was_compared(
    tmp_path: Path,
) -> None:
    image = keras.Input((16, 16, 3))
    x = keras.layers.Conv2D(4, 3, 2, "same", use_bias=False, name="first.conv2d")(image)
    x = keras.layers.ReLU(name="first.relu")(x)
    model = keras.Model(image, keras.layers.GlobalMaxPooling2D()(x))
    model.save(tmp_path / "theirs.keras")
    (tmp_path / "ours.yaml").write_text(
        "archspec: 1\nname: ours\ninput: 16x16x3\nnetwork:\n"
        "  - conv 3x3 4 /2 bias=false activation=relu as first\n  - global_max_pool as top\n"
    )
    kernel = model.get_layer("first.conv2d").kernel.numpy().transpose(3, 2, 0, 1)
    weights = tmp_path / "weights.safetensors"
    save_file({"first.conv2d.weight": np.ascontiguousarray(kernel)}, weights)
    command = ("verify", tmp_path / "ours.yaml", "--against", tmp_path / "theirs.keras")
    result = run(*command, "--weights", weights)
    assert result.exit_code == 0, result.output
    assert "1 of 1 outputs compared: they agree" in result.stdout
    explicit = (tmp_path / "ours.yaml").read_text().replace("/2 ", "/2 padding=[1,1,1,1] ")
    (tmp_path / "ours.yaml").write_text(explicit)
    result = run(*command, "--weights", weights)
    assert result.exit_code == 1, result.output
    assert "1 of 1 outputs compared: they disagree" in result.stdout


@pytest.mark.parametrize(
    ("name", "total", "trainable"),
    [("InceptionV3", 23_851_784, 23_817_352), ("InceptionResNetV2", 55_873_736, 55_813_192)],
)
def test_kerass_total_is_ours_less_a_scale_and_plus_a_mean_and_a_variance_per_norm_channel(
    name: str, total: int, trainable: int
) -> None:
    graph = graph_of(name)
    channels = sum(n.output.channels for n in graph.nodes.values() if n.op.word == "batch_norm")
    ours = count(graph).parameters
    assert ours - channels == trainable
    assert ours - channels + 2 * channels == total


def test_kerass_resnet_152_has_60_268_520_trained_numbers_as_ours() -> None:
    graph = graph_of("ResNet152")
    channels = sum(n.output.channels for n in graph.nodes.values() if n.op.word == "batch_norm")
    assert count(graph).parameters == 60_268_520
    assert 60_268_520 + 2 * channels == 60_419_944


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "total"),
    [("InceptionV3", 23_851_784), ("InceptionResNetV2", 55_873_736), ("ResNet152", 60_419_944)],
)
def test_the_installed_keras_has_the_totals_that_are_explained(name: str, total: int) -> None:
    assert getattr(keras.applications, name)(weights=None).count_params() == total


@pytest.mark.slow
@pytest.mark.parametrize(
    "name", ["MobileNetV3Small", "EfficientNetB0", "NASNetMobile", "EfficientNetV2S"]
)
def test_kerass_own_model_is_imported_with_its_totals(
    name: str, tmp_path: Path, record_property: Record
) -> None:
    row = keras_sweep.recorded(name, tmp_path)
    assert "refused" not in row, row["refused"]
    record_property(f"import of keras:{name}", f"{row['difference']:.1e}")
    assert {"parameters": row["parameters"], "macs": row["macs"]} == row["theirs"]
    assert row["difference"] <= 1e-5
