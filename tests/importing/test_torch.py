"""Modules of PyTorch become specs that compute the same, in the words of specs."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

torch = pytest.importorskip("torch")

import archspec  # noqa: E402
from archspec.importing.imported import Network, NetworkBuilder, Untranslatable  # noqa: E402
from archspec.importing.importing import ImportedSpec, spec_of  # noqa: E402
from archspec.importing.order import Order  # noqa: E402
from archspec.operators.activation import Relu  # noqa: E402
from archspec.operators.merge import Concat  # noqa: E402
from archspec.operators.pool import MaxPool  # noqa: E402
from archspec_torch.importing.exported import network  # noqa: E402
from tests.importing import gathering, grid_models, models  # noqa: E402

ORDER = Order("tests", {}, {}, verify=False)
MODELS: dict[str, tuple[Callable[[], Any], tuple[int, ...]]] = {
    "residual": (models.residual, (8, 8, 3)),
    "gate": (models.Gate, (5, 4, 3)),
    "shuffled": (models.Shuffled, (4, 4, 8)),
    "channels_last": (models.ChannelsLast, (8, 8, 6)),
    "dense": (models.Dense, (4, 4, 4)),
    "padded": (models.Padded, (12, 12, 3)),
    "upwards": (grid_models.Upwards, (3, 3, 4)),
    "selective": (models.Selective, (5, 4, 3)),
    "split": (models.Split, (5, 4, 3)),
    "efficient": (models.Efficient, (4, 3, 5)),
    "summed": (models.Summed, (5, 4, 3)),
    "composed": (models.Composed, (4, 6, 3)),
    "by_hand": (models.ByHand, (4, 3, 6)),
    "pooled": (models.Pooled, (4, 6, 4)),
    "widened": (models.Widened, (4, 6, 4)),
    "prepared": (models.Prepared, (4, 6, 3)),
    "focus": (models.Focus, (6, 8, 3)),
    "shifted": (models.Shifted, (13, 15, 3)),
    "looking": (models.Looking, (7, 5, 3)),
    "sized": (grid_models.Sized, (8, 11, 3)),
    "read_twice": (grid_models.ReadTwice, (4, 5, 3)),
    "blocks": (models.Blocks, (8, 8, 3)),
    "overwriting": (models.Overwriting, (4, 3, 3)),
    "pyramid": (grid_models.Pyramid, (13, 9, 3)),
    "rearranged": (gathering.Rearranged, (4, 6, 3)),
    "reduced": (gathering.Reduced, (4, 5, 3)),
    "spread": (gathering.Spread, (4, 5, 3)),
    "aligned": (gathering.Aligned, (4, 5, 3)),
    "alike": (gathering.Alike, (4, 5, 3)),
}


def shaken(model: Any) -> Any:
    """Fill a model with numbers that show every mistake, running statistics included."""
    random = torch.Generator().manual_seed(0)
    for tensor in (*model.parameters(), *model.buffers()):
        if tensor.is_floating_point() and tensor.numel() > 1:
            tensor.data = torch.rand(tensor.shape, generator=random) + 0.2
    return model.eval()


def imported(name: str) -> tuple[Any, ImportedSpec]:
    make, shape = MODELS[name]
    model = shaken(make())
    return model, spec_of(translated(model, shape, name), ORDER)


def translated(model: Any, shape: tuple[int, ...], name: str) -> Network:
    return network(model, {"": shape}, name)


@pytest.mark.parametrize("name", MODELS)
def test_the_spec_computes_in_the_interpreter_what_the_module_computes(name: str) -> None:
    model, found = imported(name)
    assert_same(model, found, MODELS[name][1])


def test_channels_of_maps_whose_cells_are_one_dimension_are_concatenated() -> None:
    found = archspec.import_model(gathering.Concatenated(), (4, 4, 4))
    assert [type(node.op) for node in found.graph.nodes.values()] == [Relu, Concat]


@pytest.mark.parametrize("rows", [7, 8])
def test_every_second_row_is_pooled_and_nothing_cropped(rows: int) -> None:
    found = archspec.import_model(gathering.Every(), (rows, 4, 4))
    assert [type(node.op) for node in found.graph.nodes.values()] == [MaxPool]


def test_rows_are_not_concatenated_with_channels() -> None:
    with pytest.raises(archspec.SpecError, match="its operands are of several forms"):
        archspec.import_model(gathering.Concatenated(0, 2, 3, 1), (4, 4, 4))


def assert_same(model: Any, found: ImportedSpec, shape: tuple[int, ...]) -> None:
    """Compare a module with the interpreter on two images of noise."""
    given = np.random.default_rng(1).standard_normal((2, *shape)).astype("float32")
    with torch.no_grad():
        theirs = model(torch.from_numpy(given).permute(0, 3, 1, 2))
    values = archspec.interpret(found.graph, found.tensors, {"input": given}, dtype="float64")
    wanted = theirs if isinstance(theirs, tuple) else (theirs,)
    for tensor, path in zip(wanted, found.graph.outputs.values(), strict=True):
        array = tensor.permute(0, 2, 3, 1) if tensor.ndim == 4 else tensor
        expected = array.numpy().reshape(values[path].shape)
        np.testing.assert_allclose(values[path], expected, rtol=2e-5, atol=2e-5)


def test_a_live_model_is_imported_and_proved() -> None:
    found = archspec.import_model(shaken(models.residual()), (8, 8, 3), name="small")
    assert found.graph.name == "small"
    assert found.difference is not None
    assert found.difference < 1e-6
    with pytest.raises(archspec.SpecError, match="no backend takes a dict"):
        archspec.import_model({}, (8, 8, 3))


@pytest.mark.parametrize("name", ["residual", "read_twice"])
def test_the_spec_has_all_weights_of_the_module_and_no_others(name: str) -> None:
    model, found = imported(name)
    assert archspec.count(found.graph).parameters == sum(
        each.numel() for each in model.parameters()
    )
    sizes = sorted(each.size for each in found.tensors.values())
    counted = (each for key, each in model.state_dict().items() if "num_batches" not in key)
    assert sizes == sorted(each.numel() for each in counted)


def test_a_residual_network_reads_like_one() -> None:
    text = imported("residual")[1].text
    assert "  - 2 x block -> 4x4x4\n" in text
    assert "        shortcut: conv 1x1 8 /2 linear\n" in text
    assert "  - global_avg_pool -> 8\n  - dense 5" in text


def test_the_momentum_of_a_norm_is_what_it_keeps() -> None:
    assert "batch_norm: {epsilon: 1e-05, momentum: 0.9}" in imported("residual")[1].text


def test_a_concat_that_is_made_twice_has_all_its_operands_twice() -> None:
    builder = NetworkBuilder("twice")
    given = builder.input("input", (2, 2, 3))
    other = builder.add(Relu(), given)
    wires = [builder.concat(Concat(), given, other) for _ in range(2)]
    graph = builder.network({"left": wires[0], "right": wires[1]}).graph
    assert [node.sources for node in graph.nodes.values() if isinstance(node.op, Concat)] == [
        *(("input", "relu"), ("input", "relu")),
    ]


def test_a_gate_on_a_map_of_one_cell_is_dense() -> None:
    text = imported("gate")[1].text
    assert "[global_avg_pool, dense 2 activation=silu, dense 8 activation=hard_sigmoid]" in text


def test_branches_that_compete_are_a_softmax_among_parts() -> None:
    for name, radix in (("selective", 2), ("split", 3)):
        assert f"radix_softmax {radix}" in imported(name)[1].text


def test_gates_along_the_channels_and_learned_scalars_have_words() -> None:
    model, found = imported("efficient")
    assert "channel_conv 3" in found.text
    assert "affine shared=true" in found.text
    assert archspec.count(found.graph).parameters == sum(p.numel() for p in model.parameters())


def test_a_blur_that_nobody_learns_is_averages() -> None:
    model = models.Shifted().eval()
    found = archspec.import_model(model, MODELS["shifted"][1])
    assert found.difference is not None
    assert found.difference < 1e-6
    assert archspec.count(found.graph).parameters == 0
    words = [node.op.word for node in found.graph.nodes.values()]
    assert words == ["crop", "pad", "max_pool", "avg_pool", "avg_pool"]


def test_what_authors_write_out_is_the_word_for_it() -> None:
    words = {node.op.word for node in imported("by_hand")[1].graph.nodes.values()}
    assert words == {
        *("layer_norm", "hard_swish", "hard_sigmoid", "add", "gelu", "global_avg_pool"),
        "l2_normalize",
    }


def test_sizes_that_were_read_are_those_of_the_values_that_had_them() -> None:
    text = imported("pyramid")[1].text
    assert text.count("resize:") + text.count("resize from") == 2
    assert "resize_nearest from" in text or "resize_nearest:" in text
    assert "adaptive_avg_pool 2" in text


def test_views_and_transposes_are_a_channel_shuffle() -> None:
    assert "channel_shuffle 2" in imported("shuffled")[1].text


def test_what_reads_all_before_it_is_a_repeat_of_concats() -> None:
    found = imported("dense")[1]
    assert "times: 4" in found.text


def test_zeros_added_by_hand_are_the_padding_of_the_convolution() -> None:
    text = imported("padded")[1].text
    assert "  - conv 3x3 4 /2 -> 6x6x4" in text
    assert "pad " not in text


def test_random_numbers_are_no_weights() -> None:
    with pytest.raises(Untranslatable) as refused:
        translated(models.Noisy(), (4, 4, 3), "noisy")
    assert [each.reason for each in refused.value.missing] == ["it draws other numbers each time"]


def test_a_model_without_storage_is_refused_in_a_sentence() -> None:
    with torch.device("meta"):
        model = torch.nn.Conv2d(3, 4, 3)
    with pytest.raises(archspec.SpecError, match="no data"):
        archspec.import_model(model, (8, 8, 3))


def test_every_operator_without_a_word_is_named_with_its_place() -> None:
    with pytest.raises(Untranslatable) as refused:
        translated(models.Wordless().eval(), (4, 4, 3), "wordless")
    assert [(each.operator, each.place) for each in refused.value.missing] == [
        ("aten.pad.default", "inner.1 (CircularPad2d)")
    ]


def test_a_factor_that_gives_a_part_of_a_cell_has_no_word() -> None:
    """Places follow the factor: 1.5 times 5 rows are 7, as far apart as those of 7.5."""
    with pytest.raises(Untranslatable) as refused:
        translated(torch.nn.Upsample(scale_factor=1.5, mode="bilinear"), (5, 4, 1), "enlarged")
    assert ["part of a cell" in each.reason for each in refused.value.missing] == [True]
