"""Models of the zoo, executed: parameters, keys, shapes, arguments, names."""

from __future__ import annotations

import keyword
import pickle
import traceback
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from safetensors.numpy import load_file
from torch import nn

from archspec.checked import load
from archspec.emission.building import Filling, build
from archspec.emission.live import execute
from archspec.emission.names import class_name
from archspec.graph import Graph
from archspec.language.document.overrides import Overrides
from archspec.language.syntax.names import is_name, owned
from archspec.tensor import TensorType
from archspec.weights.expected import expected
from archspec.weights.initial import draw, example
from archspec_torch import backend, members
from archspec_torch.runtime import TorchRuntime
from tests.backends.torch.zoo import SPECS, ZOO, graph, source
from tests.conformance.specs import SPECS as SMALL
from tests.conformance.specs import graph_of

INPUT = {"input": TensorType((75, 75, 3))}
"""The smallest input of the Inception family; the grids of its last blocks are one cell."""


@cache
def skeleton(name: str) -> nn.Module:
    """Construct a model of the zoo without values."""
    return TorchRuntime().model(source(name), graph(name).name)


@cache
def small_inception() -> Graph:
    """Load Inception-v4 for its smallest input."""
    return load(SPECS / "inception_v4.yaml", Overrides(inputs=INPUT)).without_heads()


def constructed(name: str, **arguments: object) -> nn.Module:
    """Construct a model of the zoo with arguments of its own."""
    with torch.device("meta"):
        model: nn.Module = getattr(execute(source(name), name), class_name(graph(name).name))(
            **arguments
        )
    return model


def size(model: nn.Module) -> int:
    return sum(each.numel() for each in model.parameters())


@pytest.mark.parametrize("name", ZOO)
def test_the_state_dict_has_the_keys_and_shapes_of_the_weights_file(name: str) -> None:
    found = {
        key: tuple(value.shape)
        for key, value in skeleton(name).state_dict().items()
        if not key.endswith("num_batches_tracked")
    }
    assert found == {key: each.shape for key, each in expected(graph(name)).items()}


@pytest.mark.parametrize("name", ZOO)
def test_a_forward_pass_gives_the_shapes_of_the_graph(name: str) -> None:
    network = graph(name)
    images = [
        torch.zeros(2, each.type.channels, *each.type.grid, device="meta")
        for each in network.inputs.values()
    ]
    outputs = skeleton(name).eval()(*images)
    found = outputs if isinstance(outputs, dict) else dict.fromkeys(network.outputs, outputs)
    wanted = {name: network.type_of(path) for name, path in network.outputs.items()}
    assert {name: tuple(each.shape) for name, each in found.items()} == {
        name: (2, each.channels, *each.grid) for name, each in wanted.items()
    }


def test_inception_v4_with_ten_classes_has_990_rows_of_1537_fewer() -> None:
    assert size(constructed("inception_v4", classes=10)) == 42_679_816 - 990 * 1537


def test_arguments_of_a_model_change_it_as_params_of_the_spec_do() -> None:
    changed = load(SPECS / "densenet_121.yaml", Overrides(params={"growth": 16}))
    wanted = sum(
        each.parameter.trainable * int(np.prod(each.shape)) for each in expected(changed).values()
    )
    assert size(constructed("densenet_121", growth=16)) == wanted


def test_options_of_a_stage_change_the_channels_that_follow() -> None:
    module = execute(source("resnet_50"), "resnet_50")
    stage = module.Stage(64, f=8, n=4, s=1)
    assert stage(torch.zeros(1, 64, 6, 6)).shape == (1, 32, 6, 6)
    assert len(stage.bottleneck) == 3


def test_equal_seeds_give_equal_live_models_and_other_seeds_do_not() -> None:
    one, two, other = (
        build(graph_of("network: [conv 3x3 4]\n"), backend, Filling(seed=seed))
        for seed in (1, 1, 2)
    )
    assert torch.equal(one.conv.conv2d.weight, two.conv.conv2d.weight)
    assert not torch.equal(one.conv.conv2d.weight, other.conv.conv2d.weight)


