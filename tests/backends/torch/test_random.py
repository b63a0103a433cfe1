"""Random specs as PyTorch models, in double precision, against what their text says."""

from __future__ import annotations

import inspect
from collections.abc import Iterable, Iterator
from itertools import count, islice
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
from tests.authoring.seeds import seeds
from tests.authoring.slopes import are_gradients, weighing
from tests.backends.torch.leaving import leaving
from tests.conformance.specs import graph_of
from tests.oracle.windows import Array

SEEDS = seeds(40)
OTHERS = seeds(20)
"""As many specs are tried at another size, and with other params, as there are here."""
GROWN = ((1, 0), (0, 1), (2, 3))


def built(found: Trial) -> nn.Module:
    """Emit, build and fill a model."""
    model: nn.Module = execute(backend.emit(found.graph), found.graph.name).build()
    return filled(model.double(), found)


def filled(model: nn.Module, found: Trial) -> nn.Module:
    """Give a model its weights."""
    assert statistics(model).keys() | dict(model.named_parameters()).keys() == found.weights.keys()
    tensors = {key: torch.from_numpy(each).double() for key, each in found.weights.items()}
    model.load_state_dict(tensors, strict=False)
    return model


def statistics(model: nn.Module) -> dict[str, Array]:
    """List running means and variances by key."""
    named = model.named_buffers()
    return {key: each.numpy() for key, each in named if not key.endswith("num_batches_tracked")}


def given(arrays: Iterable[Array]) -> list[Tensor]:
    """Turn arrays into PyTorch's layout."""
    return [torch.from_numpy(np.moveaxis(each, -1, 1).copy()) for each in arrays]


def array(tensor: Tensor) -> Array:
    """Turn a tensor into the layout of arrays."""
    return np.moveaxis(tensor.detach().numpy(), 1, -1)


def assert_gives(model: nn.Module, found: Trial) -> None:
    """Compare what a model gives with what the text says, and its inputs with what they were."""
    inputs = given(found.inputs.values())
    with torch.no_grad():
        left = leaving(model(*inputs))
    for tensor, wanted in zip(left, found.leaving, strict=True):
        assert_close(array(tensor), wanted, 1e-6, "an output")
    for tensor, before in zip(inputs, found.inputs.values(), strict=True):
        np.testing.assert_array_equal(array(tensor), before)


@pytest.mark.parametrize("seed", SEEDS)
def test_a_model_gives_what_the_text_says(seed: int) -> None:
    found = trial(seed)
    assert_gives(built(found).eval(), found)


def _resized() -> Iterator[tuple[Trial, Trial]]:
    """List trials, each with one of the same model at another size."""
    for seed in count():
        found = trial(seed)
        if "Exact for this size" in backend.emit(found.graph):
            continue
        shapes = {key: each.shape for key, each in found.weights.items()}
        for grown in GROWN:
            other = _tried(seed, grown=grown)
            if other and {key: each.shape for key, each in other.weights.items()} == shapes:
                yield found, other
                break


def _tried(seed: int, **otherwise: Any) -> Trial | None:
    """Try a spec with other params or another size, if it takes them and keeps its heads."""
    try:
        other = trial(seed, **otherwise)
    except ValueError:
        return None
    return other if other.graph.heads.keys() == trial(seed).graph.heads.keys() else None


@pytest.fixture(scope="module")
def resized() -> list[tuple[Trial, Trial]]:
    return list(islice(_resized(), len(OTHERS)))


@pytest.mark.parametrize("place", OTHERS)
def test_a_model_is_right_at_another_size_or_says_that_it_is_not(
    place: int, resized: list[tuple[Trial, Trial]]
) -> None:
    found, other = resized[place]
    assert_gives(filled(built(found), other).eval(), other)


def _called() -> Iterator[tuple[nn.Module, Trial]]:
    """List models made by calling classes with other params, each with its trial."""
    for seed in count():
        found = trial(seed)
        name = found.graph.name
        made = getattr(execute(backend.emit(found.graph), name), class_name(name))
        taken = inspect.signature(made).parameters
        random = Random(seed)  # noqa: S311 - no secrets are drawn
        for _ in range(3):
            drawn = other_params(found.draft, random)
            params = {key: each for key, each in drawn.items() if {key, f"{key}_"} & taken.keys()}
            other = _tried(seed, params=params) if params else None
            if other:
                named = {key if key in taken else f"{key}_": each for key, each in params.items()}
                yield made(**named), other


@pytest.fixture(scope="module")
def called() -> list[tuple[nn.Module, Trial]]:
    return list(islice(_called(), len(OTHERS)))


@pytest.mark.parametrize("place", OTHERS)
def test_a_class_called_with_other_params_gives_what_set_gives(
    place: int, called: list[tuple[nn.Module, Trial]]
) -> None:
    model, other = called[place]
    assert_gives(filled(model.double(), other).eval(), other)


@pytest.mark.parametrize("seed", SEEDS)
def test_a_step_of_training_gives_moves_and_learns_what_the_text_says(seed: int) -> None:
    found = trial(seed, training="unbiased")
    if not found.is_tame:
        pytest.skip("the values of this random network overflow, or do not vary over the batch")
    model, left, slopes = _step(found)
    for tensor, wanted in zip(left, found.leaving, strict=True):
        assert_close(array(tensor), wanted, 1e-6, "an output")
    moved = statistics(model)
    for key, wanted in found.statistics.items():
        assert_close(moved[key], wanted, 1e-6, key)
    assert are_gradients(found, slopes, learned(model))


def test_a_gradient_that_is_a_tenth_too_large_is_found() -> None:
    found = trial(10, training="unbiased")
    model, _, slopes = _step(found)
    right = learned(model)
    for key in right:
        assert not are_gradients(found, slopes, {**right, key: right[key] * 1.1}), key
    assert len(right) > 3


def learned(model: nn.Module) -> dict[str, Array]:
    """List the gradients of weights by key."""
    return {
        key: np.zeros(each.shape) if each.grad is None else each.grad.numpy()
        for key, each in model.named_parameters()
    }


def _step(found: Trial) -> tuple[nn.Module, list[Tensor], dict[str, Array]]:
    """Train a model for a step; return it, what left it, and the gradients of its inputs."""
    model, inputs = built(found).train(), given(found.inputs.values())
    for module in model.modules():
        if isinstance(module, nn.Dropout):
            module.p = 0.0
        if type(module).__name__ == "DropPath":
            module.__dict__["rate"] = 0.0
    left = leaving(model(*(each.requires_grad_() for each in inputs)))
    _differentiate(left, weighing(found))
    slopes = [array(torch.zeros_like(each) if each.grad is None else each.grad) for each in inputs]
    return model, left, dict(zip(found.inputs, slopes, strict=True))


def _differentiate(left: list[Tensor], weights: list[Array]) -> None:
    """Leave the gradients of a weighed sum in all that it depends on."""
    pairs = zip(left, given(weights), strict=True)
    total = sum((value * weight).sum() for value, weight in pairs)
    if isinstance(total, Tensor) and total.requires_grad:
        total.backward()  # type: ignore[no-untyped-call]


def test_a_step_that_leads_to_nothing_is_not_computed() -> None:
    source = backend.emit(graph_of("network: [relu as a, batch_norm, tanh, add from a a]\n"))
    assert "self.batch_norm = " in source
    assert "self.batch_norm(" not in source
