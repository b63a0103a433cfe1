"""Where each pass must apply, and where it must refuse, case by case."""

from __future__ import annotations

import numpy as np
import pytest

import archspec
from archspec import Graph
from archspec.checked import check
from archspec.location import of_text
from archspec.passes.compose_convolutions import compose_convolutions
from archspec.passes.drop_identities import drop_identities
from archspec.passes.drop_unused import drop_unused
from archspec.passes.fold_batch_norm import fold_batch_norm
from archspec.passes.fold_scale import fold_scale
from archspec.passes.merge_siblings import merge_siblings
from archspec.passes.move_average_pool import move_average_pool
from archspec.passes.optimize import Pass, optimize
from archspec.passes.record import Place
from archspec.passes.reparameterize import reparameterize
from archspec.passes.share_equal import share_equal
from archspec.weights.initial import draw
from tests.passes.networks import distance, outputs, weights

SPEC = "archspec: 1\nname: case\ninput: 9x9x4\nnetwork:\n"


def graph_of(steps: str, rest: str = "") -> Graph:
    graph = check(of_text(f"{SPEC}{steps}\n{rest}".encode())).graph
    assert graph is not None
    return graph


def places(run: Pass, steps: str, rest: str = "") -> tuple[Place, ...]:
    """Run a pass; whatever it does, the network computes the same."""
    graph = graph_of(steps, rest)
    tensors = weights(graph)
    passed = run(graph, tensors)
    same = [outputs(graph, tensors, "float64"), outputs(passed.graph, passed.tensors, "float64")]
    assert distance(*same) < 1e-9
    return passed.places


CONV_NORM = "  - conv2d 8 kernel=3x3 as c\n  - batch_norm as n\n"
POOL_CONV = "  - avg_pool 3x3{} as p\n  - conv2d 3 kernel=1x1{} as c\n"
UNEVEN = " count_padding=true padding=[0,0,1,1]"
TWO_SUMMED = "  - add:\n      - conv2d 4 kernel={}\n      - conv2d 4 kernel={}\n"
STEPPING = "3x3 stride=2 padding=1"
"""Makes 5 of 9 rows, as windows of 7 do in steps of 3 with 5 rows on both sides."""
SIBLINGS = "  - concat:\n      - [conv2d 8 kernel={}, relu]\n      - [conv2d 8 kernel={}, {}]\n"
PRODUCT = "  - conv2d 9 kernel=1x1 as a\n  - conv2d 4 kernel=1x1 as b\n"
TWO_LAYERS = (
    "  - conv2d 4 kernel=1x1 as a from input\n  - relu as b\n"
    "  - conv2d 4 kernel=1x1 as c from input\n  - relu as d\n"
)
SHARED_SIBLING = f"{TWO_LAYERS}  - add from a b d\n"
OTHER_WINDOW = (
    "  - concat:\n      - ['conv2d 8 kernel={}', relu, global_avg_pool]\n"
    "      - ['conv2d 8 kernel={}', relu, global_avg_pool]\n"
)
UNUSED = """
  - conv2d 4 kernel=3x3 as a from input
  - relu as b
  - conv2d 4 kernel=1x1 as c from input
"""
TURNED = (
    "  - relu as a\n  - tanh as b from input\n"
    "  - subtract from a b as c\n  - subtract from b a as d\n  - concat from c d\n"
)
SUM = (
    "  - conv2d 4 kernel=3x3 as a from input\n  - conv2d 4 kernel=1x1 as b from input\n"
    "  - add from a b as add\n"
)


def last_of(steps: str) -> str:
    """Name the last of some steps, by its name or its word."""
    *_, last = steps.splitlines()
    return last.split(" as ")[1] if " as " in last else last.split()[1]


