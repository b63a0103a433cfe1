"""What an NVIDIA card computes: values in both formats, training, short types, compiled models."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
import torch
from torch import nn
from torch.nn import functional

from archspec.backend import Backend
from archspec.checked import load
from archspec.emission.building import build
from archspec.graph import Graph
from archspec.language.document.overrides import Overrides
from archspec.tensor import TensorType
from archspec.verification.party import Emitted, Interpreter
from archspec.verification.verdict import Demand, verify
from archspec_torch import backend
from archspec_torch.runtime import TorchRuntime
from tests.backends.torch.leaving import one_number
from tests.backends.torch.zoo import SPECS
from tests.conformance.specs import SPECS as SMALL
from tests.conformance.specs import graph_of
from tests.verify.crooked import trial

pytestmark = [
    pytest.mark.gpu,
    pytest.mark.skipif(not torch.cuda.is_available(), reason="there is no CUDA device"),
]

NETWORKS = {
    "convnext_tiny": 64,
    "densenet_121": 64,
    "efficientnet_b0": 64,
    "fpn_resnet_50": 64,
    "inception_resnet_v2": 75,
    "mobilenet_v2": 64,
    "resnet_50": 64,
    "se_resnet_50": 64,
    "shufflenet_v2_x1_0": 64,
}
"""Networks of the zoo, each with the side of a small input."""


class ChannelsLast(TorchRuntime):
    """Runs models whose weights, and so whose maps, lie with the channels last."""

    def fill(self, model: nn.Module, tensors: Any) -> nn.Module:
        """Fill a model and turn its weights."""
        filled: Any = super().fill(model, tensors)
        turned: nn.Module = filled.to(memory_format=torch.channels_last)
        return turned


FORMATS = {"contiguous": backend, "channels_last": replace(backend, start=ChannelsLast)}


@pytest.fixture(autouse=True)
def whole() -> Iterator[None]:
    """Let convolutions multiply float32 numbers as such, and not with the ten bits of TF32."""
    with torch.backends.cudnn.flags(enabled=True, allow_tf32=False):
        yield


def network(name: str) -> Graph:
    """Load a network of the zoo at a small size, without auxiliary heads."""
    side = NETWORKS[name]
    size = {"input": TensorType((side, side, 3))}
    return load(SPECS / f"{name}.yaml", Overrides(inputs=size)).without_heads()


def images(graph: Graph, count: int) -> list[torch.Tensor]:
    """Draw a batch of each input."""
    generator = torch.Generator().manual_seed(0)
    return [
        torch.randn(count, each.type.channels, *each.type.grid, generator=generator)
        for each in graph.inputs.values()
    ]


def assert_computes(graph: Graph, running: Backend) -> None:
    """Compare every node with the interpreter, which follows the values of the card."""
    given = trial(graph)._replace(device="cuda")
    found = verify(given, Demand([Interpreter(), Emitted(running)]))
    assert found.agree, (found.worst, found.first_divergence)


@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize("title", SMALL)
def test_a_gpu_computes_what_a_small_spec_means(title: str, form: str) -> None:
    assert_computes(graph_of(SMALL[title]), FORMATS[form])


@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize("name", NETWORKS)
def test_a_gpu_computes_what_a_network_of_the_zoo_means(name: str, form: str) -> None:
    assert_computes(network(name), FORMATS[form])


def test_weights_and_maps_lie_with_the_channels_last_where_they_are_said_to() -> None:
    graph = graph_of("network: [conv 3x3 6]\n")
    skeleton = TorchRuntime().model(backend.emit(graph), graph.name)
    model: Any = ChannelsLast().fill(skeleton, tensors())
    output = model.cuda()(images(graph, 2)[0].cuda())
    assert model.conv.conv2d.weight.is_contiguous(memory_format=torch.channels_last)
    assert output.is_contiguous(memory_format=torch.channels_last)
    assert not output.is_contiguous()


def tensors() -> dict[str, Any]:
    """Make the weights of one 3x3 convolution of four channels to six."""
    return {
        "conv.conv2d.weight": torch.ones(6, 4, 3, 3).numpy(),
        "conv.conv2d.bias": torch.zeros(6).numpy(),
    }


def gradients(model: nn.Module, batch: list[torch.Tensor]) -> dict[str, torch.Tensor]:
    """Train on one batch; return gradients and running statistics."""
    given = [each.requires_grad_() for each in batch]
    one_number(model.train()(*given)).backward()
    learned = {name: each.grad for name, each in model.named_parameters()}
    arrived = {f"input {place}": each.grad for place, each in enumerate(given)}
    found = learned | arrived | dict(model.named_buffers())
    return {name: each.cpu() for name, each in found.items() if each is not None}


@pytest.mark.parametrize("title", [title for title, text in SMALL.items() if "dropout" not in text])
def test_gradients_and_statistics_on_a_gpu_are_those_on_the_cpu_in_double_precision(
    title: str,
) -> None:
    graph = graph_of(SMALL[title])
    batch = [each.double() for each in images(graph, 3)]
    found = gradients(build(graph, backend).double().cuda(), [each.cuda() for each in batch])
    wanted = gradients(build(graph, backend).double(), batch)
    assert found.keys() == wanted.keys()
    for name, gradient in wanted.items():
        torch.testing.assert_close(found[name], gradient, rtol=1e-6, atol=1e-9, msg=name)


def losses(model: nn.Module, steps: int, *, short: bool) -> list[float]:
    """Learn four images by heart, by autocast if ``short``; return the loss of every step."""
    image = torch.randn(4, 3, 64, 64, generator=torch.Generator().manual_seed(0)).cuda()
    wanted = torch.arange(4).cuda()
    optimizer = torch.optim.SGD(model.parameters(), lr=0.02, momentum=0.9)
    found = []
    for _ in range(steps):
        with torch.autocast("cuda", torch.bfloat16, enabled=short):
            loss = functional.cross_entropy(model(image), wanted)
        optimizer.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        optimizer.step()
        found.append(float(loss.detach()))
    return found


@pytest.mark.parametrize("short", [False, True], ids=["float32", "bfloat16"])
def test_resnet_50_learns_four_images_by_heart(*, short: bool) -> None:
    model: Any = build(network("resnet_50"), backend).cuda().train()
    found = losses(model.to(memory_format=torch.channels_last), 20, short=short)
    assert found[-1] < 0.1 * found[0], found


@pytest.mark.parametrize("name", ["inception_resnet_v2", "mobilenet_v2", "resnet_50"])
def test_bfloat16_by_autocast_gives_nearly_the_same_numbers(name: str) -> None:
    graph = network(name)
    model = build(graph, backend).cuda().eval()
    (image,) = images(graph, 8)
    with torch.inference_mode():
        wanted = model(image.cuda())
        with torch.autocast("cuda", torch.bfloat16):
            found = model(image.cuda())
    assert found.dtype == torch.bfloat16
    assert torch.corrcoef(torch.stack([found.float().flatten(), wanted.flatten()]))[0, 1] > 0.99


@pytest.mark.filterwarnings("default")  # torch's compiler warns of its own parts
@pytest.mark.parametrize("title", list(SMALL)[:2])
def test_a_compiled_model_gives_the_same_numbers(title: str) -> None:
    graph = graph_of(SMALL[title])
    model = build(graph, backend).cuda().eval()
    batch = [each.cuda() for each in images(graph, 2)]
    compiled: Any = torch.compile(model, fullgraph=True)
    with torch.no_grad():
        torch.testing.assert_close(compiled(*batch), model(*batch), rtol=1e-4, atol=1e-4)
