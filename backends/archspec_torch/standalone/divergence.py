"""Where a model's values stop being finite."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import torch
from torch import Tensor, nn


def first_not_finite(model: nn.Module, images: Tensor) -> str | None:
    """Say what comes first that is not finite when images run through a model; None if nothing.

    Weights come before the values that they give, values in the order in which they are computed.
    """
    for name, parameter in model.named_parameters():
        if not torch.isfinite(parameter).all():
            return f"the weight {name}"
    found: list[str] = []
    with torch.no_grad(), _watched(model, found):
        model(images)
    return f"the output of {found[0]}" if found else None


@contextmanager
def _watched(model: nn.Module, found: list[str]) -> Iterator[None]:
    """Note in ``found``, in order, the modules whose output is not finite."""
    hooks = [
        module.register_forward_hook(_watch(name, found)) for name, module in model.named_modules()
    ]
    try:
        yield
    finally:
        for hook in hooks:
            hook.remove()


def _watch(name: str, found: list[str]) -> Callable[[nn.Module, Any, Any], None]:
    def note(module: nn.Module, inputs: Any, output: Any) -> None:
        if isinstance(output, Tensor) and not torch.isfinite(output).all():
            found.append(name)

    return note
