"""Models that are ready to be measured: one step of inference or training over one batch."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import AbstractContextManager
from typing import Any, cast

import torch
from torch import Tensor, nn
from torch.nn.modules.batchnorm import _BatchNorm

from archspec.backend import Workload
from archspec_torch import allocation
from archspec_torch.exporting import arranged
from archspec_torch.members import key_read
from archspec_torch.stopwatch import Stopwatch

FREEZING = {"freezing": True}
"""Lets Inductor fold weights, which are constants of inference."""


class Measured:
    """A model on its device, with a batch."""

    def __init__(self, model: nn.Module, workload: Workload) -> None:
        """Settle, place and convert a model, and compile it if that is wanted."""
        if workload.threads:
            torch.set_num_threads(workload.threads)
        self.workload = workload
        self.device = torch.device(workload.device)
        self.precision: torch.dtype = getattr(torch, workload.precision)
        self.model = model.to(self.device, torch.float32)
        _settle(self.model, self._inputs())
        self.model = self._converted().train(workload.is_training)
        self.inputs = self._inputs()
        learned = [each for each in model.parameters() if each.requires_grad]
        is_updated = workload.is_training and learned
        self.optimizer = torch.optim.SGD(learned, lr=0.0, momentum=0.9) if is_updated else None
        self.called = self._compiled()

    def run(self) -> None:
        """Do the work once, and wait for the device."""
        step = self._train if self.workload.is_training else self._infer
        step()
        self._wait()

    def memory(self) -> int:
        """Add what is held between steps to the most that is allocated in one.

        Gradients are freed before, since the profiler does not see blocks go that it did not see
        come.
        """
        self.model.zero_grad()
        return allocation.size(self._held()) + allocation.growth(self.run, self.device)

    def seconds(self, paths: Collection[str]) -> Mapping[str, float]:
        """Measure the modules of paths by hooks around them."""
        named = self.model.named_modules(remove_duplicate=False)
        parts = {key_read(path): part for path, part in named}
        found = {path: parts[path] for path in paths if path in parts}
        with torch.inference_mode(), Stopwatch(self._wait).around(found) as spent:
            self.model(*self.inputs)
        return spent

    @property
    def _layout(self) -> torch.memory_format:
        return torch.channels_last if self.workload.channels_last else torch.contiguous_format

    def _converted(self) -> nn.Module:
        """Convert a model to the layout, and for inference to the type that it computes in."""
        kind = torch.float32 if self.workload.is_training else self.precision
        converted = self.model.to(kind).to(memory_format=self._layout)  # type: ignore[call-overload]  # not in stubs
        return cast(nn.Module, converted)

    def _inputs(self) -> list[Tensor]:
        """Place the batch, in the type of the model's parameters."""
        given = [each.to(self.device) for each in arranged(self.model, self.workload.inputs)]
        return [
            each.contiguous(memory_format=self._layout) if each.dim() == 4 else each
            for each in given
        ]

    def _compiled(self) -> Callable[..., Any]:
        if not self.workload.compile:
            return self.model
        options: Any = None if self.workload.is_training else FREEZING
        return torch.compile(self.model, options=options)

    def _infer(self) -> None:
        with torch.inference_mode():
            self.called(*self.inputs)

    def _train(self) -> None:
        """Take a step whose rate is 0: each computes the same, and no network diverges."""
        self.model.zero_grad()
        with self._mixed():
            left = self.called(*self.inputs)
        loss = torch.stack([each.float().square().mean() for each in _tensors(left)]).sum()
        torch.autograd.backward(loss)
        if self.optimizer:
            self.optimizer.step()

    def _mixed(self) -> AbstractContextManager[Any]:
        is_mixed = self.precision is not torch.float32
        return torch.autocast(self.device.type, self.precision, enabled=is_mixed)

    def _wait(self) -> None:
        if self.device.type == "cuda":
            torch.cuda.synchronize(self.device)

    def _held(self) -> Iterator[Tensor]:
        """List what stays between steps: batch, weights, statistics, states of the optimizer.

        So do the packed weights of an ``InferenceConv2d``.
        """
        yield from (*self.inputs, *self.model.parameters(), *self.model.buffers())
        packed = (getattr(each, "packed", None) or () for each in self.model.modules())
        yield from (each for kept in packed for each in kept if torch.is_tensor(each))
        states = self.optimizer.state.values() if self.optimizer else ()
        yield from (kept for state in states for kept in state.values() if torch.is_tensor(kept))


def _settle(model: nn.Module, inputs: list[Tensor]) -> None:
    """Give norms the statistics of a batch of two examples at least."""
    norms = [each for each in model.modules() if isinstance(each, _BatchNorm)]
    momenta = {each: each.momentum for each in norms}
    for each in norms:
        each.reset_running_stats()
        each.momentum = None  # a plain average
    with torch.no_grad():
        if norms:
            model.train()(*(torch.cat([each, each]) if len(each) == 1 else each for each in inputs))
    for each, momentum in momenta.items():
        each.momentum = momentum


def _tensors(left: Any) -> list[Tensor]:
    """List the outputs of a model; a foreign one may return anything that holds tensors."""
    if isinstance(left, Tensor):
        return [left]
    several = left.values() if isinstance(left, Mapping) else left
    return [tensor for each in several for tensor in _tensors(each)]