@pytest.mark.parametrize(
    ("run", "steps", "reason"),
    [
        (fold_batch_norm, "  - relu\n  - batch_norm\n", "follows relu"),
        (fold_batch_norm, "  - batch_norm\n  - relu\n", "reads the input"),
        (
            fold_batch_norm,
            "  - conv2d 8 kernel=1x1\n  - max_pool 3x3\n  - batch_norm\n",
            "max_pool",
        ),
        (fold_batch_norm, f"{CONV_NORM}  - add from n c\n", "is read 2 times"),
        (fold_scale, "  - conv2d 8 kernel=1x1\n  - relu\n  - scale 0.2\n", "follows relu"),
        (move_average_pool, POOL_CONV.format(" count_padding=true", ""), "padding count"),
        (move_average_pool, POOL_CONV.format(" /2", ""), "stride is 2x2"),
        (move_average_pool, POOL_CONV.format("", " stride=2"), "stride of `c`"),
        (move_average_pool, POOL_CONV.format("", " stride=1x2"), "stride of `c`"),
        (move_average_pool, POOL_CONV.format(UNEVEN, ""), "padding count"),
        (move_average_pool, POOL_CONV.format("", " padding=1"), "not a convolution of 1x1"),
        (
            move_average_pool,
            "  - avg_pool 3x3\n  - conv2d 3 kernel=3x3\n",
            "not a convolution of 1x1",
        ),
        (move_average_pool, "  - avg_pool 3x3\n  - conv2d 9 kernel=1x1\n", "more channels"),
        (move_average_pool, "  - avg_pool 3x3\n  - relu\n  - conv2d 3 kernel=1x1\n", "relu comes"),
        (move_average_pool, f"{POOL_CONV.format('', '')}  - concat from p c\n", "read 2 times"),
        (move_average_pool, "  - max_pool 3x3\n  - conv2d 3 kernel=1x1\n", "not commute"),
        (
            move_average_pool,
            f"{POOL_CONV.format('', '')}  - conv2d 3 kernel=1x1 as d from p\n  - add from c d\n",
            "read 2 times",
        ),
        (
            fold_scale,
            "  - conv2d 8 kernel=1x1 as c\n  - scale 0.2 as s\n  - add from s c\n",
            "read 2 times",
        ),
        (merge_siblings, SIBLINGS.format("1x1", "3x3", "relu"), "no sibling"),
        (merge_siblings, SHARED_SIBLING, "`a` is read 2 times"),
        (merge_siblings, OTHER_WINDOW.format("3x3", "3x3 padding=valid"), "no sibling"),
        (merge_siblings, OTHER_WINDOW.format("1x1", "1x1 stride=2"), "no sibling"),
        (merge_siblings, OTHER_WINDOW.format("1x1", "1x1 stride=1x2"), "no sibling"),
        (
            merge_siblings,
            OTHER_WINDOW.format("3x3 padding=1", "3x3 padding=[0,2,1,1]"),
            "no sibling",
        ),
        (
            merge_siblings,
            OTHER_WINDOW.format("3x3 padding=1", "3x3 padding=1 dilation=2"),
            "no sibling",
        ),
        (merge_siblings, SIBLINGS.format("1x1", "1x1", "tanh"), "no sibling"),
        (merge_siblings, SIBLINGS.format("1x1", "1x1 groups=2", "relu"), "2 groups"),
        (merge_siblings, SIBLINGS.format("1x1", "1x1", "softmax"), "softmax comes behind it"),
        (merge_siblings, SIBLINGS.format("1x1", "1x1", "max_pool 3x3"), "max_pool comes behind"),
        (reparameterize, "  - add: [conv2d 4 kernel=3x3, [conv2d 4 kernel=1x1, relu]]\n", "linear"),
        (
            reparameterize,
            "  - add: [conv2d 4 kernel=3x3 groups=2, conv2d 4 kernel=1x1]\n",
            "linear",
        ),
        (reparameterize, TWO_SUMMED.format("3x3 padding=[1,3,1,3] dilation=2", "1x1"), "linear"),
        (reparameterize, TWO_SUMMED.format("5x5", "3x3 dilation=2"), "linear"),
        (reparameterize, TWO_SUMMED.format("7x7 stride=3 padding=5", STEPPING), "linear"),
        (reparameterize, "  - add: [conv2d 4 kernel=3x3, max_pool 3x3]\n", "linear"),
        (reparameterize, "  - add: [[relu, conv2d 4 kernel=3x3], identity]\n", "linear"),
        (reparameterize, "  - add: [relu, identity]\n", "no convolution"),
        (
            share_equal,
            "  - add: [conv2d 4 kernel=1x1, conv2d 4 kernel=1x1]\n",
            "weights are others",
        ),
        (
            compose_convolutions,
            "  - conv2d 2 kernel=1x1\n  - conv2d 4 kernel=1x1\n",
            "more multiply",
        ),
        (compose_convolutions, "  - conv2d 9 kernel=1x1\n  - conv2d 9 kernel=3x3\n", "windows"),
        (drop_identities, "  - identity\n", "as output"),
    ],
)
def test_a_pass_leaves_a_place_that_is_not_legal_and_says_why(
    run: Pass, steps: str, reason: str
) -> None:
    found = places(run, steps)
    assert found
    assert not [each for each in found if each.is_applied]
    assert any(reason in each.told for each in found)


