"""Weights of publishers: every tensor mapped, every known pitfall handled, nothing half taken."""

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy
import pytest

from archspec import checked
from archspec.diagnostic import Diagnostic, SpecError
from archspec.graph import Graph
from archspec.weights import giving, publishers, taking
from archspec.weights.expected import expected
from archspec.weights.initial import draw
from archspec.weights.names import NameMap, expand, maps
from archspec.weights.taking import TakingTerms

TESTS = Path(__file__).parents[1]
SPECS = TESTS.parent / "specs"
PUBLISHED = {
    "cadene_bninception": ("cadene", "bninception"),
    "facenet_inception_resnet_v1": ("facenet", "inception_resnet_v1"),
    "keras_inceptionresnetv2": ("keras", "inception_resnet_v2"),
    "keras_inceptionv3": ("keras", "inception_v3"),
    "keras_resnet152": ("keras", "resnet_152"),
    "timm_inception_resnet_v2": ("timm", "inception_resnet_v2"),
    "timm_inception_v3": ("timm", "inception_v3"),
    "timm_inception_v4": ("timm", "inception_v4"),
    "timm_seresnet50": ("timm", "seresnet50"),
    "torchvision_convnext_tiny": ("torchvision", "convnext_tiny"),
    "torchvision_densenet121": ("torchvision", "densenet121"),
    "torchvision_efficientnet_b0": ("torchvision", "efficientnet_b0"),
    "torchvision_inception_v3": ("torchvision", "inception_v3"),
    "torchvision_mobilenet_v2": ("torchvision", "mobilenet_v2"),
    "torchvision_resnet152": ("torchvision", "resnet_152"),
    "torchvision_resnet50": ("torchvision", "resnet_50"),
    "torchvision_resnet50_fpn": ("torchvision", "resnet_fpn_backbone"),
    "torchvision_shufflenet_v2_x1_0": ("torchvision", "shufflenet_v2_x1_0"),
    "torchvision_vgg16": ("torchvision", "vgg16"),
}
MAPS = {(each.publisher, each.network): each for each in maps()}


def graph_of(names: NameMap, *, heads: bool = False) -> Graph:
    graph = checked.load(SPECS / f"{names.spec}.yaml")
    return graph if heads else graph.without_heads()


def take(source: Mapping[str, Any], names: NameMap, graph: Graph) -> taking.TakenTensors:
    return taking.take(source, names.naming(graph), graph)


def give(tensors: Mapping[str, Any], names: NameMap, graph: Graph) -> dict[str, Any]:
    return giving.give(tensors, names.naming(graph), graph)


def published(file: str) -> dict[str, tuple[int, ...]]:
    tensors = json.loads((TESTS / f"data/checkpoints/{file}.json").read_text(encoding="utf-8"))
    listed = tensors["tensors"]
    pairs = listed.items() if isinstance(listed, dict) else listed
    return {name: tuple(shape) for name, shape in pairs if "num_batches" not in name}


@pytest.mark.parametrize("file", PUBLISHED)
def test_every_tensor_of_a_published_checkpoint_has_its_place_with_its_shape(file: str) -> None:
    names = MAPS[PUBLISHED[file]]
    source = {name: numpy.zeros(shape, numpy.float32) for name, shape in published(file).items()}
    heads = any("Aux" in name for name in source)

    found = take(source, names, graph_of(names, heads=heads))

    assert found.unexpected == ()
    assert found.left == ()


@pytest.mark.parametrize(
    "names", MAPS.values(), ids=lambda each: f"{each.publisher} {each.network}"
)
def test_what_is_given_to_a_publisher_is_taken_back_to_the_bit(names: NameMap) -> None:
    graph = graph_of(names)
    tensors = draw(graph, 1)

    taken = take(give(tensors, names, graph), names, graph)

    assert taken.tensors.keys() == tensors.keys()
    assert all(numpy.array_equal(tensors[key], taken.tensors[key]) for key in tensors)


@pytest.fixture(name="slim")
def slim_map() -> NameMap:
    return MAPS["tf-slim", "inception_v3"]