def test_a_live_model_holds_the_drawn_weights_and_counts_its_batches() -> None:
    network = graph_of("network: [conv 3x3 4 norm=batch_norm]\n")
    model = build(network, backend, Filling(seed=3))
    drawn = draw(network, 3)
    for key, array in drawn.items():
        np.testing.assert_array_equal(model.state_dict()[key].numpy(), array)
    model.train()(torch.zeros(1, 4, 8, 8))
    assert model.conv.batch_norm.num_batches_tracked == 1


def test_missing_and_extra_weights_are_refused() -> None:
    network = graph_of("network: [conv 3x3 4]\n")
    runtime = TorchRuntime()
    tensors = draw(network)
    for wrong in ({}, {**tensors, "other": tensors["conv.conv2d.bias"]}):
        with pytest.raises(RuntimeError, match="state_dict"):
            runtime.fill(runtime.model(backend.emit(network), network.name), wrong)


def test_a_traceback_shows_the_lines_of_the_emitted_source() -> None:
    model = build(graph_of("network: [conv 3x3 4, conv 3x3 4]\n"), backend)
    with pytest.raises(RuntimeError) as caught:
        model(torch.zeros(1, 5, 8, 8))
    assert "x = self.conv(x)" in "".join(traceback.format_exception(caught.value))


def test_a_live_model_can_be_pickled() -> None:
    model = build(graph_of("network: [conv 3x3 4]\n"), backend).eval()
    again = pickle.loads(pickle.dumps(model))  # noqa: S301 - made on the line itself
    image = torch.ones(1, 4, 8, 8)
    assert torch.equal(model(image), again(image))


def test_taps_show_values_as_they_left_their_module_though_relu_works_in_place() -> None:
    network = graph_of("network: [conv 3x3 4 norm=batch_norm activation=relu]\n")
    runtime = TorchRuntime()
    model = build(network, backend)
    taps = ("conv.batch_norm", "conv.relu", "conv")
    ran = runtime.run(model, example(network), "cpu", taps)
    assert ran.taps["conv.batch_norm"].min() < 0
    np.testing.assert_array_equal(np.maximum(ran.taps["conv.batch_norm"], 0), ran.taps["conv.relu"])
    (output,) = ran.outputs.values()
    np.testing.assert_array_equal(ran.taps["conv"], output)
    assert model.training


def test_a_model_gives_the_same_numbers_in_channels_last_format() -> None:
    model = build(small_inception(), backend).eval()
    image = torch.randn(1, 3, 75, 75, generator=torch.Generator().manual_seed(0))
    with torch.no_grad():
        plain = model(image)
        model = model.to(memory_format=torch.channels_last)
        last = model(image.to(memory_format=torch.channels_last))
    assert (plain - last).abs().max() < 1e-5 * plain.abs().max()


ODD = (
    "a repeated list that reads a value from outside of it",
    "branches that start from different values",
    "one module on odd and even grids, so that its padding differs",
    "slices, shuffles, pads, norms and scales",
    "squeeze and excitation over a map and over one cell",
    "transposed convolutions and upsampling",
)


@pytest.mark.parametrize("title", ODD)
def test_odd_operators_export_without_a_break(title: str) -> None:
    model = build(graph_of(SMALL[title]), backend).eval()
    image = torch.randn(1, 4, 8, 8, generator=torch.Generator().manual_seed(0))
    with torch.no_grad():
        exported: Any = torch.export.export(model, (image,)).module()
        torch.testing.assert_close(exported(image), model(image))


@pytest.mark.slow
def test_inception_v4_compiles_and_exports_without_a_break() -> None:
    model = build(small_inception(), backend).eval()
    image = torch.randn(1, 3, 75, 75, generator=torch.Generator().manual_seed(0))
    with torch.no_grad():
        wanted = model(image)
        exported: Any = torch.export.export(model, (image,)).module()
        compiled: Any = torch.compile(model, fullgraph=True, backend="eager")
        assert torch.equal(exported(image), wanted)
        assert torch.equal(compiled(image), wanted)