@pytest.mark.parametrize(
    ("run", "steps", "tapped"),
    [
        (fold_batch_norm, CONV_NORM, "c"),
        (fold_scale, "  - conv2d 8 kernel=1x1 as c\n  - scale 0.2 as n\n", "c"),
        (move_average_pool, POOL_CONV.format("", ""), "p"),
        (compose_convolutions, PRODUCT, "a"),
        (merge_siblings, f"{TWO_LAYERS}  - concat from b d\n", "a"),
    ],
)
def test_a_value_that_is_tapped_in_the_middle_stays(run: Pass, steps: str, tapped: str) -> None:
    found = places(run, steps, f"outputs: [{tapped}, {last_of(steps)}]\n")
    assert f"`{tapped}` is an output of the network" in {each.told for each in found}
    assert not [each for each in found if each.is_applied]


def test_a_branch_of_a_sum_that_is_tapped_stays() -> None:
    (place,) = places(reparameterize, SUM, "outputs: [add, b]\n")
    assert place == Place(
        "add", False, "no other branch of it is linear in what its convolution reads"
    )
    (place,) = places(reparameterize, SUM)
    assert place.is_applied


def test_steps_that_nothing_uses_are_dropped_and_recorded() -> None:
    found = places(drop_unused, UNUSED)
    assert found == tuple(Place(path, True, "nothing uses it") for path in ("a", "b"))
    assert places(drop_unused, UNUSED, "outputs: [a, c]\n") == found[1:]


def test_the_last_of_steps_that_change_nothing_stays_as_the_output() -> None:
    idle, output = places(drop_identities, "  - identity as a\n  - dropout 0.5 as b\n")
    assert idle == Place("a", True, "identity changes nothing in inference")
    assert output == Place("b", False, "it gives the input `input` as output")


@pytest.mark.parametrize(
    ("run", "step", "told"),
    [
        (drop_identities, "identity", "identity changes nothing in inference"),
        (share_equal, "elu", "equal to `a`"),
    ],
)
def test_what_a_module_gave_unread_is_recorded_where_it_goes_with_the_module(
    run: Pass, step: str, told: str
) -> None:
    steps = "  - elu as a from input\n  - pair from input as p\n  - add from a p.kept\n"
    parts = (
        "parts: {pair: {inputs: [given], outputs: [kept, other], steps:"
        f" [{step} as kept from given, tanh as other from given]}}}}\n"
    )
    found = places(run, steps, parts)
    assert found == (Place("p.kept", True, told), Place("p.other", True, "nothing uses it"))
    assert places(drop_unused, steps, parts) == ()  # the module gives both by name


def test_equal_outputs_stay_two() -> None:
    found = places(
        share_equal, "  - relu as a from input\n  - relu as b from input\n", "outputs: [a, b]\n"
    )
    assert [each.told for each in found] == ["like `a`, but it is an output of the network"]