def test_the_background_class_of_slim_is_left_out_and_missing_scales_are_one(slim: NameMap) -> None:
    graph = graph_of(slim)
    tensors = draw(graph)
    source = give(tensors, slim, graph)
    source = {name: array for name, array in source.items() if not name.endswith("gamma")}
    prefix = "InceptionV3/Logits/Conv2d_1c_1x1"
    kernel = source[f"{prefix}/weights"]
    background = numpy.full((kernel.shape[0], 1), 7, numpy.float32)
    source[f"{prefix}/weights"] = numpy.concatenate([background, kernel], 1)[None, None]
    source[f"{prefix}/biases"] = numpy.concatenate([[7], source[f"{prefix}/biases"]])
    source["global_step"] = numpy.zeros(())

    found = take(source, slim, graph)

    assert numpy.array_equal(
        found.tensors["logits.fully_connected.weight"], tensors["logits.fully_connected.weight"]
    )
    assert found.tensors["logits.fully_connected.bias"].shape == (1000,)
    assert len(found.filled) == sum(node.op.role == "norm" for node in graph.nodes.values())
    assert all((found.tensors[key] == 1).all() for key in found.filled)
    assert found.unexpected == ()


def test_a_kernel_of_one_row_keeps_its_height_and_width(slim: NameMap) -> None:
    graph = graph_of(slim)
    name = "InceptionV3/Mixed_6b/Branch_1/Conv2d_0b_1x7/weights"
    source = give(draw(graph), slim, graph)
    source[name] = numpy.arange(7 * 128 * 128, dtype=numpy.float32).reshape(1, 7, 128, 128)

    taken = take(source, slim, graph).tensors["mixed_6b.concat.short.conv_1.conv2d.weight"]

    assert taken.shape == (128, 128, 1, 7)
    assert taken[5, 3, 0, 2] == source[name][0, 2, 3, 5]


def test_the_auxiliary_head_of_a_file_is_left_out_unless_it_is_wanted() -> None:
    names = MAPS["torchvision", "inception_v3"]
    whole = graph_of(names, heads=True)
    source = give(draw(whole), names, whole)

    found = take(source, names, graph_of(names))

    assert len(found.left) == 12
    assert all(name.startswith("AuxLogits.") for name in found.left)
    assert take(source, names, whole).left == ()


def test_counters_of_batches_are_no_tensors() -> None:
    names = MAPS["timm", "resnet_50"]
    graph = graph_of(names)
    source = give(draw(graph), names, graph)
    source["bn1.num_batches_tracked"] = numpy.zeros((), numpy.int64)

    assert take(source, names, graph).unexpected == ()


def test_keras_numbers_its_layers_on_from_one_model_of_a_session_to_the_next() -> None:
    names = MAPS["keras", "inception_v3"]
    graph = graph_of(names)
    first = give(draw(graph), names, graph)

    later = {_later(name): array for name, array in first.items()}

    one, two = (take(each, names, graph).tensors for each in (first, later))
    assert all(numpy.array_equal(one[key], two[key]) for key in expected(graph))


def _later(name: str) -> str:
    return re.sub(
        r"^(conv2d|batch_normalization)(?:_(\d+))?/",
        lambda match: f"{match[1]}_{int(match[2] or 0) + 94}/",
        name,
    )


def test_missing_and_misshapen_tensors_are_told_at_once() -> None:
    names = MAPS["timm", "resnet_50"]
    graph = graph_of(names)
    source = give(draw(graph), names, graph)
    del source["conv1.weight"]
    source["fc.bias"] = numpy.zeros(3, numpy.float32)

    with pytest.raises(SpecError) as error:
        take(source, names, graph)

    assert [each.code for each in error.value.diagnostics] == ["weights/missing", "weights/shape"]
    assert "conv1.weight" in error.value.diagnostics[0].message


@pytest.fixture(name="resnet")
def resnet_map() -> NameMap:
    return MAPS["torchvision", "resnet_50"]


def refusals(source: dict[str, Any], names: NameMap) -> list[Diagnostic]:
    with pytest.raises(SpecError) as error:
        take(source, names, graph_of(names))
    return list(error.value.diagnostics)


