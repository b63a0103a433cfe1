"""Files of weights as people have them: wrapped, nested, with the state of training beside."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy
import pytest

from archspec.diagnostic import SpecError
from archspec.graph import Graph
from archspec.weights import names, taking
from archspec.weights.layouts import LAYOUTS
from tests.weights.networks import network, several

Tensors = Mapping[str, Any]


@pytest.fixture(name="graph", scope="module")
def small() -> Graph:
    return network()


@pytest.fixture(name="tensors", scope="module")
def drawn(graph: Graph) -> Tensors:
    return several(graph)


def take(source: Tensors, graph: Graph) -> taking.TakenTensors:
    return taking.take(source, names.own(graph, LAYOUTS["torch"]), graph)


def same(found: Tensors, tensors: Tensors) -> bool:
    return all(numpy.array_equal(found[key], tensors[key]) for key in tensors)


def before(beginning: str) -> Callable[[str], str]:
    return lambda name: f"{beginning}{name}"


WRAPPERS: Mapping[str, Callable[[str], str]] = {
    "DataParallel": before("module."),
    "torch.compile": before("_orig_mod."),
    "a compiled model on several devices": before("module._orig_mod."),
    "Lightning": before("state_dict.model."),
    "an average": before("ema."),
    "a detector's backbone": before("model.backbone.body."),
    "a compiled part": lambda name: name.replace("residual.", "residual._orig_mod."),
    "a part on several devices": lambda name: name.replace("stem.", "stem.module."),
}


@pytest.mark.parametrize("wrapper", WRAPPERS)
def test_what_wrappers_put_into_names_is_taken_away(
    wrapper: str, graph: Graph, tensors: Tensors
) -> None:
    wrapped = {WRAPPERS[wrapper](name): array for name, array in tensors.items()}
    found = take(wrapped, graph)
    assert same(found.tensors, tensors)
    assert found.unexpected == found.around.outside == ()


def test_counters_and_states_of_optimizers_are_left_out_without_a_word(
    graph: Graph, tensors: Tensors
) -> None:
    beside = {
        "state_dict.stem.batch_norm.num_batches_tracked": numpy.zeros((), numpy.int64),
        "optimizer_states.0.state.0.exp_avg": numpy.zeros(3),
        "optimizer.state.1.momentum_buffer": numpy.zeros(3),
        "state_dict.n_averaged": numpy.zeros((), numpy.int64),
    }
    whole = {f"state_dict.{name}": array for name, array in tensors.items()} | beside
    found = take(whole, graph)
    assert same(found.tensors, tensors)
    assert found.unexpected == found.around.outside == ()


def test_plain_weights_are_taken_and_their_averages_are_told_of(
    graph: Graph, tensors: Tensors
) -> None:
    averages = {f"ema.{name}": array + 1 for name, array in tensors.items()}
    found = take(averages | {f"model.{name}": array for name, array in tensors.items()}, graph)
    assert same(found.tensors, tensors)
    assert found.around.beginning == "model."
    assert found.around.again == ("ema.",)
    assert len(found.around.outside) == len(tensors)


def test_tensors_of_another_part_of_a_model_are_counted_as_outside(
    graph: Graph, tensors: Tensors
) -> None:
    whole = {f"backbone.{name}": array for name, array in tensors.items()}
    found = take(whole | {"head.weight": numpy.zeros(3)}, graph)
    assert same(found.tensors, tensors)
    assert found.around.outside == ("head.weight",)


def test_a_squeeze_and_excitation_of_convolutions_fits_one_of_dense_layers_and_back(
    graph: Graph, tensors: Tensors
) -> None:
    key = "multiply.gate.dense.fully_connected.weight"
    kernel = tensors[key]
    found = take({**tensors, key: kernel.reshape(2, 8, 1, 1)}, graph)
    assert numpy.array_equal(found.tensors[key], kernel)
    point = "residual.body.conv_1.conv2d.weight"
    found = take({**tensors, point: tensors[point].reshape(8, 8)}, graph)
    assert numpy.array_equal(found.tensors[point], tensors[point])


def test_a_convolution_over_a_whole_map_fits_the_dense_layer_behind_flatten(
    graph: Graph, tensors: Tensors
) -> None:
    key = "logits.fully_connected.weight"
    found = take({**tensors, key: tensors[key].reshape(4, 8, 8, 8)}, graph)
    assert numpy.array_equal(found.tensors[key], tensors[key])


def test_a_kernel_that_only_has_as_many_numbers_fits_nothing(
    graph: Graph, tensors: Tensors
) -> None:
    key = "depthwise_conv.conv2d.weight"
    with pytest.raises(SpecError) as caught:
        take({**tensors, key: tensors[key].reshape(1, 8, 3, 3)}, graph)
    assert caught.value.diagnostics[0].code == "weights/shape"