def test_what_is_for_training_alone_is_left_out() -> None:
    """A norm of a network that is trained uses the batch, which no layer before it can do."""
    heads = "auxiliary: {side: {from: c, steps: [global_avg_pool, dense 5]}}\n"
    graph = graph_of(f"{CONV_NORM}  - dropout 0.5\n  - relu\n", heads)
    found = optimize(graph, weights(graph))
    assert not found.graph.heads
    assert [node.op.word for node in found.graph.nodes.values()] == ["conv2d", "relu"]


@pytest.mark.parametrize(
    "layer",
    [
        "conv2d 8 kernel=3x3 stride=2",
        "conv2d 8 kernel=3x3 groups=2 bias=false",
        "conv2d 4 kernel=3x3 groups=4",
        "conv_transpose2d 6 kernel=3x3 stride=2 groups=2",
        "conv_transpose2d 6 kernel=2x2 bias=false",
    ],
)
@pytest.mark.parametrize("behind", ["batch_norm", "batch_norm gamma=false", "affine", "scale 0.3"])
def test_norms_and_factors_become_part_of_any_convolution(layer: str, behind: str) -> None:
    run = fold_batch_norm if "norm" in behind else fold_scale
    (place,) = places(run, f"  - {layer} as c\n  - {behind} as n\n")
    assert place == Place("n", True, "folded into `c`")


def test_a_factor_that_shifts_nothing_gives_a_layer_no_bias() -> None:
    graph = graph_of("  - conv2d 8 kernel=1x1 bias=false as c\n  - affine bias=false\n")
    found = optimize(graph, weights(graph))
    assert {key: each.shape for key, each in found.tensors.items()} == {"c.weight": (8, 4, 1, 1)}


@pytest.mark.parametrize(
    ("large", "small"),
    [
        ("kernel=3x3", "kernel=1x1"),
        ("kernel=3x3 stride=2", "kernel=1x1 stride=2 padding=0"),
        ("kernel=3x3 groups=2", "kernel=1x1 groups=2"),
        ("kernel=5x5", "kernel=1x3"),
        ("kernel=3x3 dilation=2", "kernel=1x1"),
        ("kernel=4x4", "kernel=2x2"),
        ("kernel=3x3 padding=[0,2,1,1]", "kernel=1x1"),
    ],
)
def test_a_smaller_convolution_becomes_part_of_a_larger(large: str, small: str) -> None:
    pads = " padding=1" if "stride" in large else ""
    steps = f"  - add:\n      - conv2d 4 {large}{pads}\n      - conv2d 4 {small}\n"
    (place,) = places(reparameterize, steps)
    assert place.is_applied, place.told


@pytest.mark.parametrize("beside", ["batch_norm", "scale 0.5", "identity"])
def test_what_acts_on_each_channel_becomes_part_of_a_convolution_in_groups(beside: str) -> None:
    (place,) = places(reparameterize, f"  - add: [conv2d 4 kernel=3x3 groups=2, {beside}]\n")
    assert place.is_applied, place.told


def test_a_block_of_repvgg_is_one_convolution() -> None:
    steps = (
        "  - add:\n"
        "      - conv 3x3 4 linear norm=batch_norm\n"
        "      - conv 1x1 4 linear norm=batch_norm\n"
        "      - batch_norm\n"
        "  - relu\n"
    )
    graph = graph_of(steps)
    found = optimize(graph, weights(graph))
    assert [node.op.word for node in found.graph.nodes.values()] == ["conv2d", "relu"]
    assert archspec.count(graph).parameters == (9 * 16 + 4) + (16 + 4) + 3 * 2 * 4
    assert archspec.count(found.graph).parameters == 9 * 16 + 4


