"""Keras models, executed: names, weights, values, training, tracebacks."""

from __future__ import annotations

import keyword
import traceback
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pytest

pytest.importorskip("tensorflow", reason="TensorFlow is not installed")

import keras
import tensorflow

from archspec.checked import load
from archspec.diagnostic import SpecError
from archspec.emission.building import Filling, build
from archspec.emission.live import execute
from archspec.graph import Graph
from archspec.language.document.overrides import Overrides
from archspec.language.syntax.names import is_name, owned
from archspec.tensor import TensorType
from archspec.weights import file as weights_file
from archspec.weights.expected import expected
from archspec.weights.initial import draw, example
from archspec_tensorflow import backend
from archspec_tensorflow.runtime import KerasRuntime
from tests.backends.tensorflow.zoo import SPECS, ZOO, graph, source
from tests.conformance.specs import SEVERAL, graph_of
from tests.conformance.specs import SPECS as SMALL

INPUT = {"input": TensorType((75, 75, 3))}
"""The smallest input of the Inception family; the grids of its last blocks are one cell."""

QUICK = ("shufflenet_v2_x1_0", "mobilenet_v2", "resnet_50", "released/torchvision_inception_v3")


def models() -> list[Any]:
    return [pytest.param(name, marks=() if name in QUICK else pytest.mark.slow) for name in ZOO]


@cache
def small_inception() -> Graph:
    """Load Inception-v4 for its smallest input."""
    return load(SPECS / "inception_v4.yaml", Overrides(inputs=INPUT)).without_heads()


def skeleton(network: Graph) -> keras.Model:
    """Construct a model without values."""
    return KerasRuntime().model(backend.emit(network), network.name)


class Made(NamedTuple):
    """A network of the zoo and its model."""

    network: Graph
    model: keras.Model


@pytest.fixture(scope="module", params=models())
def made(request: pytest.FixtureRequest) -> Made:
    """Construct a network of the zoo, once for all tests of it."""
    return Made(graph(request.param), skeleton(graph(request.param)))


def test_every_node_is_a_layer_of_its_name_that_gives_its_type(made: Made) -> None:
    given = {layer.name: tuple(layer.output.shape[1:]) for layer in made.model.layers}
    assert {path: given.get(path) for path in made.network.nodes} == {
        path: node.output.shape for path, node in made.network.nodes.items()
    }


def test_every_layer_is_called_after_its_node(made: Made) -> None:
    known = (*made.network.nodes, *made.network.inputs)
    assert [each.name for each in made.model.operations if not each.name.startswith(known)] == []


def test_no_operation_takes_the_name_of_a_step() -> None:
    network = graph_of("""
network:
  - gelu approximate=true
  - max_pool 3x3 /2 padding=1 as pad
  - avg_pool 2x2 padding=[1,0,1,0] as pad_1
  - {slice: {start: 0, stop: 2}, as: get_item}
  - l2_normalize epsilon=1e-3 as normalize
  - global_max_pool as reciprocal
  - {slice: {start: 1, stop: 2}, as: ones_like}
""")
    model = build(network, backend)
    names = [each.name for each in model.operations]
    assert [name for name in names if name in network.nodes] == list(network.nodes)
    assert all(name.partition(".")[0] in (*network.nodes, "input") for name in names)


def test_the_tensors_have_the_keys_and_shapes_of_the_weights_file(made: Made) -> None:
    found = KerasRuntime().tensors(made.model)
    wanted = {key: each.shape for key, each in expected(made.network).items()}
    assert {key: array.shape for key, array in found.items()} == wanted


def test_only_flattening_and_shuffling_transpose(made: Made) -> None:
    transposing = {each.name for each in made.model.layers if "Permute" in type(each).__name__}
    words = {"flatten": "channels_first", "channel_shuffle": "deal"}
    wanted = {
        f"{path}.{words[node.op.word]}"
        for path, node in made.network.nodes.items()
        if node.op.word in words and node.inputs[0].grid not in ((), (1, 1))
    }
    assert transposing == wanted


