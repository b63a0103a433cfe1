"""Models that run eagerly for inference: lowered otherwise, computing the same."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

import archspec
from archspec.graph import Graph
from archspec.weights.initial import draw
from archspec_torch import backend
from tests.conformance.specs import graph_of

torch: Any = pytest.importorskip("torch")

SCRIPTED = pytest.mark.filterwarnings("ignore:`torch.jit.script:DeprecationWarning")
"""PyTorch scripts its own rules of derivatives, too."""

TRACED = pytest.mark.filterwarnings("ignore:`torch.jit:DeprecationWarning")

STEPS = "network: [conv 3x3 4 activation=relu, conv 3x3 4, residual: [relu], global_avg_pool]\n"


@pytest.fixture(scope="module")
def graph() -> Graph:
    """Return a network with a ReLU in place, and one of a value that another step reads."""
    return graph_of(STEPS)


@pytest.fixture(scope="module")
def models(graph: Graph) -> tuple[Any, Any]:
    """Return the model as it is trained, and the one for inference, with the same weights."""
    return built(graph, for_inference=False), built(graph, for_inference=True)


def built(graph: Graph, *, for_inference: bool) -> Any:
    """Execute the source of a model, and fill it."""
    runtime = backend.runtime()
    source = archspec.emit(graph, "torch", for_inference=for_inference)
    return runtime.fill(runtime.model(source, graph.name), draw(graph))


def relus(model: Any) -> Iterator[Any]:
    """Yield the modules that a model has for ReLUs."""
    return (each for each in model.modules() if isinstance(each, torch.nn.ReLU))


@pytest.mark.parametrize("inplace", [False, True])
def test_every_number_of_bfloat16_is_clamped_and_nan_stays(models: Any, inplace: bool) -> None:
    bits = torch.arange(-(2**15), 2**15, dtype=torch.int32).to(torch.int16)
    numbers = bits.view(torch.bfloat16)
    clamp = type(next(relus(models[1])))(inplace=inplace)
    given = numbers.clone()
    with torch.inference_mode():
        kept = clamp(given)
    assert (kept.data_ptr() == given.data_ptr()) is inplace
    wanted = numbers.double().clamp_min(0)
    assert torch.equal(kept.isnan(), wanted.isnan())
    assert torch.equal(kept.double().nan_to_num(nan=-1), wanted.nan_to_num(nan=-1))


@pytest.mark.parametrize("dtype", ["float32", "bfloat16"])
def test_it_computes_what_the_model_that_is_trained_does(models: Any, dtype: str) -> None:
    kind = getattr(torch, dtype)
    x = torch.randn(2, 4, 8, 8, generator=torch.Generator().manual_seed(0)).to(kind)
    ready = [each.to(kind) for each in models]
    with torch.inference_mode():
        trained, inferring = (each(x) for each in ready)
    close = {"float32": 1e-6, "bfloat16": 2.0**-7}[dtype]
    assert trained.any()
    assert torch.allclose(trained, inferring, close, close)


def test_gradients_pass_as_through_any_other(models: Any) -> None:
    found = []
    for model in models:
        model.to(torch.bfloat16).zero_grad()
        model(torch.ones(1, 4, 8, 8, dtype=torch.bfloat16)).sum().backward()
        found.append(next(model.parameters()).grad)
    assert found[0].any()
    assert torch.equal(*found)


@SCRIPTED
def test_derivatives_in_forward_mode_pass_too(models: Any) -> None:
    x = torch.ones(1, 4, 8, 8, dtype=torch.bfloat16)
    found = [torch.func.jvp(each.to(x.dtype), (x,), (x,))[1] for each in models]
    assert found[0].any()
    assert torch.equal(*found)


@SCRIPTED
def test_it_can_be_scripted(models: Any) -> None:
    clamp = type(next(relus(models[1])))()
    x = torch.tensor([-1.0, 2.0])
    assert torch.jit.script(clamp)(x).tolist() == [0, 2]


@TRACED
def test_a_model_traced_in_inference_mode_passes_gradients(models: Any) -> None:
    model = models[1].to(torch.bfloat16)
    x = torch.ones(1, 4, 8, 8, dtype=torch.bfloat16)
    with torch.inference_mode():
        traced = torch.jit.trace(model, x)
    found = []
    for each in (model, traced):
        given = x.clone().requires_grad_()
        each(given).sum().backward()
        found.append(given.grad)
    assert found[0].any()
    assert torch.equal(*found)


def test_a_compiler_sees_the_operations_of_the_framework(models: Any) -> None:
    model = models[1].to(torch.bfloat16)
    x = torch.ones(1, 4, 8, 8, dtype=torch.bfloat16)
    compiled = torch.compile(model, backend="aot_eager", fullgraph=True)
    with torch.inference_mode():
        assert torch.equal(compiled(x), model(x))


def test_a_model_that_may_be_trained_has_the_relu_of_the_framework(graph: Graph) -> None:
    assert "InferenceReLU" not in archspec.emit(graph, "torch")
    assert "nn.ReLU(" not in archspec.emit(graph, "torch", for_inference=True)
    other = archspec.emit(graph, "tensorflow", for_inference=True)
    assert other == archspec.emit(graph, "tensorflow")
