"""The peak of inference that archspec predicts is what PyTorch has allocated at once."""

from __future__ import annotations

import weakref
from typing import Any

import pytest

from archspec.analysis.memory import StepMemory
from archspec.graph import Graph
from archspec_torch import backend
from tests.backends.torch.zoo import SPECS, ZOO
from tests.importing.trips import model_of, of_zoo

QUICK = ("mobilenet_v2", "u_net", "nasnet_a_mobile", "fpn_resnet_50")
"""A chain, skips that wait, cells with two inputs, and several outputs."""


@pytest.mark.parametrize("name", QUICK)
def test_as_much_is_allocated_at_once_as_predicted(name: str) -> None:
    graph = of_zoo(SPECS / f"{name}.yaml")
    assert predicted(graph) == pytest.approx(allocated(graph), rel=0.02)


@pytest.mark.slow
@pytest.mark.parametrize("name", [name for name in ZOO if name not in QUICK])
def test_as_much_is_allocated_at_once_as_predicted_in_all_of_the_zoo(name: str) -> None:
    graph = of_zoo(SPECS / f"{name}.yaml")
    assert predicted(graph) == pytest.approx(allocated(graph), rel=0.1)


def predicted(graph: Graph) -> int:
    """Return the bytes of values at their peak, for one example."""
    return StepMemory(graph.without_heads(), backend.keeping).inference().bytes


def allocated(graph: Graph) -> int:
    """Run the emitted model on one example and return the most bytes of storages at once."""
    import torch

    model = model_of(graph.without_heads()).eval()
    height, width, channels = graph.inputs["input"].type.shape
    example = torch.randn(1, channels, height, width)
    storages = following([*model.parameters(), *model.buffers()])
    with torch.no_grad(), storages:
        storages.add(example)
        model(example)
    return int(storages.peak)


def following(weights: list[Any]) -> Any:
    """Return what follows the storages of results; those of weights count nothing."""
    from torch.utils._python_dispatch import TorchDispatchMode
    from torch.utils._pytree import tree_leaves

    class Storages(TorchDispatchMode):  # type: ignore[no-untyped-call]
        """Follows the storages of results."""

        def __init__(self) -> None:
            super().__init__()  # type: ignore[no-untyped-call]
            self.sizes = {each.untyped_storage().data_ptr(): 0 for each in weights}
            self.now = self.peak = 0

        def add(self, tensor: Any) -> None:
            storage = tensor.untyped_storage()
            if storage.data_ptr() not in self.sizes:
                self.sizes[storage.data_ptr()] = storage.nbytes()
                self.now += storage.nbytes()
                self.peak = max(self.peak, self.now)
                weakref.finalize(storage, self.drop, storage.data_ptr())

        def drop(self, key: int) -> None:
            self.now -= self.sizes.pop(key)

        def __torch_dispatch__(
            self, func: Any, types: Any, args: Any = (), kwargs: Any = None
        ) -> Any:
            given = func(*args, **(kwargs or {}))
            for each in tree_leaves(given):
                if hasattr(each, "untyped_storage"):
                    self.add(each)
            return given

    return Storages()