def test_build_loads_the_canonical_file_in_a_program_of_its_own(tmp_path: Path) -> None:
    network = graph_of(SMALL["slices, shuffles, pads, norms and scales"])
    tensors = draw(network, 7)
    weights_file.save(tmp_path / "weights.safetensors", tensors, network)
    module = execute(backend.emit(network), network.name)
    alone = module.build(str(tmp_path / "weights.safetensors"))
    live = build(network, backend, Filling(seed=7))
    (x,) = example(network).values()
    np.testing.assert_array_equal(alone(x), live(x))


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (lambda tensors: tensors.pop("conv.conv2d.bias"), "missing conv.conv2d.bias"),
        (lambda tensors: tensors.update(other=np.zeros(3)), "unexpected other"),
        (
            lambda tensors: tensors.update({"conv.conv2d.weight": np.zeros((4, 4, 5, 3))}),
            r"conv.conv2d.weight is \(4, 4, 5, 3\)",
        ),
        (
            lambda tensors: tensors.update({"each.conv2d.weight": np.zeros((1, 4, 3, 3))}),
            r"each.conv2d.weight is \(1, 4, 3, 3\)",
        ),
    ],
)
def test_weights_that_do_not_fit_are_refused_and_nothing_is_loaded(change: Any, told: str) -> None:
    network = graph_of("network: [conv 3x5 4, depthwise_conv 3x3 as each]\n")
    module = execute(backend.emit(network), network.name)
    model, tensors = module.build(), draw(network)
    before = KerasRuntime().tensors(model)
    change(tensors)
    with pytest.raises(ValueError, match=told):
        module.fill(model, tensors)
    for key, array in KerasRuntime().tensors(model).items():
        np.testing.assert_array_equal(array, before[key])


def test_what_pytorch_counts_beside_a_running_mean_is_not_minded() -> None:
    network = graph_of("network: [conv 3x3 4 norm=batch_norm]\n")
    module = execute(backend.emit(network), network.name)
    counted = {"conv.batch_norm.num_batches_tracked": np.zeros(())}
    model, tensors = module.build(), draw(network, seed=1)
    module.fill(model, {**tensors, **counted})
    filled = KerasRuntime().tensors(model)
    assert sorted(filled) == sorted(tensors)
    assert all((filled[key] == tensors[key]).all() for key in tensors)


def test_tensors_of_steps_that_lead_nowhere_are_not_minded_by_build(tmp_path: Path) -> None:
    network = graph_of(
        "network: [conv 3x3 4 as kept, conv 1x1 2 from input as lost, relu from kept]\n"
    )
    weights_file.save(tmp_path / "weights.safetensors", draw(network), network)
    module = execute(backend.emit(network), network.name)
    model = module.build(str(tmp_path / "weights.safetensors"))
    assert [each.name for each in model.layers] == ["input", "kept.conv2d", "relu"]


def test_a_model_made_to_be_filled_draws_nothing_and_keeps_the_usual_initializer() -> None:
    model = skeleton(graph_of("network: [conv 3x3 4, flatten, dense 3]\n"))
    assert all(not np.any(each.numpy()) for each in model.weights)
    kernels = [each.kernel_initializer for each in model.layers if hasattr(each, "kernel")]
    assert [type(each) for each in kernels] == [keras.initializers.GlorotUniform] * 2


def test_several_inputs_and_outputs_go_by_name() -> None:
    network = graph_of(SEVERAL)
    model = build(network, backend)
    outputs = model(example(network))
    assert list(model.input) == list(network.inputs)
    assert {name: tuple(each.shape[1:]) for name, each in outputs.items()} == {
        name: network.type_of(path).shape
        for name, path in (*network.outputs.items(), *network.heads.items())
    }


def test_arguments_of_a_model_change_it_as_params_of_the_spec_do() -> None:
    module = execute(source("densenet_121"), "densenet_121")
    changed = load(SPECS / "densenet_121.yaml", Overrides(params={"growth": 8, "classes": 7}))
    model = module.densenet_121(growth=8, classes=7)
    found = {key: array.shape for key, array in KerasRuntime().tensors(model).items()}
    assert found == {key: each.shape for key, each in expected(changed).items()}


def test_taps_show_nodes_and_leave_out_what_has_no_layer() -> None:
    network = graph_of("network: [conv 3x3 4 norm=batch_norm activation=relu]\n")
    ran = KerasRuntime().run(
        build(network, backend), example(network), "cpu", ("conv.batch_norm", "conv.relu", "conv")
    )
    assert set(ran.taps) == {"conv.batch_norm", "conv.relu"}
    np.testing.assert_array_equal(np.maximum(ran.taps["conv.batch_norm"], 0), ran.taps["conv.relu"])
    (output,) = ran.outputs.values()
    np.testing.assert_array_equal(ran.taps["conv.relu"], output)


def test_a_tap_of_a_cropped_convolution_shows_what_is_left_of_it() -> None:
    network = graph_of("network: [conv_transpose 3x3 4 /2 padding=1 as up]\n")
    ran = KerasRuntime().run(
        build(network, backend), example(network), "cpu", ("up.conv_transpose2d",)
    )
    (output,) = ran.outputs.values()
    np.testing.assert_array_equal(ran.taps["up.conv_transpose2d"], output)


