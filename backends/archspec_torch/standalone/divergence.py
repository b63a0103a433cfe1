"""Locating the first value of a model that is not finite."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import torch
from torch import Tensor, nn
from torch.utils.hooks import RemovableHandle


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
    return found[0] if found else None


@contextmanager
def _watched(model: nn.Module, found: list[str]) -> Iterator[None]:
    """Append to ``found`` what is not finite, in order of execution.

    What is computed between two modules shows where it enters the second of them.
    """
    hooks: list[RemovableHandle] = []
    for name, module in model.named_modules():
        before, after = _watch(found, name)
        hooks += [module.register_forward_pre_hook(before), module.register_forward_hook(after)]
    try:
        yield
    finally:
        for hook in hooks:
            hook.remove()


def _watch(found: list[str], name: str) -> tuple[Callable[..., None], Callable[..., None]]:
    """Return what looks at the inputs of a module, and what looks at its output."""

    def before(_module: nn.Module, inputs: tuple[Any, ...]) -> None:
        if not all(map(_is_finite, inputs)):
            found.append(f"the input of {name}" if name else "an image")

    def after(_module: nn.Module, _inputs: Any, output: Any) -> None:
        if not _is_finite(output):
            found.append(f"the output of {name}" if name else "the output of the model")

    return before, after


def _is_finite(value: Any) -> bool:
    return not isinstance(value, Tensor) or bool(torch.isfinite(value).all())
