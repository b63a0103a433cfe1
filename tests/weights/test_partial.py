"""Weights of another network, in part: what fits is kept, and what is drawn is told."""

from __future__ import annotations

import shlex
from collections.abc import Mapping
from typing import Any

import numpy
import pytest

from archspec.diagnostic import SpecError
from archspec.graph import Graph
from archspec.weights import names, publishers, taking
from archspec.weights.adapting import adapted
from archspec.weights.initial import draw
from archspec.weights.layouts import LAYOUTS
from archspec.weights.renaming import RenameRule, renamed
from archspec.weights.taking import STRICT, TakingTerms
from tests.weights.networks import SPEC, network, several

PARTIAL = TakingTerms(partial=True, seed=7)
LOGITS = ["logits.fully_connected.weight", "logits.fully_connected.bias"]
OTHER = SPEC.replace("classes: 4", "classes: 9").replace("flatten\n", "flatten\n  - dense 16\n")


def take(
    source: Mapping[str, Any], graph: Graph, terms: TakingTerms = STRICT
) -> taking.TakenTensors:
    return taking.take(source, names.own(graph, LAYOUTS["torch"]), graph, terms)


def test_what_fits_is_kept_and_the_rest_is_drawn_from_the_seed() -> None:
    old, new = network(), network(OTHER)
    tensors, seeded = several(old), draw(new, 7)

    found = take(tensors, new, PARTIAL)

    assert found.drawn == {
        "dense.fully_connected.weight": "no `dense.fully_connected.weight` in the file",
        "dense.fully_connected.bias": "no `dense.fully_connected.bias` in the file",
        "logits.fully_connected.weight": "4 x 512 in the file",
        "logits.fully_connected.bias": "4 in the file",
    }
    for key, array in found.tensors.items():
        assert numpy.array_equal(array, seeded[key] if key in found.drawn else tensors[key]), key
    assert found.matched == len(tensors) - 2
    assert found.unexpected == ()


def test_without_the_word_for_it_nothing_is_drawn_and_the_word_is_named() -> None:
    with pytest.raises(SpecError) as caught:
        take(several(network()), network(OTHER))
    told = caught.value.diagnostics
    assert sorted(each.code for each in told) == ["weights/missing"] * 2 + ["weights/shape"] * 2
    assert all("--partial" in str(each.help) for each in told)


def test_what_does_not_fit_at_all_is_no_part() -> None:
    with pytest.raises(SpecError) as caught:
        take({"logits.fully_connected.bias": numpy.zeros(3, numpy.float32)}, network(), PARTIAL)
    assert "no tensor of the file" in caught.value.diagnostics[0].message


@pytest.mark.parametrize("wrong", [numpy.full(4, numpy.nan, numpy.float32), numpy.zeros(4, int)])
def test_what_is_wrong_in_itself_is_refused_in_part_too(wrong: Any) -> None:
    graph = network()
    with pytest.raises(SpecError):
        take({**several(graph), LOGITS[1]: wrong}, graph, PARTIAL)


def test_a_classifier_of_other_classes_is_drawn_for_a_publishers_network() -> None:
    graph = network(SPEC.replace("name: net", "name: inception_v3"))
    with pytest.raises(SpecError) as caught:
        publishers.find("keras", graph)
    (told,) = caught.value.diagnostics
    assert "keras's inception_v3 has no names for" in told.message
    assert "--partial" in str(told.help)
    assert publishers.find("keras", graph, partial=True).publisher == "keras"


def test_a_layer_that_a_publisher_has_not_is_looked_for_by_the_name_of_its_own() -> None:
    (names_of_vgg,) = (each for each in names.maps() if each.network == "VGG16")
    tuned = network("network: [global_avg_pool, dense 7 as head]\n")
    assert names_of_vgg.naming(tuned).keys == {}
    assert names_of_vgg.naming(tuned, partial=True).keys == {
        "head.fully_connected.weight": "head/kernel",
        "head.fully_connected.bias": "head/bias",
    }


TUNED = "archspec: 1\nname: net\ninput: 4\nnetwork: [dense 8 as features, dense 7 as logits]\n"
NAMED = names.parse(
    {
        "layout": "keras",
        "names": {
            "body": "features.fully_connected",
            "predictions": "logits.fully_connected",
        },
    },
    "theirs",
)