def test_numbers_that_are_none_or_of_another_kind_are_refused_with_the_step(
    resnet: NameMap,
) -> None:
    source = give(draw(graph_of(resnet)), resnet, graph_of(resnet))
    source["conv1.weight"] = source["conv1.weight"].copy()
    source["conv1.weight"].flat[5] = numpy.nan
    source["bn1.weight"] = numpy.full(64, 1e300)
    source["bn1.bias"] = source["bn1.bias"].astype(numpy.int64)
    source["fc.bias"] = source["fc.bias"].astype(numpy.complex64)

    found = refusals(source, resnet)

    wrong = ("weights/not-finite", "weights/not-finite", "weights/type", "weights/type")
    assert tuple(each.code for each in found) == wrong
    assert all(each.labels for each in found)


def test_a_view_that_claims_a_shape_beyond_all_memory_is_refused(resnet: NameMap) -> None:
    source = give(draw(graph_of(resnet)), resnet, graph_of(resnet))
    source["fc.weight"] = numpy.broadcast_to(numpy.float32(0), (10**6, 10**6))
    (found,) = refusals(source, resnet)
    assert found.code == "weights/shape"
    assert "1000000 x 1000000" in found.message


def test_a_bias_for_a_step_that_takes_none_is_refused_rather_than_dropped(resnet: NameMap) -> None:
    source = give(draw(graph_of(resnet)), resnet, graph_of(resnet))
    source["conv1.bias"] = numpy.zeros(64, numpy.float32)
    (found,) = refusals(source, resnet)
    assert found.code == "weights/unexpected"
    assert "conv1.bias" in found.message
    assert found.labels[0].text == "has no bias"


def test_a_file_with_none_of_the_names_is_refused_in_one_sentence(resnet: NameMap) -> None:
    (found,) = refusals({"strange": numpy.zeros(3)}, resnet)
    assert "as torchvision calls those of resnet_50; its first is `strange`" in found.message


def test_the_prefix_that_pytorch_gives_a_model_on_several_devices_is_taken_away(
    resnet: NameMap,
) -> None:
    graph = graph_of(resnet)
    source = give(draw(graph), resnet, graph)
    wrapped = {f"module.{name}": array for name, array in source.items()}
    assert take(wrapped, resnet, graph).unexpected == ()


def test_names_that_are_only_numbered_fit_no_other_network() -> None:
    with pytest.raises(SpecError) as error:
        publishers.find("keras", checked.load(SPECS / "resnet_50.yaml"))
    assert error.value.diagnostics[0].code == "weights/no-names"


def test_layers_that_keras_counts_are_taken_in_part_only_where_none_came_or_went() -> None:
    names = MAPS["keras", "inception_v3"]
    graph = graph_of(names)
    source = give(draw(graph), names, graph)
    del source["predictions/kernel"]
    partial = TakingTerms(partial=True)
    found = taking.take(source, names.naming(graph), graph, partial)
    assert list(found.drawn) == ["logits.fully_connected.weight"]
    source["conv2d_94/kernel"] = numpy.zeros((1, 1, 3, 3), numpy.float32)
    with pytest.raises(SpecError) as error:
        taking.take(source, names.naming(graph), graph, partial)
    (told,) = error.value.diagnostics
    assert "95 layers that Keras numbers as `conv2d`, and the spec 94" in told.message


def test_a_publisher_without_names_for_a_network_is_refused_with_those_that_have() -> None:
    graph = checked.load(SPECS / "u_net.yaml")

    with pytest.raises(SpecError) as error:
        publishers.find("timm", graph)

    assert "released/inception_v4" in (error.value.diagnostics[0].help or "")


@pytest.mark.parametrize("file", PUBLISHED)
def test_a_published_checkpoint_is_known_by_its_names(file: str) -> None:
    names = MAPS[PUBLISHED[file]]
    found = publishers.recognized(published(file))
    assert names.automatic or (found is not None and found.spec == names.spec)


def test_a_layer_of_a_common_name_is_of_no_network_that_is_known() -> None:
    assert publishers.recognized(["conv2d/kernel", "predictions/kernel"]) is None


def test_braces_are_written_out_with_the_last_changing_fastest() -> None:
    assert expand("a{1..2}.{x,y}") == ["a1.x", "a1.y", "a2.x", "a2.y"]
