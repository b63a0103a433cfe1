"""Random specs as PyTorch models, in double precision, against what their text says."""

from __future__ import annotations

import inspect
from collections.abc import Iterable, Mapping
from random import Random
from typing import Any

import numpy as np
import pytest
import torch
from torch import Tensor, nn

from archspec.emission.live import execute
from archspec.emission.names import class_name
from archspec_torch import backend
from tests.authoring.running import Trial, assert_close, other_params, trial
from tests.oracle.windows import Array

SEEDS = range(60)
STEPS = (1e-5, 1e-6, 1e-7)
"""How far inputs move; a step may cross a kink of a ReLU, and seldom do all three."""


@pytest.fixture(scope="module")
def trials() -> dict[int, Trial]:
    return {seed: trial(seed) for seed in SEEDS}


def built(found: Trial) -> nn.Module:
    """Emit, build and fill a model."""
    model: nn.Module = execute(backend.emit(found.graph), found.graph.name).build()
    return filled(model.double(), found)


def filled(model: nn.Module, found: Trial) -> nn.Module:
    """Give a model its weights."""
    counts = {key for key in model.state_dict() if key.endswith("num_batches_tracked")}
    assert model.state_dict().keys() - counts == found.weights.keys()
    tensors = {key: torch.from_numpy(each).double() for key, each in found.weights.items()}
    model.load_state_dict(tensors, strict=False)
    return model


def given(arrays: Iterable[Array]) -> list[Tensor]:
    """Turn arrays into PyTorch's layout."""
    return [torch.from_numpy(np.moveaxis(each, -1, 1).copy()) for each in arrays]


def array(tensor: Tensor) -> Array:
    """Turn a tensor into the layout of arrays."""
    return np.moveaxis(tensor.detach().numpy(), 1, -1)


def leaving(left: Any) -> list[Tensor]:
    """List what left a model."""
    return list(left.values()) if isinstance(left, Mapping) else [left]


def gives(model: nn.Module, found: Trial) -> None:
    """Compare what a model gives with what the text says, and its inputs with what they were."""
    inputs = given(found.inputs.values())
    with torch.no_grad():
        left = leaving(model(*inputs))
    for tensor, wanted in zip(left, found.leaving, strict=True):
        assert_close(array(tensor), wanted, 1e-6, "an output")
    for tensor, before in zip(inputs, found.inputs.values(), strict=True):
        np.testing.assert_array_equal(array(tensor), before)


@pytest.mark.parametrize("seed", SEEDS)
def test_a_model_gives_what_the_text_says(seed: int, trials: Mapping[int, Trial]) -> None:
    gives(built(trials[seed]).eval(), trials[seed])


@pytest.mark.parametrize("seed", SEEDS)
def test_a_model_is_right_at_another_size_or_says_that_it_is_not(
    seed: int, trials: Mapping[int, Trial]
) -> None:
    found = trials[seed]
    if "Exact for this size" in backend.emit(found.graph):
        pytest.skip("this model says that it is exact for its own size")
    for grown in ((1, 0), (0, 1), (2, 3)):
        try:
            other = trial(seed, grown=grown)
        except ValueError:
            continue  # this spec does not take this size
        is_same = {key: each.shape for key, each in other.weights.items()} == {
            key: each.shape for key, each in found.weights.items()
        }
        if is_same and len(other.graph.heads) == len(found.graph.heads):
            gives(filled(built(found), other).eval(), other)


@pytest.mark.parametrize("seed", SEEDS)
def test_a_class_called_with_other_params_gives_what_set_gives(
    seed: int, trials: Mapping[int, Trial]
) -> None:
    found = trials[seed]
    name = found.graph.name
    made = getattr(execute(backend.emit(found.graph), name), class_name(name))
    taken = inspect.signature(made).parameters
    random = Random(seed)  # noqa: S311 - no secrets are drawn
    for _ in range(3):
        drawn = other_params(found.draft, random)
        params = {key: each for key, each in drawn.items() if {key, f"{key}_"} & taken.keys()}
        try:
            other = trial(seed, params)
        except ValueError:
            continue  # these do not fit
        if len(other.graph.heads) != len(found.graph.heads):
            continue  # left out, since they do not fit
        named = {key if key in taken else f"{key}_": each for key, each in params.items()}
        gives(filled(made(**named).double(), other).eval(), other)


@pytest.mark.parametrize("seed", SEEDS)
def test_a_model_in_training_has_the_gradient_of_what_the_text_says(
    seed: int, trials: Mapping[int, Trial]
) -> None:
    found = trials[seed]
    if not found.is_tame:
        pytest.skip("the values of this random network overflow, so that differences say nothing")
    model = built(found).train()
    for module in model.modules():
        if isinstance(module, nn.Dropout | nn.BatchNorm1d | nn.BatchNorm2d):
            module.eval()  # they compute something else in training
    generator = np.random.default_rng(seed)
    inputs = [each.requires_grad_() for each in given(found.inputs.values())]
    weights = [generator.standard_normal(each.shape) for each in found.leaving]
    pairs = zip(leaving(model(*inputs)), given(weights), strict=True)
    total = sum(
        ((left * weight).sum() for left, weight in pairs), torch.zeros((), dtype=torch.double)
    )
    if total.requires_grad:
        total.backward()  # type: ignore[no-untyped-call]
    gradients = [0 if each.grad is None else array(each.grad) for each in inputs]
    assert any(
        _agrees(found, weights, gradients, generator, step) for step in STEPS for _ in range(2)
    )


def _agrees(
    found: Trial,
    weights: list[Array],
    gradients: list[Any],
    generator: np.random.Generator,
    step: float,
) -> bool:
    """Compare a gradient along a direction with a central difference."""
    ways = {name: generator.standard_normal(each.shape) for name, each in found.inputs.items()}
    ahead, behind = (
        _total(
            found, weights, {name: each + sign * ways[name] for name, each in found.inputs.items()}
        )
        for sign in (step, -step)
    )
    slope = (ahead - behind) / (2 * step)
    along = sum((each * way).sum() for each, way in zip(gradients, ways.values(), strict=True))
    return bool(abs(slope - along) <= 1e-3 * max(1.0, abs(slope), abs(along)))


def _total(found: Trial, weights: list[Array], inputs: Mapping[str, Array]) -> float:
    result = found.computed(inputs)
    left = [*result.outputs.values(), *result.heads.values()]
    return float(sum((each * weight).sum() for each, weight in zip(left, weights, strict=True)))