def test_a_model_of_somebody_elses_that_is_a_class_is_run() -> None:
    class Theirs(keras.Model):  # type: ignore[misc]  # Keras has no types
        def __init__(self) -> None:
            super().__init__()
            self.dense = keras.layers.Dense(2)

        def call(self, x: Any) -> Any:
            return self.dense(x)

    (output,) = KerasRuntime().run(Theirs(), {"x": np.zeros((3, 4))}, "cpu").outputs.values()
    assert output.shape == (3, 2)


def lambda_model() -> keras.Model:
    given = keras.Input((4,))
    return keras.Model(given, keras.layers.Lambda(lambda x: 2 * x)(given))


def test_files_that_could_execute_something_or_are_cut_short_are_refused(tmp_path: Path) -> None:
    lambda_model().save(tmp_path / "lambda.keras")
    content = (tmp_path / "lambda.keras").read_bytes()
    (tmp_path / "short.keras").write_bytes(content[: len(content) // 2])
    for name, reason in (("lambda", "`Lambda` layer"), ("short", "it is no whole archive")):
        with pytest.raises(SpecError) as caught:
            KerasRuntime().guest(tmp_path / f"{name}.keras")
        (diagnostic,) = caught.value.diagnostics
        assert diagnostic.code == "weights/unreadable"
        assert reason in diagnostic.message


def trained(network: Graph) -> keras.Model:
    """Train on one batch; every weight must move."""
    model = build(network, backend)
    before = [each.numpy().copy() for each in model.trainable_variables]
    model.compile("sgd", "mse", jit_compile=False)
    images = np.concatenate([noise for seed in (0, 1) for noise in example(network, seed).values()])
    wanted = [np.ones((len(images), *each.shape[1:]), "float32") for each in model.outputs]
    model.train_on_batch(images, wanted)
    after = [each.numpy() for each in model.trainable_variables]
    assert all(np.abs(a - b).max() > 0 for a, b in zip(after, before, strict=True))
    return model


def test_a_training_step_moves_weights_and_statistics() -> None:
    model = trained(graph_of(SMALL["a chain of layers with and without norm and activation"]))
    assert np.abs(model.get_layer("conv.batch_norm").moving_mean.numpy()).max() > 0


@pytest.mark.slow
def test_a_training_step_moves_weights_and_statistics_of_inception_v4() -> None:
    model = trained(small_inception())
    assert np.abs(model.get_layer("stem.conv.batch_norm").moving_mean.numpy()).max() > 0


@pytest.mark.slow
def test_counting_the_padding_of_averages_changes_the_output_of_equal_weights() -> None:
    outputs = []
    for name in ("inception_v3", "released/torchvision_inception_v3"):
        network = load(SPECS / f"{name}.yaml", Overrides(inputs=INPUT)).without_heads()
        model = build(network, backend, Filling(seed=1))
        (x,) = example(network).values()
        outputs.append(np.asarray(model(x)))
    difference = np.abs(outputs[0] - outputs[1]).max() / np.abs(outputs[0]).max()
    assert difference > 1e-3


def test_a_traceback_shows_the_lines_of_the_emitted_source(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    network = graph_of("network: [conv 3x3 4, conv 3x3 4]\n")
    module = execute(backend.emit(network), network.name)
    monkeypatch.setattr(module, "layers", None)
    with pytest.raises(AttributeError) as caught:
        module.build()
    assert "x = layers.Conv2D(4, 3" in "".join(traceback.format_exception(caught.value))


def test_names_that_layers_and_models_of_keras_own_are_never_names_of_steps() -> None:
    given = keras.Input((4,))
    model = keras.Model(given, keras.layers.Dense(2)(given))
    owners = dir(keras.layers.Layer()), dir(model), keyword.kwlist
    names = {each for names in owners for each in names if is_name(each)}
    assert {each for each in names if owned(each) == each} == set()


@pytest.mark.gpu
@pytest.mark.skipif(
    not tensorflow.config.list_physical_devices("GPU"), reason="TensorFlow finds no CUDA device"
)
def test_a_gpu_computes_what_the_cpu_computes() -> None:
    network = small_inception()
    runtime, model = KerasRuntime(), build(network, backend)
    (here,) = runtime.run(model, example(network), "cpu").outputs.values()
    (there,) = runtime.run(model, example(network), "cuda").outputs.values()
    np.testing.assert_allclose(there, here, rtol=1e-2, atol=1e-2 * np.abs(here).max())
