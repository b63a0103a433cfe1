"""What importing one published model gives: its totals, its spec, and how far their outputs are.

Nobody has trained the models. Their norms get statistics of noise, and all numbers that are alike
are shaken, so that no branch is silent and no mistake hides.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn.modules.batchnorm import _BatchNorm

import archspec
from archspec.importing.importing import ImportedSpec, spec_of
from archspec.importing.order import Order
from archspec.importing.proof import TOLERANCE, largest_difference
from archspec.importing.source import live
from tests.published.imports.results import DIFFERENT, Row, spec_fields
from tests.published.imports.sources import Published

DAMPING = 0.25


def recorded(published: Published, folder: Path) -> Row:
    """Import a model into a folder; return what a row of the page says, or what was missing."""
    begun = time.monotonic()
    torch.manual_seed(0)
    model = published.make().eval()
    size = published.size(model)
    theirs = {"parameters": parameters(model), "macs": macs(model, size)}
    shaken(model, size)
    try:
        found = archspec.import_model(model, (*size, 3), name=published.name)
        difference, precision = found.difference, "double" if found.in_double else "single"
    except archspec.SpecError as error:
        if error.diagnostics[0].code != DIFFERENT:
            reason = "; ".join(each.message for each in error.diagnostics)
            return {**theirs, "size": size, "refused": reason, "seconds": _since(begun)}
        found, difference = in_double(model, size, published.name)
        precision = "double"
    if difference is not None and difference > TOLERANCE:
        damped(model, size)
        found, difference = in_double(model, size, published.name)
    if difference is None or difference > TOLERANCE:
        return {**theirs, "size": size, "refused": f"it differs by {difference}"}
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{published.name}.yaml").write_text(found.text, "utf-8")
    return {
        **spec_fields(found),
        "size": size,
        "theirs": theirs,
        "difference": difference,
        "precision": precision,
        "seconds": _since(begun),
    }


def in_double(model: nn.Module, size: tuple[int, int], name: str) -> tuple[ImportedSpec, float]:
    """Import in double precision: some deep networks make noise of the last digit of the first.

    Returns the spec and the largest difference, as a share of the largest output.
    """
    torch.set_default_dtype(torch.float64)
    source = live(model.double(), name)
    order = Order(name, {"": (*size, 3)}, {}, name, verify=False)
    found = spec_of(source.network(order), order)
    ours = source.runtime.model(source.backend.emit(found.graph), name, "float64").eval()
    images = noise(2, size)
    with torch.inference_mode():
        both = [
            _outputs(each(images)) for each in (model, source.runtime.fill(ours, found.tensors))
        ]
    return found, largest_difference(*both)


def _outputs(left: Any) -> list[Any]:
    several = left.values() if isinstance(left, dict) else left
    return [each.numpy().ravel() for each in ((left,) if isinstance(left, Tensor) else several)]


def _since(begun: float) -> float:
    return round(time.monotonic() - begun, 1)


def parameters(model: nn.Module) -> int:
    """Count the learned numbers of a model."""
    return sum(each.numel() for each in model.parameters())


def macs(model: nn.Module, size: tuple[int, int]) -> int:
    """Count the multiplications of convolutions and linear layers, by hooks, for one image."""
    found = 0

    def hook(layer: Any, inputs: tuple[Tensor, ...], output: Tensor) -> None:
        nonlocal found
        side = inputs[0] if isinstance(layer, nn.modules.conv._ConvTransposeNd) else output  # noqa: SLF001
        found += side.numel() * layer.weight[0].numel()

    with _hooked(model, hook), torch.inference_mode():
        model(noise(1, size))
    return found


@contextmanager
def _hooked(model: nn.Module, hook: Any) -> Iterator[None]:
    kinds = (nn.modules.conv._ConvNd, nn.Linear)  # noqa: SLF001 - the base of all convolutions
    hooks = [m.register_forward_hook(hook) for m in model.modules() if isinstance(m, kinds)]
    try:
        yield
    finally:
        for each in hooks:
            each.remove()


def noise(count: int, size: tuple[int, int]) -> Tensor:
    """Draw images, the same ones every time."""
    return torch.randn(count, 3, *size, generator=torch.Generator().manual_seed(1))


@torch.no_grad()
def shaken(model: nn.Module, size: tuple[int, int]) -> None:
    """Give norms the statistics of noise, and shake them and all tensors of equal numbers."""
    random = torch.Generator().manual_seed(0)
    for tensor in model.parameters():
        if tensor.numel() > 1 and (tensor == tensor.flatten()[0]).all():
            tensor.copy_(torch.rand(tensor.shape, generator=random) * 0.5 + 0.5 * tensor.any())
    _give_statistics(model, size, random)


@torch.no_grad()
def damped(model: nn.Module, size: tuple[int, int]) -> None:
    """Let norms scale less, where even double precision drowns in what a network makes of it."""
    for norm in (each for each in model.modules() if isinstance(each, _BatchNorm)):
        if norm.weight is not None:
            norm.weight.mul_(DAMPING)
    _give_statistics(model, size, torch.Generator().manual_seed(0))


def _give_statistics(model: nn.Module, size: tuple[int, int], random: torch.Generator) -> None:
    norms = [each for each in model.modules() if isinstance(each, _BatchNorm)]
    with _observing(norms):
        model(noise(4, size))
    for mean, variance in ((each.running_mean, each.running_var) for each in norms):
        if mean is not None and variance is not None:
            mean.add_(torch.randn(mean.shape, generator=random) * 0.1)
            variance.mul_(torch.rand(variance.shape, generator=random) + 0.5).add_(1e-2)


@contextmanager
def _observing(norms: list[_BatchNorm]) -> Iterator[None]:
    """Let norms take over the statistics of what passes."""
    momenta = [each.momentum for each in norms]
    for norm in norms:
        norm.train().momentum = 1
    yield
    for norm, momentum in zip(norms, momenta, strict=True):
        norm.eval().momentum = momentum
