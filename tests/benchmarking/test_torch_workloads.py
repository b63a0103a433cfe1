"""A workload in PyTorch: what a model is given, and under which rules it runs."""

from __future__ import annotations

from time import sleep
from typing import Any, NamedTuple

import numpy as np
import pytest
import torch
from torch import Tensor, nn

from archspec.backend import Workload, backend
from archspec.benchmarking.measuring import LEAST
from archspec.benchmarking.naming import Subject
from archspec.verification import noise
from archspec_torch.measuring import Measured
from tests.conformance.specs import graph_of

BATCH = {"image": np.ones((2, 4, 5, 3), np.float32)}


class Seen(NamedTuple):
    """What a model can see of how it is run."""

    shape: tuple[int, ...]
    kind: torch.dtype
    weights: torch.dtype
    product: torch.dtype
    are_channels_last: bool
    is_inference: bool
    is_training: bool
    threads: int


class Watching(nn.Module):
    """A convolution that keeps what it sees at each call."""

    def __init__(self) -> None:
        super().__init__()
        self.layer = nn.Conv2d(3, 4, 1)
        self.seen: list[Seen] = []

    def forward(self, x: Tensor) -> Tensor:
        """Convolve."""
        found: Tensor = self.layer(x)
        last = x.is_contiguous(memory_format=torch.channels_last)
        modes = torch.is_inference_mode_enabled(), self.training
        kinds = x.dtype, self.layer.weight.dtype, found.dtype
        self.seen.append(Seen(tuple(x.shape), *kinds, last, *modes, torch.get_num_threads()))
        return found


def seen(**wanted: Any) -> Seen:
    model = Watching()
    Measured(model, Workload(BATCH, **wanted)).run()
    return model.seen[-1]


def test_inference_is_in_inference_mode_and_in_the_precision_that_is_asked_for() -> None:
    whole, half = torch.float32, torch.bfloat16
    before = torch.get_num_threads()
    assert seen() == Seen((2, 3, 4, 5), whole, whole, whole, False, True, False, before)
    assert seen(precision="bfloat16")[1:4] == (half, half, half)


def test_a_step_of_training_keeps_weights_and_mixes_precisions() -> None:
    whole, half = torch.float32, torch.bfloat16
    found = seen(is_training=True, precision="bfloat16")
    assert found[1:4] == (whole, whole, half)
    assert (found.is_inference, found.is_training) == (False, True)
    assert seen(is_training=True).product is whole


def test_the_layout_and_the_threads_are_those_that_are_asked_for() -> None:
    before = torch.get_num_threads()
    try:
        found = seen(channels_last=True, threads=before + 1)
    finally:
        torch.set_num_threads(before)
    assert (found.are_channels_last, found.threads) == (True, before + 1)


def test_a_step_of_training_updates_by_momentum_and_changes_no_weight() -> None:
    model = Watching()
    before = model.layer.weight.detach().clone()
    measured = Measured(model, Workload(BATCH, is_training=True))
    measured.run()
    assert measured.optimizer is not None
    states = [each["momentum_buffer"] for each in measured.optimizer.state.values()]
    assert [each.shape for each in states] == [(4, 3, 1, 1), (4,)]
    assert torch.equal(model.layer.weight, before)


HEADED = """
network: [conv2d 4 kernel=1x1 as c]
auxiliary: {side: {from: c, steps: [global_avg_pool, dense 2]}}
"""


@pytest.mark.parametrize(("is_training", "numbers"), [(False, 20), (True, 20 + 10)])
def test_heads_take_part_in_steps_of_training_alone(is_training: bool, numbers: int) -> None:
    """Each of 4 filters has 4 weights and a bias, and so has each of 2 in the head."""
    graph = graph_of(HEADED)
    candidate = Subject("net", graph, backend("torch"), graph_of).candidate()
    prepared = candidate.prepare(Workload(noise.examples(graph), is_training))
    assert isinstance(prepared, Measured)
    assert sum(each.numel() for each in prepared.model.parameters()) == numbers


class Waiting(nn.Module):
    """Waits."""

    def forward(self, x: Tensor) -> Tensor:
        """Return what is given, later."""
        sleep(LEAST)
        return x


class Twice(nn.Module):
    """Calls a module twice, which has two names."""

    def __init__(self) -> None:
        super().__init__()
        self.first = self.second = Waiting()

    def forward(self, x: Tensor) -> Tensor:
        """Wait twice."""
        found: Tensor = self.second(self.first(x))
        return found


def test_the_time_of_a_module_is_that_of_all_its_calls_by_each_of_its_names() -> None:
    spent = Measured(Twice(), Workload(BATCH)).seconds(("", "first", "second", "third"))
    assert spent.keys() == {"", "first", "second"}
    assert all(each >= 2 * LEAST for each in spent.values())
