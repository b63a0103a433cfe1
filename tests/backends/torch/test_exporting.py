"""Exported PyTorch models: loaded again, they compute what the live model does."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.numpy import load_file

from archspec.backend import Export
from archspec.diagnostic import SpecError
from archspec.emission.building import FACTS, WEIGHTS, Target, build, build_folder
from archspec.graph import Graph
from archspec.verification import drawn
from archspec.weights.initial import draw, example
from archspec_torch import backend
from tests.backends.saved import GROWS, assert_computes, channels_first, channels_last, tiny
from tests.conformance.specs import SEVERAL, SPECS, graph_of

HALVES = {"bfloat16": 2.0**-8, "float16": 2.0**-11}
"""The unit roundoff of each short type: half of its spacing at one."""


@pytest.fixture
def graph() -> Graph:
    """Load a small network."""
    return tiny()


def noise(*shape: int) -> torch.Tensor:
    return torch.randn(*shape, generator=torch.Generator().manual_seed(0))


@pytest.mark.parametrize("batch", [1, 2, 5])
def test_a_pt2_file_computes_the_same_for_batches_of_any_size(
    graph: Graph, tmp_path: Path, batch: int
) -> None:
    built = build_folder(graph, backend, tmp_path, target=Target("cpu", exports=("pt2",)))
    assert built.files[-1] == tmp_path / "model.pt2"
    loaded = torch.export.load(tmp_path / "model.pt2").module()
    images = noise(batch, 3, 9, 9)
    torch.testing.assert_close(loaded(images), build(graph, backend).eval()(images))


def test_a_dynamic_pt2_file_computes_the_same_for_maps_of_any_size(tmp_path: Path) -> None:
    graph = graph_of(GROWS.format(height=33, width=40))
    target = Target("cpu", exports=("pt2",), dynamic=True)
    build_folder(graph, backend, tmp_path, target=target)
    loaded = torch.export.load(tmp_path / "model.pt2").module()
    live = build(graph, backend).eval()
    for height, width in ((33, 40), (50, 47), (95, 96)):
        images = noise(3, 3, height, width)
        torch.testing.assert_close(loaded(images), live(images))


@pytest.mark.parametrize("title", SPECS)
def test_every_small_spec_computes_in_a_pt2_file_what_it_means(title: str, tmp_path: Path) -> None:
    graph = graph_of(SPECS[title])
    runtime = backend.runtime()
    model = runtime.fill(runtime.model(backend.emit(graph), graph.name), drawn.tensors(graph))
    runtime.export(model, graph, Export("pt2"), tmp_path / "model.pt2")
    loaded = torch.export.load(tmp_path / "model.pt2").module()
    inputs = example(graph, 3)
    left = loaded(*(torch.from_numpy(channels_first(x)).contiguous() for x in inputs.values()))
    named = left if isinstance(left, dict) else {next(iter(graph.outputs)): left}
    assert_computes(
        graph, {name: channels_last(x.detach().numpy()) for name, x in named.items()}, inputs
    )


def test_several_inputs_and_outputs_are_exported_with_their_names(tmp_path: Path) -> None:
    graph = graph_of(SEVERAL)
    build_folder(graph, backend, tmp_path, target=Target("cpu", exports=("pt2",)))
    given = [
        noise(3, *(each.type.shape[-1:] + each.type.shape[:-1])) for each in graph.inputs.values()
    ]
    found = torch.export.load(tmp_path / "model.pt2").module()(*given)
    live = build(graph, backend).eval()(*given)
    assert set(found) == {*graph.outputs, *graph.heads}
    for name, value in found.items():
        torch.testing.assert_close(value, live[name])


def test_onnx_without_its_libraries_says_what_to_install_and_leaves_nothing(
    graph: Graph, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in [each for each in sys.modules if each.partition(".")[0] == "onnx"]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setattr(sys, "path", [])
    with pytest.raises(SpecError, match="build/no-library"):
        build_folder(graph, backend, tmp_path / "out", target=Target("cpu", exports=("onnx",)))
    assert not (tmp_path / "out").exists()


def test_a_format_of_another_framework_is_refused_with_those_there_are(
    graph: Graph, tmp_path: Path
) -> None:
    with pytest.raises(SpecError, match="build/export") as caught:
        build_folder(graph, backend, tmp_path / "out", target=Target("cpu", exports=("keras",)))
    assert "onnx, pt2" in caught.value.diagnostics[0].message
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("precision", HALVES)
def test_a_short_type_computes_nearly_the_same_and_is_exported(
    graph: Graph, tmp_path: Path, precision: str
) -> None:
    target = Target("cpu", precision, ("pt2",))
    built = build_folder(graph, backend, tmp_path, target=target)
    assert built.outputs["logits"] == ((5,), True)
    images = noise(2, 3, 9, 9)
    kind = getattr(torch, precision)
    found = torch.export.load(tmp_path / "model.pt2").module()(images.to(kind))
    live = build(graph, backend).eval()(images).detach()
    difference = float((found.detach().float() - live).abs().max() / live.abs().max())
    assert found.dtype == kind
    assert 0 < difference < 8 * HALVES[precision]


def test_a_short_type_leaves_the_weights_as_they_were_drawn(graph: Graph, tmp_path: Path) -> None:
    build_folder(graph, backend, tmp_path, target=Target("cpu", "bfloat16"))
    assert json.loads((tmp_path / FACTS).read_text())["precision"] == "bfloat16"
    for name, value in load_file(tmp_path / WEIGHTS).items():
        np.testing.assert_array_equal(value, draw(graph, 0)[name])
