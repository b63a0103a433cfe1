"""What archspec says that PyTorch keeps for the backward pass is what PyTorch keeps."""

from __future__ import annotations

from typing import Any

import pytest

from archspec import checked
from archspec.analysis.memory import StepMemory
from archspec.graph import Graph
from archspec_torch import backend
from tests.backends.torch.zoo import SPECS, ZOO
from tests.importing.trips import model_of, of_zoo

BATCH = 2
QUICK = ("mobilenet_v2", "shufflenet_v2_x1_0", "inception_v3", "convnext_tiny", "u_net")
"""Networks that have the operators of the zoo between them."""


@pytest.mark.parametrize("name", QUICK)
def test_as_much_is_saved_as_counted(name: str) -> None:
    graph = of_zoo(SPECS / f"{name}.yaml")
    assert counted(graph) == pytest.approx(measured(graph), rel=0.005)


@pytest.mark.slow
@pytest.mark.parametrize("name", [each for each in ZOO if each not in QUICK])
def test_as_much_is_saved_as_counted_in_all_of_the_zoo(name: str) -> None:
    graph = of_zoo(SPECS / f"{name}.yaml")
    assert counted(graph) == pytest.approx(measured(graph), rel=0.02)


def test_what_is_padded_unevenly_is_saved_as_a_copy() -> None:
    graph = checked.load("zoo:small/inception")
    assert counted(graph) == pytest.approx(measured(graph), rel=0.005)


@pytest.mark.parametrize(
    "step",
    [
        "depth_to_space 2",
        "space_to_depth 2",
        "drop_path 0.2",
        "average: [elu, relu]",
        "channel_avg_pool",
        "channel_max_pool",
        "adaptive_max_pool grid=3x3",
        "standardize mean=1 deviation=2",
        "rms_norm",
        "local_response_norm 5",
        "global_response_norm",
        "maximum: [elu, relu]",
        "minimum: [elu, relu]",
    ],
)
def test_operators_that_no_network_of_the_zoo_has_are_counted_as_they_save(step: str) -> None:
    text = f"archspec: 1\nname: net\ninput: 8x8x4\nnetwork: [conv 3x3 4, {{{step}}}, conv 1x1 4]\n"
    graph = checked.load(text=text if ":" in step else text.replace("{", "").replace("}", ""))
    assert counted(graph) == pytest.approx(measured(graph), rel=0.005)


def counted(graph: Graph) -> int:
    """Count the bytes for a batch."""
    memory = StepMemory(graph, backend.keeping)
    return BATCH * sum(memory.saved().values()) + memory.per_batch()


def measured(graph: Graph) -> int:
    """Sum the storages that autograd saves of a batch, without those of parameters."""
    import torch

    model = model_of(graph).train()
    own = {each.untyped_storage().data_ptr() for each in (*model.parameters(), *model.buffers())}
    saved: dict[int, Any] = {}

    def keep(tensor: torch.Tensor) -> torch.Tensor:
        storage = tensor.untyped_storage()
        if storage.data_ptr() not in own:
            saved[storage.data_ptr()] = storage
        return tensor

    height, width, channels = graph.inputs["input"].type.shape
    with torch.autograd.graph.saved_tensors_hooks(keep, lambda tensor: tensor):
        left = model(torch.randn(BATCH, channels, height, width))
    assert left is not None
    return sum(storage.nbytes() for storage in saved.values())