def test_names_that_modules_of_torch_own_are_never_names_of_steps() -> None:
    names = {each for each in (*dir(nn.Sequential()), *keyword.kwlist) if is_name(each)}
    assert {each for each in names if owned(each) == each} == set(members.OWNED)


def test_a_name_that_only_a_later_torch_owns_changes_in_the_source_and_in_no_file(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """As if ``stem`` and ``mine`` were methods of every module from now on."""
    network = graph_of("""
parts: {stem: [conv 3x3 4, relu]}
network:
  - stem
  - residual: [conv 3x3 4 as stem, 2 x conv 1x1 4]
  - add: {mine: conv 1x1 4, yours: identity}
""")
    before, tensors = build(network, backend), draw(network, 0)
    monkeypatch.setattr(members, "OWNED", ("stem", "mine"))
    source, after = backend.emit(network), build(network, backend)
    assert "self.stem_ = Stem()" in source
    assert not [name for name, _ in after.named_modules() if {"stem", "mine"} & {*name.split(".")}]
    runtime, image = TorchRuntime(), example(network)
    assert runtime.tensors(after).keys() == tensors.keys()
    taps = ("stem.conv", "residual.body.stem")
    ran = [runtime.run(each, image, "cpu", taps) for each in (before, after)]
    assert ran[1].taps.keys() == set(taps)
    (wanted,), (found,) = (each.outputs.values() for each in ran)
    assert np.array_equal(found, wanted)
    module = execute(source, "later")
    module.save(after, str(tmp_path / "later.safetensors"))
    assert load_file(tmp_path / "later.safetensors").keys() == tensors.keys()
    again = module.build(str(tmp_path / "later.safetensors"))
    (reread,) = runtime.run(again, image, "cpu").outputs.values()
    assert np.array_equal(reread, wanted)


@pytest.mark.parametrize("name", ["chain", "tensor", "residual", "ordered_dict", "conv", "stem"])
def test_a_network_may_be_called_like_a_class_that_its_source_needs(name: str) -> None:
    network = graph_of(f"""
archspec: 1
name: {name}
input: 8x8x4
defaults: {{conv: {{norm: batch_norm, activation: relu}}}}
stems: {{stem: [conv 3x3 4, conv 3x3 4, conv 3x3 4]}}
network: [stem, residual: [conv 3x3 4], concat: [identity, conv 1x1 2]]
""")
    model = build(network, backend).eval()
    assert type(model).__name__ in (class_name(name), f"{class_name(name)}Model")
    assert model(torch.zeros(1, 4, 8, 8)).shape == (1, 6, 8, 8)


@pytest.mark.gpu
@pytest.mark.skipif(not torch.cuda.is_available(), reason="there is no CUDA device")
def test_a_gpu_computes_what_the_cpu_computes() -> None:
    network = small_inception()
    runtime, model = TorchRuntime(), build(network, backend)
    (here,) = runtime.run(model, example(network), "cpu").outputs.values()
    (there,) = runtime.run(model, example(network), "cuda").outputs.values()
    np.testing.assert_allclose(there, here, rtol=1e-2, atol=1e-2 * np.abs(here).max())


@pytest.mark.parametrize("pool", ["max_pool", "avg_pool"])
def test_a_pool_that_rounds_up_does_so_at_sizes_where_rounding_down_would_differ(pool: str) -> None:
    """Windows of 3, 2 apart: 3 fit into 7 rows exactly, 4 into 8 where the last hangs over."""
    text = f"archspec: 1\nname: net\ninput: 7x7x2\nnetwork:\n  - {pool} 3x3 /2 V ceil=true\n"
    model = build(graph_of(text), backend)
    assert model(torch.zeros(1, 2, 7, 7)).shape[2:] == (3, 3)
    assert model(torch.zeros(1, 2, 8, 8)).shape[2:] == (4, 4)