def tuned(last: str) -> dict[str, Any]:
    """Write a network whose last layer has another name than the publisher's."""
    shapes = {
        "body/kernel": (4, 8),
        "body/bias": (8,),
        f"{last}/kernel": (8, 7),
        f"{last}/bias": (7,),
    }
    return {name: numpy.full(shape, 0.5, numpy.float32) for name, shape in shapes.items()}


def test_the_last_layer_of_a_tuned_network_may_have_the_name_of_the_spec() -> None:
    graph = network(TUNED)
    found = taking.take(tuned("logits"), NAMED.naming(graph, partial=True), graph, PARTIAL)
    assert found.drawn == {}
    assert found.unexpected == ()
    assert (found.tensors["logits.fully_connected.weight"] == 0.5).all()


def test_a_tensor_of_the_shape_of_one_that_is_missing_is_told() -> None:
    graph = network(TUNED)
    with pytest.raises(SpecError) as caught:
        taking.take(tuned("dense"), NAMED.naming(graph), graph)
    helps = [str(each.help) for each in caught.value.diagnostics]
    for variable, help in zip(("kernel", "bias"), helps, strict=True):
        assert f"--rename takes `dense/{variable}`" in help
        assert "--partial" in help


@pytest.mark.parametrize("beginning", ["", "model."])
def test_in_part_the_rule_that_takes_a_tuned_layer_is_told_and_does(beginning: str) -> None:
    graph = network(TUNED)
    source = {f"{beginning}{name}": array for name, array in tuned("dense").items()}
    naming = NAMED.naming(graph, partial=True)

    reason = taking.take(source, naming, graph, PARTIAL).drawn["logits.fully_connected.weight"]
    before, after = shlex.split(reason.partition("`dense/kernel` fits: --rename ")[2])
    found = taking.take(renamed(source, [RenameRule(before, after)]), naming, graph, PARTIAL)

    assert found.drawn == {}
    assert (found.tensors["logits.fully_connected.weight"] == 0.5).all()


def test_a_grey_image_is_seen_by_the_sum_as_the_colours_were() -> None:
    old, grey = network(), network(SPEC.replace("8x8x3", "8x8x1"))
    tensors = several(old)
    key = "stem.conv2d.weight"

    found = take(tensors, grey, TakingTerms(adapt="sum"))

    assert found.adapted == (key,)
    assert found.drawn == {}
    r, g, b = (tensors[key][:, channel] for channel in range(3))
    numpy.testing.assert_allclose(found.tensors[key][:, 0], r + g + b, rtol=1e-6)


def test_repeated_channels_keep_the_size_of_what_is_summed() -> None:
    kernel = numpy.arange(6, dtype=numpy.float32).reshape(1, 3, 2, 1)
    found = adapted(kernel, (1, 4, 2, 1), "repeat")
    assert found[0, :, 0, 0].tolist() == [0, 1.5, 3, 0]
    wide = adapted(kernel, (1, 6, 2, 1), "repeat")
    numpy.testing.assert_allclose(wide.sum(1), kernel.sum(1))


def test_four_channels_share_the_sum_of_three() -> None:
    kernel = numpy.array([1, 2, 5], numpy.float32).reshape(1, 3, 1, 1)
    assert adapted(kernel, (1, 4, 1, 1), "sum").ravel().tolist() == [2, 2, 2, 2]


def test_only_a_first_convolution_is_adapted() -> None:
    wider = network(
        SPEC.replace("conv 3x3 8 norm", "conv 3x3 16 norm").replace("dense 8", "dense 16")
    )
    with pytest.raises(SpecError):
        take(several(network()), wider, TakingTerms(adapt="sum"))


def test_a_first_convolution_of_other_channels_is_refused_with_the_way_to_adapt_it() -> None:
    with pytest.raises(SpecError) as caught:
        take(several(network()), network(SPEC.replace("8x8x3", "8x8x5")))
    (told,) = caught.value.diagnostics
    assert told.message == "`stem.conv2d.weight` is 8 x 3 x 3 x 3, and should be 8 x 5 x 3 x 3"
    assert "--adapt-input sum" in str(told.help)