def test_repvgg_as_trained_becomes_repvgg_as_deployed() -> None:
    graph = archspec.load("zoo:repvgg_a0")
    found = optimize(graph, draw(graph)).graph
    assert [archspec.count(each).parameters for each in (graph, found)] == [9_108_968, 8_309_384]
    assert archspec.count(found).macs == 1_361_451_008
    words = [node.op.word for node in found.nodes.values()]
    assert words == [*("conv2d", "relu") * 22, "global_avg_pool", "fully_connected"]


def test_siblings_over_one_value_are_one_convolution_and_slices() -> None:
    found = places(merge_siblings, SIBLINGS.format("3x3", "3x3", "relu"))
    assert [each.is_applied for each in found] == [True, True]


def test_a_pool_moves_behind_the_convolution_that_makes_fewer_channels() -> None:
    graph = graph_of(POOL_CONV.format("", ""))
    found = move_average_pool(graph, weights(graph)).graph
    assert [node.op.word for node in found.nodes.values()] == ["conv2d", "avg_pool"]


def test_equal_values_are_computed_once() -> None:
    graph = graph_of("  - add:\n      - [relu, tanh]\n      - [relu, elu]\n")
    found = share_equal(graph, {}).graph
    assert sum(node.op.word == "relu" for node in found.nodes.values()) == 1


@pytest.mark.parametrize(
    "steps", ["  - add: [scale 0.2, scale 0.3]\n", TURNED], ids=["attributes", "order of operands"]
)
def test_values_are_not_equal_by_their_operators_alone(steps: str) -> None:
    assert places(share_equal, steps) == ()


@pytest.mark.parametrize(("bias", "convolutions"), [(0.5, 1), (0.25, 2)])
def test_layers_are_equal_if_all_of_their_weights_are(bias: float, convolutions: int) -> None:
    graph = graph_of(TWO_LAYERS + "  - add from b d\n")
    tensors = {key: np.full_like(each, 0.5) for key, each in weights(graph).items()}
    tensors["c.bias"][-1] = bias
    passed = share_equal(graph, tensors)
    assert sum(node.op.word == "conv2d" for node in passed.graph.nodes.values()) == convolutions


def test_dense_layers_in_a_row_are_one_where_that_is_cheaper() -> None:
    (place,) = places(
        compose_convolutions, "  - global_avg_pool\n  - dense 64 as a\n  - dense 3 as b\n"
    )
    assert place.is_applied


def test_convolutions_in_a_row_are_one_with_the_strides_of_both() -> None:
    steps = (
        "  - conv2d 9 kernel=1x1 stride=2 padding=0\n  - conv2d 4 kernel=1x1 stride=2 padding=0\n"
    )
    (place,) = places(compose_convolutions, steps)
    assert place.is_applied


def test_a_weight_that_two_passes_change_is_rounded_once() -> None:
    graph = graph_of("  - conv2d 4 kernel=1x1 as c\n  - batch_norm as n\n  - scale 0.3\n")
    given = weights(graph)
    wide = {key: np.asarray(each, np.float64) for key, each in given.items()}
    factor = wide["n.weight"] / np.sqrt(wide["n.running_var"] + 0.001) * 0.3
    wanted = wide["c.weight"] * factor.reshape(4, 1, 1, 1)
    found = optimize(graph, given).tensors["c.weight"]
    np.testing.assert_array_equal(found, wanted.astype(np.float32))


@pytest.mark.parametrize(
    ("target", "reason"), [("onnxruntime", "NCHWc"), ("channels_last", "copies each slice")]
)
def test_a_target_leaves_out_what_does_not_pay_and_says_why(target: str, reason: str) -> None:
    graph = graph_of(SIBLINGS.format("1x1", "1x1", "relu"))
    assert optimize(graph, weights(graph), "eager").applied
    refused = optimize(graph, weights(graph), target)
    assert refused.graph.nodes == graph.nodes
    told = [each.told for each in refused.records if each.name == "merge_siblings"]
    assert told
    assert all(reason in each for each in told)


def test_another_target_is_refused() -> None:
    with pytest.raises(ValueError, match="tpu is no target"):
        optimize(graph_of("  - relu\n"), {}, "tpu")
