"""Locating the first value of a model that is not finite."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import torch
from torch import Tensor, nn


def first_not_finite(model: nn.Module, images: Tensor) -> str | None:
    """Name the first value that is not finite in a forward pass; None if all are.

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
    """Append the modules whose output is not finite to ``found``, in order of execution."""
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
